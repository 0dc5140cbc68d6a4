/* A bystander whose gateway is the virtual router: what it sends to the VMAC follows the Master, however the
 * VMAC moves (draft 2, 3.1, 6; draft-requirements ).
 *
 * The speaker has the VMAC first ("X"), then the host's client has it ("Y"). Their frames reach the device as
 * the LES forwards them. What becomes of the cache entry of any MAC address: cases/lec_cache.c. */
#include <string.h>

#include "cases/cases.h"
#include "steps/data_path.h"
#include "steps/plan_changes.h"

/* C17, of entries that nobody mends */
#define AGING_S              10
#define FUNCTIONAL_VRID_LAST 11         /* RFC 2338 9.2 */
#define BEYOND_NETWORK       0xcb007100 /* 203.0.113.0 */
#define EXPERIMENTAL_TYPE    0x88b5     /* of IEEE, for experiments */
/* A new path is asked for, called and flushed within that: C11, LE_ARP, C21, C22. */
#define CHANGE_NS SECONDS(20)

static const struct atm_address no_address;

static void bring_to_speaker(struct scene *scene);
static void take_from_speaker(struct scene *scene);
static void send_from_vmac(struct scene *scene);
static struct tap_event *await_at_device(struct scene *scene, struct mark since, uint64_t names);
static bool comes_to_host(struct scene *scene, int64_t limit_ns);
static void expect_comes_to_host(struct scene *scene, int64_t aging_ns, const char *requirements);
static void expect_not_at_speaker(struct scene *scene, struct tap_event *heard, const char *requirements);
static void expect_still_at_speaker(struct scene *scene, const char *requirements);
static struct le_control narp(struct scene *scene, struct mac_address mac, struct atm_address source,
                              struct atm_address target);
static struct tap_event *inject_by(struct scene *scene, enum les_path path, const struct le_control *control);

/* --- the VMAC moves --- */

enum move {
    MOVE_TARGETLESS, /* Y announces it, v2 */
    MOVE_NO_SOURCE,  /* X withdraws it, v2; later Y has it */
    MOVE_ZERO,       /* Y announces it, v1 */
    MOVE_PLAIN,      /* Y says that it was at X */
    MOVE_DATA,       /* Y sends frames with it as source on a Data Direct VCC */
    MOVE_SILENT      /* nobody says anything */
};

static void with_short_age(struct scene_plan *plan)
{
    lecs_settings_add_number(&plan->lecs, TLV_AGING_TIME, AGING_S);
    plan->les.omits_distribute = random_between(&plan->random, 0, 1);
}

/* The LES is v2, whatever the device is; the old Master is of either version. */
static void in_v2_elan(struct scene_plan *plan, bool new_master_v2)
{
    with_short_age(plan);
    plan->les.v2 = true;
    plan->device.v2_capable = plan->instance->lane == LANE_V2;
    plan->speaker_lec.v2_capable = random_between(&plan->random, 0, 1);
    plan->host_lec.v2_capable = new_master_v2;
}

static void with_v1_master(struct scene_plan *plan)
{
    in_v2_elan(plan, false);
}

static void with_v2_master(struct scene_plan *plan)
{
    in_v2_elan(plan, true);
}

/* Y has the VMAC and says so as 'move' wants; returns what the device hears of it, NULL where it need not
 * heed it. */
static struct tap_event *move_to_host(struct scene *scene, enum move move)
{
    struct mark since = mark_now(scene);
    struct atm_address at_speaker = scene->plan.speaker_lec.atm_address;
    struct atm_address at_host = scene->plan.host_lec.atm_address;
    struct le_control plain;
    switch (move) {
    case MOVE_TARGETLESS:
        take_from_speaker(scene);
        peer_lec_associate(scene->host_lec, scene->vmac);
        return await_at_device(scene, since, FRAME_SET(TARGETLESS_LE_ARP_REQUEST));
    case MOVE_NO_SOURCE: {
        vrrp_speaker_yield(scene->speaker);
        struct tap_event *heard = await_at_device(scene, since, FRAME_SET(NO_SOURCE_LE_NARP_REQUEST));
        les_bind(scene->les, scene->vmac, &at_host);
        return heard;
    }
    case MOVE_ZERO:
        take_from_speaker(scene);
        peer_lec_associate(scene->host_lec, scene->vmac);
        return await_at_device(scene, since, FRAME_SET(ZERO_LE_NARP_REQUEST));
    case MOVE_PLAIN:
        take_from_speaker(scene);
        les_bind(scene->les, scene->vmac, &at_host);
        plain = narp(scene, scene->vmac, at_host, at_speaker);
        inject_control(scene, &plain);
        return NULL;
    case MOVE_DATA:
        take_from_speaker(scene);
        les_bind(scene->les, scene->vmac, &at_host);
        send_from_vmac(scene);
        return NULL;
    case MOVE_SILENT:
        take_from_speaker(scene);
        les_bind(scene->les, scene->vmac, &at_host);
        return NULL;
    }
    return NULL;
}

