/* Defects of the VRRP state machine (RFC 2338 6.4, draft 3.3): a transition, a time or a comparison of the
 * election is another one. The steps are the reference's own (reference/vrrp_machine.h). */
#include "base/duration.h"
#include "mutants/one_rule.h"
#include "reference/vrrp_machine.h"

#define TRANSITION(event, state) vrrp.transitions[VRRP_##event][VRRP_##state]

static uint8_t own_priority(const struct virtual_router *router)
{
    return router->instance->options->advertised_priority(router);
}

static int64_t master_down_of(const struct virtual_router *router)
{
    return router->instance->options->master_down_ns(router);
}

/* --- becoming Master --- */

/* What a way of becoming Master leaves out or turns round. */
enum entry_step { ASSOCIATE, ADVERTISE, ANNOUNCE, START_TIMER, ENTRY_END };

static void enter_master(struct virtual_router *router, const enum entry_step *steps)
{
    for (; *steps != ENTRY_END; steps++)
        switch (*steps) {
        case ASSOCIATE:
            vrrp_associate(router);
            break;
        case ADVERTISE:
            vrrp_send_advertisement(router, own_priority(router));
            break;
        case ANNOUNCE:
            vrrp_send_gratuitous_arps(router);
            break;
        case START_TIMER:
            vrrp_start_adver_timer(router);
            break;
        case ENTRY_END:
            break;
        }
    vrrp_enter(router, VRRP_MASTER);
}

#define ENTRY(name, ...)                                                                                     \
    static void name(struct virtual_router *router)                                                          \
    {                                                                                                        \
        enter_master(router, (const enum entry_step[]){__VA_ARGS__, ENTRY_END});                             \
    }

ENTRY(as_it_should, ASSOCIATE, ADVERTISE, ANNOUNCE, START_TIMER)
ENTRY(advertisement_first, ADVERTISE, ASSOCIATE, ANNOUNCE, START_TIMER)
ENTRY(without_gratuitous_arp, ASSOCIATE, ADVERTISE, START_TIMER)
ENTRY(without_advertisements, ASSOCIATE, ANNOUNCE)
ENTRY(without_association, ADVERTISE, ANNOUNCE, START_TIMER)
ENTRY(gratuitous_arp_first, ASSOCIATE, ANNOUNCE, ADVERTISE, START_TIMER)
ENTRY(advertisement_late, ASSOCIATE, ANNOUNCE, START_TIMER)
ENTRY(one_advertisement, ASSOCIATE, ADVERTISE, ANNOUNCE)

/* Both ways of becoming Master. */
#define ON_EVERY_ENTRY(name, entry)                                                                          \
    TWO_ENTRIES(name, TRANSITION(STARTUP_MASTER, INITIALIZE), entry, TRANSITION(MASTER_DOWN, BACKUP), entry)

ON_EVERY_ENTRY(m23, advertisement_first)
ON_EVERY_ENTRY(m34, without_gratuitous_arp)
ONE_ENTRY(m63, TRANSITION(MASTER_DOWN, BACKUP), NULL)
ONE_ENTRY(m64, TRANSITION(MASTER_DOWN, BACKUP), without_advertisements)
ONE_ENTRY(m65, TRANSITION(MASTER_DOWN, BACKUP), without_association)
ONE_ENTRY(m102, TRANSITION(STARTUP_MASTER, INITIALIZE), without_association)

ON_EVERY_ENTRY(m105, gratuitous_arp_first)
ONE_ENTRY(m147, TRANSITION(MASTER_DOWN, BACKUP), advertisement_late)
ONE_ENTRY(m148, TRANSITION(MASTER_DOWN, BACKUP), one_advertisement)
ONE_ENTRY(m195, TRANSITION(STARTUP_MASTER, INITIALIZE), advertisement_late)
ONE_ENTRY(m198, TRANSITION(STARTUP_MASTER, INITIALIZE), one_advertisement)
ONE_ENTRY(m231, TRANSITION(STARTUP_MASTER, INITIALIZE), without_gratuitous_arp)

/* --- starting --- */

static bool always(const struct virtual_router *router)
{
    (void)router;
    return true;
}

static bool never(const struct virtual_router *router)
{
    (void)router;
    return false;
}

ONE_ENTRY(m103, vrrp.starts_as_master, never)
ONE_ENTRY(m104, vrrp.starts_as_master, always)

static void associated_backup(struct virtual_router *router)
{
    vrrp_start_master_down_timer(router, master_down_of(router));
    vrrp_associate(router);
    vrrp_enter(router, VRRP_BACKUP);
}

ONE_ENTRY(m24, TRANSITION(STARTUP_BACKUP, INITIALIZE), associated_backup)

