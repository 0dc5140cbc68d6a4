/* Spoilt data frames: advertisements with every value that a field must not have (RFC 2338 7.1), and
 * advertisements, ARP and IP packets cut, lengthened, and with every octet spoilt. */
#include <stdio.h>
#include <string.h>

#include "cases/cells.h"
#include "cases/robustness.h"

#define DATA_ROOM 512

/* A field of an advertisement, and the values with which it has no effect. */
struct flaw {
    const char *requirement;
    enum frame_field field;
    unsigned lowest;
    unsigned highest;
};

enum flaw_name {
    VERSION,
    TYPE,
    TTL,
    AUTHENTICATION,
    UNASKED_AUTHENTICATION,
    OTHER_VRID,
    OTHER_INTERVAL,
    FLAW_COUNT
};

static const struct flaw flaws[] = {
    [VERSION] = {"V-7.1-02", FIELD_VRRP_VERSION, 0, 15},
    [TYPE] = {"V-5.3.2-02", FIELD_VRRP_TYPE, 0, 15},
    [TTL] = {"V-7.1-01", FIELD_IP_TTL, 0, 254},
    [AUTHENTICATION] = {"V-5.3.6-01", FIELD_AUTHENTICATION_TYPE, 3, 255},
    [UNASKED_AUTHENTICATION] = {"V-5.3.6-02", FIELD_AUTHENTICATION_TYPE, 1, 2},
    [OTHER_VRID] = {"V-7.1-06", FIELD_VRID, 0, 255},
    [OTHER_INTERVAL] = {"V-7.1-08", FIELD_INTERVAL, 0, 255},
};

static struct volley *begin(struct scene *scene);
static size_t good_advertisement_octets(struct scene *scene, const struct tap_event *heard,
                                        uint8_t data[static DATA_ROOM]);
static enum frame_carrier carrier_of(const struct scene *scene);
static bool chosen(const struct scene *scene, const struct flaw *flaw, uint64_t right, unsigned number);
static void shoot_flaws(struct volley *volley, const struct flaw *flaw, const uint8_t *good, size_t size);
static void shoot_checksums(struct volley *volley, const uint8_t *good, size_t size);
static void shoot_spoilt_octets(struct volley *volley, const uint8_t *good, size_t size);
static void shoot_cut(struct volley *volley, const uint8_t *good, size_t least, size_t size);
static void shoot_longer(struct volley *volley, const uint8_t *good, size_t size);
static size_t message_end(const struct scene *scene, const uint8_t *data, size_t size);
static bool finish(struct volley *volley);
static void expect_still_master(const struct volley *volley, const char *requirement);
static void prove_yields(struct scene *scene);

/* --- advertisements --- */

enum { CHECKSUM = FLAW_COUNT, CUT };

/* Frames that are no advertisements for the device: a Master goes on, although they come with a higher
 * priority. */
static void ignored_by_master(struct scene *scene)
{
    int number = scene->test->parameter;
    bring_to_master(scene);
    struct tap_event *heard = inject_priority(scene, scene->plan.lower_priority);
    uint8_t good[DATA_ROOM];
    size_t size = good_advertisement_octets(scene, heard, good);
    struct volley *volley = begin(scene);
    const char *requirement = number == CHECKSUM ? "V-7.1-04"
                              : number == CUT    ? "V-7.1-03"
                                                 : flaws[number].requirement;
    if (number == CHECKSUM)
        shoot_checksums(volley, good, size);
    else if (number == CUT)
        shoot_cut(volley, good, 1, message_end(scene, good, size) - (VRRP_HEADER_SIZE + 4) - 1);
    else
        shoot_flaws(volley, &flaws[number], good, size);
    if (finish(volley))
        expect_still_master(volley, requirement);
    prove_yields(scene);
}

/* The same with its own priority in Backup, when the Master has fallen silent: they put nothing off. */
static void ignored_by_backup(struct scene *scene)
{
    int number = scene->test->parameter;
    bring_to(scene, STATE_BACKUP);
    struct tap_event *last = speaker_falls_silent(scene);
    uint8_t good[DATA_ROOM];
    size_t size = good_advertisement_octets(scene, last, good);
    struct volley *volley = begin(scene);
    shoot_flaws(volley, &flaws[number], good, size);
    if (!finish(volley))
        return;
    struct tap_event *heard = volley->shots[volley->count - 1].heard;
    expect_timer(scene, heard, last->time_ns + master_down_ns(scene), heard->time_ns + master_down_ns(scene),
                 flaws[number].requirement);
    prove_yields(scene);
}

