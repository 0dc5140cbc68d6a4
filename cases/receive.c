/* RFC 2338 7.1 and 5.3: each receive check alone, with its valid twin.
 *
 * The bad advertisement has a higher priority, so a device that obeys it shows it twice: as Backup by a
 * takeover that comes too late, as Master by yielding. Or it has priority 0, which has a way of its own
 * through the state machine: then a Backup that obeys takes over too early, and a Master advertises at once.
 * The twin differs in nothing but the field under test, and is seen to be obeyed. */
#include <string.h>

#include "cases/cells.h"
#include "steps/plan_changes.h"

static void expect_discarded(struct scene *scene, const struct advertisement *bad, const char *requirements);
static void expect_kept_backup(struct scene *scene, const struct advertisement *bad,
                               const char *requirements);
static void expect_kept_master(struct scene *scene, const struct advertisement *bad,
                               const char *requirements);
static void prove_obeyed(struct scene *scene, const struct advertisement *good);
static void expect_stop_discarded(struct scene *scene, const struct advertisement *bad,
                                  const char *requirements);
static void prove_stop_obeyed(struct scene *scene, const struct advertisement *good);
static struct tap_event *between_advertisements(struct scene *scene);

/* What makes an advertisement bad: one field, once. */
struct flaw {
    const char *requirements;
    void (*spoil)(struct scene *scene, struct advertisement *bad);
};

static void ttl_254(struct scene *scene, struct advertisement *bad)
{
    (void)scene;
    bad->ttl = 254;
}

static void ttl_low(struct scene *scene, struct advertisement *bad)
{
    bad->ttl = (uint8_t)random_between(&scene->random, 0, 1);
}

static void version_other(struct scene *scene, struct advertisement *bad)
{
    bad->message.version = random_between(&scene->random, 0, 1) ? 1 : 3;
}

static void version_3(struct scene *scene, struct advertisement *bad)
{
    (void)scene;
    bad->message.version = 3;
}

static void type_2(struct scene *scene, struct advertisement *bad)
{
    (void)scene;
    bad->message.type = 2;
}

static void type_other(struct scene *scene, struct advertisement *bad)
{
    int64_t type = random_between(&scene->random, 2, 15);
    bad->message.type = (uint8_t)(type == 2 ? 0 : type);
}

static void size_6(struct scene *scene, struct advertisement *bad)
{
    (void)scene;
    bad->truncated_size = 6;
}

static void size_below_header(struct scene *scene, struct advertisement *bad)
{
    bad->truncated_size = (size_t)random_between(&scene->random, 1, VRRP_HEADER_SIZE - 1);
}

static void checksum_wrong(struct scene *scene, struct advertisement *bad)
{
    bad->checksum_bad = true;
    bad->checksum_absent = random_between(&scene->random, 0, 1);
}

static void authentication_unknown(struct scene *scene, struct advertisement *bad)
{
    bad->message.authentication_type = random_between(&scene->random, 0, 1) ? 3 : 255;
}

static void authentication_none(struct scene *scene, struct advertisement *bad)
{
    (void)scene;
    bad->message.authentication_type = VRRP_AUTHENTICATION_NONE;
    memset(bad->message.authentication_data, 0, sizeof bad->message.authentication_data);
}

static void authentication_password(struct scene *scene, struct advertisement *bad)
{
    (void)scene;
    bad->message.authentication_type = VRRP_AUTHENTICATION_PASSWORD;
}

static void password_other(struct scene *scene, struct advertisement *bad)
{
    (void)scene;
    bad->message.authentication_data[0] ^= 0x03;
}

static void password_tail(struct scene *scene, struct advertisement *bad)
{
    size_t last = strlen(scene->plan.device.password) - 1;
    bad->message.authentication_data[last] ^= 0x03;
}

static void password_prefix(struct scene *scene, struct advertisement *bad)
{
    size_t last = strlen(scene->plan.device.password) - 1;
    bad->message.authentication_data[last] = 0;
}

static void interval_other(struct scene *scene, struct advertisement *bad)
{
    bad->message.interval_s = (uint8_t)(scene->interval_s + random_between(&scene->random, 1, 9));
}

static void vrid_other(struct scene *scene, struct advertisement *bad)
{
    bad->message.vrid = (uint8_t)(scene->vrid == 255 ? 1 : scene->vrid + 1);
}

static void addresses_other(struct scene *scene, struct advertisement *bad)
{
    bad->message.addresses[0] = scene->plan.third_ip;
}

static void header_missing(struct scene *scene, struct advertisement *bad)
{
    (void)scene;
    bad->authentication_header = false;
}

