/* The VRRP state machine of the reference router: every cell of the table (spec/vrrp.md 5), its times, its
 * receive checks and what it sends. */
#include <check.h>
#include <stdlib.h>

#include "base/duration.h"
#include "base/text.h"
#include "fake_router_services.h"
#include "reference/vrrp.h"
#include "reference/vrrp_machine.h"

#define NOT_RUNNING (-1)

static struct fake_services *fake;
static struct device_settings settings;
static struct vrrp_options options;
static struct vrrp_instance *vrrp;

/* What the state machines asked for since the last look, one word each. */
static char done_buffer[2000];
static struct text done;

/* The last advertisement, as octets and decoded. */
static uint8_t sent[200];
static size_t sent_size;
static struct vrrp sent_message;

static void associate(void *owner, unsigned number)
{
    ck_assert_ptr_eq(owner, &settings);
    text_add(&done, "associate-%u ", number);
}

static void disassociate(void *owner, unsigned number)
{
    ck_assert_ptr_eq(owner, &settings);
    text_add(&done, "disassociate-%u ", number);
}

static void send_advertisement(void *owner, unsigned number, const uint8_t *message, size_t size)
{
    ck_assert_ptr_eq(owner, &settings);
    ck_assert_uint_le(size, sizeof sent);
    memcpy(sent, message, size);
    sent_size = size;
    ck_assert(vrrp_decode((struct octets){sent, size}, &sent_message, NULL));
    text_add(&done, "advertise-%u-%u ", number, sent_message.priority);
}

static void send_gratuitous_arps(void *owner, unsigned number)
{
    ck_assert_ptr_eq(owner, &settings);
    text_add(&done, "arp-%u ", number);
}

static const struct vrrp_actions actions = {associate, disassociate, send_advertisement,
                                            send_gratuitous_arps};

static struct ipv4_address address(uint32_t number)
{
    return (struct ipv4_address){number};
}

/* Forgets what was done. */
static void look_away(void)
{
    done = text_in(done_buffer, sizeof done_buffer);
}

static void assert_done(const char *expected)
{
    ck_assert_str_eq(done_buffer, expected);
    look_away();
}

/* 10.0.0.3 with VRID 1, priority 100, 10.0.0.1, and VRID 2, priority 200, 10.0.0.2. */
static void set_up(void)
{
    fake = fake_services_new();
    settings = (struct device_settings){.elan = {.address = {0x0a000003}, .prefix_length = 24}};
    settings.virtual_router_count = 2;
    settings.virtual_routers[0] = (struct virtual_router_settings){
        .vrid = 1, .priority_given = true, .priority = 100, .address_count = 1, .addresses = {{0x0a000001}}};
    settings.virtual_routers[1] = (struct virtual_router_settings){
        .vrid = 2, .priority_given = true, .priority = 200, .address_count = 1, .addresses = {{0x0a000002}}};
    options = vrrp_options_default();
    vrrp = NULL;
    look_away();
}

static void tear_down(void)
{
    vrrp_free(vrrp);
    fake_services_free(fake);
}

static void make(void)
{
    vrrp = vrrp_new(&fake->services, &settings, &options, &actions, &settings);
}

/* An advertisement for VRID 1 of 10.0.0.9 with 'priority', as this interface would accept it. */
static struct vrrp advertisement(uint8_t priority)
{
    struct vrrp message = {.version = 2,
                           .type = 1,
                           .vrid = 1,
                           .priority = priority,
                           .address_count = 1,
                           .authentication_type = settings.authentication_type,
                           .interval_s = 1,
                           .addresses = {{0x0a000001}},
                           .addresses_present = 1};
    memcpy(message.authentication_data, settings.password, strlen(settings.password));
    return message;
}

static void deliver(const struct vrrp *message, struct ipv4_address source)
{
    uint8_t data[200];
    size_t size = vrrp_encode(message, data, sizeof data);
    const struct vrrp_arrival arrival = {
        .source = source, .ttl = 255, .protocol = 112, .message = {data, size}};
    vrrp_receive(vrrp, &arrival);
}

static void hear(uint8_t priority, struct ipv4_address source)
{
    struct vrrp message = advertisement(priority);
    deliver(&message, source);
}

static void bring_to(unsigned number, enum vrrp_state state)
{
    if (state != VRRP_INITIALIZE)
        vrrp_startup(vrrp, number);
    if (state == VRRP_MASTER && vrrp_state_of(vrrp, number) != VRRP_MASTER)
        fake_run(fake, vrrp_router(vrrp, number)->master_down_timer.due_ns);
    ck_assert_int_eq(vrrp_state_of(vrrp, number), state);
    look_away();
}

static int64_t remaining_ns(const struct timer *timer)
{
    return timer_running(timer) ? timer->due_ns - fake->now_ns : NOT_RUNNING;
}

