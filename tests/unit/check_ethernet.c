/* Live Ethernet ports, on veth pairs in a network namespace of the test's own. What needs no privileges runs
 * in any case. */
#define _GNU_SOURCE /* unshare() */
#include <arpa/inet.h>
#include <check.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/duration.h"
#include "base/privileges.h"
#include "ethernet/ethernet.h"

#define TEST_TYPE 0x88b5 /* EtherType for experiments, IEEE 802 */
#define ROOM      200    /* frames that a test can receive */
#define LIMIT_MS  10000  /* for something that has to happen */

static struct reason reason;
static struct ethernet *left;
static struct ethernet *right;

/* What came in of TEST_TYPE. */
static struct arrivals {
    size_t count;
    struct arrival {
        size_t size;
        int64_t time_ns;
        uint8_t data[2000];
    } list[ROOM];
} arrivals;

static bool shell(const char *format, ...) __attribute__((format(printf, 1, 2)));

static bool shell(const char *format, ...)
{
    char command[500];
    va_list list;
    va_start(list, format);
    vsnprintf(command, sizeof command, format, list);
    va_end(list);
    return system(command) == 0;
}

static bool make_pair(void)
{
    return unshare(CLONE_NEWNET) == 0 && shell("ip link add left type veth peer name right") &&
           shell("ip link set left addrgenmode none up") && shell("ip link set right addrgenmode none up");
}

static void set_up(void)
{
    ck_assert(make_pair());
    left = ethernet_open("left", &reason);
    ck_assert_msg(left, "%s", reason.text);
    right = ethernet_open("right", &reason);
    ck_assert_msg(right, "%s", reason.text);
    arrivals.count = 0;
}

static void tear_down(void)
{
    ethernet_close(left);
    ethernet_close(right);
}

static int64_t now_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return SECONDS(now.tv_sec) + now.tv_nsec;
}

static void arrived(void *context, const uint8_t *data, size_t size, int64_t time_ns)
{
    (void)context;
    if (size < 14 || data[12] != TEST_TYPE >> 8 || data[13] != (TEST_TYPE & 0xff))
        return;
    ck_assert_uint_lt(arrivals.count, ROOM);
    ck_assert_uint_le(size, sizeof arrivals.list[0].data);
    struct arrival *arrival = &arrivals.list[arrivals.count++];
    arrival->size = size;
    arrival->time_ns = time_ns;
    memcpy(arrival->data, data, size);
}

static bool can_read(const struct ethernet *port)
{
    struct pollfd watched = {ethernet_descriptor(port), POLLIN, 0};
    return poll(&watched, 1, LIMIT_MS) == 1;
}

/* Until so many are there. */
static void await(struct ethernet *port, size_t count)
{
    while (arrivals.count < count) {
        ck_assert(can_read(port));
        ck_assert_msg(ethernet_receive(port, arrived, NULL, &reason), "%s", reason.text);
    }
    ck_assert_uint_eq(arrivals.count, count);
}

static void await_loss(struct ethernet *port)
{
    bool good = true;
    while (good) {
        ck_assert(can_read(port));
        good = ethernet_receive(port, arrived, NULL, &reason);
    }
    ck_assert_ptr_nonnull(strstr(reason.text, "is gone"));
}

/* A frame with a number in it. */
static size_t make_frame(uint8_t *frame, size_t size, unsigned number)
{
    static const uint8_t header[] = {2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2, TEST_TYPE >> 8, TEST_TYPE & 0xff};
    memset(frame, 0xa5, size);
    memcpy(frame, header, sizeof header);
    frame[14] = (uint8_t)(number >> 8);
    frame[15] = (uint8_t)number;
    return size;
}

static void send_number(struct ethernet *port, unsigned number)
{
    uint8_t frame[64];
    size_t size = make_frame(frame, sizeof frame, number);
    ck_assert_msg(ethernet_send(port, frame, size, &reason), "%s", reason.text);
}

static unsigned number_of(size_t i)
{
    return (unsigned)arrivals.list[i].data[14] << 8 | arrivals.list[i].data[15];
}

static void expect_refusal(const char *name, const char *words)
{
    reason.text[0] = '\0';
    ck_assert_ptr_null(ethernet_open(name, &reason));
    ck_assert_msg(strstr(reason.text, words), "%s", reason.text);
}

