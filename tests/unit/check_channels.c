/* Channels by signalling: real captures, and calls built by hand with messages missing, repeated or out of
 * order, VCIs used again, and point-to-multipoint. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>

#include "audit/channels.h"
#include "base/duration.h"
#include "base/random.h"
#include "input/capture_input.h"
#include "signalling_builder.h"

static struct arena *arena;
static struct channels *channels;
static struct channel_record next; /* number and time of the next record */
static uint32_t sequences[2];      /* of SD PDUs, by sender */

static struct atm_address lec, other_lec, lecs, les, bus;

static void set_up(void)
{
    arena = arena_new();
    channels = channels_new(arena);
    next = (struct channel_record){.number = 1};
    sequences[0] = sequences[1] = 0;
    const uint8_t prefix[13] = {0x47};
    struct {
        struct atm_address *address;
        uint8_t selector;
    } all[] = {{&lec, 1}, {&other_lec, 2}, {&lecs, 3}, {&les, 4}, {&bus, 5}};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        *all[i].address = atm_address_of(prefix, (struct mac_address){{0}}, all[i].selector);
}

static void tear_down(void)
{
    arena_free(arena);
}

static struct channel *record(bool from_host, uint8_t traffic, uint8_t vpi, uint16_t vci, const void *sdu,
                              size_t size)
{
    next.from_host = from_host;
    next.traffic = traffic;
    next.vpi = vpi;
    next.vci = vci;
    next.sdu = sdu;
    next.size = size;
    struct channel *channel = channels_record(channels, &next);
    next.number++;
    next.time_ns += MILLISECONDS(1);
    return channel;
}

/* An SD PDU on 0/5. */
static void send_numbered(bool from_host, const struct built_message *message, uint32_t sequence)
{
    uint8_t pdu[BUILT_PDU_ROOM];
    struct channel *channel = record(from_host, 6, 0, 5, pdu, message_pdu(message, sequence, pdu));
    ck_assert_int_eq(channel->use, CHANNEL_SIGNALLING);
}

static void send(bool from_host, const struct built_message *message)
{
    send_numbered(from_host, message, sequences[from_host]++);
}

static struct channel *data(bool from_host, uint8_t vpi, uint16_t vci, uint16_t lecid)
{
    uint8_t frame[62] = {(uint8_t)(lecid >> 8), (uint8_t)lecid, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff};
    return record(from_host, 1, vpi, vci, frame, sizeof frame);
}

static struct channel *control(bool from_host, uint8_t vpi, uint16_t vci, const struct le_control *control)
{
    uint8_t frame[512];
    return record(from_host, 1, vpi, vci, frame, le_control_encode(control, frame, sizeof frame));
}

static struct built_message setup_of(uint32_t call, const struct atm_address *calling,
                                     const struct atm_address *called, uint16_t b_lli, bool to_many)
{
    struct built_message setup = message_start(CALL_MESSAGE_SETUP, call);
    message_bearer(&setup, to_many);
    message_b_lli(&setup, b_lli);
    message_called(&setup, called);
    message_calling(&setup, calling);
    return setup;
}

/* The other side's answer with a VCI, and CONNECT. */
static void answer(bool to_host, uint32_t call, uint16_t vci)
{
    struct built_message proceeding = message_start(CALL_MESSAGE_CALL_PROCEEDING, call | OTHER_SIDE);
    message_connection(&proceeding, 0, vci);
    send(!to_host, &proceeding);
    struct built_message connected = message_start(CALL_MESSAGE_CONNECT, call | OTHER_SIDE);
    send(!to_host, &connected);
}

/* A call that the host makes. */
static void call(uint32_t reference, const struct atm_address *calling, const struct atm_address *called,
                 uint16_t b_lli, uint16_t vci)
{
    struct built_message setup = setup_of(reference, calling, called, b_lli, false);
    send(true, &setup);
    answer(true, reference, vci);
}

static void clear(bool by_host, uint32_t reference, bool own_reference)
{
    uint32_t flag = own_reference ? 0 : OTHER_SIDE;
    struct built_message release = message_start(CALL_MESSAGE_RELEASE, reference | flag);
    message_cause(&release, 16);
    send(by_host, &release);
    struct built_message complete =
        message_start(CALL_MESSAGE_RELEASE_COMPLETE, reference | (OTHER_SIDE - flag));
    send(!by_host, &complete);
}