static void assert_timers(unsigned number, int64_t master_down_ns, int64_t adver_ns)
{
    ck_assert_int_eq(remaining_ns(&vrrp_router(vrrp, number)->master_down_timer), master_down_ns);
    ck_assert_int_eq(remaining_ns(&vrrp_router(vrrp, number)->adver_timer), adver_ns);
}

/* One cell of the state machine: local priority 100 (or 255), local address 10.0.0.3, half a second after the
 * state was entered. */
#define MASTER_DOWN           MICROSECONDS(3609375)
#define SKEW                  MICROSECONDS(609375)
#define HALF                  MILLISECONDS(500)
#define HEARD(number, sender) .heard = true, .heard_priority = (number), .heard_source = {sender}
#define GREATER               0x0a000004
#define SAME                  0x0a000003
#define LOWER                 0x0a000002
#define FAR_GREATER           0xc8000001 /* 200.0.0.1: below zero as a signed number */

static const struct cell {
    const char *name;
    enum vrrp_state state;
    bool tolerates;   /* Preempt_Mode False */
    uint8_t priority; /* 0: 100 */
    enum { NOTHING, STARTUP, SHUTDOWN, LOST, REFUSED } control;
    bool heard;
    uint8_t heard_priority;
    struct ipv4_address heard_source;
    const char *done;
    enum vrrp_state next;
    int64_t master_down_ns;
    int64_t adver_ns;
} cells[] = {
    {"startup of the owner", VRRP_INITIALIZE, .priority = 255, .control = STARTUP,
     .done = "associate-0 advertise-0-255 arp-0 ", .next = VRRP_MASTER, .master_down_ns = NOT_RUNNING,
     .adver_ns = SECONDS(1)},
    {"startup below 255", VRRP_INITIALIZE, .control = STARTUP, .done = "", .next = VRRP_BACKUP,
     .master_down_ns = MASTER_DOWN, .adver_ns = NOT_RUNNING},
    {"second startup in Backup", VRRP_BACKUP, .control = STARTUP, .done = "", .next = VRRP_BACKUP,
     .master_down_ns = MASTER_DOWN - HALF, .adver_ns = NOT_RUNNING},
    {"second startup in Master", VRRP_MASTER, .control = STARTUP, .done = "", .next = VRRP_MASTER,
     .master_down_ns = NOT_RUNNING, .adver_ns = HALF},
    {"shutdown in Initialize", VRRP_INITIALIZE, .control = SHUTDOWN, .done = "", .next = VRRP_INITIALIZE,
     .master_down_ns = NOT_RUNNING, .adver_ns = NOT_RUNNING},
    {"shutdown in Backup", VRRP_BACKUP, .control = SHUTDOWN, .done = "", .next = VRRP_INITIALIZE,
     .master_down_ns = NOT_RUNNING, .adver_ns = NOT_RUNNING},
    {"shutdown in Master", VRRP_MASTER, .control = SHUTDOWN, .done = "advertise-0-0 disassociate-0 ",
     .next = VRRP_INITIALIZE, .master_down_ns = NOT_RUNNING, .adver_ns = NOT_RUNNING},
    {"interface lost in Initialize", VRRP_INITIALIZE, .control = LOST, .done = "", .next = VRRP_INITIALIZE,
     .master_down_ns = NOT_RUNNING, .adver_ns = NOT_RUNNING},
    {"interface lost in Backup", VRRP_BACKUP, .control = LOST, .done = "", .next = VRRP_INITIALIZE,
     .master_down_ns = NOT_RUNNING, .adver_ns = NOT_RUNNING},
    {"interface lost in Master", VRRP_MASTER, .control = LOST, .done = "disassociate-0 ",
     .next = VRRP_INITIALIZE, .master_down_ns = NOT_RUNNING, .adver_ns = NOT_RUNNING},

    {"registration refused in Initialize", VRRP_INITIALIZE, .control = REFUSED, .done = "",
     .next = VRRP_INITIALIZE, .master_down_ns = NOT_RUNNING, .adver_ns = NOT_RUNNING},
    {"registration refused in Backup", VRRP_BACKUP, .control = REFUSED, .done = "", .next = VRRP_BACKUP,
     .master_down_ns = MASTER_DOWN - HALF, .adver_ns = NOT_RUNNING},
    {"registration refused in Master", VRRP_MASTER, .control = REFUSED, .done = "", .next = VRRP_MASTER,
     .master_down_ns = NOT_RUNNING, .adver_ns = HALF},

    {"priority 0 in Initialize", VRRP_INITIALIZE, HEARD(0, GREATER), .done = "", .next = VRRP_INITIALIZE,
     .master_down_ns = NOT_RUNNING, .adver_ns = NOT_RUNNING},
    {"priority 0 in Backup", VRRP_BACKUP, HEARD(0, GREATER), .done = "", .next = VRRP_BACKUP,
     .master_down_ns = SKEW, .adver_ns = NOT_RUNNING},
    {"priority 0 in Backup that tolerates", VRRP_BACKUP, .tolerates = true, HEARD(0, GREATER), .done = "",
     .next = VRRP_BACKUP, .master_down_ns = SKEW, .adver_ns = NOT_RUNNING},
    {"priority 0 in Master", VRRP_MASTER, HEARD(0, GREATER), .done = "advertise-0-100 ", .next = VRRP_MASTER,
     .master_down_ns = NOT_RUNNING, .adver_ns = SECONDS(1)},
    {"priority 0 at the owner", VRRP_MASTER, .priority = 255, HEARD(0, GREATER), .done = "advertise-0-255 ",
     .next = VRRP_MASTER, .master_down_ns = NOT_RUNNING, .adver_ns = SECONDS(1)},

    {"higher in Initialize", VRRP_INITIALIZE, HEARD(101, LOWER), .done = "", .next = VRRP_INITIALIZE,
     .master_down_ns = NOT_RUNNING, .adver_ns = NOT_RUNNING},
    {"higher in Backup", VRRP_BACKUP, HEARD(101, LOWER), .done = "", .next = VRRP_BACKUP,
     .master_down_ns = MASTER_DOWN, .adver_ns = NOT_RUNNING},
    {"higher in Master", VRRP_MASTER, HEARD(101, LOWER), .done = "disassociate-0 ", .next = VRRP_BACKUP,
     .master_down_ns = MASTER_DOWN, .adver_ns = NOT_RUNNING},
    {"highest in Master that tolerates", VRRP_MASTER, .tolerates = true, HEARD(255, LOWER),
     .done = "disassociate-0 ", .next = VRRP_BACKUP, .master_down_ns = MASTER_DOWN, .adver_ns = NOT_RUNNING},

    {"equal, greater address, in Initialize", VRRP_INITIALIZE, HEARD(100, GREATER), .done = "",
     .next = VRRP_INITIALIZE, .master_down_ns = NOT_RUNNING, .adver_ns = NOT_RUNNING},
    {"equal, greater address, in Backup", VRRP_BACKUP, HEARD(100, GREATER), .done = "", .next = VRRP_BACKUP,
     .master_down_ns = MASTER_DOWN, .adver_ns = NOT_RUNNING},
    {"equal, greater address, in Master", VRRP_MASTER, HEARD(100, GREATER), .done = "disassociate-0 ",
     .next = VRRP_BACKUP, .master_down_ns = MASTER_DOWN, .adver_ns = NOT_RUNNING},
    {"equal, far greater address, in Master", VRRP_MASTER, HEARD(100, FAR_GREATER), .done = "disassociate-0 ",
     .next = VRRP_BACKUP, .master_down_ns = MASTER_DOWN, .adver_ns = NOT_RUNNING},
    {"equal, greater address, at the owner", VRRP_MASTER, .priority = 255, HEARD(255, GREATER),
     .done = "disassociate-0 ", .next = VRRP_BACKUP, .master_down_ns = MICROSECONDS(3003906) + 250,
     .adver_ns = NOT_RUNNING},
    {"equal, same address, in Backup", VRRP_BACKUP, HEARD(100, SAME), .done = "", .next = VRRP_BACKUP,
     .master_down_ns = MASTER_DOWN, .adver_ns = NOT_RUNNING},
    {"equal, same address, in Master", VRRP_MASTER, HEARD(100, SAME), .done = "", .next = VRRP_MASTER,
     .master_down_ns = NOT_RUNNING, .adver_ns = HALF},
    {"equal, lower address, in Initialize", VRRP_INITIALIZE, HEARD(100, LOWER), .done = "",
     .next = VRRP_INITIALIZE, .master_down_ns = NOT_RUNNING, .adver_ns = NOT_RUNNING},
    {"equal, lower address, in Backup", VRRP_BACKUP, HEARD(100, LOWER), .done = "", .next = VRRP_BACKUP,
     .master_down_ns = MASTER_DOWN, .adver_ns = NOT_RUNNING},
    {"equal, lower address, in Master", VRRP_MASTER, HEARD(100, LOWER), .done = "", .next = VRRP_MASTER,
     .master_down_ns = NOT_RUNNING, .adver_ns = HALF},

    {"lower in Initialize", VRRP_INITIALIZE, HEARD(99, GREATER), .done = "", .next = VRRP_INITIALIZE,
     .master_down_ns = NOT_RUNNING, .adver_ns = NOT_RUNNING},
    {"lower in Backup that preempts", VRRP_BACKUP, HEARD(99, GREATER), .done = "", .next = VRRP_BACKUP,
     .master_down_ns = MASTER_DOWN - HALF, .adver_ns = NOT_RUNNING},
    {"lower in Backup that tolerates", VRRP_BACKUP, .tolerates = true, HEARD(99, GREATER), .done = "",
     .next = VRRP_BACKUP, .master_down_ns = MASTER_DOWN, .adver_ns = NOT_RUNNING},
    {"lower in Master that preempts", VRRP_MASTER, HEARD(99, GREATER), .done = "", .next = VRRP_MASTER,
     .master_down_ns = NOT_RUNNING, .adver_ns = HALF},
    {"lower in Master that tolerates", VRRP_MASTER, .tolerates = true, HEARD(99, GREATER), .done = "",
     .next = VRRP_MASTER, .master_down_ns = NOT_RUNNING, .adver_ns = HALF},
};
#define CELL_COUNT (sizeof cells / sizeof *cells)