/* --- without privileges --- */

START_TEST(names_that_mean_nothing)
{
    expect_refusal("", "write INTERFACE or NAMESPACE/INTERFACE");
    expect_refusal("/eth0", "write INTERFACE or NAMESPACE/INTERFACE");
    expect_refusal("a/", "write INTERFACE or NAMESPACE/INTERFACE");
    expect_refusal("a/b/c", "write INTERFACE or NAMESPACE/INTERFACE");
    expect_refusal("nowhere", "nowhere: there is no such interface; `ip link` shows");
    expect_refusal("any", "any: there is no such interface");
    expect_refusal("a-name-that-is-longer-than-interfaces-have", "there is no such interface");
    expect_refusal("no-such-namespace/eth0",
                   "there is no network namespace no-such-namespace; `ip netns list`");
    expect_refusal("lo", "the loopback interface is no Ethernet port");
}
END_TEST

/* --- frames --- */

static void pass(struct ethernet *from, struct ethernet *to)
{
    uint8_t frame[1514];
    arrivals.count = 0;
    for (unsigned i = 0; i < 100; i++) {
        size_t size = make_frame(frame, 20 + 15 * i, i);
        ck_assert_msg(ethernet_send(from, frame, size, &reason), "%s", reason.text);
    }
    await(to, 100);
    for (unsigned i = 0; i < 100; i++) {
        const struct arrival *arrival = &arrivals.list[i];
        size_t size = make_frame(frame, 20 + 15 * i, i);
        ck_assert_uint_eq(arrival->size, size < 60 ? 60 : size);
        ck_assert_mem_eq(arrival->data, frame, size);
        for (size_t at = size; at < 60; at++)
            ck_assert_uint_eq(arrival->data[at], 0);
    }
    ck_assert_uint_eq(ethernet_counts(from).sent, 100);
    ck_assert_uint_ge(ethernet_counts(to).received, 100);
    ck_assert_uint_eq(ethernet_counts(to).dropped, 0);
}

START_TEST(both_ways_in_order)
{
    ck_assert_str_eq(ethernet_name(left), "left");
    pass(left, right);
    pass(right, left);
}
END_TEST

START_TEST(time_stamps)
{
    int64_t before_ns = now_ns();
    for (unsigned i = 0; i < 100; i++)
        send_number(left, i);
    await(right, 100);
    ck_assert_int_ge(arrivals.list[0].time_ns, before_ns);
    ck_assert_int_le(arrivals.list[99].time_ns, now_ns());
    bool finer_than_microseconds = false;
    for (size_t i = 0; i < 100; i++) {
        ck_assert(i == 0 || arrivals.list[i].time_ns >= arrivals.list[i - 1].time_ns);
        finer_than_microseconds |= arrivals.list[i].time_ns % NS_PER_US != 0;
    }
    ck_assert(finer_than_microseconds);
}
END_TEST

/* Another program of this namespace: a socket of its own. */
static void send_as_another(unsigned number)
{
    uint8_t frame[64];
    struct sockaddr_ll address = {.sll_family = AF_PACKET, .sll_ifindex = (int)if_nametoindex("left")};
    int other = socket(AF_PACKET, SOCK_RAW, 0);
    ck_assert_int_ge(other, 0);
    size_t size = make_frame(frame, sizeof frame, number);
    ck_assert_int_eq(sendto(other, frame, size, 0, (struct sockaddr *)&address, sizeof address),
                     sizeof frame);
    close(other);
}

START_TEST(what_this_machine_sends_does_not_come_in)
{
    send_number(left, 1);
    send_as_another(2);
    await(right, 2); /* both were really sent */
    arrivals.count = 0;
    send_number(right, 3);
    await(left, 1);
    ck_assert_uint_eq(number_of(0), 3);
    ck_assert_uint_eq(ethernet_counts(left).received, 1);
}
END_TEST

/* Two who play the network on one cable would judge each other. */
START_TEST(port_has_one_user)
{
    ck_assert_ptr_null(ethernet_open("left", &reason));
    ck_assert_ptr_nonnull(strstr(reason.text, "left: another vmacheck uses this port"));
    ethernet_close(left);
    left = ethernet_open("left", &reason);
    ck_assert_msg(left, "%s", reason.text);
}
END_TEST

