/* Channels without signalling: by what flows on them, by the metadata of vmacheck's captures, and over cases
 * of the suite, whose VCCs are known: a kind by behaviour is never a wrong one. */
#include <check.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "audit/channels.h"
#include "base/duration.h"
#include "input/capture_input.h"
#include "output/capture.h"
#include "suite_run.h"

#define HOST  0x80 /* sent by the host */
#define OTHER 0x00

static struct arena *arena;
static struct channels *channels;
static struct channel_record next;

static void set_up(void)
{
    arena = arena_new();
    channels = channels_new(arena);
    next = (struct channel_record){.number = 1};
}

static void tear_down(void)
{
    arena_free(arena);
}

static struct channel *record(unsigned from, uint8_t traffic, uint16_t vci, const void *sdu, size_t size)
{
    next.from_host = from == HOST;
    next.traffic = traffic;
    next.vci = vci;
    next.sdu = sdu;
    next.size = size;
    struct channel *channel = channels_record(channels, &next);
    next.number++;
    next.time_ns += MILLISECONDS(1);
    return channel;
}

static struct atm_address address_of(uint8_t selector)
{
    return atm_address_of((const uint8_t[13]){0x47}, (struct mac_address){{0}}, selector);
}

/* A control frame of the LEC with that LECID; its ATM address has it too. */
static struct channel *control(unsigned from, uint16_t vci, enum le_opcode opcode, uint16_t lecid,
                               uint32_t transaction)
{
    struct le_control frame = le_control_of(opcode);
    frame.requester_lecid = lecid;
    frame.transaction_id = transaction;
    frame.source_atm = address_of((uint8_t)lecid);
    uint8_t octets[LE_CONTROL_SIZE];
    return record(from, 1, vci, octets, le_control_encode(&frame, octets, sizeof octets));
}

static struct channel *data(unsigned from, uint16_t vci, uint16_t lecid, bool group)
{
    uint8_t octets[62] = {(uint8_t)(lecid >> 8), (uint8_t)lecid, group ? 0xff : 0x00};
    return record(from, 1, vci, octets, sizeof octets);
}

static void assert_kind(const struct channel *channel, enum vcc_kind kind)
{
    ck_assert_str_eq(vcc_kind_text(channel->vcc.kind), vcc_kind_text(kind));
    ck_assert_int_eq(channel->known, kind == VCC_UNKNOWN ? KNOWN_BY_NOTHING : KNOWN_BY_BEHAVIOUR);
    ck_assert_uint_eq(channel->known_since != 0, kind != VCC_UNKNOWN);
}

/* LEC 1 at the host joins over VCI 33. */
static void join(void)
{
    control(HOST, 33, LE_JOIN_REQUEST, 1, 5);
    control(OTHER, 33, LE_JOIN_RESPONSE, 1, 5);
}

START_TEST(configuration_direct)
{
    assert_kind(control(HOST, 32, LE_CONFIGURE_REQUEST, 0, 1), VCC_CONFIGURATION_DIRECT);
    assert_kind(control(OTHER, 40, LE_CONFIGURE_RESPONSE, 0, 1), VCC_UNKNOWN); /* of what? */
    assert_kind(control(OTHER, 41, LE_CONFIGURE_REQUEST, 0, 1), VCC_UNKNOWN);
    assert_kind(control(HOST, 41, LE_CONFIGURE_RESPONSE, 0, 1), VCC_CONFIGURATION_DIRECT);
    assert_kind(control(OTHER, 42, LE_CONFIGURE_REQUEST, 0, 7), VCC_UNKNOWN);
    assert_kind(control(OTHER, 42, LE_CONFIGURE_RESPONSE, 0, 7), VCC_CONFIGURATION_DIRECT);
    assert_kind(data(HOST, LECS_PVC_VCI, 0, false), VCC_CONFIGURATION_DIRECT);
}
END_TEST