/* --- whatever comes --- */

enum { SPOILT_OCTETS, CUT_BEHIND, LENGTHENED };

/* The good frame, spoilt as the case says; cut, it keeps 'least_size' octets. */
static void shoot_spoilt(struct volley *volley, const struct tap_event *good, size_t least_size)
{
    switch (volley->scene->test->parameter) {
    case SPOILT_OCTETS:
        shoot_spoilt_octets(volley, good->data, good->size);
        break;
    case CUT_BEHIND:
        shoot_cut(volley, good->data, least_size, good->size - 1);
        break;
    default:
        shoot_longer(volley, good->data, good->size);
        break;
    }
}

/* A frame that is not quite an advertisement may be taken for one, or for something else; the Master lives.
 */
static void harmless_advertisement(struct scene *scene)
{
    bring_to_master(scene);
    struct tap_event *heard = inject_priority(scene, scene->plan.lower_priority);
    struct volley *volley = begin(scene);
    size_t end = message_end(scene, heard->data, heard->size);
    shoot_spoilt(volley, heard, end - (VRRP_HEADER_SIZE + 4));
    finish(volley);
    prove_yields(scene);
}

/* ARP for the virtual address; after it the Master answers. Its replies need not wait for a path (C10, C11).
 */
static void harmless_arp(struct scene *scene)
{
    bring_to_master(scene);
    if (scene->lane)
        call_device(scene);
    struct tap_event *heard = inject_arp_request(scene, scene->virtual_ip);
    struct volley *volley = begin(scene);
    shoot_spoilt(volley, heard, 1);
    if (finish(volley))
        expect_master(scene, NULL);
}

/* An IP packet in a frame for the VMAC. */
static void harmless_packet(struct scene *scene)
{
    bring_to_master(scene);
    struct tap_event *heard = inject_echo_request(scene, scene->plan.third_ip, scene->vmac);
    struct volley *volley = begin(scene);
    shoot_spoilt(volley, heard, 1);
    if (finish(volley))
        expect_master(scene, NULL);
}

static struct volley *begin(struct scene *scene)
{
    return volley_begin(scene, scene->lane ? scene->bus_port : scene->speaker_port, VCC_MULTICAST_FORWARD);
}

/* What was heard, with a priority that a Master yields to. */
static size_t good_advertisement_octets(struct scene *scene, const struct tap_event *heard,
                                        uint8_t data[static DATA_ROOM])
{
    if (heard->size > DATA_ROOM)
        scene_inconclusive(scene, "the advertisement is longer than expected");
    memcpy(data, heard->data, heard->size);
    struct value priority = number_value(scene->plan.higher_priority);
    if (!field_set(carrier_of(scene), data, heard->size, FIELD_PRIORITY, &priority))
        scene_inconclusive(scene, "the advertisement can't be read");
    return heard->size;
}

static enum frame_carrier carrier_of(const struct scene *scene)
{
    bool ring = scene->plan.device.token_ring;
    if (!scene->lane)
        return ring ? CARRIER_TOKEN_RING : CARRIER_ETHERNET;
    return ring ? CARRIER_LANE_8025 : CARRIER_LANE_8023;
}

#define ALL_MOST 20 /* values: a field with more of them */
#define NEAR     4  /* has those next to the right one and to the ends, */
#define ONE_IN   8  /* and each eighth of the others: which, the seed says */

static bool chosen(const struct scene *scene, const struct flaw *flaw, uint64_t right, unsigned number)
{
    uint64_t distance = number > right ? number - right : right - number;
    return flaw->highest - flaw->lowest <= ALL_MOST || distance <= NEAR || number < flaw->lowest + NEAR ||
           number + NEAR > flaw->highest || (number + scene->seed) % ONE_IN == 0;
}