/* The kernel's own, as ARP, which is asked for here. */
START_TEST(what_the_kernel_sends_does_not_come_in)
{
    ck_assert(shell("ip address add 192.0.2.1/24 dev left"));
    struct sockaddr_in peer = {
        .sin_family = AF_INET, .sin_port = htons(9), .sin_addr = {inet_addr("192.0.2.2")}};
    int datagrams = socket(AF_INET, SOCK_DGRAM, 0);
    ck_assert_int_eq(sendto(datagrams, "x", 1, 0, (struct sockaddr *)&peer, sizeof peer), 1);
    close(datagrams);
    while (ethernet_counts(right).received == 0) {
        ck_assert(can_read(right));
        ck_assert(ethernet_receive(right, arrived, NULL, &reason));
    }
    send_number(right, 1);
    await(left, 1);
    ck_assert_uint_eq(ethernet_counts(left).received, 1);
}
END_TEST

/* Those for other addresses too, and those with a VLAN tag, which the kernel takes off. */
START_TEST(all_that_comes_in_is_seen)
{
    uint8_t frame[100];
    size_t size = make_frame(frame, sizeof frame, 1);
    static const uint8_t vmac[] = {0x00, 0x00, 0x5e, 0x00, 0x01, 0x07};
    static const uint8_t tag[] = {0x81, 0x00, 0x20, 0x05};
    ck_assert(shell("ip -details link show left | grep -q 'promiscuity 1'"));
    memcpy(frame, vmac, sizeof vmac);
    ck_assert(ethernet_send(left, frame, size, &reason));
    await(right, 1);
    ck_assert_mem_eq(arrivals.list[0].data, frame, size);
    memmove(frame + 16, frame + 12, size - 16);
    memcpy(frame + 12, tag, sizeof tag);
    ck_assert(ethernet_send(left, frame, size, &reason));
    while (ethernet_counts(right).received < 2) {
        ck_assert(can_read(right));
        ck_assert(ethernet_receive(right, arrived, NULL, &reason));
    }
    send_number(left, 2);
    await(right, 2);
}
END_TEST

START_TEST(frames_that_can_not_be_sent)
{
    uint8_t frame[2000];
    make_frame(frame, sizeof frame, 1);
    ck_assert(!ethernet_send(left, frame, 13, &reason));
    ck_assert_ptr_nonnull(strstr(reason.text, "13 octets are no Ethernet frame"));
    ck_assert(!ethernet_send(left, frame, 1600, &reason));
    ck_assert_ptr_nonnull(strstr(reason.text, "raise its MTU"));
    ck_assert_uint_eq(ethernet_counts(left).sent, 0);
    send_number(left, 2);
    await(right, 1);
}
END_TEST

/* Nobody reads, so the buffer overflows: nothing goes missing uncounted. */
START_TEST(what_is_dropped_is_counted)
{
    uint8_t frame[64];
    for (unsigned i = 0; i < 20000; i++)
        ethernet_send(left, frame, make_frame(frame, sizeof frame, i), &reason);
    struct ethernet_counts counts = ethernet_counts(right);
    ck_assert_uint_gt(counts.dropped, 0);
    ck_assert_uint_lt(counts.dropped, ethernet_counts(left).sent);
}
END_TEST

START_TEST(larger_than_the_port_was_opened_for)
{
    uint8_t frame[5000];
    ck_assert(shell("ip link set left mtu 9000 && ip link set right mtu 9000"));
    ck_assert(ethernet_send(left, frame, make_frame(frame, sizeof frame, 1), &reason));
    send_number(left, 2);
    await(right, 1);
    ck_assert_uint_eq(number_of(0), 2);
    ck_assert_uint_eq(ethernet_counts(right).oversize, 1);
}
END_TEST

/* --- the link --- */

/* The kernel connects a link some time after it is set up. */
static void send_until_heard(struct ethernet *from, struct ethernet *to)
{
    struct pollfd watched = {ethernet_descriptor(to), POLLIN, 0};
    arrivals.count = 0;
    for (unsigned i = 0; i < LIMIT_MS && arrivals.count == 0; i++) {
        send_number(from, i);
        poll(&watched, 1, 1);
        ck_assert_msg(ethernet_receive(to, arrived, NULL, &reason), "%s", reason.text);
    }
    ck_assert_uint_gt(arrivals.count, 0);
}