static void assert_channel(const struct channel *channel, const char *text)
{
    char line[CHANNEL_TEXT_SIZE];
    ck_assert_str_eq(channel_text(channel, line, sizeof line), text);
}

static void assert_event(enum channel_event_kind kind, const struct channel *channel)
{
    const struct channel_event *event = channels_event(channels);
    ck_assert_ptr_nonnull(event);
    ck_assert_int_eq(event->kind, kind);
    if (channel)
        ck_assert_ptr_eq(event->channel, channel);
}

/* --- real captures --- */

/* The VCCs of a capture in the order of their SETUP; what is expected was read with tshark. */
static const char *const two_clients[] = {"VPI 0 VCI 5 (signalling)",
                                          "VPI 1 VCI 32 (configuration-direct, known by signalling)",
                                          "VPI 1 VCI 32 (control-direct, known by signalling)",
                                          "VPI 1 VCI 33 (control-distribute, known by signalling)",
                                          "VPI 1 VCI 34 (multicast-send, known by signalling)",
                                          "VPI 1 VCI 35 (multicast-forward, known by signalling)",
                                          "VPI 1 VCI 36 (configuration-direct, known by signalling)",
                                          "VPI 1 VCI 36 (control-direct, known by signalling)",
                                          "VPI 1 VCI 37 (control-distribute, known by signalling)",
                                          "VPI 1 VCI 38 (multicast-send, known by signalling)",
                                          "VPI 1 VCI 39 (multicast-forward, known by signalling)",
                                          "VPI 1 VCI 40 (data-direct, known by signalling)",
                                          "VPI 1 VCI 41 (data-direct, known by signalling)",
                                          NULL};
static const char *const one_client[] = {"VPI 0 VCI 5 (signalling)",
                                         "VPI 1 VCI 32 (configuration-direct, known by signalling)",
                                         "VPI 1 VCI 32 (control-direct, known by signalling)",
                                         "VPI 1 VCI 33 (control-distribute, known by signalling)",
                                         "VPI 1 VCI 34 (multicast-send, known by signalling)",
                                         "VPI 1 VCI 35 (multicast-forward, known by signalling)",
                                         "VPI 1 VCI 36 (data-direct, known by signalling)",
                                         NULL};
static const struct {
    const char *file;
    const char *const *channels;
} real_captures[] = {
    {"linux-two-lecs-join-and-ping.pcap", two_clients},
    {"linux-keepalived-vmac-on-lec.pcap", two_clients},
    {"linux-v1-client-receives-narp.pcap", one_client},
};

/* Reads the capture from a record on; frames of LANE are counted by what their channel was when they came. */
static void read_capture(const char *file, uint64_t from, bool with_signalling,
                         unsigned kinds[static VCC_KIND_COUNT])
{
    char path[512];
    const char *directory = getenv("REAL_FRAMES");
    snprintf(path, sizeof path, "%s/%s", directory ? directory : "tests/real-frames", file);
    struct reason reason;
    struct capture_input *input = capture_input_open(path, &reason);
    ck_assert_msg(input, "%s", reason.text);
    struct capture_record captured;
    while (capture_input_next(input, &captured)) {
        struct channel_record each = {.number = captured.number, .time_ns = captured.time_ns};
        ck_assert(channel_record_read(captured.octets.data, captured.octets.size, &each));
        if (captured.number < from || (!with_signalling && each.traffic == 6))
            continue;
        const struct channel *channel = channels_record(channels, &each);
        if (channel->use == CHANNEL_LANE) {
            kinds[channel->vcc.kind]++;
            ck_assert_int_eq(channel->carrier, CARRIER_LANE_8023);
        }
    }
    capture_input_close(input);
}

START_TEST(real_vccs_have_their_kinds)
{
    unsigned kinds[VCC_KIND_COUNT] = {0};
    read_capture(real_captures[_i].file, 1, true, kinds);
    for (size_t i = 0; i < channels_count(channels); i++)
        assert_channel(channels_at(channels, i), real_captures[_i].channels[i]);
    ck_assert_ptr_null(real_captures[_i].channels[channels_count(channels)]);
    ck_assert_uint_eq(kinds[VCC_UNKNOWN], 0);
    ck_assert_uint_eq(channels_unread_count(channels), 0);
    ck_assert(!channels_full(channels, NULL));
    const struct channel *configuration = channels_at(channels, 1);
    ck_assert_int_eq(configuration->caller, CALLER_HOST);
    ck_assert(!configuration->vcc.open && configuration->calling_known && configuration->called_known);
    const struct channel *control_direct = channels_at(channels, 2);
    ck_assert_uint_eq(control_direct->generation, 2);
    ck_assert_uint_eq(control_direct->known_since, 17); /* its SETUP: the LES is known already */
    ck_assert(control_direct->vcc.open);
}
END_TEST