/* What asks for the entry to go, and for the new way to be found; by move. */
static const struct {
    const char *leaves; /* NULL: it may stay until it ages */
    const char *follows;
} duties[] = {
    [MOVE_TARGETLESS] = {"R-2-08 R-2-13", "R-2-08"},
    [MOVE_NO_SOURCE] = {"R-2-12", "R-2-12"},
    [MOVE_ZERO] = {"R-6-06", "R-6-06"},
    [MOVE_PLAIN] = {NULL, "L-le_arp-11"},
    [MOVE_DATA] = {NULL, "L-le_arp-11"},
    [MOVE_SILENT] = {NULL, "L-le_arp-11"},
};

static void follows(struct scene *scene)
{
    enum move move = (enum move)scene->test->parameter;
    bring_to_speaker(scene);
    struct tap_event *heard = move_to_host(scene, move);
    if (heard)
        expect_not_at_speaker(scene, heard, duties[move].leaves);
    expect_comes_to_host(scene, heard ? 0 : SECONDS(AGING_S), duties[move].follows);
    prove_alive(scene);
}

/* A v1 client in the ELAN of a v2 Master is none the wiser until its entry ages. */
static void v1_follows_v2(struct scene *scene)
{
    bring_to_speaker(scene);
    move_to_host(scene, MOVE_TARGETLESS);
    expect_still_at_speaker(scene, "L-le_arp-14");
    expect_comes_to_host(scene, SECONDS(AGING_S), "L-le_arp-11");
    prove_alive(scene);
}

/* The switch releases the old Master's VCCs; the device hears of it and goes another way. */
static void loses_vcc(struct scene *scene)
{
    bring_to_speaker(scene);
    struct mark since = mark_now(scene);
    vrrp_speaker_crash(scene->speaker);
    port_fail_link(scene->speaker_port, LINK_CARRIER_LOSS);
    scene_advance(scene, SECONDS(1));
    struct tap_event *released = NULL;
    for (size_t i = since.index; i < tap_count(scene->tap) && !released; i++) {
        struct tap_event *event = tap_at(scene->tap, i);
        if (event->kind == TAP_CALL_RELEASED && event->vcc->kind == VCC_DATA_DIRECT &&
            tap_reaches(event, port_index(scene->device_port)))
            released = event;
    }
    expect_true(scene, released, released, "R-3.1-11", "the Data Direct VCC to the failed router released",
                "it is still there");
    if (!released)
        return;
    /* The LES lost the Control Direct as well; the new Master registers. */
    peer_lec_associate(scene->host_lec, scene->vmac);
    expect_comes_to_host(scene, SECONDS(AGING_S), "L-le_arp-11");
    prove_alive(scene);
}

/* --- the version in force --- */

static void capable_of_v2(struct scene_plan *plan)
{
    plan->device.v2_capable = true;
}

/* V2 Required of the join response decides whether the device knows the form. */
static void version_in_force(struct scene *scene)
{
    bring_to_speaker(scene);
    struct le_control request = peer_lec_request(scene->host_lec, LE_ARP_REQUEST);
    request.source_lan = lan_destination_of_mac(scene->vmac);
    take_from_speaker(scene);
    les_bind(scene->les, scene->vmac, &scene->plan.host_lec.atm_address);
    struct tap_event *heard = inject_control(scene, &request);
    if (scene->v2)
        expect_not_at_speaker(scene, heard, "L-v2-02");
    else
        expect_still_at_speaker(scene, "L-v2-02");
    prove_alive(scene);
}

/* --- token ring: the gateway has a functional address --- */

