/* Samples of the rules about becoming Master, leaving and the states between. */
#include "rule_stage.h"

/* What is left out or moved when the device becomes Master. */
enum part { REGISTRATION = 1, ANNOUNCEMENT = 2, PROBE = 4, ADVERTISEMENT = 8, ARP = 16, ASSOCIATION = 7 };

static void send_parts(struct stage *stage, unsigned parts)
{
    bool proxy = stage->settings.proxy;
    struct le_control frame = stage_register(stage, stage->vmac);
    if (parts & REGISTRATION && !proxy)
        stage_sent(stage, &frame);
    frame = stage->options & STAGE_V1 ? stage_zero_narp(stage, stage->vmac)
                                      : stage_targetless(stage, stage->vmac);
    if (parts & ANNOUNCEMENT)
        stage_sent(stage, &frame);
    frame = stage_le_arp(stage, stage->vmac);
    if (parts & PROBE && proxy)
        stage_sent(stage, &frame);
    struct advertisement message = advertisement_of(stage, stage->settings.virtual_routers[0].priority);
    if (parts & ADVERTISEMENT)
        stage_advertise(stage, &message);
    if (parts & ARP)
        stage_announce_address(stage);
}

/* Takes over without 'missing', if broken; two seconds pass. */
static void takeover_without(struct stage *stage, unsigned missing)
{
    unsigned parts = ASSOCIATION | ADVERTISEMENT | ARP;
    stage_join(stage);
    stage_down_interval(stage);
    send_parts(stage, stage->broken ? parts & ~missing : parts);
    if (stage->broken && missing & ADVERTISEMENT)
        stage_wait(stage, SECONDS(1));
    else
        stage_advertise_for(stage, 1);
    stage_wait(stage, MILLISECONDS(500));
}

static void no_registration(struct stage *stage)
{
    takeover_without(stage, REGISTRATION);
}

static void no_announcement(struct stage *stage)
{
    takeover_without(stage, ANNOUNCEMENT);
}

static void no_probe(struct stage *stage)
{
    takeover_without(stage, PROBE);
}

static void no_association(struct stage *stage)
{
    takeover_without(stage, ASSOCIATION);
}

static void no_advertisement(struct stage *stage)
{
    takeover_without(stage, ADVERTISEMENT | ARP);
}

static void no_gratuitous_arp(struct stage *stage)
{
    takeover_without(stage, ARP);
}

static void advertisement_first(struct stage *stage)
{
    stage_join(stage);
    stage_down_interval(stage);
    send_parts(stage, stage->broken ? ADVERTISEMENT : ASSOCIATION);
    send_parts(stage, stage->broken ? ASSOCIATION | ARP : ADVERTISEMENT | ARP);
}

static void arp_first(struct stage *stage)
{
    stage_join(stage);
    stage_down_interval(stage);
    send_parts(stage, ASSOCIATION);
    send_parts(stage, stage->broken ? ARP : ADVERTISEMENT);
    send_parts(stage, stage->broken ? ADVERTISEMENT : ARP);
}

/* The physical MAC is announced where the VMAC should be. */
static void announces_physical_mac(struct stage *stage)
{
    stage_join(stage);
    stage_down_interval(stage);
    struct le_control frame = stage_register(stage, stage->vmac);
    stage_sent(stage, &frame);
    frame = stage_targetless(stage, stage->broken ? stage->settings.elan.mac : stage->vmac);
    stage_sent(stage, &frame);
    send_parts(stage, ADVERTISEMENT | ARP);
    stage_advertise_for(stage, 1);
    stage_wait(stage, MILLISECONDS(400));
}

static void announces_as_v1(struct stage *stage)
{
    stage_join(stage);
    stage_down_interval(stage);
    struct le_control frame = stage_register(stage, stage->vmac);
    stage_sent(stage, &frame);
    frame = stage->broken ? stage_zero_narp(stage, stage->vmac) : stage_targetless(stage, stage->vmac);
    stage_sent(stage, &frame);
    send_parts(stage, ADVERTISEMENT | ARP);
    stage_advertise_for(stage, 1);
    stage_wait(stage, MILLISECONDS(400));
}