/* Whatever is missing at the start: what is known is right. */
START_TEST(real_captures_from_the_middle)
{
    unsigned whole[VCC_KIND_COUNT] = {0};
    read_capture(real_captures[0].file, 1, true, whole);
    struct channels *complete = channels;
    for (uint64_t from = 2; from < 163; from++) {
        unsigned kinds[VCC_KIND_COUNT] = {0};
        channels = channels_new(arena);
        read_capture(real_captures[0].file, from, true, kinds);
        for (size_t i = 0; i < channels_count(channels); i++) {
            const struct channel *part = channels_at(channels, i);
            size_t same = channels_count(complete); /* the last one on the VCI */
            while (same-- > 0 && (channels_at(complete, same)->vcc.vci != part->vcc.vci ||
                                  channels_at(complete, same)->first_record > part->first_record))
                ;
            if (part->use == CHANNEL_LANE && part->vcc.kind != VCC_UNKNOWN && part->vcc.vci)
                ck_assert_int_eq(part->vcc.kind, channels_at(complete, same)->vcc.kind);
        }
    }
}
END_TEST

/* Without signalling the host looks like LEC and server at once: only what is certain is concluded. */
START_TEST(real_captures_without_signalling)
{
    unsigned kinds[VCC_KIND_COUNT] = {0};
    read_capture(real_captures[_i].file, 1, false, kinds);
    for (size_t i = 0; i < channels_count(channels); i++) {
        const struct channel *channel = channels_at(channels, i);
        for (size_t j = 0; real_captures[_i].channels[j] && channel->vcc.kind != VCC_UNKNOWN; j++) {
            char text[CHANNEL_TEXT_SIZE];
            snprintf(text, sizeof text, "VPI 1 VCI %u (%s, known by signalling)", channel->vcc.vci,
                     vcc_kind_text(channel->vcc.kind));
            if (strcmp(text, real_captures[_i].channels[j]) == 0)
                break;
            ck_assert_msg(real_captures[_i].channels[j + 1], "%s", text);
        }
    }
    ck_assert_uint_gt(kinds[VCC_CONTROL_DIRECT], 0);
    ck_assert_uint_gt(kinds[VCC_CONFIGURATION_DIRECT], 0);
    ck_assert_uint_gt(kinds[VCC_DATA_DIRECT], 0);
}
END_TEST

/* --- calls --- */

START_TEST(call_from_setup_to_release)
{
    struct built_message setup = setup_of(1, &lec, &other_lec, B_LLI_DATA_DIRECT_8023, false);
    send(true, &setup);
    assert_event(CHANNEL_SETUP, NULL);
    struct channel *channel = channels_event(channels)->channel;
    ck_assert(atm_address_equal(channels_event(channels)->called, &other_lec));
    assert_channel(channel, "call without VCI (data-direct, known by signalling)");
    ck_assert(!channel->vcc.open);
    send(true, &setup); /* T303 */
    ck_assert_ptr_null(channels_event(channels));
    answer(true, 1, 40);
    assert_event(CHANNEL_CONNECTED, channel);
    ck_assert(!channels_event(channels)->from_host);
    assert_channel(channel, "VPI 0 VCI 40 (data-direct, known by signalling)");
    ck_assert(channel->vcc.open);
    ck_assert_ptr_eq(data(true, 0, 40, 1), channel);
    struct built_message release = message_start(CALL_MESSAGE_RELEASE, 1 | OTHER_SIDE);
    message_cause(&release, 27);
    send(false, &release);
    assert_event(CHANNEL_RELEASED, channel);
    ck_assert_uint_eq(channels_event(channels)->cause, 27);
    ck_assert(!channel->vcc.open);
    ck_assert_int_eq(channel->closed_ns, next.time_ns - MILLISECONDS(1));
    struct built_message complete = message_start(CALL_MESSAGE_RELEASE_COMPLETE, 1);
    send(true, &complete);
    ck_assert_ptr_null(channels_event(channels));
    ck_assert_ptr_eq(data(true, 0, 40, 1), channel); /* was under way */
    next.time_ns += SECONDS(2);
    struct channel *later = data(true, 0, 40, 1);
    ck_assert_ptr_ne(later, channel); /* a call whose SETUP is missing */
    assert_channel(later, "VPI 0 VCI 40 (unknown, known by nothing)");
    ck_assert_uint_eq(later->generation, 2);
}
END_TEST

