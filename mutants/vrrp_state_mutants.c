/* Defects of the VRRP state machine (RFC 2338 6.4, draft 3.3): a transition, a time or a comparison of the election is another
 * one. The steps are the reference's own (reference/vrrp_machine.h). */
#include "base/duration.h"
#include "mutants/one_rule.h"
#include "reference/vrrp_machine.h"

#define TRANSITION(options, event, state) ((options)->vrrp.transitions[event][state])

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

static void on_every_entry(struct router_options *options, void (*entry)(struct virtual_router *router))
{
    TRANSITION(options, VRRP_STARTUP_MASTER, VRRP_INITIALIZE) = entry;
    TRANSITION(options, VRRP_MASTER_DOWN, VRRP_BACKUP) = entry;
}

static void m23(struct router_options *options)
{
    on_every_entry(options, advertisement_first);
}

static void m34(struct router_options *options)
{
    on_every_entry(options, without_gratuitous_arp);
}

static void m63(struct router_options *options)
{
    TRANSITION(options, VRRP_MASTER_DOWN, VRRP_BACKUP) = NULL;
}

static void m64(struct router_options *options)
{
    TRANSITION(options, VRRP_MASTER_DOWN, VRRP_BACKUP) = without_advertisements;
}

static void m65(struct router_options *options)
{
    TRANSITION(options, VRRP_MASTER_DOWN, VRRP_BACKUP) = without_association;
}

static void m102(struct router_options *options)
{
    TRANSITION(options, VRRP_STARTUP_MASTER, VRRP_INITIALIZE) = without_association;
}

static void m105(struct router_options *options)
{
    on_every_entry(options, gratuitous_arp_first);
}

static void m147(struct router_options *options)
{
    TRANSITION(options, VRRP_MASTER_DOWN, VRRP_BACKUP) = advertisement_late;
}

static void m148(struct router_options *options)
{
    TRANSITION(options, VRRP_MASTER_DOWN, VRRP_BACKUP) = one_advertisement;
}

static void m195(struct router_options *options)
{
    TRANSITION(options, VRRP_STARTUP_MASTER, VRRP_INITIALIZE) = advertisement_late;
}

static void m198(struct router_options *options)
{
    TRANSITION(options, VRRP_STARTUP_MASTER, VRRP_INITIALIZE) = one_advertisement;
}

static void m231(struct router_options *options)
{
    TRANSITION(options, VRRP_STARTUP_MASTER, VRRP_INITIALIZE) = without_gratuitous_arp;
}

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

static void m103(struct router_options *options)
{
    options->vrrp.starts_as_master = never;
}

static void m104(struct router_options *options)
{
    options->vrrp.starts_as_master = always;
}

static void associated_backup(struct virtual_router *router)
{
    vrrp_start_master_down_timer(router, master_down_of(router));
    vrrp_associate(router);
    vrrp_enter(router, VRRP_BACKUP);
}

static void m24(struct router_options *options)
{
    TRANSITION(options, VRRP_STARTUP_BACKUP, VRRP_INITIALIZE) = associated_backup;
}

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

static void m149(struct router_options *options)
{
    TRANSITION(options, VRRP_STARTUP_BACKUP, VRRP_INITIALIZE) = advertising_backup;
    TRANSITION(options, VRRP_ADVERTISEMENT_DUE, VRRP_BACKUP) = advertise_again;
}

static void hasty_backup(struct virtual_router *router)
{
    vrrp_start_master_down_timer(router, router->instance->options->skew_ns(router));
    vrrp_enter(router, VRRP_BACKUP);
}

static void m200(struct router_options *options)
{
    TRANSITION(options, VRRP_STARTUP_BACKUP, VRRP_INITIALIZE) = hasty_backup;
}

static void m201(struct router_options *options)
{
    TRANSITION(options, VRRP_HEARD_STOP, VRRP_INITIALIZE) = as_it_should;
}

static void m101(struct router_options *options)
{
    options->vrrp.startup_waits_for_join = false;
}

/* --- leaving --- */

static void stop_quietly(struct virtual_router *router)
{
    vrrp_stop_adver_timer(router);
    vrrp_disassociate(router);
    vrrp_enter(router, VRRP_INITIALIZE);
}

static void m22(struct router_options *options)
{
    TRANSITION(options, VRRP_SHUTDOWN, VRRP_MASTER) = stop_quietly;
}