START_TEST(every_cell)
{
    const struct cell *cell = &cells[_i];
    struct virtual_router_settings *router = &settings.virtual_routers[0];
    if (cell->priority)
        router->priority = cell->priority;
    router->preempt_given = cell->tolerates;
    make();
    bring_to(0, cell->state);
    fake_run(fake, fake->now_ns + HALF);
    if (cell->control == STARTUP)
        vrrp_startup(vrrp, 0);
    if (cell->control == SHUTDOWN)
        vrrp_shutdown(vrrp, 0);
    if (cell->control == LOST)
        vrrp_interface_lost(vrrp);
    if (cell->control == REFUSED)
        vrrp_registration_refused(vrrp, 0);
    if (cell->heard)
        hear(cell->heard_priority, cell->heard_source);
    ck_assert_msg(strcmp(done_buffer, cell->done) == 0, "%s: did \"%s\"", cell->name, done_buffer);
    ck_assert_msg(vrrp_state_of(vrrp, 0) == cell->next, "%s: state %d", cell->name, vrrp_state_of(vrrp, 0));
    assert_timers(0, cell->master_down_ns, cell->adver_ns);
    ck_assert_int_eq(vrrp_state_of(vrrp, 1), VRRP_INITIALIZE);
}
END_TEST

START_TEST(timers_fire)
{
    make();
    bring_to(0, VRRP_BACKUP);
    fake_run(fake, MASTER_DOWN - 1);
    assert_done("");
    fake_run(fake, MASTER_DOWN);
    assert_done("associate-0 advertise-0-100 arp-0 ");
    assert_timers(0, NOT_RUNNING, SECONDS(1));
    ck_assert_int_eq(vrrp_state_of(vrrp, 0), VRRP_MASTER);
    fake_run(fake, MASTER_DOWN + SECONDS(1) - 1);
    assert_done("");
    fake_run(fake, MASTER_DOWN + SECONDS(1));
    assert_done("advertise-0-100 ");
    assert_timers(0, NOT_RUNNING, SECONDS(1));
    fake_run(fake, MASTER_DOWN + SECONDS(4));
    assert_done("advertise-0-100 advertise-0-100 advertise-0-100 ");
}
END_TEST