/* The device forwards from the host behind it to the gateway, which is Master in functional mode. */
static void with_functional_gateway(struct scene_plan *plan)
{
    plan_vrid(plan, profile_draw_vrid(plan->profile, &plan->random, 1, FUNCTIONAL_VRID_LAST));
    plan->device.functional_addresses = true;
    plan->upstream = true;
    plan->device.routes[0] = (struct static_route){{BEYOND_NETWORK}, 24, plan->speaker.addresses[0]};
    plan->device.route_count = 1;
}

static void functional_gateway(struct scene *scene)
{
    bring_to_elan(scene);
    vrrp_speaker_become_master(scene->speaker);
    scene_advance(scene, SECONDS(3));
    struct ipv4_address beyond = {scene->plan.device.routes[0].network.number + 1};
    struct mark since = mark_now(scene);
    host_ping(scene->upstream, beyond, scene->plan.device.lan.address);
    struct pattern sent = packet_to(scene, beyond);
    struct tap_event *packet = await(scene, &sent, since, PATH_NS);
    if (!packet)
        scene_inconclusive(scene, "the device does not send what it has for its gateway");
    bool functional = mac_equal(tap_frame(scene->tap, packet)->ethernet.destination, scene->vmac);
    struct pattern question = probe(scene, scene->vmac);
    bool asked = seen(scene, &question, since);
    expect_true(scene, functional && packet->vcc->kind == VCC_MULTICAST_SEND && !asked, packet,
                "R-5-01 R-5-08",
                "the packet to the functional address, on MULTICAST_SEND, and no LE_ARP_REQUEST for it",
                !functional ? "another MAC address"
                : asked     ? "LE_ARP_REQUEST for it"
                            : "another VCC");
    prove_alive(scene);
}

/* --- what has no effect, or has it in any form --- */

static void zero_on(struct scene *scene)
{
    bring_to_speaker(scene);
    struct le_control zero = narp(scene, scene->vmac, no_address, no_address);
    les_bind(scene->les, scene->vmac, &scene->plan.host_lec.atm_address);
    struct tap_event *heard = inject_by(scene, (enum les_path)scene->test->parameter, &zero);
    expect_not_at_speaker(scene, heard, "R-6-06");
    prove_alive(scene);
}

static void with_distribute(struct scene_plan *plan)
{
    plan->les.omits_distribute = false;
}

static void zero_of_another_vmac(struct scene *scene)
{
    bring_to_speaker(scene);
    uint8_t other = (uint8_t)(scene->vrid % 255 + 1);
    struct le_control zero = narp(scene, virtual_mac_of(&scene->plan.device, other), no_address, no_address);
    inject_control(scene, &zero);
    expect_still_at_speaker(scene, "R-6-06");
}

/* The VMAC stands where the sender of an LE_ARP_REQUEST has its own. */
static void vmac_as_source(struct scene *scene)
{
    bool no_source = scene->test->parameter;
    bring_to_speaker(scene);
    struct atm_address target = no_source ? scene->plan.speaker_lec.atm_address : no_address;
    struct le_control request = narp(scene, scene->plan.third_mac, no_address, target);
    request.source_lan = lan_destination_of_mac(scene->vmac);
    inject_control(scene, &request);
    expect_still_at_speaker(scene, no_source ? "R-2-12" : "R-6-06");
}

/* An echo is no news, whatever it says. */
static void own_control_ignored(struct scene *scene)
{
    bring_to_speaker(scene);
    struct le_control zero = narp(scene, scene->vmac, no_address, no_address);
    zero.requester_lecid = les_lecid_of(scene->les, &scene->device_atm);
    inject_control(scene, &zero);
    expect_still_at_speaker(scene, "L-lecid-02");
}

/* An ARP request of the gateway for the device's own address, with the LECID of the device in front. */
static void own_data_ignored(struct scene *scene)
{
    bring_to_speaker(scene);
    struct tap_event *heard = inject_arp_request_of(scene, scene->vmac, scene->plan.third_ip);
    uint8_t data[256];
    if (heard->size > sizeof data)
        scene_inconclusive(scene, "the ARP request is longer than expected");
    memcpy(data, heard->data, heard->size);
    struct value value = number_value(les_lecid_of(scene->les, &scene->device_atm));
    field_set(scene_carrier(scene), data, heard->size, FIELD_LECID, &value);
    scene_advance(scene, SECONDS(2));
    struct mark since = mark_now(scene);
    bus_send(scene->bus, data, heard->size);
    expect_none(scene, .requirements = "L-lecid-01", .pattern = frame_to(scene, scene->vmac), .since = since,
                .max_ns = SECONDS(2));
    await_frame_to(scene, scene->vmac);
    prove_alive(scene);
}