START_TEST(control_direct)
{
    assert_kind(control(HOST, 33, LE_JOIN_REQUEST, 0, 1), VCC_CONTROL_DIRECT);
    assert_kind(control(OTHER, 34, LE_JOIN_REQUEST, 0, 1), VCC_UNKNOWN);
    assert_kind(control(OTHER, 34, LE_JOIN_RESPONSE, 9, 2), VCC_UNKNOWN);
    assert_kind(control(HOST, 35, LE_ARP_REQUEST, 1, 3), VCC_UNKNOWN);
    assert_kind(control(OTHER, 35, LE_ARP_RESPONSE, 1, 3), VCC_CONTROL_DIRECT); /* both ways */
    assert_kind(control(HOST, 36, LE_REGISTER_REQUEST, 2, 4), VCC_UNKNOWN);
    assert_kind(control(OTHER, 36, LE_REGISTER_RESPONSE, 2, 4), VCC_CONTROL_DIRECT);
}
END_TEST

START_TEST(control_distribute)
{
    control(HOST, 33, LE_JOIN_REQUEST, 1, 5);
    struct channel *distribute = control(OTHER, 34, LE_JOIN_RESPONSE, 1, 5);
    assert_kind(distribute, VCC_CONTROL_DISTRIBUTE);
    control(HOST, 33, LE_REGISTER_REQUEST, 1, 6);
    assert_kind(control(OTHER, 40, LE_REGISTER_RESPONSE, 1, 7), VCC_UNKNOWN); /* another one's */
    assert_kind(control(OTHER, 41, LE_REGISTER_RESPONSE, 1, 6), VCC_CONTROL_DISTRIBUTE);
    assert_kind(control(OTHER, 42, LE_REGISTER_RESPONSE, 1, 6), VCC_UNKNOWN); /* it has its answer */
    assert_kind(control(OTHER, 43, LE_NARP_REQUEST, 2, 6), VCC_UNKNOWN);
}
END_TEST

START_TEST(multicast_send_and_forward)
{
    assert_kind(data(HOST, 35, 1, true), VCC_UNKNOWN); /* the host may be the BUS */
    join();
    struct channel *send = data(HOST, 35, 1, true);
    assert_kind(send, VCC_MULTICAST_SEND);
    ck_assert_uint_eq(send->known_since, next.number - 1);
    assert_kind(data(OTHER, 36, 1, true), VCC_MULTICAST_FORWARD); /* the host's own comes back */
    assert_kind(data(OTHER, 37, 2, true), VCC_UNKNOWN);           /* or the send of LEC 2 */
    assert_kind(data(OTHER, 37, 3, true), VCC_MULTICAST_FORWARD);
    assert_kind(data(HOST, 38, 1, true), VCC_UNKNOWN); /* a second one to send on? */
    assert_kind(data(HOST, 39, 0, true), VCC_UNKNOWN);
}
END_TEST

/* Who answers LEC requests may be the BUS as well, and a LEC besides. */
START_TEST(host_that_serves)
{
    join();
    control(OTHER, 40, LE_JOIN_REQUEST, 2, 8);
    control(HOST, 40, LE_JOIN_RESPONSE, 2, 8);
    assert_kind(data(HOST, 35, 1, true), VCC_UNKNOWN);
    assert_kind(data(OTHER, 36, 1, true), VCC_UNKNOWN);
    data(HOST, 37, 2, true);
    assert_kind(data(HOST, 37, 1, true), VCC_MULTICAST_FORWARD);
}
END_TEST

START_TEST(data_direct)
{
    assert_kind(control(HOST, 40, READY_IND, 0, 0), VCC_DATA_DIRECT);
    assert_kind(control(OTHER, 41, READY_QUERY, 0, 0), VCC_DATA_DIRECT);
    assert_kind(data(HOST, 42, 1, false), VCC_UNKNOWN);
    assert_kind(data(HOST, 42, 1, false), VCC_UNKNOWN);
    assert_kind(data(OTHER, 42, 2, false), VCC_DATA_DIRECT);
    data(HOST, 43, 1, true);
    data(HOST, 43, 1, false);
    assert_kind(data(OTHER, 43, 2, false), VCC_UNKNOWN); /* a BUS may answer on a Multicast Send */
    static const uint8_t multiplexed[] = {0xaa, 0xaa, 3, 0, 0xa0, 0x3e, 0, 0x0c, 0, 0,
                                          0,    1,    0, 1, 0,    0,    0, 0,    0};
    struct channel *channel = record(HOST, 2, 44, multiplexed, sizeof multiplexed);
    assert_kind(channel, VCC_DATA_DIRECT);
    ck_assert_int_eq(channel->carrier, CARRIER_LANE_LLC);
    static const uint8_t routed[] = {0xaa, 0xaa, 3, 0, 0, 0, 8, 0, 0x45, 0, 0, 0, 0, 0, 0, 0};
    ck_assert_int_eq(record(HOST, 2, 45, routed, sizeof routed)->use, CHANNEL_OTHER);
}
END_TEST

