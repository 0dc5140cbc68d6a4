/* Section 3.3.2: what a Backup does and does not. */
#include "cases/cases.h"

/* R-3.3.2-02: silent to LE_ARP for the VMAC. */
static void le_arp_unanswered(struct scene *scene)
{
    bring_to(scene, STATE_BACKUP);
    uint32_t id;
    struct tap_event *asked = inject_le_arp_request(scene, scene->vmac, &id);
    expect_none(scene, .requirements = "R-3.3.2-02", .pattern = le_arp_answer(scene, id),
                .since = mark_at(asked), .max_ns = SECONDS(2));
    prove_alive(scene);
}

/* Takeover after a silent Master. */
static void takeover(struct scene *scene)
{
    bring_to(scene, STATE_BACKUP);
    struct tap_event *last = speaker_falls_silent(scene);
    expect_takeover(scene, mark_at(last), master_down_ns(scene), "V-6.1.2-06");
    expect_state(scene, quiet_master(scene), "V-6.4.2-09");
}

static const struct test_case cases[] = {
    {.id = "backup/le-arp-unanswered",
     .title = "A Backup does not answer LE_ARP_REQUEST for the VMAC",
     .requirements = "R-3.3.2-02 R-2-01",
     .stimulus = "LE_ARP_REQUEST for the VMAC, handed to the Backup by the LES",
     .accepted = "no LE_ARP_RESPONSE within 2 s; LE_ARP for its own MAC address is answered",
     .scope = ROUTER_ANY,
     .capabilities = CAPABILITY_CONTROL_STARTUP,
     .run = le_arp_unanswered},
    {.id = "backup/takeover",
     .title = "A Backup takes over from a Master that fell silent",
     .requirements = "V-6.1.2-06 R-2.1-01 R-2-14 R-3.3.2-03 V-6.4.2-06 V-6.4.2-07 V-6.4.2-09",
     .stimulus = "the Master stops advertising",
     .accepted =
         "association, advertisement, gratuitous ARP in this order, Master_Down_Interval after the last "
         "advertisement; then acts as Master",
     .scope = ROUTER_ANY,
     .capabilities = CAPABILITY_CONTROL_STARTUP,
     .run = takeover},
};

const struct case_list backup_cases = {cases, sizeof cases / sizeof *cases};
