/* The reference VRRP router, or a mutant of it, on Ethernet ports: a device whose right verdicts are known,
 * to prove the way to devices on a wire.
 *
 *   reference-on-wire SETTINGS COMMANDS LOG reference|mutant:ID PORT…
 *
 * SETTINGS is the file that VMACHECK_SETTINGS names, COMMANDS a FIFO to which control actions are written,
 * one a line
 * ("startup 9", "set-priority 9 200"), LOG gets what goes wrong. It prints its process id and goes into the
 * background when its ports are open.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/duration.h"
#include "control/control_plan.h"
#include "ethernet/ethernet.h"
#include "links/adapter_message.h"
#include "mutants/mutants.h"
#include "world/world.h"

#define PORT_ROOM 2

/* The other end of a LAN port of the router: an Ethernet port of this machine. */
struct plug {
    struct ethernet *ethernet;
    struct port *port;
};

struct wire {
    struct world *world;
    struct port *device;
    int commands;
    char line[64]; /* what was read of the next command */
    size_t length;
    struct plug plugs[PORT_ROOM];
};

static _Noreturn void fail(const char *what, const char *why);
static void read_settings(const char *path, struct device_settings *settings);
static void attach_device(struct wire *wire, const char *name, const struct device_settings *settings);
static void plug_in(struct wire *wire, unsigned number, const char *name);
static void frames_came(void *context);
static void frame_came(void *context, const uint8_t *data, size_t size, int64_t time_ns);
static void frame_left(void *station, unsigned number, const uint8_t *data, size_t size);
static void commands_came(void *context);
static void obey(struct wire *wire, const char *line);

int main(int argc, char **argv)
{
    struct wire wire = {0};
    struct device_settings settings;
    struct reason reason;
    if (argc < 6 || argc > 5 + PORT_ROOM)
        fail("usage", "reference-on-wire SETTINGS COMMANDS LOG reference|mutant:ID PORT [PORT]");
    read_settings(argv[1], &settings);
    wire.world = world_new(&(struct world_settings){.seed = 1, .wall_clock = true}, arena_new());
    if (!wire.world)
        fail("world", "no descriptors for its clock");
    attach_device(&wire, argv[4], &settings);
    for (int i = 5; i < argc; i++)
        plug_in(&wire, (unsigned)(i - 5), argv[i]);
    wire.commands = open(argv[2], O_RDWR | O_NONBLOCK | O_CLOEXEC);
    if (wire.commands < 0 || !world_watch(wire.world, wire.commands, commands_came, &wire, &reason))
        fail(argv[2], "can't be read from");
    pid_t process = fork();
    if (process != 0) {
        printf("%ld\n", (long)process);
        return process < 0;
    }
    setsid();
    if (!freopen(argv[3], "a", stderr) || !freopen("/dev/null", "a", stdout))
        return 1;
    world_restart_clock(wire.world);
    for (int64_t time_ns = 0;; time_ns += SECONDS(1))
        world_run_until(wire.world, time_ns);
}

static _Noreturn void fail(const char *what, const char *why)
{
    fprintf(stderr, "reference-on-wire: %s: %s\n", what, why);
    exit(1);
}

/* As the settings of a `configure` of the adapter protocol, which they are. */
static void read_settings(const char *path, struct device_settings *settings)
{
    static char line[ADAPTER_LINE_ROOM];
    static const char before[] =
        "{\"type\":\"configure\",\"time_ns\":0,\"random\":\"0000000000000001\",\"settings\":";
    struct adapter_message message;
    struct reason reason;
    FILE *file = fopen(path, "r");
    if (!file)
        fail(path, "can't be read");
    memcpy(line, before, sizeof before);
    size_t size = sizeof before - 1;
    size += fread(line + size, 1, sizeof line - size - 1, file);
    fclose(file);
    line[size++] = '}';
    struct adapter_decoder *decoder = adapter_decoder_new();
    if (!adapter_decode(decoder, ADAPTER_HARNESS, line, size, &message, &reason))
        fail(path, reason.text);
    *settings = message.settings;
    settings->role = ROLE_VRRP;
    adapter_decoder_free(decoder);
}

static void attach_device(struct wire *wire, const char *name, const struct device_settings *settings)
{
    struct reason reason;
    const struct station_handlers *handlers;
    wire->device = world_port(wire->world, "router");
    const struct station_services *services = port_services(wire->device);
    const char *id = strchr(name, ':');
    const struct mutant_definition *mutant = id ? mutant_definition_find(id + 1) : NULL;
    if (id && !mutant)
        fail(name, "no such mutant");
    void *station = mutant ? mutant_new(mutant, services, settings, &handlers, &reason)
                           : reference_new(services, settings, NULL, &handlers, &reason);
    if (!station)
        fail(name, reason.text);
    port_attach(wire->device, handlers, station);
}

static void plug_in(struct wire *wire, unsigned number, const char *name)
{
    static const struct station_handlers handlers = {.lan_frame_received = frame_left};
    struct reason reason;
    struct plug *plug = &wire->plugs[number];
    plug->ethernet = ethernet_open(name, &reason);
    if (!plug->ethernet)
        fail(name, reason.text);
    plug->port = world_port(wire->world, "wire");
    port_attach(plug->port, &handlers, plug);
    struct segment *segment = world_segment(wire->world, "wire");
    segment_join(segment, wire->device, number);
    segment_join(segment, plug->port, 0);
    if (!world_watch(wire->world, ethernet_descriptor(plug->ethernet), frames_came, plug, &reason))
        fail(name, reason.text);
}

static void frames_came(void *context)
{
    struct plug *plug = context;
    struct reason reason;
    if (!ethernet_receive(plug->ethernet, frame_came, plug, &reason))
        fail(ethernet_name(plug->ethernet), reason.text);
}

static void frame_came(void *context, const uint8_t *data, size_t size, int64_t time_ns)
{
    struct plug *plug = context;
    (void)time_ns;
    const struct station_services *services = port_services(plug->port);
    services->lan_frame_send(services->context, 0, data, size);
}

static void frame_left(void *station, unsigned number, const uint8_t *data, size_t size)
{
    struct plug *plug = station;
    struct reason reason;
    (void)number;
    if (!ethernet_send(plug->ethernet, data, size, &reason))
        fail(ethernet_name(plug->ethernet), reason.text);
}

static void commands_came(void *context)
{
    struct wire *wire = context;
    for (char octet; read(wire->commands, &octet, 1) == 1;) {
        wire->line[wire->length] = octet == '\n' ? '\0' : octet;
        if (octet == '\n') {
            obey(wire, wire->line);
            wire->length = 0;
        } else if (wire->length < sizeof wire->line - 1) {
            wire->length++;
        }
    }
}

static void obey(struct wire *wire, const char *line)
{
    char name[20] = "";
    unsigned vrid = 0;
    unsigned priority = 0;
    struct reason reason = {"no such action"};
    sscanf(line, "%19s %u %u", name, &vrid, &priority);
    for (enum control_kind kind = CONTROL_START; kind <= CONTROL_SET_PRIORITY; kind++) {
        struct control_action action = {.kind = kind, .vrid = (uint8_t)vrid, .number = priority};
        if (strcmp(name, deed_name(deed_of(kind))) == 0 && port_control(wire->device, &action, &reason))
            return;
    }
    fprintf(stderr, "%s: %s\n", line, reason.text);
}