START_TEST(call_from_the_network)
{
    struct built_message setup = setup_of(1, &other_lec, &lec, B_LLI_DATA_DIRECT_8025, false);
    message_connection(&setup, 0, 50);
    send(false, &setup);
    struct channel *channel = channels_event(channels)->channel;
    struct built_message own = setup_of(1, &lec, &other_lec, B_LLI_DATA_DIRECT_8025, false);
    send(true, &own); /* the same number, but the host's */
    ck_assert_ptr_ne(channels_event(channels)->channel, channel);
    struct built_message connected = message_start(CALL_MESSAGE_CONNECT, 1 | OTHER_SIDE);
    send(true, &connected);
    assert_event(CHANNEL_CONNECTED, channel);
    ck_assert_int_eq(channel->caller, CALLER_NETWORK);
    ck_assert_ptr_eq(data(false, 0, 50, 2), channel);
    ck_assert_int_eq(channel->carrier, CARRIER_LANE_8025);
    ck_assert(channels_token_ring(channels));
}
END_TEST

START_TEST(vci_used_again)
{
    call(1, &lec, &other_lec, B_LLI_DATA_DIRECT_8023, 40);
    struct channel *first = data(true, 0, 40, 1);
    clear(true, 1, true);
    call(2, &lec, &bus, B_LLI_MULTICAST_8023, 40);
    struct channel *second = data(true, 0, 40, 1);
    ck_assert_ptr_ne(first, second);
    ck_assert_uint_eq(second->generation, 2);
    ck_assert(!first->vcc.open && second->vcc.open);
    ck_assert_uint_ne(first->vcc.id, second->vcc.id);
    call(3, &lec, &other_lec, B_LLI_DATA_DIRECT_8023, 40); /* RELEASE of the second is missing */
    ck_assert_uint_eq(data(true, 0, 40, 1)->generation, 3);
    ck_assert(!second->vcc.open);
    call(1, &lec, &other_lec, B_LLI_DATA_DIRECT_8023, 41); /* call reference used again */
    ck_assert_ptr_ne(data(true, 0, 41, 1), first);
    struct built_message setup = setup_of(1, &lec, &other_lec, B_LLI_DATA_DIRECT_8023, false);
    struct built_message release = message_start(CALL_MESSAGE_RELEASE, 1);
    send(true, &release);
    send(true, &setup); /* RELEASE COMPLETE is missing */
    assert_event(CHANNEL_SETUP, NULL);
}
END_TEST

START_TEST(setup_is_missing)
{
    answer(true, 1, 40);
    struct channel *channel = data(false, 0, 40, 1);
    ck_assert_int_eq(channel->caller, CALLER_HOST);
    ck_assert(!channel->called_known && !channel->calling_known && !channel->b_lli_known);
    assert_channel(channel, "VPI 0 VCI 40 (unknown, known by nothing)");
    struct le_control ready = le_control_of(READY_IND);
    control(true, 0, 40, &ready);
    assert_channel(channel, "VPI 0 VCI 40 (data-direct, known by behaviour)");
    clear(false, 1, false);
    ck_assert(!channel->vcc.open);
    clear(true, 77, true); /* of a call that was never seen */
    ck_assert_ptr_null(channels_event(channels));
}
END_TEST

START_TEST(connect_is_missing)
{
    struct built_message setup = setup_of(1, &lec, &other_lec, B_LLI_DATA_DIRECT_8023, false);
    send(true, &setup);
    struct built_message proceeding = message_start(CALL_MESSAGE_CALL_PROCEEDING, 1 | OTHER_SIDE);
    message_connection(&proceeding, 0, 40);
    send(false, &proceeding);
    ck_assert(data(true, 0, 40, 1)->vcc.open);
}
END_TEST

START_TEST(refused_call)
{
    struct built_message setup = setup_of(1, &lec, &other_lec, B_LLI_DATA_DIRECT_8023, false);
    send(true, &setup);
    struct channel *channel = channels_event(channels)->channel;
    struct built_message complete = message_start(CALL_MESSAGE_RELEASE_COMPLETE, 1 | OTHER_SIDE);
    message_cause(&complete, 3);
    send(false, &complete);
    assert_event(CHANNEL_RELEASED, channel);
    ck_assert_uint_eq(channels_event(channels)->cause, 3);
    send(true, &setup);
    assert_event(CHANNEL_SETUP, NULL);
    ck_assert_ptr_ne(channels_event(channels)->channel, channel);
}
END_TEST

