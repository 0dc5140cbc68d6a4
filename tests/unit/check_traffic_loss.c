/* Streams of numbered packets, and what the tap tells of those that are lost. */
#include <check.h>
#include <stdlib.h>

#include "elan_stage.h"
#include "peers/traffic.h"
#include "scene/traffic_loss.h"

#define INTERVAL MILLISECONDS(100)
#define STREAM   7
#define SENDER   0u /* numbers of LECs */
#define ROUTER   1u
#define THIRD    2u

static struct host *host;
static struct traffic *traffic;
static struct traffic_way way;

static void setup(void)
{
    elan = peer_elan_new(true);
    elan->latency_low_ns = elan->latency_high_ns = MILLISECONDS(1);
    peer_elan_build(elan);
    for (unsigned i = 0; i < 3; i++)
        peer_elan_lec(elan, NULL);
    struct host_settings settings = host_settings_default();
    settings.mac = peer_elan_mac(SENDER);
    settings.address = peer_elan_ip(21);
    host = host_new(peer_lec_link(elan->lecs_of[SENDER]), &settings);
    peer_elan_run(elan, SECONDS(1));
    host_set_arp(host, peer_elan_ip(1), peer_elan_mac(ROUTER));
    traffic = traffic_new(host, &(struct traffic_settings){.stream = STREAM,
                                                           .destination = {0xc0000263},
                                                           .via = peer_elan_ip(1),
                                                           .interval_ns = INTERVAL});
    way = (struct traffic_way){.traffic = traffic,
                               .sender = port_index(elan->ports_of[SENDER]),
                               .sink = port_index(elan->ports_of[ROUTER])};
}

/* Of what was sent since 'from_ns' and up to 100 ms ago. */
static struct traffic_loss loss_since(int64_t from_ns)
{
    return traffic_loss_read(elan->tap, &way, from_ns, peer_elan_now_ns(elan) - INTERVAL, elan->arena);
}

/* The stream flows on a Data Direct VCC; returns when. */
static int64_t flow(void)
{
    traffic_start(traffic);
    peer_elan_run(elan, SECONDS(9));
    ck_assert(peer_lec_has_data_direct(elan->lecs_of[SENDER],
                                       &peer_lec_settings_of(elan->lecs_of[ROUTER])->atm_address));
    peer_elan_run(elan, MILLISECONDS(50));
    return peer_elan_now_ns(elan);
}

START_TEST(nothing_is_lost)
{
    int64_t from_ns = flow();
    peer_elan_run(elan, SECONDS(2));
    struct traffic_loss loss = loss_since(from_ns);
    ck_assert_uint_eq(loss.sent, 19);
    ck_assert_uint_eq(loss.lost, 0);
    ck_assert_uint_eq(loss.flooded, 0);
    ck_assert(loss.recovered);
    ck_assert_int_ge(loss.gap_ns, INTERVAL);
    ck_assert_int_le(loss.gap_ns, INTERVAL + MILLISECONDS(1));
    ck_assert_uint_eq(traffic_sent_count(traffic), 111);
    ck_assert_int_eq(traffic_sent_ns(traffic, 1) - traffic_sent_ns(traffic, 0), INTERVAL);
}
END_TEST

START_TEST(a_stopped_stream_sends_nothing)
{
    flow();
    traffic_stop(traffic);
    size_t sent = traffic_sent_count(traffic);
    peer_elan_run(elan, SECONDS(1));
    ck_assert_uint_eq(traffic_sent_count(traffic), sent);
    traffic_start(traffic);
    ck_assert_uint_eq(traffic_sent_count(traffic), sent + 1);
}
END_TEST

START_TEST(a_gap_ends)
{
    int64_t from_ns = flow();
    port_fail_link(elan->ports_of[ROUTER], LINK_UNNOTICED);
    peer_elan_run(elan, SECONDS(1));
    struct traffic_loss loss = loss_since(from_ns);
    ck_assert_uint_eq(loss.lost, 9);
    ck_assert_uint_eq(loss.where[LOSS_DEAD_VCC], 9);
    ck_assert(!loss.recovered);
    ck_assert_int_eq(loss.gap_ns, MILLISECONDS(900)); /* up to the end */
    port_restore_link(elan->ports_of[ROUTER]);
    peer_elan_run(elan, SECONDS(1));
    loss = loss_since(from_ns);
    ck_assert_uint_eq(loss.lost, 10);
    ck_assert_uint_eq(loss.sent, 19);
    ck_assert(loss.recovered);
    ck_assert_int_ge(loss.gap_ns, SECONDS(1));
    ck_assert_int_le(loss.gap_ns, MILLISECONDS(1060));
}
END_TEST

