/* The robustness cases find devices that are not robust: each frail device is caught by the case that is
 * about its weakness, with the right requirement and the frame that did it; a lenient one is not blamed. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "base/duration.h"
#include "mutants/lane_rules.h"
#include "steps/spoil.h"
#include "suite/run.h"
#include "suite/selection.h"

/* --- the frail devices: the reference behind an interposer --- */

static bool is_cut(const struct interposed *interposed)
{
    return le_control_marked(interposed->data, interposed->size) && interposed->size > LE_READY_SIZE &&
           interposed->size < LE_CONTROL_SIZE;
}

static void die(struct interposer *interposer)
{
    struct reason reason;
    interposer->inner->control(interposer->station, &(struct control_action){.kind = CONTROL_FAIL}, &reason);
}

#define DEADLY_SIZE 23

static bool dies_of_23_octets(struct interposer *interposer, struct interposed *interposed)
{
    if (is_cut(interposed) && interposed->size == DEADLY_SIZE)
        die(interposer);
    return true;
}

/* Reads behind the end of the frame, where the last one lies. */
static bool reads_on(struct interposer *interposer, struct interposed *interposed)
{
    if (interposed->size == LE_CONTROL_SIZE)
        memcpy(interposer->kept_data, interposed->data, LE_CONTROL_SIZE);
    if (!is_cut(interposed))
        return true;
    memcpy(interposed->data + interposed->size, interposer->kept_data + interposed->size,
           LE_CONTROL_SIZE - interposed->size);
    interposed->size = LE_CONTROL_SIZE;
    return true;
}

static bool reads_no_marker(struct interposer *interposer, struct interposed *interposed)
{
    (void)interposer;
    if (!interposed->lan && interposed->size == LE_CONTROL_SIZE && interposed->data[2] == 1 &&
        interposed->data[3] == 1)
        octets_put_u16(interposed->data, LE_CONTROL_MARKER);
    return true;
}

static bool is_control(const struct interposed *interposed)
{
    return le_control_marked(interposed->data, interposed->size) && interposed->size >= LE_CONTROL_SIZE;
}

static bool reads_no_version(struct interposer *interposer, struct interposed *interposed)
{
    (void)interposer;
    if (is_control(interposed))
        interposed->data[3] = 1;
    return true;
}

static bool reads_half_the_opcode(struct interposer *interposer, struct interposed *interposed)
{
    (void)interposer;
    if (is_control(interposed))
        interposed->data[4] &= 0x01;
    return true;
}

/* 'count': it hangs. */
static bool hangs_after_a_lie(struct interposer *interposer, struct interposed *interposed)
{
    struct le_control control;
    if (is_control(interposed) && !le_control_decode(interposed->data, interposed->size, &control, NULL))
        interposer->count = 1;
    return !interposer->count;
}

static bool refuses_undefined_flags(struct interposer *interposer, struct interposed *interposed)
{
    (void)interposer;
    return !is_control(interposed) || !(octets_u16(interposed->data + 14) & ~LE_FLAGS);
}

static bool refuses_longer_frames(struct interposer *interposer, struct interposed *interposed)
{
    (void)interposer;
    return !is_control(interposed) || interposed->size == LE_CONTROL_SIZE || interposed->data[54];
}

static bool refuses_many_tlvs(struct interposer *interposer, struct interposed *interposed)
{
    (void)interposer;
    return !is_control(interposed) || interposed->data[54] <= 16;
}

/* Obeys what it can read of the frame. Nothing forbids that. */
static bool forgives_lies(struct interposer *interposer, struct interposed *interposed)
{
    (void)interposer;
    struct le_control control;
    if (is_control(interposed) && !le_control_decode(interposed->data, interposed->size, &control, NULL)) {
        interposed->data[54] = 0;
        interposed->size = LE_CONTROL_SIZE;
    }
    return true;
}

static bool mends(struct interposed *interposed, enum frame_field field, unsigned number)
{
    struct value value = number_value(number);
    enum frame_carrier carrier = interposed->lan ? CARRIER_ETHERNET : CARRIER_LANE_8023;
    field_set(carrier, interposed->data, interposed->size, field, &value);
    return true;
}

static bool reads_no_ttl(struct interposer *interposer, struct interposed *interposed)
{
    (void)interposer;
    return !(interposed->frame.layers & LAYER_VRRP) || mends(interposed, FIELD_IP_TTL, VRRP_TTL);
}