/* The values but the right one; checksums are right. */
static void shoot_flaws(struct volley *volley, const struct flaw *flaw, const uint8_t *good, size_t size)
{
    struct scene *scene = volley->scene;
    struct frame frame;
    struct value right;
    uint8_t data[DATA_ROOM];
    frame_decode(carrier_of(scene), good, size, &frame);
    field_get(&frame, flaw->field, &right);
    for (unsigned number = flaw->lowest; number <= flaw->highest; number++) {
        struct value wrong = number_value(number);
        memcpy(data, good, size);
        if (right.number == number || !chosen(volley->scene, flaw, right.number, number) ||
            !field_set(carrier_of(scene), data, size, flaw->field, &wrong))
            continue;
        char what[64];
        snprintf(what, sizeof what, "with %s=%u", field_name(flaw->field), number);
        volley_shoot(volley, data, size, what);
    }
}

#define VRRP_CHECKSUM_AT 6 /* in the message */

static void shoot_checksums(struct volley *volley, const uint8_t *good, size_t size)
{
    struct frame frame;
    uint8_t data[DATA_ROOM];
    frame_decode(carrier_of(volley->scene), good, size, &frame);
    size_t at = (size_t)(frame.ipv4.payload.data - good) + VRRP_CHECKSUM_AT;
    for (unsigned bit = 0; bit < 16; bit++) {
        memcpy(data, good, size);
        data[at + bit / 8] ^= (uint8_t)(1u << bit % 8);
        char what[64];
        snprintf(what, sizeof what, "with bit %u of the checksum wrong", bit);
        volley_shoot(volley, data, size, what);
    }
}

/* Every octet zero, all ones, or one more than it is: which, the seed says. */
static void shoot_spoilt_octets(struct volley *volley, const uint8_t *good, size_t size)
{
    uint8_t data[DATA_ROOM];
    for (size_t i = 0; i < size && size <= DATA_ROOM; i++) {
        const uint8_t values[] = {0x00, 0xff, (uint8_t)(good[i] + 1)};
        memcpy(data, good, size);
        data[i] = values[(i + volley->scene->seed) % sizeof values];
        if (data[i] == good[i])
            data[i] ^= 0x55;
        char what[64];
        snprintf(what, sizeof what, "with octet %zu %02x", i, data[i]);
        volley_shoot(volley, data, size, what);
    }
}

static void shoot_cut(struct volley *volley, const uint8_t *good, size_t least, size_t most)
{
    for (size_t size = least; size <= most; size++) {
        char what[64];
        snprintf(what, sizeof what, "cut after %zu octets", size);
        volley_shoot(volley, good, size, what);
    }
}

static void shoot_longer(struct volley *volley, const uint8_t *good, size_t size)
{
    static const uint16_t sizes[] = {1, 2, 3, 4, 8, 20, 64, 255, 512, 1024, 1400};
    uint8_t data[SPOIL_ROOM];
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes && size + sizes[i] <= sizeof data; i++) {
        memcpy(data, good, size);
        memset(data + size, 0xa5, sizes[i]);
        char what[64];
        snprintf(what, sizeof what, "with %u octets behind its end", sizes[i]);
        volley_shoot(volley, data, size + sizes[i], what);
    }
}

/* Where the VRRP message, with one address, ends in the frame; padding is behind. */
static size_t message_end(const struct scene *scene, const uint8_t *data, size_t size)
{
    struct frame frame;
    frame_decode(carrier_of(scene), data, size, &frame);
    return (size_t)(frame.ipv4.payload.data - data) + frame.ipv4.payload.size;
}

/* True when the device answered behind each frame. */
static bool finish(struct volley *volley)
{
    volley_end(volley, NULL);
    return expect_controls_answered(volley);
}

/* One that yielded would be silent for its Master_Down_Interval, which is longer. */
static void expect_still_master(const struct volley *volley, const char *requirement)
{
    struct scene *scene = volley->scene;
    expect(scene, .requirements = requirement, .pattern = advertisement(scene, scene->vrid),
           .since = mark_after(volley->shots[volley->count - 1].heard), .max_ns = interval_ns(scene) * 5 / 2);
}