START_TEST(takes_over_one_interval_after_yielding)
{
    make();
    bring_to(0, VRRP_MASTER);
    hear(200, address(GREATER));
    assert_done("disassociate-0 ");
    int64_t yielded_ns = fake->now_ns;
    fake_run(fake, yielded_ns + MASTER_DOWN - 1);
    assert_done("");
    fake_run(fake, yielded_ns + MASTER_DOWN);
    assert_done("associate-0 advertise-0-100 arp-0 ");
}
END_TEST

/* Values of spec/vrrp.md 4, in microseconds rounded down. */
static const struct times {
    uint8_t priority;
    int64_t skew_us;
} times[] = {{1, 996093},   {50, 804687}, {100, 609375}, {150, 414062},
             {200, 218750}, {254, 7812},  {255, 3906}};
#define TIMES_COUNT (sizeof times / sizeof *times)

START_TEST(times_by_priority)
{
    static const uint8_t intervals_s[] = {1, 2, 255};
    settings.virtual_routers[0].interval_given = true;
    settings.virtual_routers[0].priority = times[_i].priority;
    for (size_t i = 0; i < sizeof intervals_s; i++) {
        settings.virtual_routers[0].interval_s = intervals_s[i];
        make();
        const struct virtual_router *router = vrrp_router(vrrp, 0);
        ck_assert_int_eq(options.skew_ns(router) / NS_PER_US, times[_i].skew_us);
        ck_assert_int_eq(options.master_down_ns(router) / NS_PER_US,
                         times[_i].skew_us + 3000000 * (int64_t)intervals_s[i]);
        ck_assert_int_eq(options.advertisement_interval_ns(router), SECONDS(intervals_s[i]));
        vrrp_free(vrrp);
        vrrp = NULL;
    }
}
END_TEST

START_TEST(defaults)
{
    settings.virtual_routers[0].priority_given = false;
    make();
    const struct virtual_router *router = vrrp_router(vrrp, 0);
    ck_assert_uint_eq(vrrp_priority_of(vrrp, 0), 100);
    ck_assert_uint_eq(router->interval_s, 1);
    ck_assert(router->preempt);
}
END_TEST

/* An owner that got into Backup discards lower priorities in spite of Preempt_Mode False (draft-requirements
 * A-26), and an owner never waits at start-up. */