/* X is Master, and the device's frames for the VMAC travel to it. */
static void bring_to_speaker(struct scene *scene)
{
    bring_to_elan(scene);
    speaker_takes_over(scene, scene->plan.higher_priority);
    prime_path(scene, scene->vmac, scene->speaker_port);
}

/* X has it no more, and nobody is told. */
static void take_from_speaker(struct scene *scene)
{
    vrrp_speaker_crash(scene->speaker);
    peer_lec_abandon(scene->speaker_lec, scene->vmac);
    les_unbind(scene->les, scene->vmac);
}

/* Y sends a frame from the VMAC to the device on a Data Direct VCC. */
static void send_from_vmac(struct scene *scene)
{
    static const uint8_t payload[64];
    uint8_t frame[128];
    struct ethernet ethernet = {.destination = scene->device_mac,
                                .source = scene->vmac,
                                .type = EXPERIMENTAL_TYPE,
                                .payload = {payload, sizeof payload}};
    size_t size = ethernet_encode(&ethernet, true, frame, sizeof frame);
    peer_lec_call(scene->host_lec, &scene->device_atm);
    scene_advance(scene, SECONDS(3));
    peer_lec_prime(scene->host_lec, scene->device_mac, &scene->device_atm, false);
    struct mark since = mark_now(scene);
    peer_lec_send(scene->host_lec, frame, size);
    struct pattern pattern = {.from = (uint8_t)port_index(scene->host_port),
                              .reaches = port_bit(port_index(scene->device_port)),
                              .vcc_kinds = 1u << VCC_DATA_DIRECT};
    pattern = pattern_with(pattern, FIELD_ORIGIN, mac_value(scene->vmac));
    if (!await(scene, &pattern, since, SECONDS(2)))
        scene_inconclusive(scene, "the device does not take a Data Direct VCC of the new Master");
}

/* The next frame about the VMAC of these names at the device. */
static struct tap_event *await_at_device(struct scene *scene, struct mark since, uint64_t names)
{
    struct pattern pattern = {.names = names,
                              .from_any = true,
                              .reaches = port_bit(port_index(scene->device_port)),
                              .about = true,
                              .about_mac = scene->vmac};
    struct tap_event *event = await(scene, &pattern, since, SECONDS(5));
    if (!event)
        scene_inconclusive(scene, "the news of the VMAC did not reach the device");
    return event;
}

/* Frames for the VMAC are due all the time; one takes a Data Direct VCC to Y. */
static bool comes_to_host(struct scene *scene, int64_t limit_ns)
{
    struct pattern direct = frame_directly_to(scene, scene->vmac, scene->host_port);
    for (int64_t end_ns = scene_now_ns(scene) + limit_ns; scene_now_ns(scene) < end_ns;) {
        struct tap_event *asked = inject_arp_request_of(scene, scene->vmac, scene->plan.third_ip);
        scene_advance(scene, MILLISECONDS(500));
        if (seen(scene, &direct, mark_at(asked)))
            return true;
    }
    return false;
}

/* At the latest when the entry has aged, where nothing else ends it. */
static void expect_comes_to_host(struct scene *scene, int64_t aging_ns, const char *requirements)
{
    expect_true(scene, comes_to_host(scene, aging_ns + CHANGE_NS), NULL, requirements,
                aging_ns ? "frames for the VMAC on a Data Direct VCC to the new Master after C17"
                         : "frames for the VMAC on a Data Direct VCC to the new Master",
                "they do not come to it");
}

static void expect_not_at_speaker(struct scene *scene, struct tap_event *heard, const char *requirements)
{
    scene_advance(scene, MILLISECONDS(100));
    struct tap_event *asked = inject_arp_request_of(scene, scene->vmac, scene->plan.third_ip);
    expect_none(scene, .requirements = requirements,
                .pattern = frame_directly_to(scene, scene->vmac, scene->speaker_port),
                .since = mark_after(heard), .max_ns = asked->time_ns + PATH_NS - heard->time_ns);
    struct pattern any = frame_to(scene, scene->vmac);
    if (!seen(scene, &any, mark_at(asked)))
        scene_inconclusive(scene, "the device sends no frame to the VMAC any more");
}