/* The sink is elsewhere, so every packet is lost, at the LEC that gets it. */
START_TEST(places_of_loss)
{
    static const enum loss_place places[] = {LOSS_OLD_MASTER, LOSS_NEW_MASTER, LOSS_ELSEWHERE};
    int64_t from_ns = flow();
    peer_elan_run(elan, SECONDS(1));
    way.sink = port_index(elan->ports_of[THIRD]);
    way.old_master = _i == 0 ? port_bit(port_index(elan->ports_of[ROUTER])) : 0;
    way.new_master = _i == 1 ? port_bit(port_index(elan->ports_of[ROUTER])) : 0;
    struct traffic_loss loss = loss_since(from_ns);
    ck_assert_uint_eq(loss.sent, 9);
    ck_assert_uint_eq(loss.where[places[_i]], 9);
}
END_TEST

/* Nobody has the address: C10 packets per C11 go to the BUS, the others nowhere. */
START_TEST(unknown_destination)
{
    host_set_arp(host, peer_elan_ip(1), (struct mac_address){{0x00, 0x20, 0x5a, 1, 2, 3}});
    way.sink = port_index(elan->les_port); /* which gets no data */
    peer_lec_forget(elan->lecs_of[SENDER], (struct mac_address){{0x00, 0x20, 0x5a, 1, 2, 3}});
    int64_t from_ns = peer_elan_now_ns(elan);
    struct traffic *fast = traffic_new(host, &(struct traffic_settings){.stream = STREAM + 1,
                                                                        .destination = {0xc0000263},
                                                                        .via = peer_elan_ip(1),
                                                                        .interval_ns = INTERVAL / 2});
    way.traffic = fast;
    traffic_start(fast);
    peer_elan_run(elan, MILLISECONDS(1090)); /* packets at 0, 50 … 1050 ms; those before 990 ms count */
    struct traffic_loss loss = loss_since(from_ns);
    ck_assert_uint_eq(loss.sent, 20);
    ck_assert_uint_eq(loss.lost, 20);
    ck_assert_uint_eq(loss.where[LOSS_BUS], 10);
    ck_assert_uint_eq(loss.where[LOSS_NOWHERE], 10);
    ck_assert_uint_eq(loss.flooded, 10);
}
END_TEST

/* The packets of the first stream arrive at the sink, those of the second one go elsewhere. */
START_TEST(streams_are_told_apart)
{
    host_set_arp(host, peer_elan_ip(2), peer_elan_mac(THIRD));
    struct traffic *second = traffic_new(host, &(struct traffic_settings){.stream = STREAM + 1,
                                                                          .destination = {0xc0000263},
                                                                          .via = peer_elan_ip(2),
                                                                          .interval_ns = INTERVAL});
    traffic_start(second);
    int64_t from_ns = flow();
    peer_elan_run(elan, SECONDS(1));
    ck_assert_uint_eq(loss_since(from_ns).lost, 0);
    way.traffic = second;
    struct traffic_loss loss = loss_since(from_ns);
    ck_assert_uint_eq(loss.sent, 9);
    ck_assert_uint_eq(loss.lost, 9);
}
END_TEST

START_TEST(other_packets_are_none)
{
    uint16_t stream;
    uint32_t sequence;
    flow();
    struct tap_event *event = peer_elan_last_event(elan, elan->ports_of[SENDER], FRAME_IPV4);
    struct frame frame = *tap_frame(elan->tap, event);
    ck_assert(traffic_read(&frame, &stream, &sequence));
    ck_assert_uint_eq(stream, STREAM);
    ck_assert_uint_eq(sequence, traffic_sent_count(traffic) - 1);
    frame.ipv4.protocol = IPV4_PROTOCOL_ICMP;
    ck_assert(!traffic_read(&frame, &stream, &sequence));
    frame.ipv4.protocol = 17;
    frame.ipv4.payload.size--;
    ck_assert(!traffic_read(&frame, &stream, &sequence));
    frame.ipv4.payload.size++;
    frame.layers &= ~LAYER_IPV4;
    ck_assert(!traffic_read(&frame, &stream, &sequence));
}
END_TEST

START_TEST(places_have_names)
{
    for (int place = 0; place < LOSS_PLACE_COUNT; place++)
        for (int other = 0; other < place; other++) {
            ck_assert_str_ne(loss_place_key((enum loss_place)place), loss_place_key((enum loss_place)other));
            ck_assert_str_ne(loss_place_words((enum loss_place)place),
                             loss_place_words((enum loss_place)other));
        }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("traffic");
    TCase *tests = tcase_create("loss");
    tcase_add_checked_fixture(tests, setup, close_elan);
    tcase_add_test(tests, nothing_is_lost);
    tcase_add_test(tests, a_stopped_stream_sends_nothing);
    tcase_add_test(tests, a_gap_ends);
    tcase_add_loop_test(tests, places_of_loss, 0, 3);
    tcase_add_test(tests, unknown_destination);
    tcase_add_test(tests, streams_are_told_apart);
    tcase_add_test(tests, other_packets_are_none);
    tcase_add_test(tests, places_have_names);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