START_TEST(contradicted_kind_is_given_up)
{
    struct channel *channel = control(HOST, 40, READY_IND, 0, 0);
    assert_kind(channel, VCC_DATA_DIRECT);
    ck_assert_ptr_eq(control(HOST, 40, LE_REGISTER_REQUEST, 1, 1), channel);
    assert_kind(channel, VCC_UNKNOWN);
    ck_assert(channel->contradicted);
    control(HOST, 40, READY_IND, 0, 0);
    assert_kind(channel, VCC_UNKNOWN); /* for good */
    join();
    data(HOST, 33, 1, true);
    ck_assert(channels_at(channels, 1)->contradicted);
}
END_TEST

/* A client that configures and then joins over the same VCI, and one that joins again. */
START_TEST(vci_used_again)
{
    struct channel *configuration = control(HOST, 32, LE_CONFIGURE_REQUEST, 0, 1);
    control(OTHER, 32, LE_CONFIGURE_RESPONSE, 0, 1);
    struct channel *direct = control(HOST, 32, LE_JOIN_REQUEST, 1, 2);
    ck_assert_ptr_ne(direct, configuration);
    ck_assert_uint_eq(direct->generation, 2);
    assert_kind(direct, VCC_CONTROL_DIRECT);
    assert_kind(configuration, VCC_CONFIGURATION_DIRECT);
    ck_assert(!configuration->vcc.open);
    control(OTHER, 32, LE_JOIN_RESPONSE, 1, 2);
    struct channel *send = data(HOST, 34, 1, true);
    assert_kind(send, VCC_MULTICAST_SEND);
    ck_assert_ptr_eq(control(OTHER, 32, LE_CONFIGURE_REQUEST, 0, 1), direct); /* not by who joined */
    /* Joins again: every VCC is new. */
    control(HOST, 40, LE_JOIN_REQUEST, 1, 3);
    control(OTHER, 40, LE_JOIN_RESPONSE, 1, 3);
    struct channel *later = data(OTHER, 34, 1, true);
    ck_assert_ptr_ne(later, send);
    assert_kind(later, VCC_MULTICAST_FORWARD);
    ck_assert(!send->vcc.open);
}
END_TEST

/* --- medium --- */

static const uint8_t ring_ip[48] = {0, 1, 0x50, 0x40, 0xc0, 0, 0, 4, 0, 0, 0, 0,    0x5e,
                                    0, 1, 1,    0xaa, 0xaa, 3, 0, 0, 0, 8, 0, 0x45, 0};
static const uint8_t ethernet_ip[62] = {0, 1, 0, 0, 0x5e, 0, 1, 1, 0, 0x20, 0x5a, 1, 2, 3, 8, 0, 0x45};

START_TEST(medium_of_certain_frames)
{
    data(HOST, 40, 1, false); /* not certain */
    ck_assert(!channels_token_ring(channels));
    struct channel *ring = record(HOST, 1, 41, ring_ip, sizeof ring_ip);
    ck_assert_int_eq(ring->carrier, CARRIER_LANE_8025);
    ck_assert(channels_token_ring(channels));
    ck_assert_int_eq(data(HOST, 40, 1, false)->carrier, CARRIER_LANE_8025);
}
END_TEST

START_TEST(medium_of_ethernet_frames)
{
    struct channel *channel = record(HOST, 1, 41, ethernet_ip, sizeof ethernet_ip);
    ck_assert_int_eq(channel->carrier, CARRIER_LANE_8023);
    record(HOST, 1, 41, ring_ip, sizeof ring_ip); /* the first one counts */
    ck_assert_int_eq(channel->carrier, CARRIER_LANE_8023);
}
END_TEST