static void disassociate_first(struct virtual_router *router)
{
    vrrp_stop_adver_timer(router);
    vrrp_disassociate(router);
    vrrp_send_advertisement(router, VRRP_PRIORITY_STOP);
    vrrp_enter(router, VRRP_INITIALIZE);
}

static void m111(struct router_options *options)
{
    TRANSITION(options, VRRP_SHUTDOWN, VRRP_MASTER) = disassociate_first;
}

static void stop_but_advertise(struct virtual_router *router)
{
    vrrp_send_advertisement(router, VRRP_PRIORITY_STOP);
    vrrp_disassociate(router);
    vrrp_enter(router, VRRP_INITIALIZE);
}

static void m112(struct router_options *options)
{
    TRANSITION(options, VRRP_SHUTDOWN, VRRP_MASTER) = stop_but_advertise;
    TRANSITION(options, VRRP_ADVERTISEMENT_DUE, VRRP_INITIALIZE) = advertise_again;
}

static void stop_associated(struct virtual_router *router)
{
    vrrp_stop_adver_timer(router);
    vrrp_send_advertisement(router, VRRP_PRIORITY_STOP);
    vrrp_enter(router, VRRP_INITIALIZE);
}

static void m113(struct router_options *options)
{
    TRANSITION(options, VRRP_SHUTDOWN, VRRP_MASTER) = stop_associated;
}

static void stop_with_timer(struct virtual_router *router)
{
    vrrp_enter(router, VRRP_INITIALIZE);
}

static void m203(struct router_options *options)
{
    TRANSITION(options, VRRP_SHUTDOWN, VRRP_BACKUP) = stop_with_timer;
    TRANSITION(options, VRRP_MASTER_DOWN, VRRP_INITIALIZE) = as_it_should;
}

static void stop_aloud(struct virtual_router *router)
{
    vrrp_stop_master_down_timer(router);
    vrrp_send_advertisement(router, VRRP_PRIORITY_STOP);
    vrrp_enter(router, VRRP_INITIALIZE);
}

static void m204(struct router_options *options)
{
    TRANSITION(options, VRRP_SHUTDOWN, VRRP_BACKUP) = stop_aloud;
}

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

static void on_every_yield(struct router_options *options, void (*how)(struct virtual_router *router))
{
    TRANSITION(options, VRRP_HEARD_HIGHER, VRRP_MASTER) = how;
    TRANSITION(options, VRRP_HEARD_EQUAL_WINNER, VRRP_MASTER) = how;
}

static void m18(struct router_options *options)
{
    TRANSITION(options, VRRP_HEARD_HIGHER, VRRP_MASTER) = yield_associated;
}

static void m114(struct router_options *options)
{
    TRANSITION(options, VRRP_HEARD_HIGHER, VRRP_MASTER) = NULL;
}

static void m162(struct router_options *options)
{
    on_every_yield(options, yield_with_stop);
}

static void m215(struct router_options *options)
{
    on_every_yield(options, yield_advertising);
    TRANSITION(options, VRRP_ADVERTISEMENT_DUE, VRRP_BACKUP) = advertise_again;
}

static void take_over_unless_yielded(struct virtual_router *router)
{
    if (router->state_before != VRRP_MASTER)
        as_it_should(router);
}

static void m216(struct router_options *options)
{
    TRANSITION(options, VRRP_MASTER_DOWN, VRRP_BACKUP) = take_over_unless_yielded;
}

/* --- advertisements heard as Master --- */

static void m17(struct router_options *options)
{
    TRANSITION(options, VRRP_HEARD_LOWER, VRRP_MASTER) = vrrp_disassociate;
    TRANSITION(options, VRRP_HEARD_TOLERATED, VRRP_MASTER) = vrrp_disassociate;
}

static void m145(struct router_options *options)
{
    TRANSITION(options, VRRP_HEARD_LOWER, VRRP_MASTER) = yield;
    TRANSITION(options, VRRP_HEARD_TOLERATED, VRRP_MASTER) = yield;
}

static void m115(struct router_options *options)
{
    TRANSITION(options, VRRP_HEARD_EQUAL_LOSER, VRRP_MASTER) = yield;
}