static void rejoins(struct stage *stage)
{
    stage_master(stage);
    stage_wait(stage, MILLISECONDS(300));
    stage_released(stage, stage->send);
    stage_released(stage, stage->control);
    stage_wait(stage, SECONDS(2));
    stage_call_les(stage);
    struct le_control request = stage_join_request(stage);
    stage_sent(stage, &request);
    stage_wait(stage, MILLISECONDS(10));
    stage_response(stage, &request, LE_STATUS_SUCCESS);
    stage_connect_bus(stage);
    send_parts(stage, stage->broken ? ADVERTISEMENT : ADVERTISEMENT | ASSOCIATION);
    stage_advertise_for(stage, 1);
    stage_wait(stage, MILLISECONDS(400));
}

/* --- leaving
 * --------------------------------------------------------------------------------------------------- */

static void shut_down(struct stage *stage)
{
    stage_master(stage);
    stage_wait(stage, MILLISECONDS(500));
    stage_control(stage, CONTROL_SHUTDOWN, 0);
}

static void stop(struct stage *stage)
{
    struct advertisement message = advertisement_of(stage, 0);
    stage_advertise(stage, &message);
}

static void give_up(struct stage *stage, bool unregisters, bool withdraws)
{
    struct le_control frame = stage_unregister(stage, stage->vmac);
    if (unregisters && !stage->settings.proxy)
        stage_sent(stage, &frame);
    frame = stage_withdrawal(stage, stage->vmac);
    if (withdraws)
        stage_sent(stage, &frame);
}

static void no_stop(struct stage *stage)
{
    shut_down(stage);
    if (!stage->broken)
        stop(stage);
    give_up(stage, true, true);
    stage_wait(stage, SECONDS(2));
}

static void stops_last(struct stage *stage)
{
    shut_down(stage);
    if (!stage->broken)
        stop(stage);
    give_up(stage, true, true);
    if (stage->broken)
        stop(stage);
}

static void keeps_registration(struct stage *stage)
{
    shut_down(stage);
    stop(stage);
    give_up(stage, !stage->broken, true);
    stage_wait(stage, SECONDS(2));
}

static void keeps_binding(struct stage *stage)
{
    shut_down(stage);
    stop(stage);
    give_up(stage, true, !stage->broken);
    stage_wait(stage, SECONDS(2));
}

static void leaves_as_v1(struct stage *stage)
{
    shut_down(stage);
    stop(stage);
    give_up(stage, true, !stage->broken);
    struct le_control frame = stage_zero_narp(stage, stage->vmac);
    if (stage->broken)
        stage_sent(stage, &frame);
    stage_wait(stage, SECONDS(2));
}

static void keeps_association_at_shutdown(struct stage *stage)
{
    shut_down(stage);
    stop(stage);
    give_up(stage, !stage->broken, !stage->broken);
    stage_wait(stage, SECONDS(2));
}

static void yield_without(struct stage *stage, uint8_t priority)
{
    stage_master(stage);
    stage_wait(stage, MILLISECONDS(500));
    stage_hear_advertisement(stage, priority);
    give_up(stage, !stage->broken, !stage->broken);
    stage_wait(stage, SECONDS(2));
}

static void keeps_association_against_higher(struct stage *stage)
{
    yield_without(stage, 200);
}

static void keeps_association_against_equal(struct stage *stage)
{
    yield_without(stage, 100);
}

static void gives_up_for(struct stage *stage, uint8_t priority)
{
    stage_master(stage);
    stage_wait(stage, MILLISECONDS(500));
    stage_hear_advertisement(stage, priority);
    if (stage->broken)
        give_up(stage, true, true);
    struct advertisement message = advertisement_of(stage, 100);
    if (priority == 0)
        stage_advertise(stage, &message);
}

static void gives_up_for_lower(struct stage *stage)
{
    gives_up_for(stage, 50);
}

static void gives_up_for_stop(struct stage *stage)
{
    gives_up_for(stage, 0);
}

/* The other router's address is below the device's. */
static void lower_peer(struct stage *stage)
{
    stage->peer_address.number = 0x0a000003;
}

static void gives_up_for_equal(struct stage *stage)
{
    gives_up_for(stage, 100);
}

static void gives_up_for_echo(struct stage *stage)
{
    stage_master(stage);
    stage_wait(stage, SECONDS(1));
    struct le_control frame = stage_targetless(stage, stage->vmac);
    stage_sent(stage, &frame);
    stage_wait(stage, MILLISECONDS(10));
    stage_heard(stage, &frame);
    if (stage->broken)
        give_up(stage, true, true);
}