/* What the LES says counts more than anything; where a B-LLI says something else, a frame decides. */
START_TEST(medium_of_answers)
{
    channels_interface(channels, 0, "data-direct dut -> host",
                       "VCI 50, calling 4700000000000000000000000000000000000001, called "
                       "4700000000000000000000000000000000000002, LANE protocol id 2",
                       NULL);
    struct channel *wrong = data(HOST, 50, 1, false);
    ck_assert_int_eq(wrong->carrier, CARRIER_LANE_8023);
    struct le_control response = le_control_of(LE_JOIN_RESPONSE);
    response.lan_type = LAN_TYPE_8025;
    uint8_t octets[LE_CONTROL_SIZE];
    record(OTHER, 1, 33, octets, le_control_encode(&response, octets, sizeof octets));
    ck_assert_int_eq(data(HOST, 40, 1, false)->carrier, CARRIER_LANE_8025);
    ck_assert_int_eq(data(HOST, 50, 1, false)->carrier, CARRIER_LANE_8025);
    record(HOST, 1, 50, ethernet_ip, sizeof ethernet_ip);
    ck_assert_int_eq(wrong->carrier, CARRIER_LANE_8023); /* an ELAN of its own */
    record(HOST, 1, 50, ring_ip, sizeof ring_ip);
    ck_assert_int_eq(wrong->carrier, CARRIER_LANE_8023);
}
END_TEST

/* --- metadata --- */

#define CALLING "4700000000000000000000000000000000000001"
#define CALLED  "4700000000000000000000000000000000000002"

START_TEST(metadata_is_read)
{
    channels_interface(
        channels, 7, "control-distribute les -> dut,host-1",
        "VCI 34, calling " CALLING ", called " CALLED ", LANE protocol id 1, point-to-multipoint", NULL);
    next.interface = 7;
    struct channel *channel = control(OTHER, 34, LE_NARP_REQUEST, 5, 1);
    ck_assert_int_eq(channel->vcc.kind, VCC_CONTROL_DISTRIBUTE);
    ck_assert_int_eq(channel->known, KNOWN_BY_METADATA);
    ck_assert_int_eq(channel->caller, CALLER_NETWORK);
    ck_assert(channel->vcc.call.point_to_multipoint && channel->b_lli_known);
    ck_assert_int_eq(channel->vcc.call.b_lli, B_LLI_CONTROL);
    ck_assert_str_eq(channel->caller_name, "les");
    ck_assert_str_eq(channel->hearer_names, "dut,host-1");
    char text[ATM_ADDRESS_TEXT_SIZE];
    ck_assert_str_eq(atm_address_text(&channel->vcc.call.calling, text), CALLING);
    ck_assert_str_eq(atm_address_text(&channel->vcc.call.called, text), CALLED);
    control(OTHER, 34, READY_IND, 5, 1); /* behaviour says nothing against it */
    ck_assert_int_eq(channel->vcc.kind, VCC_CONTROL_DISTRIBUTE);
    assert_kind(control(OTHER, 35, LE_NARP_REQUEST, 5, 1), VCC_UNKNOWN); /* another VCI */
}
END_TEST

START_TEST(metadata_says_who_called)
{
    static const struct {
        const char *name, *device;
        enum channel_caller caller;
    } samples[] = {
        {"data-direct dut -> host-1", NULL, CALLER_HOST},
        {"data-direct host-1 -> dut", NULL, CALLER_NETWORK},
        {"data-direct host-1 -> dut-2", NULL, CALLER_OTHERS},
        {"data-direct host-1 -> router", "router", CALLER_NETWORK},
        {"data-direct dut -> host-1", "router", CALLER_OTHERS},
    };
    for (uint32_t i = 0; i < sizeof samples / sizeof *samples; i++) {
        channels_interface(channels, i, samples[i].name,
                           "VCI 40, calling " CALLING ", called " CALLED
                           ", LANE protocol id 6 (LLC-multiplexed)",
                           samples[i].device);
        next.interface = i;
        struct channel *channel = data(HOST, 40, 1, false);
        ck_assert_int_eq(channel->caller, samples[i].caller);
        ck_assert_int_eq(channel->carrier, CARRIER_LANE_LLC);
    }
}
END_TEST