/* It would have yielded to a good one. */
static void prove_yields(struct scene *scene)
{
    struct tap_event *heard = inject_priority(scene, scene->plan.higher_priority);
    scene_advance(scene, interval_ns(scene) * 3 / 2);
    struct pattern own = advertisement(scene, scene->vrid);
    if (seen(scene, &own, mark_after(heard)) && !scene->inconclusive)
        scene->inconclusive = "the device does not yield to the good advertisement either";
    prove_alive(scene);
}

#define DATA(name, what, ids, does, accepts, function, number, ...)                                          \
    {                                                                                                        \
        .id = "robustness/" name, .title = what, .requirements = "L-flush-01 V-6.4.3-08 " ids,               \
        .stimulus = does, .accepted = accepts, .scope = __VA_ARGS__,                                         \
        .capabilities = CAPABILITY_CONTROL_STARTUP, .run = function, .parameter = number                     \
    }
#define FLAWED(name, id, number)                                                                             \
    DATA("advertisement-" name, "A Master ignores every advertisement with a wrong " name, id,               \
         "advertisements of higher priority with wrong values of " name ", then a good one",                 \
         "the Master goes on, and yields to the good one", ignored_by_master, number, ROUTER_AND_VRRP)
#define FLAWED_IN_BACKUP(name, id, number)                                                                   \
    DATA("backup-advertisement-" name, "A Backup ignores every advertisement with a wrong " name,            \
         "V-6.2-01 V-6.1.2-06 " id, "the Master falls silent; advertisements with each wrong " name,         \
         "Master one Master_Down_Interval after the last good one", ignored_by_backup, number, ROUTER_ANY)
#define HARMLESS(name, what, ids, accepts, function)                                                         \
    DATA(name "-octets", what " with every octet spoilt does no harm", ids,                                  \
         what " with each octet 00, ff or one more than it is", accepts, function, SPOILT_OCTETS,            \
         ROUTER_AND_VRRP),                                                                                   \
        DATA(name "-cut", what " cut short does no harm", ids, what " that ends after each of its octets",   \
             accepts, function, CUT_BEHIND, ROUTER_AND_VRRP),                                                \
        DATA(name "-longer", what " with octets behind its end does no harm", ids,                           \
             what " with up to 1,400 octets more", accepts, function, LENGTHENED, ROUTER_AND_VRRP)

#define MASTER_IDS "R-3.3.3-01 R-3.3.3-02 V-6.4.3-01"

static const struct test_case cases[] = {
    FLAWED("version", "V-7.1-02", VERSION),
    FLAWED("type", "V-5.3.2-02", TYPE),
    FLAWED("ttl", "V-7.1-01", TTL),
    FLAWED("authentication-type", "V-5.3.6-01", AUTHENTICATION),
    FLAWED("unasked-authentication", "V-5.3.6-02", UNASKED_AUTHENTICATION),
    FLAWED("vrid", "V-7.1-06", OTHER_VRID),
    FLAWED("interval", "V-7.1-08", OTHER_INTERVAL),
    FLAWED("checksum", "V-7.1-04", CHECKSUM),
    FLAWED("length", "V-7.1-03", CUT),
    FLAWED_IN_BACKUP("version", "V-7.1-02", VERSION),
    FLAWED_IN_BACKUP("type", "V-5.3.2-02", TYPE),
    FLAWED_IN_BACKUP("ttl", "V-7.1-01", TTL),
    FLAWED_IN_BACKUP("authentication-type", "V-5.3.6-01", AUTHENTICATION),
    FLAWED_IN_BACKUP("vrid", "V-7.1-06", OTHER_VRID),
    FLAWED_IN_BACKUP("interval", "V-7.1-08", OTHER_INTERVAL),
    HARMLESS("advertisement", "An advertisement", "",
             "the device lives, and yields to a good one of higher priority", harmless_advertisement),
    HARMLESS("arp", "ARP for the virtual address", MASTER_IDS, "the Master goes on as before", harmless_arp),
    HARMLESS("packet", "An IP packet for the VMAC", MASTER_IDS, "the Master goes on as before",
             harmless_packet),
};

const struct case_list robustness_data_cases = {cases, sizeof cases / sizeof *cases};