START_TEST(owner_preempts_always)
{
    settings.virtual_routers[0].priority = 255;
    settings.virtual_routers[0].preempt_given = true;
    settings.virtual_routers[0].preempt = false;
    make();
    vrrp_startup(vrrp, 0);
    ck_assert_int_eq(vrrp_state_of(vrrp, 0), VRRP_MASTER);
    hear(255, address(GREATER));
    ck_assert_int_eq(vrrp_state_of(vrrp, 0), VRRP_BACKUP);
    look_away();
    int64_t left_ns = remaining_ns(&vrrp_router(vrrp, 0)->master_down_timer);
    fake_run(fake, SECONDS(2));
    hear(254, address(GREATER));
    assert_timers(0, left_ns - SECONDS(2), NOT_RUNNING);
    fake_run(fake, SECONDS(4));
    ck_assert_int_eq(vrrp_state_of(vrrp, 0), VRRP_MASTER);
}
END_TEST

START_TEST(priorities_are_unsigned)
{
    settings.virtual_routers[0].priority = 127;
    make();
    bring_to(0, VRRP_MASTER);
    hear(128, address(LOWER));
    assert_done("disassociate-0 ");
    vrrp_set_priority(vrrp, 0, 128);
    bring_to(0, VRRP_BACKUP);
    fake_run(fake, fake->now_ns + HALF);
    int64_t left_ns = remaining_ns(&vrrp_router(vrrp, 0)->master_down_timer);
    hear(127, address(GREATER));
    assert_timers(0, left_ns, NOT_RUNNING);
}
END_TEST

START_TEST(virtual_routers_are_independent)
{
    make();
    bring_to(0, VRRP_MASTER);
    bring_to(1, VRRP_MASTER);
    hear(150, address(GREATER));
    assert_done("disassociate-0 ");
    ck_assert_int_eq(vrrp_state_of(vrrp, 0), VRRP_BACKUP);
    ck_assert_int_eq(vrrp_state_of(vrrp, 1), VRRP_MASTER);
    vrrp_shutdown(vrrp, 1);
    assert_done("advertise-1-0 disassociate-1 ");
    ck_assert_uint_eq(sent_message.vrid, 2);
    ck_assert_int_eq(vrrp_state_of(vrrp, 0), VRRP_BACKUP);
    assert_timers(0, MASTER_DOWN, NOT_RUNNING);
    struct vrrp stop = advertisement(0);
    stop.vrid = 2;
    deliver(&stop, address(GREATER));
    assert_timers(0, MASTER_DOWN, NOT_RUNNING);
}
END_TEST

START_TEST(priority_can_change)
{
    make();
    bring_to(0, VRRP_MASTER);
    vrrp_set_priority(vrrp, 0, 150);
    assert_done("");
    fake_run(fake, fake->now_ns + SECONDS(1));
    assert_done("advertise-0-150 ");
    hear(149, address(GREATER));
    ck_assert_int_eq(vrrp_state_of(vrrp, 0), VRRP_MASTER);
    hear(151, address(LOWER));
    ck_assert_int_eq(vrrp_state_of(vrrp, 0), VRRP_BACKUP);
}
END_TEST

START_TEST(nothing_moves_after_death)
{
    make();
    bring_to(0, VRRP_MASTER);
    bring_to(1, VRRP_BACKUP);
    vrrp_die(vrrp);
    ck_assert_int_eq(vrrp_state_of(vrrp, 0), VRRP_INITIALIZE);
    ck_assert_int_eq(vrrp_state_of(vrrp, 1), VRRP_INITIALIZE);
    fake_run(fake, fake->now_ns + SECONDS(100));
    assert_done("");
}
END_TEST

/* The vectors of spec/vrrp.md 9. */
static const struct vector {
    uint8_t vrid;
    uint8_t priority;
    uint8_t interval_s;
    const char *password;
    size_t address_count;
    struct ipv4_address addresses[2];
    size_t size;
    uint8_t octets[24];
} vectors[] = {
    {1, 100, 1, "", 1, {{0x0a000001}}, 20, {0x21, 1, 0x64, 1, 0, 1, 0x70, 0xfb, 10, 0, 0, 1}},
    {1, 255, 1, "", 1, {{0x0a000001}}, 20, {0x21, 1, 0xff, 1, 0, 1, 0xd5, 0xfa, 10, 0, 0, 1}},
    {1, 100, 2, "", 1, {{0x0a000001}}, 20, {0x21, 1, 0x64, 1, 0, 2, 0x70, 0xfa, 10, 0, 0, 1}},
    {1,
     100,
     1,
     "",
     2,
     {{0x0a000001}, {0x0a000002}},
     24,
     {0x21, 1, 0x64, 2, 0, 1, 0x66, 0xf8, 10, 0, 0, 1, 10, 0, 0, 2}},
    {200, 254, 1, "", 1, {{0xc0000201}}, 20, {0x21, 0xc8, 0xfe, 1, 0, 1, 0x1e, 0x33, 192, 0, 2, 1}},
    {1,
     100,
     1,
     "vrrp1",
     1,
     {{0x0a000001}},
     20,
     {0x21, 1, 0x64, 1, 1, 1, 0x56, 0x18, 10, 0, 0, 1, 'v', 'r', 'r', 'p', '1'}},
};
#define VECTOR_COUNT (sizeof vectors / sizeof *vectors)