static void header_unasked(struct scene *scene, struct advertisement *bad)
{
    bad->authentication_header = true;
    bad->message.authentication_type = VRRP_AUTHENTICATION_AH;
    bad->spi = (uint32_t)random_between(&scene->random, SPI_MINIMUM, UINT32_MAX);
    memcpy(bad->key, "sixteen octets..", sizeof "sixteen octets..");
}

static void digest_wrong(struct scene *scene, struct advertisement *bad)
{
    (void)scene;
    bad->digest_bad = true;
}

static void key_other(struct scene *scene, struct advertisement *bad)
{
    size_t at = (size_t)random_between(&scene->random, 0, (int64_t)strlen(bad->key) - 1);
    bad->key[at] = bad->key[at] == 'k' ? 'K' : 'k';
}

static const struct flaw flaws[] = {
    {"V-5.2.3-02 V-7.1-01", ttl_254},
    {"V-5.2.3-02 V-7.1-01", ttl_low},
    {"V-7.1-01 V-10-01", ttl_254}, /* with a password */
    {"V-7.1-02", version_other},
    {"V-7.1-02", version_3},
    {"V-5.3.2-02", type_2},
    {"V-5.3.2-02", type_other},
    {"V-7.1-03", size_6},
    {"V-7.1-03", size_below_header},
    {"V-7.1-04", checksum_wrong},
    {"V-5.3.6-01", authentication_unknown},
    {"V-5.3.6-02", authentication_none},
    {"V-5.3.6-02", authentication_password},
    {"V-5.3.6.2-02 V-7.1-05 R-7-01", password_other},
    {"V-5.3.6.2-02 V-5.3.10-02", password_tail},
    {"V-5.3.6.2-02", password_prefix},
    {"V-7.1-08", interval_other},
    {"V-7.1-06", vrid_other},
    {"V-7.1-10", addresses_other},
    {"V-5.3.6.3-01 V-7.1-05", header_missing},
    {"V-5.3.6.3-01 V-7.1-05", digest_wrong},
    {"V-5.3.6.3-01 V-7.1-05", key_other},
    {"V-5.3.6-02", authentication_none}, /* behind a right header */
    {"V-5.3.6-02", header_unasked},
};

static void discarded(struct scene *scene)
{
    const struct flaw *flaw = &flaws[scene->test->parameter];
    if (flaw->spoil == addresses_other &&
        scene->pixit.choice[PIXIT_ADDRESS_LIST_CHECK] != ADDRESS_LIST_CHECK_ON)
        scene_not_applicable(scene, "nobody claims that the device makes the optional check; "
                                    "--pixit address_list_check=on does");
    bring_to(scene, STATE_BACKUP);
    struct advertisement good = good_advertisement(scene, scene->plan.higher_priority);
    struct advertisement bad = good;
    flaw->spoil(scene, &bad);
    expect_discarded(scene, &bad, flaw->requirements);
    prove_obeyed(scene, &good);
}

/* The same with priority 0. */
static void stop_discarded(struct scene *scene)
{
    const struct flaw *flaw = &flaws[scene->test->parameter];
    bring_to(scene, STATE_BACKUP);
    struct advertisement good = good_advertisement(scene, VRRP_PRIORITY_STOP);
    struct advertisement bad = good;
    flaw->spoil(scene, &bad);
    expect_stop_discarded(scene, &bad, flaw->requirements);
    prove_stop_obeyed(scene, &good);
}

/* With authentication type 0 or 2 the Authentication Data is ignored. */
static void authentication_data_ignored(struct scene *scene)
{
    const char *requirements =
        scene->test->parameter == VRRP_AUTHENTICATION_AH ? "V-5.3.6.3-02" : "V-5.3.6.1-02";
    bring_to_master(scene);
    struct advertisement sent = good_advertisement(scene, scene->plan.higher_priority);
    for (size_t i = 0; i < VRRP_AUTHENTICATION_DATA_SIZE; i++)
        sent.message.authentication_data[i] = (uint8_t)random_between(&scene->random, 1, 255);
    struct tap_event *heard = inject_advertisement(scene, &sent);
    expect_none(scene, .requirements = requirements, .pattern = advertisement(scene, scene->vrid),
                .since = mark_at(heard), .max_ns = interval_ns(scene) * 3 / 2);
    prove_alive(scene);
}

/* V-7.1-10: the owner's advertisement counts whatever its address list. */
static void owner_list_obeyed(struct scene *scene)
{
    bring_to_master(scene);
    struct advertisement sent = good_advertisement(scene, VRRP_PRIORITY_OWNER);
    addresses_other(scene, &sent);
    struct tap_event *heard = inject_advertisement(scene, &sent);
    expect_none(scene, .requirements = "V-7.1-10", .pattern = advertisement(scene, scene->vrid),
                .since = mark_at(heard), .max_ns = interval_ns(scene) * 3 / 2);
    prove_alive(scene);
}

