#include "peers/les.h"

#include <stdlib.h>

#include "base/duration.h"
#include "peers/les_private.h"

/* AAL5 SDUs on control VCCs (lane-wire 11). */
#define CONTROL_SDU_SIZE 1516

static void call_offered(void *station, uint32_t vcc, const struct call *call);
static void call_connected(void *station, uint32_t vcc);
static void call_released(void *station, uint32_t vcc, enum release_cause cause);
static void party_connected(void *station, uint32_t vcc, uint32_t party);
static void party_released(void *station, uint32_t vcc, uint32_t party, enum release_cause cause);
static void sdu_received(void *station, uint32_t vcc, const uint8_t *data, size_t size);
static void destroy(void *station);
static void leaf_connected(void *owner, const struct atm_address *leaf);
static void leaf_lost(void *owner, const struct atm_address *leaf);
static void join_timed_out(void *owner);
static struct les_member *member_by_vcc(const struct les *les, uint32_t vcc);
static void free_member(struct les_member *member);
static void release(struct les_member *member);

const struct station_handlers les_handlers = {
    .call_offered = call_offered,
    .call_connected = call_connected,
    .call_released = call_released,
    .party_connected = party_connected,
    .party_released = party_released,
    .sdu_received = sdu_received,
    .destroy = destroy,
};

static const struct distribution_events distribution_events = {leaf_connected, leaf_lost};

struct les_settings les_settings_default(bool v2)
{
    return (struct les_settings){
        .lan_type = LAN_TYPE_8023,
        .max_frame_size = MAX_FRAME_1516,
        .v2 = v2,
        .elan_id = v2 ? 1 : 0,
        .first_lecid = 1,
        .echo = true,
        .unregistered_to = LES_TO_PROXIES,
        .targetless_to = LES_TO_ALL,
        .le_narp_to = LES_TO_ALL,
        .topology_to = LES_TO_ALL,
        .join_timeout_ns = SECONDS(120),
    };
}

struct les *les_new(const struct station_services *services, const struct les_settings *settings)
{
    struct les *les = malloc(sizeof *les);
    if (!les)
        abort();
    struct call distribute = {
        .calling = settings->address, .b_lli = B_LLI_CONTROL, .max_sdu_size = CONTROL_SDU_SIZE};
    *les = (struct les){
        .services = services,
        .settings = *settings,
        .sender = sdu_sender_of(services),
        .distribute = distribution_of(services, &distribution_events, les, &distribute, false),
        .next_lecid = settings->first_lecid,
    };
    services->address_register(services->context, &settings->address);
    return les;
}

struct les_settings *les_settings_of(struct les *les)
{
    return &les->settings;
}

uint16_t les_lecid_of(const struct les *les, const struct atm_address *atm)
{
    const struct les_member *member = les_member_by_atm(les, atm);
    return member ? member->lecid : 0;
}

bool les_is_proxy(const struct les *les, const struct atm_address *atm)
{
    const struct les_member *member = les_member_by_atm(les, atm);
    return member && member->proxy;
}

bool les_is_v2(const struct les *les, const struct atm_address *atm)
{
    const struct les_member *member = les_member_by_atm(les, atm);
    return member && member->v2;
}

size_t les_member_count(const struct les *les)
{
    size_t count = 0;
    for (const struct les_member *member = les->members; member; member = member->next)
        count += member->lecid != 0;
    return count;
}

bool les_send_to_member(struct les *les, const struct atm_address *atm, enum les_path path,
                        const struct le_control *control)
{
    uint8_t data[PEER_SDU_ROOM];
    size_t size = le_control_encode(control, data, sizeof data);
    return size && les_send_octets_to_member(les, atm, path, data, size);
}

bool les_send_octets_to_member(struct les *les, const struct atm_address *atm, enum les_path path,
                               const uint8_t *data, size_t size)
{
    const struct les_member *member = les_member_by_atm(les, atm);
    if (!member)
        return false;
    if (path == LES_ON_CONTROL_DIRECT) {
        sdu_sender_send(&les->sender, member->control_direct, data, size, 0);
        return true;
    }
    if (!distribution_reaches(&les->distribute, atm))
        return false;
    distribution_send(&les->distribute, data, size, NULL);
    return true;
}

bool les_release_control_direct(struct les *les, const struct atm_address *atm)
{
    struct les_member *member = les_member_by_atm(les, atm);
    if (!member)
        return false;
    release(member);
    return true;
}

bool les_drop_control_distribute(struct les *les, const struct atm_address *atm)
{
    if (!distribution_reaches(&les->distribute, atm))
        return false;
    distribution_remove(&les->distribute, atm);
    return true;
}