/* After RELEASE COMPLETE the call reference belongs to nobody. */
START_TEST(call_reference_is_free_again)
{
    call(1, &lec, &other_lec, B_LLI_DATA_DIRECT_8023, 40);
    clear(true, 1, true);
    answer(true, 1, 41); /* SETUP is missing */
    ck_assert_int_eq(data(true, 0, 41, 1)->caller, CALLER_HOST);
}
END_TEST

/* Captures of vmacheck have the signalling of the device on one interface, and each VCC on another. */
START_TEST(signalling_on_an_interface_of_its_own)
{
    next.interface = 3;
    struct channel *overheard = data(false, 0, 39, 4);
    next.interface = 0;
    call(1, &lec, &other_lec, B_LLI_DATA_DIRECT_8023, 40);
    struct channel *called = channels_event(channels)->channel;
    next.interface = 1;
    ck_assert_ptr_eq(data(true, 0, 40, 1), called);
    assert_channel(called, "VPI 0 VCI 40 (data-direct, known by signalling)");
    ck_assert_int_eq(called->caller, CALLER_HOST);
    next.interface = 0;
    clear(true, 1, true);
    next.interface = 1;
    ck_assert_ptr_eq(data(false, 0, 40, 1), called); /* was under way */
    next.interface = 0;
    call(2, &lec, &other_lec, B_LLI_DATA_DIRECT_8023, 40);
    next.interface = 1;
    struct channel *later = data(true, 0, 40, 1);
    ck_assert(later != called && later->vcc.open);
    next.interface = 3;
    ck_assert_ptr_eq(data(false, 0, 39, 4), overheard);
    assert_channel(overheard, "VPI 0 VCI 39 (unknown, known by nothing)");
}
END_TEST

/* Two ports, each with its signalling: a VCI of one says nothing about the other. */
START_TEST(signalling_of_several_interfaces)
{
    call(1, &lec, &other_lec, B_LLI_DATA_DIRECT_8023, 40);
    next.interface = 1;
    call(1, &lec, &bus, B_LLI_MULTICAST_8023, 41);
    assert_channel(data(true, 0, 40, 1), "VPI 0 VCI 40 (unknown, known by nothing)");
    next.interface = 0;
    assert_channel(data(true, 0, 40, 1), "VPI 0 VCI 40 (data-direct, known by signalling)");
    assert_channel(data(true, 0, 41, 1), "VPI 0 VCI 41 (unknown, known by nothing)");
}
END_TEST

START_TEST(restart_clears_calls)
{
    call(1, &lec, &other_lec, B_LLI_DATA_DIRECT_8023, 40);
    call(2, &lec, &other_lec, B_LLI_DATA_DIRECT_8023, 41);
    call(3, &lec, &other_lec, B_LLI_DATA_DIRECT_8023, 42);
    struct channel *list[] = {data(true, 0, 40, 1), data(true, 0, 41, 1), data(true, 0, 42, 1)};
    struct built_message one = message_start(CALL_MESSAGE_RESTART, 0);
    message_connection(&one, 0, 41);
    send(false, &one);
    ck_assert(list[0]->vcc.open && !list[1]->vcc.open && list[2]->vcc.open);
    struct built_message all = message_start(CALL_MESSAGE_RESTART, 0);
    send(false, &all);
    ck_assert(!list[0]->vcc.open && !list[2]->vcc.open);
    struct built_message status = message_start(CALL_MESSAGE_STATUS, 4 | OTHER_SIDE);
    message_element(&status, 0x14, "\0", 1); /* null state */
    call(4, &lec, &other_lec, B_LLI_DATA_DIRECT_8023, 43);
    send(false, &status);
    assert_event(CHANNEL_RELEASED, NULL);
}
END_TEST

/* --- SSCOP --- */