static bool takes_version_7(struct interposer *interposer, struct interposed *interposed)
{
    (void)interposer;
    bool seven = interposed->frame.layers & LAYER_VRRP && interposed->frame.vrrp.version == 7;
    return !seven || mends(interposed, FIELD_VRRP_VERSION, 2);
}

static bool dies_of_short_ip(struct interposer *interposer, struct interposed *interposed)
{
    const struct frame *frame = &interposed->frame;
    if (frame->layers & LAYER_ETHERNET && frame->ethernet.type == ETHERTYPE_IPV4 &&
        !(frame->layers & LAYER_IPV4))
        die(interposer);
    return true;
}

static bool dies_of_strange_answers(struct interposer *interposer, struct interposed *interposed)
{
    const struct frame *frame = &interposed->frame;
    if (frame->name == FRAME_LE_VERIFY_RESPONSE && frame->control.status > LE_STATUS_TLV_NOT_FOUND)
        die(interposer);
    return true;
}

/* More frames in 20 ms than it has room for: it never recovers. */
static bool drowns(struct interposer *interposer, struct interposed *interposed)
{
    (void)interposed;
    int64_t now_ns = interposer_now_ns(interposer);
    if (now_ns - interposer->time_ns > MILLISECONDS(20)) {
        interposer->time_ns = now_ns;
        interposer->count = 0;
    }
    if (++interposer->count > 1000)
        die(interposer);
    return true;
}

#define FRAIL(function) ONE_RULE(HEARS_ANY(EVERY_FRAME), REWRITE(function))