uint32_t les_transaction_id(struct les *les)
{
    return (uint32_t)les->services->random_bits(les->services->context);
}

struct les_member *les_member_by_lecid(const struct les *les, uint16_t lecid)
{
    for (struct les_member *member = les->members; member; member = member->next)
        if (lecid != 0 && member->lecid == lecid)
            return member;
    return NULL;
}

/* The member that joined with this ATM address. */
struct les_member *les_member_by_atm(const struct les *les, const struct atm_address *atm)
{
    for (struct les_member *member = les->members; member; member = member->next)
        if (member->lecid != 0 && atm_address_equal(&member->atm, atm))
            return member;
    return NULL;
}

/* Loss of a client removes every trace of it (lane-rules 4.5). Its Control Direct is gone already. */
void les_lose_member(struct les_member *member)
{
    struct les *les = member->les;
    if (member->lecid != 0) {
        les_remove_bindings_of(les, &member->atm);
        distribution_remove(&les->distribute, &member->atm);
    }
    sdu_sender_forget_vcc(&les->sender, member->control_direct);
    struct les_member **place = &les->members;
    while (*place != member)
        place = &(*place)->next;
    *place = member->next;
    free_member(member);
}

bool les_mac_is_group(const struct les *les, struct mac_address mac)
{
    return les->settings.lan_type == LAN_TYPE_8025 ? (mac.octet[0] & 0x80) != 0 : mac_is_group(mac);
}

static void call_offered(void *station, uint32_t vcc, const struct call *call)
{
    struct les *les = station;
    const struct station_services *services = les->services;
    if (call->b_lli != B_LLI_CONTROL || call->point_to_multipoint) {
        services->call_reject(services->context, vcc, CAUSE_REJECTED);
        return;
    }
    struct les_member *member = calloc(1, sizeof *member);
    if (!member)
        abort();
    member->les = les;
    member->control_direct = vcc;
    member->atm = call->calling;
    timer_init(&member->join_timer, join_timed_out, member);
    struct les_member **end = &les->members;
    while (*end)
        end = &(*end)->next;
    *end = member;
    services->call_accept(services->context, vcc);
    services->timer_start(services->context, &member->join_timer, les->settings.join_timeout_ns);
}

static void call_connected(void *station, uint32_t vcc)
{
    distribution_call_connected(&((struct les *)station)->distribute, vcc);
}

static void call_released(void *station, uint32_t vcc, enum release_cause cause)
{
    (void)cause;
    struct les *les = station;
    if (distribution_call_released(&les->distribute, vcc))
        return;
    struct les_member *member = member_by_vcc(les, vcc);
    if (member)
        les_lose_member(member);
}

static void party_connected(void *station, uint32_t vcc, uint32_t party)
{
    distribution_party_connected(&((struct les *)station)->distribute, vcc, party);
}

static void party_released(void *station, uint32_t vcc, uint32_t party, enum release_cause cause)
{
    (void)cause;
    distribution_party_released(&((struct les *)station)->distribute, vcc, party);
}

static void sdu_received(void *station, uint32_t vcc, const uint8_t *data, size_t size)
{
    struct les *les = station;
    struct les_member *member = member_by_vcc(les, vcc);
    if (member)
        les_handle(les, member, data, size);
}

static void destroy(void *station)
{
    struct les *les = station;
    while (les->members) {
        struct les_member *member = les->members;
        les->members = member->next;
        free_member(member);
    }
    sdu_sender_clear(&les->sender);
    distribution_free(&les->distribute);
    free(les->bindings);
    free(les->rules);
    free(les);
}

static void leaf_connected(void *owner, const struct atm_address *leaf)
{
    struct les_member *member = les_member_by_atm(owner, leaf);
    if (member && member->join_pending)
        les_answer_join(member);
}

/* A client that refuses or gives up Control Distribute is no member (any longer). */
static void leaf_lost(void *owner, const struct atm_address *leaf)
{
    struct les_member *member = les_member_by_atm(owner, leaf);
    if (member)
        release(member);
}

static void join_timed_out(void *owner)
{
    release(owner);
}

static struct les_member *member_by_vcc(const struct les *les, uint32_t vcc)
{
    for (struct les_member *member = les->members; member; member = member->next)
        if (member->control_direct == vcc)
            return member;
    return NULL;
}

static void free_member(struct les_member *member)
{
    const struct station_services *services = member->les->services;
    services->timer_stop(services->context, &member->join_timer);
    free(member);
}

static void release(struct les_member *member)
{
    const struct station_services *services = member->les->services;
    services->call_release(services->context, member->control_direct, CAUSE_NORMAL);
    les_lose_member(member);
}