START_TEST(repeated_pdus_count_once)
{
    struct built_message setup = setup_of(1, &lec, &other_lec, B_LLI_DATA_DIRECT_8023, false);
    struct built_message release = message_start(CALL_MESSAGE_RELEASE, 1);
    struct built_message complete = message_start(CALL_MESSAGE_RELEASE_COMPLETE, 1 | OTHER_SIDE);
    send_numbered(true, &setup, 0xffffff);
    send_numbered(true, &release, 0);
    send_numbered(false, &complete, 9);
    send_numbered(true, &setup, 0xffffff); /* as if a new call began */
    ck_assert_ptr_null(channels_event(channels));
    ck_assert_uint_eq(channels_message_count(channels), 3);
    send_numbered(true, &setup, 2); /* 1 is late */
    assert_event(CHANNEL_SETUP, NULL);
    send_numbered(true, &release, 1);
    assert_event(CHANNEL_RELEASED, NULL);
    send_numbered(false, &complete, 10);
    uint8_t pdu[BUILT_PDU_ROOM];
    record(true, 6, 0, 5, pdu, sscop_pdu(SSCOP_BGN, 30, pdu));
    send_numbered(true, &setup, 0); /* of a new connection */
    assert_event(CHANNEL_SETUP, NULL);
    send_numbered(true, &release, 5000); /* much is missing */
    assert_event(CHANNEL_RELEASED, NULL);
    send_numbered(false, &complete, 11);
    send_numbered(true, &setup, 1); /* and the BGN of another one */
    assert_event(CHANNEL_SETUP, NULL);
}
END_TEST

START_TEST(unreadable_signalling_is_counted)
{
    record(true, 6, 0, 5, "abc", 3);
    next.snapped = true;
    record(true, 6, 0, 5, "abcd", 4);
    next.snapped = false;
    uint8_t pdu[BUILT_PDU_ROOM];
    record(true, 6, 0, 5, pdu, sscop_pdu(SSCOP_POLL, 0, pdu));
    ck_assert_uint_eq(channels_unread_count(channels), 2);
    ck_assert_uint_eq(channels_message_count(channels), 0);
}
END_TEST

/* --- whose VCC it is --- */

START_TEST(kinds_from_who_calls_whom)
{
    call(1, &lec, &lecs, B_LLI_CONTROL, 32);
    struct channel *configuration = channels_at(channels, 1);
    assert_channel(configuration, "VPI 0 VCI 32 (unknown, known by nothing)");
    struct le_control request = le_control_of(LE_CONFIGURE_REQUEST);
    request.source_atm = lec;
    control(true, 0, 32, &request);
    assert_channel(configuration, "VPI 0 VCI 32 (configuration-direct, known by signalling)");
    struct le_control response = le_control_of(LE_CONFIGURE_RESPONSE);
    response.source_atm = lec;
    response.target_atm = les;
    control(false, 0, 32, &response);

    call(2, &lec, &les, B_LLI_CONTROL, 33);
    assert_channel(channels_at(channels, 2), "VPI 0 VCI 33 (control-direct, known by signalling)");
    call(3, &les, &lec, B_LLI_CONTROL, 34);
    assert_channel(channels_at(channels, 3), "VPI 0 VCI 34 (control-distribute, known by signalling)");
    call(4, &lec, &bus, B_LLI_MULTICAST_8023, 35);
    assert_channel(channels_at(channels, 4), "VPI 0 VCI 35 (multicast-send, known by signalling)");
    call(5, &bus, &lec, B_LLI_MULTICAST_8023, 36);
    assert_channel(channels_at(channels, 5), "VPI 0 VCI 36 (multicast-forward, known by signalling)");
    call(6, &other_lec, &lec, B_LLI_DATA_DIRECT_8023, 37);
    assert_channel(channels_at(channels, 6), "VPI 0 VCI 37 (data-direct, known by signalling)");
    call(7, &other_lec, &lecs, B_LLI_CONTROL, 38);
    assert_channel(channels_at(channels, 7), "VPI 0 VCI 38 (configuration-direct, known by signalling)");
    /* Who is at the ends counts more than a B-LLI that can't be right. */
    call(8, &lec, &les, B_LLI_MULTICAST_8023, 39);
    assert_channel(channels_at(channels, 8), "VPI 0 VCI 39 (control-direct, known by signalling)");
}
END_TEST

START_TEST(well_known_lecs_address)
{
    struct atm_address well_known;
    ck_assert(atm_address_read("47007900000000000000000000"
                               "00a03e000001"
                               "00",
                               &well_known));
    call(1, &lec, &well_known, B_LLI_CONTROL, 32);
    assert_channel(channels_at(channels, 1), "VPI 0 VCI 32 (configuration-direct, known by signalling)");
}
END_TEST

