#include <stdio.h>

#include "base/text.h"
#include "steps/expect.h"
#include "wire/token_ring.h"

static bool stands_for(const struct frame *frame, uint8_t vrid, struct mac_address mac);
static bool speaks_of(const struct pattern *pattern, const struct frame *frame);
static bool condition_holds(const struct condition *condition, const struct frame *frame);

bool pattern_matches(const struct pattern *pattern, struct tap *tap, struct tap_event *event)
{
    if (event->kind != TAP_SDU && event->kind != TAP_LAN_FRAME)
        return false;
    if (!pattern->from_any && event->from != pattern->from)
        return false;
    if (pattern->reaches && !(event->to & pattern->reaches))
        return false;
    if (pattern->vcc_kinds && (!event->vcc || !(pattern->vcc_kinds & 1u << event->vcc->kind)))
        return false;
    if ((pattern->on_segment || pattern->segment) && event->kind != TAP_LAN_FRAME)
        return false;
    if (pattern->segment && event->segment != pattern->segment)
        return false;
    const struct frame *frame = tap_frame(tap, event);
    if (pattern->names && !(pattern->names & UINT64_C(1) << frame->name))
        return false;
    if (pattern->about && !speaks_of(pattern, frame))
        return false;
    for (size_t i = 0; i < PATTERN_CONDITION_ROOM && pattern->conditions[i].field; i++)
        if (!condition_holds(&pattern->conditions[i], frame))
            return false;
    return true;
}

const char *pattern_text(const struct scene *scene, const struct pattern *pattern, char *line, size_t size)
{
    struct text text = text_in(line, size);
    bool first = true;
    for (unsigned name = 0; name < FRAME_NAME_COUNT; name++)
        if (pattern->names & UINT64_C(1) << name) {
            text_add(&text, "%s%s", first ? "" : "|", frame_name_text((enum frame_name)name));
            first = false;
        }
    if (first)
        text_put(&text, "frame");
    for (size_t i = 0; i < PATTERN_CONDITION_ROOM && pattern->conditions[i].field; i++) {
        const struct condition *condition = &pattern->conditions[i];
        char value[VALUE_TEXT_SIZE];
        text_add(&text, " %s%s%s", field_name(condition->field), condition->differs ? "!=" : "=",
                 value_text(condition->field, &condition->value, value));
    }
    if (pattern->about) {
        char mac[MAC_TEXT_SIZE];
        char ip[IPV4_TEXT_SIZE];
        text_add(&text, " about %s or %s", mac_text(pattern->about_mac, mac),
                 ipv4_text(pattern->about_ip, ip));
    }
    if (!pattern->from_any)
        text_add(&text, " from %s", tap_port_name(scene->tap, pattern->from));
    if (pattern->vcc_kinds == ANY_VCC)
        text_put(&text, " on the ELAN");
    for (unsigned kind = 0, count = 0; kind < VCC_KIND_COUNT; kind++)
        if (pattern->vcc_kinds != ANY_VCC && pattern->vcc_kinds & 1u << kind)
            text_add(&text, "%s%s", count++ ? "|" : " on ", vcc_kind_text((enum vcc_kind)kind));
    if (pattern->segment)
        text_add(&text, " on %s", segment_name(pattern->segment));
    else if (pattern->on_segment)
        text_put(&text, " on the LAN segment");
    for (unsigned port = 0, count = 0; port < 64; port++)
        if (pattern->reaches & port_bit(port))
            text_add(&text, "%s%s", count++ ? " or " : " heard by ", tap_port_name(scene->tap, port));
    return line;
}

/* Token ring has the VMAC in two bit orders, and the functional address. */
static bool stands_for(const struct frame *frame, uint8_t vrid, struct mac_address mac)
{
    struct mac_address functional;
    if (mac_equal(mac_of_vrid(vrid), mac))
        return true;
    return frame->token_ring &&
           (mac_equal(mac_of_vrid(vrid), mac_reversed(mac)) ||
            (token_ring_functional_address(vrid, &functional) && mac_equal(functional, mac)));
}

static bool speaks_of(const struct pattern *pattern, const struct frame *frame)
{
    if (frame->layers & LAYER_CONTROL)
        return lan_destination_is_mac(frame->control.source_lan, pattern->about_mac) ||
               lan_destination_is_mac(frame->control.target_lan, pattern->about_mac);
    if (frame->layers & LAYER_ARP)
        return ipv4_equal(frame->arp.sender_ip, pattern->about_ip);
    if (frame->layers & LAYER_VRRP)
        return stands_for(frame, frame->vrrp.vrid, pattern->about_mac);
    return (frame->layers & LAYER_IPV4) && ipv4_equal(frame->ipv4.source, pattern->about_ip);
}

static bool condition_holds(const struct condition *condition, const struct frame *frame)
{
    struct value value;
    if (!field_get(frame, condition->field, &value))
        return false;
    return value_equal(&value, &condition->value) != condition->differs;
}