static void pull_cable(const char *interface)
{
    uint64_t cuts = ethernet_counts(left).cuts;
    ck_assert(shell("ip link set %s down", interface));
    arrivals.count = 0;
    for (unsigned i = 0; i < 3; i++) {
        ck_assert_msg(ethernet_receive(left, arrived, NULL, &reason), "%s", reason.text);
        ck_assert_msg(ethernet_receive(right, arrived, NULL, &reason), "%s", reason.text);
        send_number(left, i);
        send_number(right, i);
    }
    ck_assert_uint_eq(arrivals.count, 0);
    ck_assert_uint_gt(ethernet_counts(left).lost + ethernet_counts(right).lost, 0);
    ck_assert(shell("ip link set %s up", interface));
    send_until_heard(left, right);
    send_until_heard(right, left);
    cuts++;
    ck_assert_uint_eq(ethernet_counts(left).cuts, cuts);
    ck_assert_uint_eq(ethernet_counts(right).cuts, cuts);
}

START_TEST(link_down_is_no_loss_of_the_port)
{
    ck_assert_uint_eq(ethernet_counts(left).cuts, 0);
    pull_cable("right");
    pull_cable("left");
}
END_TEST

static void expect_loss(struct ethernet *port)
{
    uint8_t frame[64];
    await_loss(port);
    ck_assert(!ethernet_receive(port, arrived, NULL, &reason)); /* for good */
    ck_assert(!ethernet_send(port, frame, make_frame(frame, sizeof frame, 1), &reason));
    ck_assert_ptr_nonnull(strstr(reason.text, "is gone"));
}

START_TEST(interface_deleted)
{
    ck_assert(shell("ip link delete left"));
    expect_loss(left);
    expect_loss(right);
}
END_TEST

/* The packet socket alone would not tell. */
START_TEST(interface_deleted_while_it_is_down)
{
    ck_assert(shell("ip link set left down && ip link set right down"));
    ck_assert(ethernet_receive(left, arrived, NULL, &reason));
    ck_assert(ethernet_receive(right, arrived, NULL, &reason));
    ck_assert(shell("ip link delete left"));
    expect_loss(left);
    expect_loss(right);
}
END_TEST

START_TEST(frames_before_the_end_are_handed_on)
{
    send_number(left, 1);
    ck_assert(shell("ip link delete left"));
    await_loss(right);
    ck_assert_uint_eq(arrivals.count, 1);
}
END_TEST

START_TEST(other_interfaces_come_and_go)
{
    ck_assert(shell("ip link add other type veth && ip link set other up && ip link delete other"));
    send_number(left, 1);
    await(right, 1);
    ck_assert(ethernet_receive(left, arrived, NULL, &reason));
}
END_TEST

/* --- opening --- */

START_TEST(interfaces_that_can_not_be_opened)
{
    ck_assert(shell("ip link set left down"));
    expect_refusal("left", "left: the interface is down; set it up: `ip link set left up`");
    if (shell("ip tuntap add dev tunnel mode tun 2>/dev/null && ip link set tunnel up"))
        expect_refusal("tunnel", "only Ethernet interfaces can be ports");
}
END_TEST

static void own_namespace(char *text, size_t size)
{
    ssize_t length = readlink("/proc/thread-self/ns/net", text, size - 1);
    ck_assert_int_gt(length, 0);
    text[length] = '\0';
}

START_TEST(another_namespace)
{
    char name[50];
    char port[80];
    char before[100];
    char after[100];
    snprintf(name, sizeof name, "vmacheck-test-%d", (int)getpid());
    snprintf(port, sizeof port, "%s/far", name);
    if (!shell("ip netns add %s 2>/dev/null", name)) {
        puts("another_namespace: skipped, namespaces can't be given names here (`ip netns add`)");
        return;
    }
    bool made = shell("ip link add near type veth peer name far netns %s", name);
    own_namespace(before, sizeof before);
    struct ethernet *down = ethernet_open(port, &reason);
    struct reason why = reason;
    made = made && shell("ip link set near up && ip -n %s link set far up", name);
    struct ethernet *far = ethernet_open(port, &reason);
    own_namespace(after, sizeof after);
    snprintf(port, sizeof port, "%s/nowhere", name);
    struct ethernet *nowhere = ethernet_open(port, &reason);
    shell("ip netns delete %s", name); /* the name only: open ports keep the namespace */
    ck_assert(made && !down && far && !nowhere);
    ck_assert_str_eq(before, after);
    ck_assert_msg(strstr(why.text, "link set far up") && strstr(why.text, name), "%s", why.text);
    ck_assert_ptr_nonnull(strstr(reason.text, "link` shows those"));
    struct ethernet *near = ethernet_open("near", &reason);
    ck_assert_msg(near, "%s", reason.text);
    send_number(near, 1);
    await(far, 1);
    send_number(far, 2);
    await(near, 2);
    ethernet_close(near);
    ethernet_close(far);
}
END_TEST