START_TEST(advertisements_octet_by_octet)
{
    const struct vector *vector = &vectors[_i];
    settings.authentication_type = vector->password[0] ? 1 : 0;
    strcpy(settings.password, vector->password);
    settings.virtual_routers[0] = (struct virtual_router_settings){.vrid = vector->vrid,
                                                                   .priority_given = true,
                                                                   .priority = vector->priority,
                                                                   .interval_given = true,
                                                                   .interval_s = vector->interval_s,
                                                                   .address_count = vector->address_count};
    memcpy(settings.virtual_routers[0].addresses, vector->addresses, sizeof vector->addresses);
    make();
    bring_to(0, VRRP_MASTER);
    ck_assert_uint_eq(sent_size, vector->size);
    ck_assert_mem_eq(sent, vector->octets, vector->size);
    vrrp_shutdown(vrrp, 0);
    ck_assert_uint_eq(sent[2], 0);
    ck_assert(sent_message.checksum_good);
}
END_TEST

START_TEST(eight_octets_of_password)
{
    settings.authentication_type = 1;
    strcpy(settings.password, "01234567");
    make();
    bring_to(0, VRRP_MASTER);
    ck_assert_mem_eq(sent + sent_size - 8, "01234567", 8);
    hear(200, address(LOWER));
    ck_assert_int_eq(vrrp_state_of(vrrp, 0), VRRP_BACKUP);
}
END_TEST

/* Receive checks: each case spoils an advertisement that the Master would yield to. */
struct spoiled {
    struct vrrp message;
    struct vrrp_arrival arrival;
    uint8_t octets[200];
};

static void rewrite(struct spoiled *spoiled)
{
    spoiled->arrival.message = (struct octets){
        spoiled->octets, vrrp_encode(&spoiled->message, spoiled->octets, sizeof spoiled->octets)};
}

static void ttl_254(struct spoiled *spoiled)
{
    spoiled->arrival.ttl = 254;
}

static void ttl_0(struct spoiled *spoiled)
{
    spoiled->arrival.ttl = 0;
}

static void version_1(struct spoiled *spoiled)
{
    spoiled->message.version = 1;
    rewrite(spoiled);
}

static void version_3(struct spoiled *spoiled)
{
    spoiled->message.version = 3;
    rewrite(spoiled);
}

static void type_0(struct spoiled *spoiled)
{
    spoiled->message.type = 0;
    rewrite(spoiled);
}

static void type_2(struct spoiled *spoiled)
{
    spoiled->message.type = 2;
    rewrite(spoiled);
}

static void no_octets(struct spoiled *spoiled)
{
    spoiled->arrival.message.size = 0;
}

static void six_octets(struct spoiled *spoiled)
{
    spoiled->arrival.message.size = 6;
}

static void header_only(struct spoiled *spoiled)
{
    spoiled->arrival.message.size = 8;
    octets_put_u16(spoiled->octets + 6, 0);
    octets_put_u16(spoiled->octets + 6, internet_checksum(spoiled->octets, 8));
}

static void without_authentication_data(struct spoiled *spoiled)
{
    spoiled->arrival.message.size = 12; /* as VRRP version 3 has it; the checksum over zeros is the same */
}

static void more_addresses_counted(struct spoiled *spoiled)
{
    spoiled->message.address_count = 5;
    rewrite(spoiled);
}

static void one_bit_of_checksum(struct spoiled *spoiled)
{
    spoiled->octets[7] ^= 1;
}

static void type_none_for_password(struct spoiled *spoiled)
{
    spoiled->message.authentication_type = 0;
    rewrite(spoiled);
}

static void type_2_without_header(struct spoiled *spoiled)
{
    spoiled->message.authentication_type = 2;
    rewrite(spoiled);
}

static void type_255(struct spoiled *spoiled)
{
    spoiled->message.authentication_type = 255;
    rewrite(spoiled);
}

static void authentication_header(struct spoiled *spoiled)
{
    spoiled->arrival.protocol = 51;
}

static void prefix_of_password(struct spoiled *spoiled)
{
    spoiled->message.authentication_data[4] = 0;
    rewrite(spoiled);
}

static void longer_password(struct spoiled *spoiled)
{
    spoiled->message.authentication_data[7] = 'x';
    rewrite(spoiled);
}

static void another_vrid(struct spoiled *spoiled)
{
    spoiled->message.vrid = 3;
    rewrite(spoiled);
}