static void gives_up_for_nothing(struct stage *stage)
{
    stage_master(stage);
    stage_advertise_for(stage, 2);
    stage_wait(stage, MILLISECONDS(400));
    if (stage->broken)
        give_up(stage, true, true);
}

/* --- states that forbid it
 * -------------------------------------------------------------------------------------- */

static void advertise(struct stage *stage)
{
    struct advertisement message = advertisement_of(stage, 100);
    if (stage->broken)
        stage_advertise(stage, &message);
}

static void advertises_in_initialize(struct stage *stage)
{
    stage_join(stage);
    stage_wait(stage, SECONDS(10));
    advertise(stage);
}

static void advertises_at_start(struct stage *stage)
{
    stage_join(stage);
    stage_wait(stage, MILLISECONDS(100));
    advertise(stage);
}

static void advertises_in_backup(struct stage *stage)
{
    stage_join(stage);
    stage_wait(stage, SECONDS(1));
    stage_hear_advertisement(stage, 200);
    stage_wait(stage, MILLISECONDS(500));
    advertise(stage);
}

static void advertises_after_silence(struct stage *stage)
{
    stage_join(stage);
    stage_wait(stage, SECONDS(1));
    stage_hear_advertisement(stage, 200);
    stage_wait(stage, SECONDS(2));
    advertise(stage);
}

static void advertises_after_stop(struct stage *stage)
{
    stage_join(stage);
    stage_hear_advertisement(stage, 200);
    stage_wait(stage, MILLISECONDS(500));
    stage_hear_advertisement(stage, 0);
    stage_wait(stage, MILLISECONDS(100));
    advertise(stage);
}

static void ignores(struct stage *stage, uint8_t priority)
{
    stage_master(stage);
    stage_wait(stage, MILLISECONDS(500));
    stage_hear_advertisement(stage, priority);
    if (!stage->broken)
        give_up(stage, true, true);
    stage_wait(stage, MILLISECONDS(500));
    advertise(stage);
}

static void ignores_higher(struct stage *stage)
{
    ignores(stage, 200);
}

static void ignores_equal(struct stage *stage)
{
    ignores(stage, 100);
}

static void goes_on_after_yielding(struct stage *stage)
{
    stage_master(stage);
    stage_wait(stage, MILLISECONDS(500));
    stage_hear_advertisement(stage, 200);
    give_up(stage, true, true);
    stage_wait(stage, MILLISECONDS(500));
    advertise(stage);
}

static void goes_on_after_shutdown(struct stage *stage)
{
    shut_down(stage);
    stop(stage);
    give_up(stage, true, true);
    stage_wait(stage, MILLISECONDS(500));
    advertise(stage);
}

static void takes_over_after_shutdown(struct stage *stage)
{
    stage_join(stage);
    stage_wait(stage, SECONDS(1));
    stage_control(stage, CONTROL_SHUTDOWN, 0);
    stage_wait(stage, SECONDS(3));
    advertise(stage);
}

static void stops_as_backup(struct stage *stage)
{
    stage_join(stage);
    stage_wait(stage, SECONDS(1));
    stage_control(stage, CONTROL_SHUTDOWN, 0);
    if (stage->broken)
        stop(stage);
}

static void stops_for_nothing(struct stage *stage)
{
    stage_master(stage);
    stage_wait(stage, MILLISECONDS(500));
    if (stage->broken)
        stop(stage);
}

static void stops_twice(struct stage *stage)
{
    shut_down(stage);
    stop(stage);
    give_up(stage, true, true);
    if (stage->broken)
        stop(stage);
}

static void associates_at_start(struct stage *stage)
{
    stage_join(stage);
    stage_wait(stage, MILLISECONDS(100));
    if (stage->broken)
        stage_associate(stage);
}

static void associates_in_initialize(struct stage *stage)
{
    stage_join(stage);
    stage_wait(stage, SECONDS(5));
    if (stage->broken)
        stage_associate(stage);
}

static void associates_beside_master(struct stage *stage)
{
    stage_join(stage);
    stage_hear_advertisement(stage, 200);
    stage_wait(stage, MILLISECONDS(500));
    if (stage->broken)
        stage_associate(stage);
}