static void advertising_backup(struct virtual_router *router)
{
    vrrp_start_master_down_timer(router, master_down_of(router));
    vrrp_start_adver_timer(router);
    vrrp_enter(router, VRRP_BACKUP);
}

static void advertise_again(struct virtual_router *router)
{
    vrrp_send_advertisement(router, own_priority(router));
    vrrp_start_adver_timer(router);
}

TWO_ENTRIES(m149, TRANSITION(STARTUP_BACKUP, INITIALIZE), advertising_backup,
            TRANSITION(ADVERTISEMENT_DUE, BACKUP), advertise_again)

static void hasty_backup(struct virtual_router *router)
{
    vrrp_start_master_down_timer(router, router->instance->options->skew_ns(router));
    vrrp_enter(router, VRRP_BACKUP);
}

ONE_ENTRY(m200, TRANSITION(STARTUP_BACKUP, INITIALIZE), hasty_backup)
ONE_ENTRY(m201, TRANSITION(HEARD_STOP, INITIALIZE), as_it_should)
ONE_ENTRY(m101, vrrp.startup_waits_for_join, false)

/* --- leaving --- */

static void stop_quietly(struct virtual_router *router)
{
    vrrp_stop_adver_timer(router);
    vrrp_disassociate(router);
    vrrp_enter(router, VRRP_INITIALIZE);
}

ONE_ENTRY(m22, TRANSITION(SHUTDOWN, MASTER), stop_quietly)

static void disassociate_first(struct virtual_router *router)
{
    vrrp_stop_adver_timer(router);
    vrrp_disassociate(router);
    vrrp_send_advertisement(router, VRRP_PRIORITY_STOP);
    vrrp_enter(router, VRRP_INITIALIZE);
}

ONE_ENTRY(m111, TRANSITION(SHUTDOWN, MASTER), disassociate_first)

static void stop_but_advertise(struct virtual_router *router)
{
    vrrp_send_advertisement(router, VRRP_PRIORITY_STOP);
    vrrp_disassociate(router);
    vrrp_enter(router, VRRP_INITIALIZE);
}

TWO_ENTRIES(m112, TRANSITION(SHUTDOWN, MASTER), stop_but_advertise, TRANSITION(ADVERTISEMENT_DUE, INITIALIZE),
            advertise_again)

static void stop_associated(struct virtual_router *router)
{
    vrrp_stop_adver_timer(router);
    vrrp_send_advertisement(router, VRRP_PRIORITY_STOP);
    vrrp_enter(router, VRRP_INITIALIZE);
}

ONE_ENTRY(m113, TRANSITION(SHUTDOWN, MASTER), stop_associated)

static void stop_with_timer(struct virtual_router *router)
{
    vrrp_enter(router, VRRP_INITIALIZE);
}

TWO_ENTRIES(m203, TRANSITION(SHUTDOWN, BACKUP), stop_with_timer, TRANSITION(MASTER_DOWN, INITIALIZE),
            as_it_should)

static void stop_aloud(struct virtual_router *router)
{
    vrrp_stop_master_down_timer(router);
    vrrp_send_advertisement(router, VRRP_PRIORITY_STOP);
    vrrp_enter(router, VRRP_INITIALIZE);
}

ONE_ENTRY(m204, TRANSITION(SHUTDOWN, BACKUP), stop_aloud)

/* --- yielding --- */

/* What is left out of, or added to, the way from Master to Backup. */
struct yielding {
    bool says_stop;
    bool keeps_advertising;
    bool keeps_association;
    bool forgets_timer;
};

static void yield_with(struct virtual_router *router, struct yielding how)
{
    if (how.says_stop)
        vrrp_send_advertisement(router, VRRP_PRIORITY_STOP);
    if (!how.keeps_advertising)
        vrrp_stop_adver_timer(router);
    if (!how.forgets_timer)
        vrrp_start_master_down_timer(router, master_down_of(router));
    if (!how.keeps_association)
        vrrp_disassociate(router);
    vrrp_enter(router, VRRP_BACKUP);
}

static void yield(struct virtual_router *router)
{
    yield_with(router, (struct yielding){0});
}

static void yield_associated(struct virtual_router *router)
{
    yield_with(router, (struct yielding){.keeps_association = true});
}

static void yield_with_stop(struct virtual_router *router)
{
    yield_with(router, (struct yielding){.says_stop = true});
}

static void yield_advertising(struct virtual_router *router)
{
    yield_with(router, (struct yielding){.keeps_advertising = true});
}

ONE_ENTRY(m18, TRANSITION(HEARD_HIGHER, MASTER), yield_associated)
ONE_ENTRY(m114, TRANSITION(HEARD_HIGHER, MASTER), NULL)

