/* What stands at a device's ports, how the lab reaches it: keys that go together. */
#include <stdlib.h>
#include <string.h>

#include "dut/reader.h"

static void check_ports(struct reader *reader);
static void check_claims_of_ports(struct reader *reader);
static void check_port_names(struct reader *reader);
static const char *interface_name(const struct reader *reader, size_t port, unsigned instance);
static void check_control(struct reader *reader);
static void refuse_without_ports(struct reader *reader, const char *key);

void check_attachment(struct reader *reader)
{
    struct device_file *file = reader->file;
    if (!file->attached)
        return;
    file->control_given = yaml_child(reader->root, "control");
    if (strcmp(file->attached, ATTACHED_PORTS) == 0) {
        check_ports(reader);
    } else {
        refuse_without_ports(reader, "ports");
        refuse_without_ports(reader, "instances");
    }
    check_control(reader);
}

static void check_ports(struct reader *reader)
{
    const struct device_file *file = reader->file;
    struct place attached = place_of_key(reader, "device", "attached");
    if (reader->roles != ROLE_VRRP) {
        mistake_add(
            reader->mistakes, attached,
            "only a device in the role vrrp can be attached by Ethernet ports alone, others have an ATM "
            "port too; write reference, mutant:ID or adapter:COMMAND");
        return;
    }
    if (!yaml_child(reader->root, "ports"))
        mistake_add(
            reader->mistakes, attached,
            "attached: ports, but the file says no 'ports'; give the interfaces that its LAN ports are "
            "connected to, like `ports: [eth1]`");
    /* No case does without them. */
    static const enum deed needed[] = {DEED_CONFIGURE, DEED_START, DEED_STARTUP, DEED_SHUTDOWN};
    for (size_t i = 0; i < sizeof needed / sizeof *needed; i++)
        if (!file->control.commands[needed[i]] &&
            !yaml_child(yaml_child(reader->root, "control"), deed_name(needed[i])))
            mistake_add(reader->mistakes, place_of_key(reader, NULL, "control"),
                        "attached: ports, but 'control' says no '%s'; give a shell command, or manual",
                        deed_name(needed[i]));
    check_claims_of_ports(reader);
    check_port_names(reader);
}

static void check_claims_of_ports(struct reader *reader)
{
    const struct device_file *file = reader->file;
    size_t wanted = file->profile.options & CAPABILITY_LAN_PORT ? 2 : 1;
    if (file->profile.claims.media & MEDIUM_TOKEN_RING)
        mistake_add(reader->mistakes, place_of_key(reader, NULL, "media"),
                    "a device on Ethernet ports has no token ring; claim ethernet only");
    if (file->port_count && file->port_count < wanted)
        mistake_add(
            reader->mistakes, reader->port_at[0],
            "lan-port is claimed, but there is one port only; give that of LAN port 1 as well, or take "
            "lan-port out of the options");
    if (file->port_count > wanted)
        mistake_add(reader->mistakes, reader->port_at[wanted],
                    wanted == 1 ? "a second port, but lan-port is not claimed; claim it, or take this one out"
                                : "a router has LAN ports 0 and 1 only; take this one out");
}

/* All interfaces of all instances are different ones. */
static void check_port_names(struct reader *reader)
{
    const struct device_file *file = reader->file;
    for (size_t i = 0; i < file->port_count; i++) {
        if (file->instances > 1 && !strchr(file->ports[i], '%')) {
            mistake_add(reader->mistakes, reader->port_at[i],
                        "'%s' would be that of all %u instances; write '%%' where their number goes",
                        file->ports[i], file->instances);
            return;
        }
    }
    size_t count = file->port_count * file->instances;
    const char **names = arena_zeroed(file->arena, (count + 1) * sizeof *names);
    for (size_t i = 0; i < count; i++) {
        names[i] = interface_name(reader, i / file->instances, (unsigned)(i % file->instances) + 1);
        const char *slash = strrchr(names[i], '/');
        if (strlen(slash ? slash + 1 : names[i]) > INTERFACE_NAME_LIMIT) {
            mistake_add(reader->mistakes, reader->port_at[i / file->instances],
                        "'%s' is longer than %d characters, which is the most for an interface; shorten it",
                        names[i], INTERFACE_NAME_LIMIT);
            return;
        }
        for (size_t j = 0; j < i; j++)
            if (strcmp(names[i], names[j]) == 0) {
                mistake_add(reader->mistakes, reader->port_at[i / file->instances],
                            "'%s' stands here twice, for different ports; give another one", names[i]);
                return;
            }
    }
}

static const char *interface_name(const struct reader *reader, size_t port, unsigned instance)
{
    const char *pattern = reader->file->ports[port];
    const char *place = strchr(pattern, '%');
    if (!place)
        return pattern;
    return arena_text(reader->file->arena, "%.*s%u%s", (int)(place - pattern), pattern, instance, place + 1);
}

static void check_control(struct reader *reader)
{
    const struct device_file *file = reader->file;
    bool ports = strcmp(file->attached, ATTACHED_PORTS) == 0;
    if (!file->control_given)
        return;
    if (!ports && strncmp(file->attached, ATTACHED_ADAPTER, strlen(ATTACHED_ADAPTER)) != 0)
        mistake_add(
            reader->mistakes, place_of_key(reader, NULL, "control"),
            "'control' is for a device on ports or behind an adapter, this one is built in; take it out");
}

static void refuse_without_ports(struct reader *reader, const char *key)
{
    const struct yaml_node *value = yaml_child(reader->root, key);
    if (value && reader->roles == ROLE_VRRP)
        mistake_add(reader->mistakes, value->key->place,
                    "'%s' is for a device with `attached: ports`; write that, or take it out", key);
}