START_TEST(other_names_are_no_metadata)
{
    static const struct {
        const char *name, *description;
    } samples[] = {
        {NULL, NULL},
        {"eth0", "VCI 40, calling " CALLING ", called " CALLED ", LANE protocol id 1"},
        {"control-direct dut -> les", NULL},
        {"control-direct dut -> les", ""},
        {"control-direct dut -> les", "VCI 40, calling " CALLING ", called " CALLED ", LANE protocol id 7"},
        {"control-direct dut -> les",
         "VCI 99999, calling " CALLING ", called " CALLED ", LANE protocol id 1"},
        {"control-direct dut -> les", "VCI 40, calling 47, called " CALLED ", LANE protocol id 1"},
        {"control-direct dut -> les", "VCI 40, calling " CALLING ", called " CALLED ", LANE protocol id 1 "},
        {"control-direct", "VCI 40, calling " CALLING ", called " CALLED ", LANE protocol id 1"},
        {"control-somehow a -> b", "VCI 40, calling " CALLING ", called " CALLED ", LANE protocol id 1"},
    };
    for (uint32_t i = 0; i < sizeof samples / sizeof *samples; i++) {
        channels_interface(channels, i, samples[i].name, samples[i].description, NULL);
        next.interface = i;
        assert_kind(data(HOST, 40, 1, false), VCC_UNKNOWN);
    }
}
END_TEST

/* --- cases of the suite --- */

/* What became of the frames of the cases. */
static struct {
    pthread_mutex_t mutex;
    size_t frames[VCC_KIND_COUNT];
    size_t known[VCC_KIND_COUNT];
} tally = {.mutex = PTHREAD_MUTEX_INITIALIZER};

/* The frames of the case as a capture without metadata would have them. */
static void *compare_kinds(void *context, size_t index, const struct case_result *result)
{
    (void)context;
    (void)index;
    size_t frames[VCC_KIND_COUNT] = {0}, known[VCC_KIND_COUNT] = {0};
    struct arena *own = arena_new();
    struct channels *seen = channels_new(own);
    for (size_t i = 0; i < tap_count(result->tap); i++) {
        struct tap_event *event = tap_at(result->tap, i);
        if (event->kind != TAP_SDU)
            continue;
        bool multiplexed = event->vcc->call.b_lli == B_LLI_LLC_MULTIPLEXED;
        struct channel_record each = {.interface = event->vcc->id,
                                      .number = event->frame_number,
                                      .time_ns = event->time_ns,
                                      .from_host = event->from == tap_device(result->tap),
                                      .traffic = multiplexed ? 2 : 1,
                                      .vci = event->vcc->vci,
                                      .sdu = event->data,
                                      .size = event->size};
        const struct channel *channel = channels_record(seen, &each);
        char name[INSTANCE_TEXT_SIZE];
        frames[event->vcc->kind]++;
        if (channel->vcc.kind == VCC_UNKNOWN)
            continue;
        known[event->vcc->kind]++;
        ck_assert_msg(channel->vcc.kind == event->vcc->kind, "%s, frame %u: %s is taken for %s",
                      instance_text(&result->instance, name), event->frame_number,
                      vcc_kind_text(event->vcc->kind), vcc_kind_text(channel->vcc.kind));
        bool ring = result->instance.medium == MEDIUM_TOKEN_RING;
        ck_assert_int_eq(channel->carrier, multiplexed ? CARRIER_LANE_LLC
                                           : ring      ? CARRIER_LANE_8025
                                                       : CARRIER_LANE_8023);
    }
    arena_free(own);
    pthread_mutex_lock(&tally.mutex);
    for (int kind = 0; kind < VCC_KIND_COUNT; kind++) {
        tally.frames[kind] += frames[kind];
        tally.known[kind] += known[kind];
    }
    pthread_mutex_unlock(&tally.mutex);
    return NULL;
}

START_TEST(kinds_of_the_suite_are_never_wrong)
{
    static const char *const topics[] = {"join/",           "association-non-proxy/",
                                         "lec-paths/",      "bridge/",
                                         "les-forwarding/", "les-join/",
                                         "failover/",       "robustness/",
                                         "token-ring/"};
    struct selection selection = {.selectors = topics, .selector_count = sizeof topics / sizeof *topics};
    ck_assert(run_suite(&selection, "reference", 1, compare_kinds));
    static const unsigned least_percent[VCC_KIND_COUNT] = {
        [VCC_CONFIGURATION_DIRECT] = 60, [VCC_CONTROL_DIRECT] = 80,    [VCC_CONTROL_DISTRIBUTE] = 60,
        [VCC_MULTICAST_SEND] = 25,       [VCC_MULTICAST_FORWARD] = 60, [VCC_DATA_DIRECT] = 95,
    };
    for (int kind = VCC_UNKNOWN + 1; kind < VCC_KIND_COUNT; kind++)
        ck_assert_msg(tally.known[kind] * 100 >= tally.frames[kind] * least_percent[kind] &&
                          tally.frames[kind] > 100,
                      "%s: %zu of %zu frames", vcc_kind_text((enum vcc_kind)kind), tally.known[kind],
                      tally.frames[kind]);
}
END_TEST