TWO_ENTRIES(m162, TRANSITION(HEARD_HIGHER, MASTER), yield_with_stop, TRANSITION(HEARD_EQUAL_WINNER, MASTER),
            yield_with_stop)
THREE_ENTRIES(m215, TRANSITION(HEARD_HIGHER, MASTER), yield_advertising,
              TRANSITION(HEARD_EQUAL_WINNER, MASTER), yield_advertising,
              TRANSITION(ADVERTISEMENT_DUE, BACKUP), advertise_again)

static void take_over_unless_yielded(struct virtual_router *router)
{
    if (router->state_before != VRRP_MASTER)
        as_it_should(router);
}

ONE_ENTRY(m216, TRANSITION(MASTER_DOWN, BACKUP), take_over_unless_yielded)

/* --- advertisements heard as Master --- */

TWO_ENTRIES(m17, TRANSITION(HEARD_LOWER, MASTER), vrrp_disassociate, TRANSITION(HEARD_TOLERATED, MASTER),
            vrrp_disassociate)
TWO_ENTRIES(m145, TRANSITION(HEARD_LOWER, MASTER), yield, TRANSITION(HEARD_TOLERATED, MASTER), yield)
ONE_ENTRY(m115, TRANSITION(HEARD_EQUAL_LOSER, MASTER), yield)

static void advertise_and_disassociate(struct virtual_router *router)
{
    advertise_again(router);
    vrrp_disassociate(router);
}

ONE_ENTRY(m118, TRANSITION(HEARD_STOP, MASTER), advertise_and_disassociate)
ONE_ENTRY(m213, TRANSITION(HEARD_STOP, MASTER), NULL)

static void advertise_once(struct virtual_router *router)
{
    vrrp_send_advertisement(router, own_priority(router));
}

ONE_ENTRY(m214, TRANSITION(HEARD_STOP, MASTER), advertise_once)
THREE_ENTRIES(m218, TRANSITION(HEARD_LOWER, MASTER), vrrp_start_adver_timer,
              TRANSITION(HEARD_TOLERATED, MASTER), vrrp_start_adver_timer,
              TRANSITION(HEARD_EQUAL_LOSER, MASTER), vrrp_start_adver_timer)
ONE_ENTRY(m75, TRANSITION(REGISTRATION_REFUSED, MASTER), yield)

/* --- advertisements heard as Backup --- */

ONE_ENTRY(m150, TRANSITION(HEARD_EQUAL_LOSER, BACKUP), NULL)
TWO_ENTRIES(m208, TRANSITION(HEARD_EQUAL_LOSER, BACKUP), NULL, TRANSITION(HEARD_EQUAL_WINNER, BACKUP), NULL)

THREE_ENTRIES(m192, TRANSITION(HEARD_HIGHER, BACKUP), NULL, TRANSITION(HEARD_EQUAL_LOSER, BACKUP), NULL,
              TRANSITION(HEARD_EQUAL_WINNER, BACKUP), NULL)

static void wait_on(struct virtual_router *router)
{
    vrrp_start_master_down_timer(router, master_down_of(router));
}

ONE_ENTRY(m206, TRANSITION(HEARD_STOP, BACKUP), wait_on)

static void take_over_now(struct virtual_router *router)
{
    vrrp_stop_master_down_timer(router);
    as_it_should(router);
}

ONE_ENTRY(m207, TRANSITION(HEARD_STOP, BACKUP), take_over_now)

/* --- times --- */

static int64_t skew_upside_down(const struct virtual_router *router)
{
    return SECONDS(router->priority) / 256;
}

static int64_t one_second(const struct virtual_router *router)
{
    (void)router;
    return SECONDS(1);
}

static int64_t two_intervals(const struct virtual_router *router)
{
    return 2 * SECONDS(router->interval_s) + router->instance->options->skew_ns(router);
}

static int64_t three_seconds(const struct virtual_router *router)
{
    return SECONDS(3) + router->instance->options->skew_ns(router);
}

static int64_t without_skew(const struct virtual_router *router)
{
    return 3 * SECONDS(router->interval_s);
}

static int64_t slow_interval(const struct virtual_router *router)
{
    return SECONDS(router->interval_s) * 12 / 10;
}

ONE_ENTRY(m35, vrrp.skew_ns, skew_upside_down)
ONE_ENTRY(m184, vrrp.advertisement_interval_ns, one_second)
ONE_ENTRY(m185, vrrp.skew_ns, one_second)
ONE_ENTRY(m186, vrrp.master_down_ns, two_intervals)
ONE_ENTRY(m187, vrrp.master_down_ns, three_seconds)
ONE_ENTRY(m188, vrrp.master_down_ns, without_skew)
ONE_ENTRY(m193, vrrp.advertisement_interval_ns, slow_interval)
ONE_ENTRY(m161, vrrp.default_priority, 128)
ONE_ENTRY(m175, vrrp.default_interval_s, 3)
ONE_ENTRY(m190, vrrp.default_preempt, false)