/* Which case instance finds it, by which requirement, and what the finding has to say of the frame. */
static const struct frailty {
    struct mutant_definition defect;
    const char *instance;
    const char *requirement; /* NULL: it is not to be blamed */
    const char *says;
} frailties[] = {
    {{.id = "dies of 23 octets", FRAIL(dies_of_23_octets)},
     "robustness/le-arp-cut[router,proxy,v2,ethernet]",
     "L-flush-01",
     "cut after 23 octets"},
    {{.id = "dies of 23 octets", FRAIL(dies_of_23_octets)},
     "robustness/targetless-cut[client,proxy,v2,ethernet]",
     "L-flush-01",
     "cut after 23 octets"},
    {{.id = "reads on", FRAIL(reads_on)},
     "robustness/le-arp-cut[router,non-proxy,v1,ethernet]",
     "L-frame-01",
     "no answer to the frame cut after"},
    {{.id = "reads no marker", FRAIL(reads_no_marker)},
     "robustness/flush-header[router,proxy,v1,ethernet]",
     "L-frame-01",
     "with marker ff01"},
    {{.id = "reads no version", FRAIL(reads_no_version)},
     "robustness/le-arp-of-vmac-header[router,proxy,v2,ethernet]",
     "L-frame-01",
     "with VERSION 00"},
    {{.id = "reads no version", FRAIL(reads_no_version)},
     "robustness/zero-narp-header[router,proxy,v1,ethernet]",
     "L-frame-01",
     "where they went before the spoilt frames"},
    {{.id = "reads on", FRAIL(reads_on)},
     "robustness/configure-cut[router,proxy,v2,ethernet]",
     "L-frame-01",
     "behind the bad ones"},
    {{.id = "dies of 23 octets", FRAIL(dies_of_23_octets)},
     "robustness/join-cut[client,proxy,v1,ethernet]",
     "L-join-03",
     "behind the bad ones"},
    {{.id = "reads no marker", FRAIL(reads_no_marker)},
     "robustness/bus-connect-header[router,proxy,v1,ethernet]",
     "L-frame-01",
     "behind the bad ones"},
    {{.id = "dies of strange answers", FRAIL(dies_of_strange_answers)},
     "robustness/foreign-answers-px-settled[router,proxy,v2,ethernet]",
     "L-flush-01",
     "that answers"},
    {{.id = "drowns", FRAIL(drowns)},
     "robustness/flood-control-np-confirmed[router,non-proxy,v2,ethernet]",
     "L-flush-01",
     "that ends a flood"},
    {{.id = "drowns", FRAIL(drowns)},
     "robustness/flood-data-px-settled[router,proxy,v2,ethernet]",
     "L-flush-01",
     "that ends a flood"},
    {{.id = "reads half the op-code", FRAIL(reads_half_the_opcode)},
     "robustness/le-arp-opcode[client,proxy,v2,ethernet]",
     "L-frame-04",
     "with OP-CODE"},
    {{.id = "hangs after a lie", FRAIL(hangs_after_a_lie)},
     "robustness/le-arp-tlv-lie[router,proxy,v2,ethernet]",
     "L-flush-01",
     "NUMBER-TLVs 1 and 0 TLVs"},
    {{.id = "hangs after a lie", FRAIL(hangs_after_a_lie)},
     "robustness/topology-tlv-lie[router,proxy,v1,ethernet]",
     "L-flush-01",
     "NUMBER-TLVs 1 and 0 TLVs"},
    {{.id = "refuses undefined flags", FRAIL(refuses_undefined_flags)},
     "robustness/flush-unused[router,non-proxy,v2,ethernet]",
     "L-frame-02",
     "with FLAGS 0010"},
    {{.id = "refuses longer frames", FRAIL(refuses_longer_frames)},
     "robustness/flush-longer[router,non-proxy,v2,ethernet]",
     "L-frame-03",
     "with 1 octets of 00"},
    {{.id = "refuses longer frames", FRAIL(refuses_longer_frames)},
     "robustness/targetless-longer[router,non-proxy,v2,ethernet]",
     "L-frame-03",
     "octets of"},
    {{.id = "refuses many TLVs", FRAIL(refuses_many_tlvs)},
     "robustness/le-arp-unknown-tlv[router,non-proxy,v2,ethernet]",
     "L-frame-03",
     "with 17 TLVs"},
    {{.id = "reads no TTL", FRAIL(reads_no_ttl)},
     "robustness/advertisement-ttl[router,proxy,v1,ethernet]",
     "V-7.1-01",
     "ADVERTISEMENT"},
    {{.id = "reads no TTL", FRAIL(reads_no_ttl)},
     "robustness/backup-advertisement-ttl[router,proxy,v1,ethernet]",
     "V-7.1-01",
     "ADVERTISEMENT"},
    {{.id = "reads no TTL", FRAIL(reads_no_ttl)},
     "robustness/advertisement-ttl[vrrp,ethernet]",
     "V-7.1-01",
     "ADVERTISEMENT"},
    {{.id = "takes version 7", FRAIL(takes_version_7)},
     "robustness/advertisement-version[router,proxy,v1,ethernet]",
     "V-7.1-02",
     "ADVERTISEMENT"},
    {{.id = "dies of short IP", FRAIL(dies_of_short_ip)},
     "robustness/advertisement-length[router,proxy,v1,ethernet]",
     "L-flush-01",
     "cut after"},
    {{.id = "dies of short IP", FRAIL(dies_of_short_ip)},
     "robustness/packet-cut[vrrp,ethernet]",
     "V-6.4.3-08",
     "cut after"},
    {{.id = "dies of 23 octets", FRAIL(dies_of_23_octets)},
     "robustness/les-le-arp-cut[les,proxy,v2,ethernet]",
     "L-le_arp-07",
     "cut after 23 octets"},
    {{.id = "refuses longer frames", FRAIL(refuses_longer_frames)},
     "robustness/les-register-longer[les,non-proxy,v1,ethernet]",
     "L-frame-03",
     "with 1 octets of 00"},
    {{.id = "forgives lies", FRAIL(forgives_lies)},
     "robustness/le-arp-tlv-lie[router,proxy,v2,ethernet]",
     NULL,
     NULL},
    {{.id = "forgives lies", FRAIL(forgives_lies)},
     "robustness/flush-tlv-lie[client,proxy,v1,ethernet]",
     NULL,
     NULL},
    {{.id = "forgives lies", FRAIL(forgives_lies)},
     "robustness/zero-narp-tlv-lie[router,proxy,v1,ethernet]",
     NULL,
     NULL},
};

/* --- a lab with one of them --- */

static bool lend(struct lab *lab, struct port *port, const struct device_settings *settings,
                 struct reason *reason)
{
    const struct frailty *frailty = lab->context;
    const struct station_handlers *handlers;
    void *station = mutant_new(&frailty->defect, port_services(port), settings, &handlers, reason);
    if (station)
        port_attach(port, handlers, station);
    return station;
}