/* Writes the capture of a case and reads its metadata back. */
static void *read_metadata(void *context, size_t index, const struct case_result *result)
{
    (void)context;
    (void)index;
    char path[] = "/tmp/vmacheck-channels-XXXXXX";
    int descriptor = mkstemp(path);
    ck_assert_int_ge(descriptor, 0);
    close(descriptor);
    struct reason reason = {""};
    ck_assert_msg(capture_write(path, result, &reason), "%s", reason.text);
    struct arena *own = arena_new();
    struct channels *seen = channels_new(own);
    struct capture_input *input = capture_input_open(path, &reason);
    ck_assert_msg(input, "%s", reason.text);
    struct capture_record captured;
    while (capture_input_next(input, &captured)) {
        const struct capture_interface *interface = capture_input_interface(input, captured.interface);
        if (interface->link_type != LINK_TYPE_SUNATM)
            continue;
        struct channel_record each = {
            .interface = captured.interface, .number = captured.number, .time_ns = captured.time_ns};
        channels_interface(seen, captured.interface, interface->name, interface->description, NULL);
        ck_assert(channel_record_read(captured.octets.data, captured.octets.size, &each));
        const struct channel *channel = channels_record(seen, &each);
        if (channel->use == CHANNEL_SIGNALLING)
            continue;
        size_t at = 0;
        while (tap_at(result->tap, at)->frame_number != captured.number)
            at++;
        const struct vcc *vcc = tap_at(result->tap, at)->vcc;
        unsigned device = tap_device(result->tap);
        ck_assert_msg(channel->known >= KNOWN_BY_METADATA, "%s: %s", interface->name, interface->description);
        ck_assert_int_eq(channel->vcc.kind, vcc->kind);
        ck_assert_int_eq(channel->vcc.vci, vcc->vci);
        ck_assert_int_eq(channel->vcc.call.b_lli, vcc->call.b_lli);
        ck_assert_int_eq(channel->vcc.call.point_to_multipoint, vcc->call.point_to_multipoint);
        ck_assert(atm_address_equal(&channel->vcc.call.calling, &vcc->call.calling));
        ck_assert(atm_address_equal(&channel->vcc.call.called, &vcc->call.called));
        ck_assert_int_eq(channel->caller == CALLER_HOST, vcc->caller == device);
        if (!vcc->call.point_to_multipoint)
            ck_assert_int_eq(channel->caller == CALLER_NETWORK, vcc->called == device);
    }
    capture_input_close(input);
    unlink(path);
    arena_free(own);
    return NULL;
}

START_TEST(metadata_of_the_suite_is_read)
{
    static const char *const topics[] = {"lec-paths/"};
    struct selection selection = {.selectors = topics, .selector_count = 1};
    ck_assert(run_suite(&selection, "reference", 1, read_metadata));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("channels: behaviour");
    TCase *tcase = tcase_create("behaviour");
    tcase_add_checked_fixture(tcase, set_up, tear_down);
    tcase_add_test(tcase, configuration_direct);
    tcase_add_test(tcase, control_direct);
    tcase_add_test(tcase, control_distribute);
    tcase_add_test(tcase, multicast_send_and_forward);
    tcase_add_test(tcase, host_that_serves);
    tcase_add_test(tcase, data_direct);
    tcase_add_test(tcase, contradicted_kind_is_given_up);
    tcase_add_test(tcase, vci_used_again);
    tcase_add_test(tcase, medium_of_certain_frames);
    tcase_add_test(tcase, medium_of_ethernet_frames);
    tcase_add_test(tcase, medium_of_answers);
    tcase_add_test(tcase, metadata_is_read);
    tcase_add_test(tcase, metadata_says_who_called);
    tcase_add_test(tcase, other_names_are_no_metadata);
    suite_add_tcase(suite, tcase);
    TCase *cases = tcase_create("cases");
    tcase_add_test(cases, kinds_of_the_suite_are_never_wrong);
    tcase_add_test(cases, metadata_of_the_suite_is_read);
    suite_add_tcase(suite, cases);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