/* --- the election --- */

static bool address_lower(struct ipv4_address sender, struct ipv4_address local)
{
    return sender.number < local.number;
}

static bool address_greater_signed(struct ipv4_address sender, struct ipv4_address local)
{
    return (int32_t)sender.number > (int32_t)local.number;
}

static struct ipv4_address virtual_address(const struct virtual_router *router)
{
    return router->settings->addresses[0];
}

static int compare_signed(uint8_t heard, uint8_t local)
{
    return (int8_t)heard - (int8_t)local;
}

static bool preempts_as_the_flag_says(const struct virtual_router *router)
{
    return router->preempt;
}

static bool preempting_owner(const struct virtual_router *router)
{
    return router->priority == VRRP_PRIORITY_OWNER && router->preempt;
}

ONE_ENTRY(m19, vrrp.address_greater, address_lower)
ONE_ENTRY(m116, vrrp.address_greater, address_greater_signed)
ONE_ENTRY(m117, vrrp.local_address, virtual_address)
TWO_ENTRIES(m144, vrrp.starts_as_master, preempting_owner, vrrp.preempts, preempts_as_the_flag_says)
ONE_ENTRY(m163, vrrp.compare_priorities, compare_signed)
ONE_ENTRY(m189, vrrp.preempts, never)
ONE_ENTRY(m191, vrrp.preempts, always)

/* Whatever happens to one virtual router happens to all of the interface. */
static void dispatch_to_all(struct virtual_router *router, enum vrrp_event event)
{
    struct vrrp_instance *instance = router->instance;
    for (size_t i = 0; i < instance->router_count; i++) {
        struct virtual_router *each = &instance->routers[i];
        void (*transition)(struct virtual_router *) = instance->options->transitions[event][each->state];
        if (transition)
            transition(each);
    }
}

ONE_ENTRY(m194, vrrp.dispatch, dispatch_to_all)

const struct mutant_definition vrrp_state_mutants[] = {
    {.id = "M17", .change = m17},   {.id = "M18", .change = m18},   {.id = "M19", .change = m19},
    {.id = "M22", .change = m22},   {.id = "M23", .change = m23},   {.id = "M24", .change = m24},
    {.id = "M34", .change = m34},   {.id = "M35", .change = m35},   {.id = "M63", .change = m63},
    {.id = "M64", .change = m64},   {.id = "M65", .change = m65},   {.id = "M75", .change = m75},
    {.id = "M101", .change = m101}, {.id = "M102", .change = m102}, {.id = "M103", .change = m103},
    {.id = "M104", .change = m104}, {.id = "M105", .change = m105}, {.id = "M111", .change = m111},
    {.id = "M112", .change = m112}, {.id = "M113", .change = m113}, {.id = "M114", .change = m114},
    {.id = "M115", .change = m115}, {.id = "M116", .change = m116}, {.id = "M117", .change = m117},
    {.id = "M118", .change = m118}, {.id = "M144", .change = m144}, {.id = "M145", .change = m145},
    {.id = "M146", .change = m115}, {.id = "M147", .change = m147}, {.id = "M148", .change = m148},
    {.id = "M149", .change = m149}, {.id = "M150", .change = m150}, {.id = "M161", .change = m161},
    {.id = "M162", .change = m162}, {.id = "M163", .change = m163}, {.id = "M175", .change = m175},
    {.id = "M184", .change = m184}, {.id = "M185", .change = m185}, {.id = "M186", .change = m186},
    {.id = "M187", .change = m187}, {.id = "M188", .change = m188}, {.id = "M189", .change = m189},
    {.id = "M190", .change = m190}, {.id = "M191", .change = m191}, {.id = "M192", .change = m192},
    {.id = "M193", .change = m193}, {.id = "M194", .change = m194}, {.id = "M195", .change = m195},
    {.id = "M198", .change = m198}, {.id = "M200", .change = m200}, {.id = "M201", .change = m201},
    {.id = "M203", .change = m203}, {.id = "M204", .change = m204}, {.id = "M206", .change = m206},
    {.id = "M207", .change = m207}, {.id = "M208", .change = m208}, {.id = "M213", .change = m213},
    {.id = "M214", .change = m214}, {.id = "M215", .change = m215}, {.id = "M216", .change = m216},
    {.id = "M218", .change = m218}, {.id = "M231", .change = m231}, {.id = NULL},
};