static void another_address(struct spoiled *spoiled)
{
    spoiled->message.addresses[0].number++;
    rewrite(spoiled);
}

static void a_second_address(struct spoiled *spoiled)
{
    spoiled->message.addresses[1].number = 0x0a000007;
    spoiled->message.address_count = 2;
    spoiled->message.addresses_present = 2;
    rewrite(spoiled);
}

static void one_address_twice(struct spoiled *spoiled)
{
    spoiled->message.addresses[1] = spoiled->message.addresses[0];
    spoiled->message.address_count = 2;
    spoiled->message.addresses_present = 2;
    rewrite(spoiled);
}

static void interval_2(struct spoiled *spoiled)
{
    spoiled->message.interval_s = 2;
    rewrite(spoiled);
}

static const struct spoiler {
    void (*spoil)(struct spoiled *spoiled);
    enum vrrp_check_name check;
    const char *password; /* of this router; "" = no authentication */
} spoilers[] = {
    {ttl_254, VRRP_CHECK_TTL, ""},
    {ttl_254, VRRP_CHECK_TTL, "vrrp1"},
    {ttl_0, VRRP_CHECK_TTL, ""},
    {version_1, VRRP_CHECK_VERSION, ""},
    {version_3, VRRP_CHECK_VERSION, ""},
    {no_octets, VRRP_CHECK_VERSION, ""},
    {type_0, VRRP_CHECK_TYPE, ""},
    {type_2, VRRP_CHECK_TYPE, ""},
    {six_octets, VRRP_CHECK_LENGTH, ""},
    {header_only, VRRP_CHECK_LENGTH, ""},
    {without_authentication_data, VRRP_CHECK_LENGTH, ""},
    {more_addresses_counted, VRRP_CHECK_LENGTH, ""},
    {one_bit_of_checksum, VRRP_CHECK_CHECKSUM, ""},
    {type_none_for_password, VRRP_CHECK_AUTHENTICATION_TYPE, "vrrp1"},
    {type_2_without_header, VRRP_CHECK_AUTHENTICATION_TYPE, ""},
    {type_255, VRRP_CHECK_AUTHENTICATION_TYPE, ""},
    {authentication_header, VRRP_CHECK_AUTHENTICATION_TYPE, ""},
    {prefix_of_password, VRRP_CHECK_AUTHENTICATION_DATA, "vrrp1"},
    {longer_password, VRRP_CHECK_AUTHENTICATION_DATA, "vrrp1"},
    {another_vrid, VRRP_CHECK_VRID, ""},
    {another_address, VRRP_CHECK_ADDRESS_LIST, ""},
    {a_second_address, VRRP_CHECK_ADDRESS_LIST, ""},
    {one_address_twice, VRRP_CHECK_ADDRESS_LIST, ""},
    {interval_2, VRRP_CHECK_INTERVAL, ""},
};
#define SPOILER_COUNT (sizeof spoilers / sizeof *spoilers)

static void assert_no_other_discards(enum vrrp_check_name check, uint64_t count)
{
    for (unsigned i = 0; i < VRRP_CHECK_COUNT; i++)
        ck_assert_msg(vrrp_discard_count(vrrp, i) == (i == check ? count : 0), "check %s",
                      options.checks[i].name);
}

START_TEST(every_receive_check)
{
    const struct spoiler *spoiler = &spoilers[_i];
    settings.authentication_type = spoiler->password[0] ? 1 : 0;
    strcpy(settings.password, spoiler->password);
    settings.address_list_check = true;
    make();
    bring_to(0, VRRP_MASTER);
    bring_to(1, VRRP_MASTER);
    struct spoiled spoiled = {.message = advertisement(201),
                              .arrival = {.source = address(GREATER), .ttl = 255, .protocol = 112}};
    rewrite(&spoiled);
    struct spoiled twin = spoiled;
    twin.arrival.message.data = twin.octets;
    spoiler->spoil(&spoiled);
    vrrp_receive(vrrp, &spoiled.arrival);
    assert_done("");
    ck_assert_int_eq(vrrp_state_of(vrrp, 0), VRRP_MASTER);
    ck_assert_int_eq(vrrp_state_of(vrrp, 1), VRRP_MASTER);
    assert_no_other_discards(spoiler->check, 1);

    vrrp_receive(vrrp, &twin.arrival);
    assert_done("disassociate-0 ");
    assert_no_other_discards(spoiler->check, 1);

    /* In Backup the spoiled one leaves the timer alone, too. */
    fake_run(fake, fake->now_ns + MILLISECONDS(300));
    vrrp_receive(vrrp, &spoiled.arrival);
    assert_timers(0, MASTER_DOWN - MILLISECONDS(300), NOT_RUNNING);
    assert_no_other_discards(spoiler->check, 2);
}
END_TEST