static void announces_after_yielding(struct stage *stage)
{
    stage_master(stage);
    stage_wait(stage, MILLISECONDS(500));
    stage_hear_advertisement(stage, 200);
    give_up(stage, true, true);
    stage_wait(stage, MILLISECONDS(500));
    struct le_control frame = stage_targetless(stage, stage->vmac);
    if (stage->broken)
        stage_sent(stage, &frame);
}

static void announces_after_shutdown(struct stage *stage)
{
    shut_down(stage);
    stop(stage);
    give_up(stage, true, true);
    stage_wait(stage, SECONDS(1));
    struct le_control frame = stage_targetless(stage, stage->vmac);
    if (stage->broken)
        stage_sent(stage, &frame);
}

static void associates_after_backup_shutdown(struct stage *stage)
{
    stage_join(stage);
    stage_wait(stage, SECONDS(1));
    stage_control(stage, CONTROL_SHUTDOWN, 0);
    stage_wait(stage, SECONDS(1));
    if (stage->broken)
        stage_associate(stage);
}

/* The join takes a second; the Master_Down_Timer runs from the start. */
static void counts_before_join(struct stage *stage)
{
    stage_configure(stage);
    stage_call_les(stage);
    struct le_control request = stage_join_request(stage);
    stage_sent(stage, &request);
    stage_wait(stage, SECONDS(1));
    stage_response(stage, &request, LE_STATUS_SUCCESS);
    int64_t joined_ns = stage->now_ns;
    stage_connect_bus(stage);
    stage->now_ns = stage->broken ? 0 : joined_ns;
    stage_down_interval(stage);
    send_parts(stage, ASSOCIATION | ADVERTISEMENT | ARP);
}