/* The next frame travels to X as before, at once. */
static void expect_still_at_speaker(struct scene *scene, const char *requirements)
{
    scene_advance(scene, MILLISECONDS(100));
    struct tap_event *asked = inject_arp_request_of(scene, scene->vmac, scene->plan.third_ip);
    expect(scene, .requirements = requirements,
           .pattern = frame_directly_to(scene, scene->vmac, scene->speaker_port), .since = mark_at(asked),
           .max_ns = SECONDS(1));
}

/* An LE_NARP_REQUEST of Y. */
static struct le_control narp(struct scene *scene, struct mac_address mac, struct atm_address source,
                              struct atm_address target)
{
    struct le_control request = peer_lec_request(scene->host_lec, LE_NARP_REQUEST);
    request.target_lan = lan_destination_of_mac(mac);
    request.source_atm = source;
    request.target_atm = target;
    return request;
}

/* The LES hands the frame to the device on this VCC. */
static struct tap_event *inject_by(struct scene *scene, enum les_path path, const struct le_control *control)
{
    struct mark since = mark_now(scene);
    if (!les_send_to_member(scene->les, &scene->device_atm, path, control))
        scene_inconclusive(scene, "the device has no such VCC from the LES");
    return await_at_device(scene, since, FRAME_SET(ZERO_LE_NARP_REQUEST));
}

#define CLIENT_IN(versions)                                                                                  \
    {                                                                                                        \
        .roles = ROLE_CLIENT, .schemes = SCHEME_NON_PROXY | SCHEME_PROXY, .lane = versions,                  \
        .media = ANY_MEDIUM                                                                                  \
    }
#define CLIENT(name, what, ids, stimulates, accepts, versions, preparation, function, value)                 \
    {                                                                                                        \
        .id = "client/" name, .title = what, .requirements = ids, .stimulus = stimulates,                    \
        .accepted = accepts, .scope = CLIENT_IN(versions), .prepare = preparation, .run = function,          \
        .parameter = value                                                                                   \
    }
#define ANY      LANE_V1 | LANE_V2
#define TO_Y     "frames for the VMAC leave X at once, and reach Y"
#define AGES     "frames for the VMAC reach Y at the latest when the entry has aged (C17 = 10 s)"
#define UNHEARD  "frames for the VMAC travel on the VCC to X as before"
#define AT_FIRST "the gateway's VMAC is at X; "