/* The BUS is known from the answer for the broadcast address. */
START_TEST(bus_address_from_le_arp)
{
    struct built_message setup = setup_of(1, &bus, &lec, B_LLI_MULTICAST_8023, false);
    message_connection(&setup, 0, 36);
    send(false, &setup);
    struct channel *forward = data(false, 0, 36, 5);
    assert_channel(forward, "VPI 0 VCI 36 (unknown, known by nothing)");
    struct le_control answered = le_control_of(LE_ARP_RESPONSE);
    answered.target_lan = lan_destination_of_mac(MAC_BROADCAST);
    answered.target_atm = bus;
    answered.source_atm = lec;
    control(false, 0, 33, &answered);
    ck_assert_ptr_eq(data(false, 0, 36, 5), forward);
    assert_channel(forward, "VPI 0 VCI 36 (multicast-forward, known by signalling)");
    ck_assert_uint_eq(forward->known_since, next.number - 1);
}
END_TEST

START_TEST(point_to_multipoint_leaf_and_root)
{
    struct built_message setup = setup_of(1, &les, &lec, B_LLI_CONTROL, true);
    message_endpoint(&setup, 0);
    message_connection(&setup, 0, 40);
    send(false, &setup);
    struct channel *leaf = channels_event(channels)->channel;
    assert_channel(leaf, "VPI 0 VCI 40 (control-distribute, known by signalling)");
    ck_assert(leaf->vcc.call.point_to_multipoint);
    ck_assert_uint_eq(leaf->party_count, 0);

    struct built_message root_setup = setup_of(9, &bus, &lec, B_LLI_MULTICAST_8025, true);
    message_endpoint(&root_setup, 0);
    send(true, &root_setup);
    struct channel *root = channels_event(channels)->channel;
    answer(true, 9, 41);
    ck_assert_uint_eq(root->party_count, 1);
    struct built_message add = message_start(CALL_MESSAGE_ADD_PARTY, 9);
    message_called(&add, &other_lec);
    message_endpoint(&add, 1);
    send(true, &add);
    assert_event(CHANNEL_PARTY_SETUP, root);
    ck_assert(atm_address_equal(channels_event(channels)->called, &other_lec));
    struct built_message added = message_start(CALL_MESSAGE_ADD_PARTY_ACKNOWLEDGE, 9 | OTHER_SIDE);
    message_endpoint(&added, 1);
    send(false, &added);
    assert_event(CHANNEL_PARTY_ADDED, root);
    ck_assert_uint_eq(root->party_count, 2);
    assert_channel(root, "VPI 0 VCI 41 (multicast-forward, known by signalling)");
    struct built_message drop = message_start(CALL_MESSAGE_DROP_PARTY, 9 | OTHER_SIDE);
    message_endpoint(&drop, 1);
    message_cause(&drop, 27);
    send(false, &drop);
    assert_event(CHANNEL_PARTY_DROPPED, root);
    ck_assert_uint_eq(root->party_count, 1);
    ck_assert(root->vcc.open);
    clear(true, 9, true);
    ck_assert_uint_eq(root->party_count, 0);
}
END_TEST

/* ADD PARTY shows point-to-multipoint when the SETUP is missing. */
START_TEST(add_party_without_setup)
{
    answer(true, 9, 41);
    struct built_message add = message_start(CALL_MESSAGE_ADD_PARTY, 9);
    message_called(&add, &other_lec);
    send(true, &add);
    ck_assert(data(true, 0, 41, 1)->vcc.call.point_to_multipoint);
}
END_TEST

START_TEST(llc_multiplexed_call)
{
    struct built_message setup = message_start(CALL_MESSAGE_SETUP, 1);
    message_element(&setup, 0x5f, "\xcc", 1);
    message_called(&setup, &other_lec);
    message_calling(&setup, &lec);
    send(true, &setup);
    answer(true, 1, 40);
    struct channel *channel = data(true, 0, 40, 1);
    assert_channel(channel, "VPI 0 VCI 40 (data-direct, known by signalling)");
    ck_assert_int_eq(channel->carrier, CARRIER_LANE_LLC);
}
END_TEST

/* --- bounds --- */