static void run_on(const struct frailty *frailty, struct arena *arena, struct case_result *result)
{
    static const struct lab_kind kind = {.lend = lend};
    struct lab lab = {.name = frailty->defect.id,
                      .capabilities = reference_capabilities(),
                      .claims = reference_claims,
                      .context = (void *)(uintptr_t)frailty,
                      .kind = &kind};
    struct case_instance *instances;
    size_t count;
    struct reason reason = {""};
    struct selection selection = {.selectors = &frailty->instance, .selector_count = 1};
    ck_assert_msg(select_instances(&selection, &instances, &count, &reason), "%s", reason.text);
    ck_assert_uint_eq(count, 1);
    struct run_options options = {.seed = 1, .pixit = pixit_default()};
    run_instance(&instances[0], &lab, &options, arena, result);
    free(instances);
}

START_TEST(frail_device_is_caught)
{
    const struct frailty *frailty = &frailties[_i];
    struct arena *arena = arena_new();
    struct case_result result;
    run_on(frailty, arena, &result);
    bool named = false;
    for (size_t i = 0; i < result.findings.count; i++) {
        const struct finding *finding = &result.findings.list[i];
        if (!frailty->requirement)
            ck_abort_msg("%s: blamed for %s: expected %s, got %s", frailty->instance,
                         finding->requirement->id, finding->expected, finding->actual);
        bool mine = strcmp(finding->requirement->id, frailty->requirement) == 0 &&
                    strcmp(finding->source, "case") == 0;
        named = named || (mine && strstr(finding->expected, frailty->says));
        ck_assert_msg(!mine || strstr(finding->expected, frailty->says), "%s says: %s", frailty->instance,
                      finding->expected);
    }
    bool must = frailty->requirement && ledger_find(frailty->requirement)->level == LEVEL_MUST;
    ck_assert_int_eq(result.verdict, must ? VERDICT_FAIL : VERDICT_PASS);
    ck_assert_msg(named == (frailty->requirement != NULL), "%s on %s: not found", frailty->defect.id,
                  frailty->instance);
    arena_free(arena);
}
END_TEST

/* No step leaves the frame as it was, and no two steps make the same of it. */
START_TEST(ways_of_spoiling)
{
    struct le_control request = le_control_of(LE_ARP_REQUEST);
    request.transaction_id = 0x01020304;
    request.target_lan = lan_destination_of_mac(mac_of_vrid(1));
    struct spoilable good = {.needed_size = 52, .unused = UNUSED_TARGET_ATM};
    good.size = le_control_encode(&request, good.data, sizeof good.data);
    enum spoil_way way = (enum spoil_way)_i;
    unsigned count = spoil_count(&good, way);
    ck_assert_uint_ge(count, 10);
    for (unsigned step = 0; step < count; step++) {
        static struct spoilt spoilt, other;
        ck_assert(spoil(&good, way, step, &spoilt));
        ck_assert_uint_le(spoilt.size, SPOIL_ROOM);
        ck_assert_msg(spoilt.size != good.size || memcmp(spoilt.data, good.data, good.size) != 0, "%s",
                      spoilt.what);
        for (unsigned before = 0; before < step; before++) {
            spoil(&good, way, before, &other);
            ck_assert_msg(spoilt.size != other.size || memcmp(spoilt.data, other.data, other.size) != 0,
                          "%s is %s", spoilt.what, other.what);
        }
    }
}
END_TEST

START_TEST(cut_frames)
{
    struct le_control request = le_control_of(LE_ARP_REQUEST);
    struct spoilable good = {.needed_size = 52};
    good.size = le_control_encode(&request, good.data, sizeof good.data);
    struct spoilt spoilt;
    ck_assert_uint_eq(spoil_count(&good, SPOIL_CUT), LE_CONTROL_SIZE - 1);
    spoil(&good, SPOIL_CUT, 50, &spoilt);
    ck_assert_int_eq(spoilt.effect, EFFECT_NONE);
    spoil(&good, SPOIL_CUT, 51, &spoilt);
    ck_assert_int_eq(spoilt.effect, EFFECT_EITHER);
    struct le_control query = le_control_of(READY_QUERY);
    good.size = le_control_encode(&query, good.data, sizeof good.data);
    ck_assert_uint_eq(spoil_count(&good, SPOIL_TLV_LIE), 0);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("robustness cases");
    TCase *tcase = tcase_create("robustness cases");
    tcase_add_loop_test(tcase, frail_device_is_caught, 0, (int)(sizeof frailties / sizeof *frailties));
    tcase_add_loop_test(tcase, ways_of_spoiling, 0, SPOIL_WAY_COUNT);
    tcase_add_test(tcase, cut_frames);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