static const struct test_case cases[] = {
    CLIENT("follows-targetless", "Traffic follows a Master that announces itself", "R-2-08 R-2-13",
           AT_FIRST "Y associates itself with a targetless LE_ARP_REQUEST", TO_Y, LANE_V2, with_short_age,
           follows, MOVE_TARGETLESS),
    CLIENT("follows-no-source", "Traffic leaves a Master that gives up", "R-2-12",
           AT_FIRST "X gives it up with a no-source LE_NARP_REQUEST, and Y has it", TO_Y, LANE_V2,
           with_short_age, follows, MOVE_NO_SOURCE),
    CLIENT("follows-zero", "Traffic follows a Master of LANE v1", "R-6-06",
           AT_FIRST "Y associates itself with the zero/zero LE_NARP_REQUEST", TO_Y, LANE_V1, with_short_age,
           follows, MOVE_ZERO),
    CLIENT("follows-plain-narp", "A plain LE_NARP_REQUEST may speed up the move", "L-le_arp-11 R-6-01",
           AT_FIRST "Y says with a plain LE_NARP_REQUEST that it was at X", AGES, ANY, with_short_age,
           follows, MOVE_PLAIN),
    CLIENT("follows-data", "Frames from the VMAC may speed up the move", "L-le_arp-11",
           AT_FIRST "Y has it and sends a frame from it on a Data Direct VCC", AGES, ANY, with_short_age,
           follows, MOVE_DATA),
    CLIENT("follows-age", "Without a word the entry ages", "L-le_arp-11",
           AT_FIRST "Y has it, the LES knows, and nobody says so", AGES, ANY, with_short_age, follows,
           MOVE_SILENT),
    CLIENT("follows-v1-master", "In a v2 ELAN traffic follows a Master of LANE v1", "R-6-06",
           AT_FIRST "Y, a v1 client of a v2 LES, associates itself with the zero/zero LE_NARP_REQUEST", TO_Y,
           ANY, with_v1_master, follows, MOVE_ZERO),
    CLIENT("v1-follows-v2-master", "In a v2 ELAN a v1 client follows a Master of LANE v2 when its entry ages",
           "L-le_arp-11 L-le_arp-14",
           AT_FIRST "Y, a v2 client, associates itself with a targetless LE_ARP_REQUEST",
           UNHEARD "; they reach Y at the latest when the entry has aged (C17 = 10 s)", LANE_V1,
           with_v2_master, v1_follows_v2, 0),
    CLIENT("version-in-force", "A client that can do v2 does what LE_JOIN_RESPONSE says", "L-v2-02",
           AT_FIRST "the device can do v2; targetless LE_ARP_REQUEST of Y",
           "with V2 Required frames for the VMAC leave X, without it they travel there as before", ANY,
           capable_of_v2, version_in_force, 0),
    {.id = "client/functional-gateway",
     .title = "A gateway in functional mode is reached through the BUS",
     .requirements = "R-5-01 R-5-08",
     .stimulus = "the gateway, a Master in functional mode, has answered ARP; the device has a packet for it",
     .accepted = "the packet in a frame to the functional address, on Multicast Send",
     .scope = {.roles = ROLE_CLIENT,
               .schemes = SCHEME_NON_PROXY | SCHEME_PROXY,
               .lane = LANE_V1 | LANE_V2,
               .media = MEDIUM_TOKEN_RING},
     .capabilities = CAPABILITY_LAN_PORT | CAPABILITY_FORWARDING,
     .prepare = with_functional_gateway,
     .run = functional_gateway},
    CLIENT("loses-vcc", "The VCC to a failed router goes, and traffic finds the next one",
           "L-le_arp-11 R-3.1-11", AT_FIRST "its link fails, and Y associates itself",
           "the Data Direct VCC is released; frames for the VMAC reach Y", ANY, with_short_age, loses_vcc, 0),
    CLIENT("zero-on-control-direct", "The zero/zero LE_NARP_REQUEST counts on Control Direct", "R-6-06",
           AT_FIRST "LE_NARP_REQUEST with both ATM addresses zero on Control Direct", TO_Y, ANY,
           with_distribute, zero_on, LES_ON_CONTROL_DIRECT),
    CLIENT("zero-on-control-distribute", "The zero/zero LE_NARP_REQUEST counts on Control Distribute",
           "R-6-06", AT_FIRST "LE_NARP_REQUEST with both ATM addresses zero on Control Distribute", TO_Y, ANY,
           with_distribute, zero_on, LES_ON_CONTROL_DISTRIBUTE),
    CLIENT("zero-of-another-vmac", "Another virtual router's move is another's", "R-6-06",
           AT_FIRST "zero/zero LE_NARP_REQUEST for the VMAC of another VRID", UNHEARD, ANY, NULL,
           zero_of_another_vmac, 0),
    CLIENT("zero-with-vmac-as-source", "The zero/zero form counts for its target", "R-6-06",
           AT_FIRST "zero/zero LE_NARP_REQUEST for another MAC address, the VMAC as SOURCE-LAN-DESTINATION",
           UNHEARD, ANY, NULL, vmac_as_source, false),
    CLIENT("no-source-with-vmac-as-source", "The no-source form counts for its target", "R-2-12",
           AT_FIRST
           "no-source LE_NARP_REQUEST for another MAC address at X, the VMAC as SOURCE-LAN-DESTINATION",
           UNHEARD, LANE_V2, NULL, vmac_as_source, true),
    CLIENT("own-control-ignored", "A request with the own LECID is ignored", "L-lecid-02",
           AT_FIRST "zero/zero LE_NARP_REQUEST for it with the LECID of the device", UNHEARD, ANY, NULL,
           own_control_ignored, 0),
    CLIENT("own-data-ignored", "A data frame with the own LECID is discarded", "L-lecid-01",
           AT_FIRST "ARP request for the device's address with the LECID of the device in its LE header",
           "no ARP reply; the same request of the host is answered", ANY, NULL, own_data_ignored, 0),
};

const struct case_list client_cases = {cases, sizeof cases / sizeof *cases};