/* V-7.1-07: the address list check is optional; the lab may know whether the device makes it. */
static void list_check_optional(struct scene *scene)
{
    unsigned claimed = scene->pixit.choice[PIXIT_ADDRESS_LIST_CHECK];
    if (claimed == ADDRESS_LIST_CHECK_UNKNOWN)
        scene_not_applicable(scene,
                             "both outcomes are accepted; --pixit address_list_check=on or off expects one");
    bring_to_master(scene);
    struct advertisement sent = good_advertisement(scene, scene->plan.higher_priority);
    addresses_other(scene, &sent);
    struct tap_event *heard = inject_advertisement(scene, &sent);
    if (claimed == ADDRESS_LIST_CHECK_ON)
        expect(scene, .requirements = "V-7.1-07", .pattern = advertisement(scene, scene->vrid),
               .since = mark_at(heard), .max_ns = interval_ns(scene));
    else
        expect_none(scene, .requirements = "V-7.1-07", .pattern = advertisement(scene, scene->vrid),
                    .since = mark_at(heard), .max_ns = interval_ns(scene) * 3 / 2);
    prove_alive(scene);
}

static void as_the_lab_claims(struct scene_plan *plan)
{
    plan->device.address_list_check = plan->pixit.choice[PIXIT_ADDRESS_LIST_CHECK] == ADDRESS_LIST_CHECK_ON;
}

static void with_password(struct scene_plan *plan)
{
    plan_password(plan, (size_t)random_between(&plan->random, 5, 8));
}

static void with_list_check(struct scene_plan *plan)
{
    plan->device.address_list_check = true;
}

static void expect_discarded(struct scene *scene, const struct advertisement *bad, const char *requirements)
{
    expect_kept_backup(scene, bad, requirements);
    expect_kept_master(scene, bad, requirements);
}

/* The Master_Down_Timer runs on as if nothing had been heard; obeyed means that it restarts. */
static void expect_kept_backup(struct scene *scene, const struct advertisement *bad, const char *requirements)
{
    struct tap_event *last = speaker_falls_silent(scene);
    struct tap_event *heard = inject_advertisement(scene, bad);
    expect_timer(scene, heard, last->time_ns + master_down_ns(scene), heard->time_ns + master_down_ns(scene),
                 requirements);
}

/* The Master goes on advertising; one that has not become Master yet is waited for. */
static void expect_kept_master(struct scene *scene, const struct advertisement *bad, const char *requirements)
{
    struct pattern own = advertisement(scene, scene->vrid);
    if (!await(scene, &own, mark_now(scene), 2 * master_down_ns(scene)))
        scene_inconclusive(scene, "the device did not become Master");
    struct tap_event *heard = inject_advertisement(scene, bad);
    expect(scene, .requirements = requirements, .pattern = own, .since = mark_at(heard),
           .max_ns = interval_ns(scene));
}

/* The valid twin makes the Master yield; one that ignores it proves nothing by ignoring the bad one. */
static void prove_obeyed(struct scene *scene, const struct advertisement *good)
{
    struct tap_event *heard = inject_advertisement(scene, good);
    scene_advance(scene, interval_ns(scene) * 3 / 2);
    struct pattern own = advertisement(scene, scene->vrid);
    if (seen(scene, &own, mark_at(heard)))
        scene_inconclusive(scene, "the device ignores the valid twin as well");
    prove_alive(scene);
}

/* A Backup's Master_Down_Timer runs on, a Master's Adver_Timer as well. */
static void expect_stop_discarded(struct scene *scene, const struct advertisement *bad,
                                  const char *requirements)
{
    struct tap_event *last = speaker_falls_silent(scene);
    struct tap_event *heard = inject_advertisement(scene, bad);
    expect_timer(scene, heard, last->time_ns + master_down_ns(scene), heard->time_ns + skew_ns(scene),
                 requirements);
    struct tap_event *own = between_advertisements(scene);
    inject_advertisement(scene, bad);
    expect(scene, .requirements = requirements, .pattern = advertisement(scene, scene->vrid),
           .since = mark_after(own), .min_ns = interval_ns(scene), .max_ns = interval_ns(scene));
}

/* The valid twin makes the device, a Backup again, take over long before its Master_Down_Timer fires. (As
 * Master it would have to advertise at once, and to start its Adver_Timer anew: another case.) */