static void advertise_and_disassociate(struct virtual_router *router)
{
    advertise_again(router);
    vrrp_disassociate(router);
}

static void m118(struct router_options *options)
{
    TRANSITION(options, VRRP_HEARD_STOP, VRRP_MASTER) = advertise_and_disassociate;
}

static void m213(struct router_options *options)
{
    TRANSITION(options, VRRP_HEARD_STOP, VRRP_MASTER) = NULL;
}

static void advertise_once(struct virtual_router *router)
{
    vrrp_send_advertisement(router, own_priority(router));
}

static void m214(struct router_options *options)
{
    TRANSITION(options, VRRP_HEARD_STOP, VRRP_MASTER) = advertise_once;
}

static void m218(struct router_options *options)
{
    TRANSITION(options, VRRP_HEARD_LOWER, VRRP_MASTER) = vrrp_start_adver_timer;
    TRANSITION(options, VRRP_HEARD_TOLERATED, VRRP_MASTER) = vrrp_start_adver_timer;
    TRANSITION(options, VRRP_HEARD_EQUAL_LOSER, VRRP_MASTER) = vrrp_start_adver_timer;
}

static void m75(struct router_options *options)
{
    TRANSITION(options, VRRP_REGISTRATION_REFUSED, VRRP_MASTER) = yield;
}

/* --- advertisements heard as Backup --- */

static void m150(struct router_options *options)
{
    TRANSITION(options, VRRP_HEARD_EQUAL_LOSER, VRRP_BACKUP) = NULL;
}

static void m208(struct router_options *options)
{
    TRANSITION(options, VRRP_HEARD_EQUAL_LOSER, VRRP_BACKUP) = NULL;
    TRANSITION(options, VRRP_HEARD_EQUAL_WINNER, VRRP_BACKUP) = NULL;
}

static void m192(struct router_options *options)
{
    TRANSITION(options, VRRP_HEARD_HIGHER, VRRP_BACKUP) = NULL;
    m208(options);
}

static void wait_on(struct virtual_router *router)
{
    vrrp_start_master_down_timer(router, master_down_of(router));
}

static void m206(struct router_options *options)
{
    TRANSITION(options, VRRP_HEARD_STOP, VRRP_BACKUP) = wait_on;
}

static void take_over_now(struct virtual_router *router)
{
    vrrp_stop_master_down_timer(router);
    as_it_should(router);
}

static void m207(struct router_options *options)
{
    TRANSITION(options, VRRP_HEARD_STOP, VRRP_BACKUP) = take_over_now;
}

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

static void m35(struct router_options *options)
{
    options->vrrp.skew_ns = skew_upside_down;
}

static void m184(struct router_options *options)
{
    options->vrrp.advertisement_interval_ns = one_second;
}

static void m185(struct router_options *options)
{
    options->vrrp.skew_ns = one_second;
}

static void m186(struct router_options *options)
{
    options->vrrp.master_down_ns = two_intervals;
}

static void m187(struct router_options *options)
{
    options->vrrp.master_down_ns = three_seconds;
}

static void m188(struct router_options *options)
{
    options->vrrp.master_down_ns = without_skew;
}

static void m193(struct router_options *options)
{
    options->vrrp.advertisement_interval_ns = slow_interval;
}

static void m161(struct router_options *options)
{
    options->vrrp.default_priority = 128;
}

static void m175(struct router_options *options)
{
    options->vrrp.default_interval_s = 3;
}

static void m190(struct router_options *options)
{
    options->vrrp.default_preempt = false;
}

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

static void m19(struct router_options *options)
{
    options->vrrp.address_greater = address_lower;
}

static void m116(struct router_options *options)
{
    options->vrrp.address_greater = address_greater_signed;
}

static void m117(struct router_options *options)
{
    options->vrrp.local_address = virtual_address;
}

static void m144(struct router_options *options)
{
    options->vrrp.starts_as_master = preempting_owner;
    options->vrrp.preempts = preempts_as_the_flag_says;
}

static void m163(struct router_options *options)
{
    options->vrrp.compare_priorities = compare_signed;
}

static void m189(struct router_options *options)
{
    options->vrrp.preempts = never;
}

static void m191(struct router_options *options)
{
    options->vrrp.preempts = always;
}

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

static void m194(struct router_options *options)
{
    options->vrrp.dispatch = dispatch_to_all;
}

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