START_TEST(vccs_beyond_the_room_share_one)
{
    const char *what = NULL;
    for (unsigned i = 0; i < CHANNEL_ROOM; i++)
        ck_assert(!data(true, (uint8_t)(1 + (i >> 15)), (uint16_t)(i & 0x7fff), 1)->shared);
    ck_assert(!channels_full(channels, &what));
    struct channel *beyond = data(true, 9, 1, 1);
    ck_assert(beyond->shared);
    ck_assert_ptr_eq(data(true, 9, 2, 1), beyond);
    ck_assert_int_eq(beyond->vcc.kind, VCC_UNKNOWN);
    ck_assert(channels_full(channels, &what));
    ck_assert_str_eq(what, "there are more VCCs than are told apart");
    ck_assert(!data(true, 1, 5, 1)->shared);
}
END_TEST

START_TEST(calls_beyond_the_room_are_told)
{
    for (uint32_t i = 1; i < CHANNEL_ROOM; i++) {
        struct built_message setup = setup_of(i, &lec, &other_lec, B_LLI_DATA_DIRECT_8023, false);
        send(true, &setup);
    }
    assert_event(CHANNEL_SETUP, NULL);
    ck_assert(!channels_full(channels, NULL));
    struct built_message setup = setup_of(CHANNEL_ROOM, &lec, &other_lec, B_LLI_DATA_DIRECT_8023, false);
    send(true, &setup);
    ck_assert_ptr_null(channels_event(channels));
    ck_assert(channels_full(channels, NULL));
    ck_assert(data(true, 0, 40, 1)->shared);
}
END_TEST

/* Any octets in any place: nothing breaks, and channels stay bounded. */
START_TEST(any_records_are_accepted)
{
    struct random random = random_stream(1, "records");
    for (unsigned i = 0; i < 60000; i++) {
        uint8_t octets[160];
        size_t size = (size_t)random_between(&random, 0, sizeof octets);
        for (size_t j = 0; j < size; j++)
            octets[j] = (uint8_t)(random_next(&random) >> 60);
        if (size > 8 && i % 2) { /* looks like an LE control frame, or a message */
            octets[i % 3 ? 4 : 0] = 0xff;
            octets[i % 3 ? 5 : 1] = 0;
            octets[8] = (uint8_t)random_between(&random, 0, 1);
            octets[9] = (uint8_t)random_between(&random, 0, 12);
        }
        struct channel_record any = {.interface = (uint32_t)(i % 3 ? 0 : random_next(&random) >> 40),
                                     .number = i + 1,
                                     .time_ns = (int64_t)random_next(&random)};
        uint8_t *exact = malloc(size ? size : 1);
        memcpy(exact, octets, size);
        if (channel_record_read(exact, size, &any))
            ck_assert_ptr_nonnull(channels_record(channels, &any));
        free(exact);
    }
    ck_assert_uint_le(channels_count(channels), CHANNEL_ROOM);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("channels");
    TCase *tcase = tcase_create("channels");
    tcase_add_checked_fixture(tcase, set_up, tear_down);
    int real_count = (int)(sizeof real_captures / sizeof *real_captures);
    tcase_add_loop_test(tcase, real_vccs_have_their_kinds, 0, real_count);
    tcase_add_loop_test(tcase, real_captures_without_signalling, 0, real_count);
    tcase_add_test(tcase, real_captures_from_the_middle);
    tcase_add_test(tcase, call_from_setup_to_release);
    tcase_add_test(tcase, call_from_the_network);
    tcase_add_test(tcase, vci_used_again);
    tcase_add_test(tcase, setup_is_missing);
    tcase_add_test(tcase, connect_is_missing);
    tcase_add_test(tcase, refused_call);
    tcase_add_test(tcase, call_reference_is_free_again);
    tcase_add_test(tcase, signalling_on_an_interface_of_its_own);
    tcase_add_test(tcase, signalling_of_several_interfaces);
    tcase_add_test(tcase, restart_clears_calls);
    tcase_add_test(tcase, repeated_pdus_count_once);
    tcase_add_test(tcase, unreadable_signalling_is_counted);
    tcase_add_test(tcase, kinds_from_who_calls_whom);
    tcase_add_test(tcase, well_known_lecs_address);
    tcase_add_test(tcase, bus_address_from_le_arp);
    tcase_add_test(tcase, point_to_multipoint_leaf_and_root);
    tcase_add_test(tcase, add_party_without_setup);
    tcase_add_test(tcase, llc_multiplexed_call);
    tcase_add_test(tcase, vccs_beyond_the_room_share_one);
    tcase_add_test(tcase, calls_beyond_the_room_are_told);
    tcase_add_test(tcase, any_records_are_accepted);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