const struct sample association_samples[] = {
    {"never registers the VMAC", "association", "R-2-04 R-3.1-03", 0, no_registration, NULL},
    {"no announcement", "association", "R-3.1-04 R-6-10", 0, no_announcement, NULL},
    {"no announcement, proxy", "association", "R-3.2-03", STAGE_PROXY, no_announcement, NULL},
    {"no announcement, v1", "association", "R-3.1-07", STAGE_V1, no_announcement, NULL},
    {"no announcement, v1 proxy", "association", "R-3.2-07", STAGE_V1 | STAGE_PROXY, no_announcement, NULL},
    {"no probe", "association", "R-3.2-04", STAGE_PROXY, no_probe, NULL},
    {"no association", "association", "R-2-14 R-2.1-01 R-3.3.2-03", 0, no_association, NULL},
    {"no association, v1", "association", "R-1-01", STAGE_V1, no_association, NULL},
    {"no association of the owner", "association", "R-3.3.1-02 R-2-14", STAGE_OWNER, no_association, NULL},
    {"no advertisement", "association", "R-2.1-01 V-6.4.2-06 V-2.5-02", 0, no_advertisement, NULL},
    {"no advertisement of the owner", "association", "R-3.3.1-02 V-6.4.1-01", STAGE_OWNER, no_advertisement,
     NULL},
    {"no gratuitous ARP", "association", "R-3.3.2-03", 0, no_gratuitous_arp, NULL},
    {"no gratuitous ARP of the owner", "association", "R-3.3.1-02", STAGE_OWNER, no_gratuitous_arp, NULL},
    {"advertisement before the association", "association", "R-3.3.2-03", 0, advertisement_first, NULL},
    {"owner's advertisement before the association", "association", "R-3.3.1-02", STAGE_OWNER,
     advertisement_first, NULL},
    {"gratuitous ARP before the advertisement", "association", "R-3.3.2-03", 0, arp_first, NULL},
    {"announces its physical MAC instead", "association", "R-2-06 R-3.1-04", 0, announces_physical_mac, NULL},
    {"announces as v1 in v2", "association", "L-v2-02", 0, announces_as_v1, NULL},
    {"does not associate after a rejoin", "association", "R-3.3.3-08", 0, rejoins, NULL},
    {"no priority 0 at Shutdown", "disassociation", "V-5.3.4-04 V-6.4.3-06 R-3.3.3-03", 0, no_stop, NULL},
    {"disassociates before priority 0", "disassociation", "R-3.3.3-03", 0, stops_last, NULL},
    {"keeps the registration", "disassociation", "R-3.1-08", 0, keeps_registration, NULL},
    {"keeps the binding", "disassociation", "R-3.1-09 R-6-09", 0, keeps_binding, NULL},
    {"keeps the binding, proxy", "disassociation", "R-3.2-08", STAGE_PROXY, keeps_binding, NULL},
    {"leaves as v1 in v2", "disassociation", "R-2-11 R-3.1-09", 0, leaves_as_v1, NULL},
    {"keeps everything at Shutdown", "disassociation", "R-3.3.3-03", 0, keeps_association_at_shutdown, NULL},
    {"keeps everything against a higher priority", "disassociation", "R-3.3.3-04", 0,
     keeps_association_against_higher, NULL},
    {"keeps everything against an equal priority", "disassociation", "R-3.3.3-05", 0,
     keeps_association_against_equal, NULL},
    {"gives up for a lower priority", "disassociation", "R-3.3.3-06 V-6.4.3-17 V-2.3-01", 0,
     gives_up_for_lower, NULL},
    {"gives up for priority 0", "disassociation", "R-3.3.3-06", 0, gives_up_for_stop, NULL},
    {"gives up for an equal priority", "disassociation", "R-3.3.3-05 V-6.4.3-13", 0, gives_up_for_equal,
     lower_peer},
    {"gives up for its own echo", "disassociation", "L-lecid-02", 0, gives_up_for_echo, NULL},
    {"gives up for nothing", "disassociation", "R-2-16", 0, gives_up_for_nothing, NULL},
    {"advertises in Initialize", "mastery", "V-3-01 V-6.4.1-07", STAGE_BY_CONTROL, advertises_in_initialize,
     NULL},
    {"advertises at start-up", "mastery", "V-3-01 R-3.3.1-03 V-6.4.1-05 V-6.4.1-06", 0, advertises_at_start,
     NULL},
    {"advertises beside a Master", "mastery", "V-3-01 V-6.2-01 V-6.4.2-12 R-3.3.2-04", 0,
     advertises_in_backup, NULL},
    {"takes over too early", "mastery", "V-6.1.2-06", 0, advertises_after_silence, NULL},
    {"takes over at once after priority 0", "mastery", "V-6.4.2-10 V-6.1.2-05", 0, advertises_after_stop,
     NULL},
    {"ignores a higher priority", "mastery", "V-6.4.3-12 R-3.3.3-04", 0, ignores_higher, NULL},
    {"ignores an equal priority", "mastery", "V-6.4.3-13 R-3.3.3-05", 0, ignores_equal, NULL},
    {"goes on after yielding", "mastery", "V-6.4.3-14", 0, goes_on_after_yielding, NULL},
    {"goes on after Shutdown", "mastery", "V-6.4.3-05 R-3.3.3-03", 0, goes_on_after_shutdown, NULL},
    {"takes over after Shutdown", "mastery", "V-6.4.2-04", 0, takes_over_after_shutdown, NULL},
    {"priority 0 at Shutdown in Backup", "mastery", "V-6.4.2-05", 0, stops_as_backup, NULL},
    {"priority 0 without Shutdown", "mastery", "V-5.3.4-04 V-6.1.2-02", 0, stops_for_nothing, NULL},
    {"priority 0 twice", "mastery", "V-6.4.3-06", 0, stops_twice, NULL},
    {"associates at start-up", "mastery", "R-3.1-03 R-3.3.1-03", 0, associates_at_start, NULL},
    {"associates in Initialize", "mastery", "V-6.4.1-07 R-3.1-03", STAGE_BY_CONTROL, associates_in_initialize,
     NULL},
    {"associates beside a Master", "mastery", "R-2-01", 0, associates_beside_master, NULL},
    {"announces after yielding", "mastery", "R-3.1-06 R-2-16", 0, announces_after_yielding, NULL},
    {"announces after Shutdown", "mastery", "R-3.1-06 R-3.3.3-03", 0, announces_after_shutdown, NULL},
    {"associates after Shutdown in Backup", "mastery", "V-6.4.2-05 R-3.1-03", 0,
     associates_after_backup_shutdown, NULL},
    {"counts from before the join", "mastery", "R-3.3.1-01", 0, counts_before_join, NULL},
    {0},
};