static void prove_stop_obeyed(struct scene *scene, const struct advertisement *good)
{
    struct pattern own = advertisement(scene, scene->vrid);
    speaker_takes_over(scene, scene->plan.higher_priority);
    scene_advance(scene, interval_ns(scene));
    speaker_falls_silent(scene);
    struct tap_event *heard = inject_advertisement(scene, good);
    if (!await(scene, &own, mark_at(heard), skew_ns(scene) + interval_ns(scene) / 2))
        scene_inconclusive(scene, "the device ignores the valid twin as well");
    prove_alive(scene);
}

/* The next advertisement of the Master, and a little later: far from the one after it. */
static struct tap_event *between_advertisements(struct scene *scene)
{
    struct pattern own = advertisement(scene, scene->vrid);
    struct tap_event *sent = await(scene, &own, mark_now(scene), 2 * master_down_ns(scene));
    if (!sent)
        scene_inconclusive(scene, "the device did not become Master, or stopped advertising");
    scene_advance(scene, interval_ns(scene) / 10);
    return sent;
}

#define FLAW(name, number, what, ids, preparation)                                                           \
    {                                                                                                        \
        .id = "receive/" name, .title = "An advertisement with " what " has no effect", .requirements = ids, \
        .stimulus = "an advertisement of higher priority with " what                                         \
                    ", to a Backup and to a Master; then its valid "                                         \
                    "twin to the Master",                                                                    \
        .accepted =                                                                                          \
            "takeover one Master_Down_Interval after the last good advertisement; the Master goes on; it "   \
            "yields to the twin",                                                                            \
        .scope = ROUTER_AND_VRRP, .capabilities = CAPABILITY_CONTROL_STARTUP | preparation##_capability,     \
        .prepare = preparation, .run = discarded, .parameter = number                                        \
    }
#define STOP_FLAW(name, number, what, ids, preparation)                                                      \
    {                                                                                                        \
        .id = "receive/stop-" name, .title = "An advertisement of priority 0 with " what " has no effect",   \
        .requirements = ids,                                                                                 \
        .stimulus = "an advertisement of priority 0 with " what                                              \
                    ", to a Backup and to a Master; then its valid twin to a Backup",                        \
        .accepted =                                                                                          \
            "takeover one Master_Down_Interval after the last good advertisement; the Master's next "        \
            "advertisement when due; takeover one Skew_Time after the twin",                                 \
        .scope = ROUTER_AND_VRRP, .capabilities = CAPABILITY_CONTROL_STARTUP | preparation##_capability,     \
        .prepare = preparation, .run = stop_discarded, .parameter = number                                   \
    }
#define plain                      NULL
#define plain_capability           0u
#define with_password_capability   CAPABILITY_AUTHENTICATION
#define with_list_check_capability 0u
#define plan_key_capability        CAPABILITY_AUTHENTICATION_HEADER