/* --- privileges, in threads: a thread has its own --- */

static void *no_capabilities(void *context)
{
    char *line = context;
    struct ethernet *port = ethernet_open("left", &reason);
    snprintf(line, sizeof reason.text, "%s", port ? "it was opened" : reason.text);
    ethernet_close(port);
    return NULL;
}

static void *drop_and_go_on(void *context)
{
    pthread_t thread;
    (void)context;
    ck_assert_msg(privileges_drop(&reason), "%s", reason.text);
    ck_assert_msg(privileges_drop(&reason), "%s", reason.text);
    expect_refusal("left", "CAP_NET_RAW; run `setcap cap_net_raw+ep /");
    char line[sizeof reason.text] = "";
    pthread_create(&thread, NULL, no_capabilities, line);
    pthread_join(thread, NULL);
    ck_assert_ptr_nonnull(strstr(line, "no permission"));
    /* What is open works on. */
    send_number(left, 1);
    await(right, 1);
    pull_cable("right"); /* commands of root have all capabilities again */
    ck_assert(ethernet_counts(left).sent > 0);
    return NULL;
}

START_TEST(privileges_are_given_up)
{
    pthread_t thread;
    pthread_create(&thread, NULL, drop_and_go_on, NULL);
    pthread_join(thread, NULL);
    ck_assert(make_pair()); /* this thread has kept its own */
}
END_TEST

static TCase *tcase_of(Suite *suite, const char *name)
{
    TCase *tcase = tcase_create(name);
    tcase_add_checked_fixture(tcase, set_up, tear_down);
    suite_add_tcase(suite, tcase);
    return tcase;
}

/* In a process of its own: this one stays where it is. */
static bool permitted(void)
{
    int status = 1;
    pid_t child = fork();
    if (child == 0)
        _exit(make_pair() ? 0 : 1);
    return child > 0 && waitpid(child, &status, 0) == child && status == 0;
}

int main(void)
{
    Suite *suite = suite_create("ethernet");
    TCase *names = tcase_create("names");
    tcase_add_test(names, names_that_mean_nothing);
    suite_add_tcase(suite, names);
    if (permitted()) {
        TCase *frames = tcase_of(suite, "frames");
        tcase_add_test(frames, both_ways_in_order);
        tcase_add_test(frames, time_stamps);
        tcase_add_test(frames, what_this_machine_sends_does_not_come_in);
        tcase_add_test(frames, port_has_one_user);
        tcase_add_test(frames, what_the_kernel_sends_does_not_come_in);
        tcase_add_test(frames, all_that_comes_in_is_seen);
        tcase_add_test(frames, frames_that_can_not_be_sent);
        tcase_add_test(frames, what_is_dropped_is_counted);
        tcase_add_test(frames, larger_than_the_port_was_opened_for);
        TCase *link = tcase_of(suite, "link");
        tcase_add_test(link, link_down_is_no_loss_of_the_port);
        tcase_add_test(link, interface_deleted);
        tcase_add_test(link, interface_deleted_while_it_is_down);
        tcase_add_test(link, frames_before_the_end_are_handed_on);
        tcase_add_test(link, other_interfaces_come_and_go);
        TCase *opening = tcase_of(suite, "opening");
        tcase_add_test(opening, interfaces_that_can_not_be_opened);
        tcase_add_test(opening, another_namespace);
        tcase_add_test(opening, privileges_are_given_up);
    } else {
        puts("skipped: live ports; a network namespace with a veth pair takes root with CAP_SYS_ADMIN and "
             "CAP_NET_ADMIN, and the package iproute2");
    }
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