START_TEST(authentication_data_is_ignored_without_authentication)
{
    make();
    bring_to(0, VRRP_MASTER);
    struct vrrp message = advertisement(200);
    memset(message.authentication_data, 0xaa, sizeof message.authentication_data);
    deliver(&message, address(LOWER));
    ck_assert_int_eq(vrrp_state_of(vrrp, 0), VRRP_BACKUP);
}
END_TEST

START_TEST(octets_behind_the_message_are_ignored)
{
    make();
    bring_to(0, VRRP_MASTER);
    struct vrrp message = advertisement(200);
    uint8_t data[30] = {0};
    vrrp_encode(&message, data, sizeof data);
    const struct vrrp_arrival arrival = {
        .source = address(LOWER), .ttl = 255, .protocol = 112, .message = {data, sizeof data}};
    vrrp_receive(vrrp, &arrival);
    ck_assert_int_eq(vrrp_state_of(vrrp, 0), VRRP_BACKUP);
}
END_TEST

START_TEST(address_list_of_the_owner_passes)
{
    settings.address_list_check = true;
    make();
    bring_to(0, VRRP_MASTER);
    struct vrrp message = advertisement(255);
    message.addresses[0].number++;
    deliver(&message, address(LOWER));
    ck_assert_int_eq(vrrp_state_of(vrrp, 0), VRRP_BACKUP);
}
END_TEST

START_TEST(address_list_may_go_unchecked)
{
    make();
    bring_to(0, VRRP_MASTER);
    struct vrrp message = advertisement(200);
    message.addresses[0].number++;
    deliver(&message, address(LOWER));
    ck_assert_int_eq(vrrp_state_of(vrrp, 0), VRRP_BACKUP);
}
END_TEST

START_TEST(address_list_in_any_order)
{
    settings.address_list_check = true;
    settings.virtual_routers[0].address_count = 2;
    settings.virtual_routers[0].addresses[1].number = 0x0a000007;
    make();
    bring_to(0, VRRP_MASTER);
    struct vrrp message = advertisement(200);
    message.address_count = 2;
    message.addresses_present = 2;
    message.addresses[1] = message.addresses[0];
    deliver(&message, address(LOWER)); /* one address twice is another list */
    ck_assert_int_eq(vrrp_state_of(vrrp, 0), VRRP_MASTER);
    message.addresses[0].number = 0x0a000007;
    deliver(&message, address(LOWER));
    ck_assert_int_eq(vrrp_state_of(vrrp, 0), VRRP_BACKUP);
}
END_TEST

/* The table is asked, not known by heart: a changed entry changes the router. */
static bool everything_passes(const struct vrrp_heard *heard)
{
    return heard != NULL;
}

static int64_t one_second(const struct virtual_router *router)
{
    return router ? SECONDS(1) : 0;
}

START_TEST(options_decide)
{
    options.checks[VRRP_CHECK_TTL].passes = everything_passes;
    options.skew_ns = one_second;
    options.transitions[VRRP_HEARD_HIGHER][VRRP_MASTER] = NULL;
    make();
    bring_to(0, VRRP_BACKUP);
    assert_timers(0, SECONDS(4), NOT_RUNNING);
    bring_to(0, VRRP_MASTER);
    hear(200, address(GREATER));
    ck_assert_int_eq(vrrp_state_of(vrrp, 0), VRRP_MASTER);
    struct spoiled spoiled = {.message = advertisement(100),
                              .arrival = {.source = address(GREATER), .ttl = 1, .protocol = 112}};
    rewrite(&spoiled);
    vrrp_receive(vrrp, &spoiled.arrival);
    ck_assert_int_eq(vrrp_state_of(vrrp, 0), VRRP_BACKUP);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("reference vrrp");
    TCase *tests = tcase_create("reference vrrp");
    tcase_add_checked_fixture(tests, set_up, tear_down);
    tcase_add_loop_test(tests, every_cell, 0, CELL_COUNT);
    tcase_add_test(tests, timers_fire);
    tcase_add_test(tests, takes_over_one_interval_after_yielding);
    tcase_add_loop_test(tests, times_by_priority, 0, TIMES_COUNT);
    tcase_add_test(tests, defaults);
    tcase_add_test(tests, owner_preempts_always);
    tcase_add_test(tests, priorities_are_unsigned);
    tcase_add_test(tests, virtual_routers_are_independent);
    tcase_add_test(tests, priority_can_change);
    tcase_add_test(tests, nothing_moves_after_death);
    tcase_add_loop_test(tests, advertisements_octet_by_octet, 0, VECTOR_COUNT);
    tcase_add_test(tests, eight_octets_of_password);
    tcase_add_loop_test(tests, every_receive_check, 0, SPOILER_COUNT);
    tcase_add_test(tests, authentication_data_is_ignored_without_authentication);
    tcase_add_test(tests, octets_behind_the_message_are_ignored);
    tcase_add_test(tests, address_list_of_the_owner_passes);
    tcase_add_test(tests, address_list_may_go_unchecked);
    tcase_add_test(tests, address_list_in_any_order);
    tcase_add_test(tests, options_decide);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