static const struct test_case cases[] = {
    FLAW("ttl-254", 0, "TTL 254", "V-5.2.3-02 V-7.1-01", plain),
    FLAW("ttl-low", 1, "TTL 0 or 1", "V-5.2.3-02 V-7.1-01", plain),
    FLAW("ttl-254-authenticated", 2, "TTL 254 and the right password", "V-7.1-01 V-10-01", with_password),
    FLAW("version-other", 3, "VRRP version 1 or 3", "V-7.1-02", plain),
    FLAW("version-3", 4, "VRRP version 3", "V-7.1-02", plain),
    FLAW("type-2", 5, "VRRP type 2", "V-5.3.2-02", plain),
    FLAW("type-other", 6, "a VRRP type of 0 or 3 to 15", "V-5.3.2-02", plain),
    FLAW("size-6", 7, "a message of 6 octets", "V-7.1-03", plain),
    FLAW("size-below-header", 8, "a message of 1 to 7 octets", "V-7.1-03", plain),
    FLAW("checksum", 9, "a wrong checksum", "V-7.1-04", plain),
    FLAW("authentication-unknown", 10, "authentication type 3 or 255", "V-5.3.6-01", plain),
    FLAW("authentication-missing", 11, "authentication type 0 where 1 is configured", "V-5.3.6-02",
         with_password),
    FLAW("authentication-unasked", 12, "authentication type 1 where 0 is configured", "V-5.3.6-02", plain),
    FLAW("password-other", 13, "another password", "V-5.3.6.2-02 V-7.1-05 R-7-01", with_password),
    FLAW("password-tail", 14, "a password whose last character differs", "V-5.3.6.2-02 V-5.3.10-02",
         with_password),
    FLAW("password-prefix", 15, "a password without its last character", "V-5.3.6.2-02", with_password),
    FLAW("interval-other", 16, "another Adver Int", "V-7.1-08", plain),
    FLAW("vrid-other", 17, "a VRID that is not configured", "V-7.1-06", plain),
    FLAW("address-list-other", 18, "another address list, where the check is on", "V-7.1-10",
         with_list_check),
    FLAW("header-missing", 19, "authentication type 2 and no authentication header", "V-5.3.6.3-01 V-7.1-05",
         plan_key),
    FLAW("header-digest", 20, "a wrong digest in its authentication header", "V-5.3.6.3-01 V-7.1-05",
         plan_key),
    FLAW("header-key", 21, "an authentication header made with another key", "V-5.3.6.3-01 V-7.1-05",
         plan_key),
    FLAW("header-type", 22, "authentication type 0 behind a right authentication header", "V-5.3.6-02",
         plan_key),
    FLAW("header-unasked", 23, "authentication type 2 where 0 is configured", "V-5.3.6-02", plain),
    FLAW("header-ttl-254", 2, "TTL 254 and a right authentication header", "V-7.1-01 V-10-01", plan_key),
    STOP_FLAW("ttl", 0, "TTL 254", "V-5.2.3-02 V-7.1-01", plain),
    STOP_FLAW("version", 3, "VRRP version 1 or 3", "V-7.1-02", plain),
    STOP_FLAW("type", 5, "VRRP type 2", "V-5.3.2-02", plain),
    STOP_FLAW("size", 7, "a message of 6 octets", "V-7.1-03", plain),
    STOP_FLAW("checksum", 9, "a wrong checksum", "V-7.1-04", plain),
    STOP_FLAW("authentication-unknown", 10, "authentication type 3 or 255", "V-5.3.6-01", plain),
    STOP_FLAW("authentication-missing", 11, "authentication type 0 where 1 is configured", "V-5.3.6-02",
              with_password),
    STOP_FLAW("authentication-unasked", 12, "authentication type 1 where 0 is configured", "V-5.3.6-02",
              plain),
    STOP_FLAW("password", 13, "another password", "V-5.3.6.2-02 V-7.1-05 R-7-01", with_password),
    STOP_FLAW("interval", 16, "another Adver Int", "V-7.1-08", plain),
    STOP_FLAW("vrid", 17, "a VRID that is not configured", "V-7.1-06", plain),
    STOP_FLAW("header-digest", 20, "a wrong digest in its authentication header", "V-5.3.6.3-01 V-7.1-05",
              plan_key),
    {.id = "receive/authentication-data-ignored",
     .title = "Authentication Data is ignored with authentication type 0",
     .requirements = "V-5.3.6.1-02",
     .stimulus =
         "an advertisement of higher priority, type 0, with non-zero Authentication Data, to a Master",
     .accepted = "the Master yields",
     .scope = ROUTER_AND_VRRP,
     .capabilities = CAPABILITY_CONTROL_STARTUP,
     .run = authentication_data_ignored},
    {.id = "receive/authentication-data-behind-header",
     .title = "Authentication Data is ignored with authentication type 2",
     .requirements = "V-5.3.6.3-02",
     .stimulus =
         "an advertisement of higher priority, type 2, with non-zero Authentication Data, to a Master",
     .accepted = "the Master yields",
     .scope = ROUTER_AND_VRRP,
     .capabilities = CAPABILITY_CONTROL_STARTUP | CAPABILITY_AUTHENTICATION_HEADER,
     .prepare = plan_key,
     .run = authentication_data_ignored,
     .parameter = VRRP_AUTHENTICATION_AH},
    {.id = "receive/address-list-of-owner",
     .title = "The owner's advertisement is obeyed whatever its address list",
     .requirements = "V-7.1-10",
     .stimulus = "an advertisement of priority 255 with another address list, to a Master with the check on",
     .accepted = "the Master yields",
     .scope = ROUTER_AND_VRRP,
     .capabilities = CAPABILITY_CONTROL_STARTUP,
     .prepare = with_list_check,
     .run = owner_list_obeyed},
    {.id = "receive/address-list-optional",
     .title = "The optional check of the address list is made, or not, as the lab claims",
     .requirements = "V-7.1-07",
     .stimulus = "an advertisement of higher priority with another address list, to a Master",
     .accepted = "going on where address_list_check is on, yielding where it is off; not applicable where it "
                 "is unknown",
     .scope = ROUTER_AND_VRRP,
     .capabilities = CAPABILITY_CONTROL_STARTUP,
     .prepare = as_the_lab_claims,
     .run = list_check_optional},
};

const struct case_list receive_cases = {cases, sizeof cases / sizeof *cases};
