#include "audit/owners.h"

#define VRID_COUNT 256
#define LECID_LAST 0xfeff /* highest one of a LEC; those above are reserved */

/* One network: an ELAN or a LAN segment. */
struct network {
    struct owner *owners[VRID_COUNT]; /* by VRID; NULL: never held */
    struct holder **lecs;             /* ELAN: by LECID, 0 to LECID_LAST; NULL until the first one is known */
};

struct owners {
    struct arena *arena;
    struct network *networks[OWNER_NETWORK_ROOM]; /* NULL: not yet met */
    size_t owner_count;
    struct holders *holders;
    uint64_t beyond_count; /* frames for lack of a place for their network or VMAC */
};

static bool see_advertisement(struct owners *, struct network *, const struct sighting *);
static bool see_targetless_le_arp(struct owners *, struct network *, const struct sighting *);
static bool see_le_arp_response(struct owners *, struct network *, const struct sighting *);
static bool see_register_response(struct owners *, struct network *, const struct sighting *);
static bool see_unregister_response(struct owners *, struct network *, const struct sighting *);
static bool see_no_source_le_narp(struct owners *, struct network *, const struct sighting *);
static bool see_join_response(struct owners *, struct network *, const struct sighting *);
static bool see_request(struct owners *, struct network *, const struct sighting *);
static bool associate(struct owners *, struct network *, const struct sighting *, struct lan_destination vmac,
                      const struct atm_address *address);
static bool give_up(struct owners *, struct network *, const struct sighting *, struct lan_destination vmac,
                    const struct holder *holder);
static bool hold(struct owners *, struct network *, const struct sighting *, uint8_t vrid,
                 const struct holder *holder, enum owner_evidence evidence);
static void change(struct owners *, struct owner *, const struct sighting *, const struct holder *to,
                   enum owner_evidence evidence);
static int64_t gap(int64_t from_ns, int64_t to_ns);
static void learn(struct owners *, struct network *, uint16_t lecid, const struct atm_address *address);
static void replace(struct network *network, const struct holder *old, const struct holder *new);
static struct network *network_of(struct owners *owners, unsigned index);
static struct holder **lecs_of(struct owners *owners, struct network *network);
static const struct holder *lec_of(struct owners *owners, struct network *network, uint16_t lecid);
static uint8_t vrid_of(const struct sighting *sighting, struct lan_destination destination);

/* What is done with a frame of each name that can be evidence. */
static bool (*const readings[FRAME_NAME_COUNT])(struct owners *, struct network *,
                                                const struct sighting *) = {
    [FRAME_ADVERTISEMENT] = see_advertisement,
    [FRAME_TARGETLESS_LE_ARP_REQUEST] = see_targetless_le_arp,
    [FRAME_LE_ARP_REQUEST] = see_request,
    [FRAME_LE_ARP_RESPONSE] = see_le_arp_response,
    [FRAME_LE_REGISTER_REQUEST] = see_request,
    [FRAME_LE_REGISTER_RESPONSE] = see_register_response,
    [FRAME_LE_UNREGISTER_REQUEST] = see_request,
    [FRAME_LE_UNREGISTER_RESPONSE] = see_unregister_response,
    [FRAME_NO_SOURCE_LE_NARP_REQUEST] = see_no_source_le_narp,
    [FRAME_LE_JOIN_REQUEST] = see_request,
    [FRAME_LE_JOIN_RESPONSE] = see_join_response,
    [FRAME_LE_CONFIGURE_REQUEST] = see_request,
    [FRAME_LE_FLUSH_REQUEST] = see_request,
    [FRAME_LE_TOPOLOGY_REQUEST] = see_request,
    [FRAME_LE_VERIFY_REQUEST] = see_request,
};

struct owners *owners_new(struct arena *arena)
{
    struct owners *owners = arena_zeroed(arena, sizeof *owners);
    owners->arena = arena;
    owners->holders = holders_new(arena);
    return owners;
}

bool owners_see(struct owners *owners, const struct sighting *sighting)
{
    if (!readings[sighting->frame->name])
        return false;
    if (sighting->network >= OWNER_NETWORK_ROOM) {
        owners->beyond_count++;
        return false;
    }
    return readings[sighting->frame->name](owners, network_of(owners, sighting->network), sighting);
}

const struct owner *owners_next(const struct owners *owners, const struct owner *owner)
{
    unsigned vrid = owner ? owner->vrid + 1u : 0;
    for (unsigned index = owner ? owner->network : 0; index < OWNER_NETWORK_ROOM; index++, vrid = 0)
        for (; owners->networks[index] && vrid < VRID_COUNT; vrid++)
            if (owners->networks[index]->owners[vrid])
                return owners->networks[index]->owners[vrid];
    return NULL;
}

const struct owner *owners_find(const struct owners *owners, unsigned network, uint8_t vrid)
{
    if (network >= OWNER_NETWORK_ROOM || !owners->networks[network])
        return NULL;
    return owners->networks[network]->owners[vrid];
}

uint64_t owners_beyond_count(const struct owners *owners)
{
    return owners->beyond_count + holders_beyond_count(owners->holders);
}

const char *owner_evidence_text(enum owner_evidence evidence)
{
    static const char *const texts[] = {
#define X(name, text) text,
        OWNER_EVIDENCES(X)
#undef X
    };
    return texts[evidence];
}

/* --- evidence --- */

/* A VRRP message of RFC 2338 that a receiver would accept (7.1), and what its sender is known as. */
static bool see_advertisement(struct owners *owners, struct network *network, const struct sighting *sighting)
{
    const struct frame *frame = sighting->frame;
    const struct vrrp *vrrp = &frame->vrrp;
    if (!(frame->layers & LAYER_VRRP) || !vrrp->complete || vrrp->version != 2 || vrrp->type != 1 ||
        !vrrp->checksum_good || vrrp->vrid == 0 || frame->ipv4.ttl != VRRP_TTL)
        return false;
    const struct holder *sender = frame->layers & LAYER_LE_DATA
                                      ? lec_of(owners, network, frame->lecid)
                                      : holders_at_ip(owners->holders, frame->ipv4.source);
    if (!sender)
        return false;
    if (vrrp->priority != VRRP_PRIORITY_STOP)
        return hold(owners, network, sighting, vrrp->vrid, sender, OWNER_MASTER);
    struct owner *owner = network->owners[vrrp->vrid];
    if (!owner || owner->holder != sender)
        return false;
    change(owners, owner, sighting, NULL, OWNER_RESIGNED);
    return true;
}

static bool see_targetless_le_arp(struct owners *owners, struct network *network,
                                  const struct sighting *sighting)
{
    const struct le_control *control = &sighting->frame->control;
    see_request(owners, network, sighting);
    return associate(owners, network, sighting, control->source_lan, &control->source_atm);
}

static bool see_le_arp_response(struct owners *owners, struct network *network,
                                const struct sighting *sighting)
{
    const struct le_control *control = &sighting->frame->control;
    return control->status == LE_STATUS_SUCCESS &&
           associate(owners, network, sighting, control->target_lan, &control->target_atm);
}

static bool see_register_response(struct owners *owners, struct network *network,
                                  const struct sighting *sighting)
{
    const struct le_control *control = &sighting->frame->control;
    return control->status == LE_STATUS_SUCCESS &&
           associate(owners, network, sighting, control->source_lan, &control->source_atm);
}

static bool see_unregister_response(struct owners *owners, struct network *network,
                                    const struct sighting *sighting)
{
    const struct le_control *control = &sighting->frame->control;
    return control->status == LE_STATUS_SUCCESS &&
           give_up(owners, network, sighting, control->source_lan,
                   holders_find(owners->holders, &control->source_atm));
}

static bool see_no_source_le_narp(struct owners *owners, struct network *network,
                                  const struct sighting *sighting)
{
    const struct le_control *control = &sighting->frame->control;
    return give_up(owners, network, sighting, control->target_lan,
                   holders_find(owners->holders, &control->target_atm));
}

static bool see_join_response(struct owners *owners, struct network *network, const struct sighting *sighting)
{
    if (sighting->frame->control.status == LE_STATUS_SUCCESS)
        see_request(owners, network, sighting);
    return false;
}

/* REQUESTER-LECID and SOURCE-ATM-ADDRESS are those of the sender; the LECID is 0 before the join. */
static bool see_request(struct owners *owners, struct network *network, const struct sighting *sighting)
{
    const struct le_control *control = &sighting->frame->control;
    if (control->requester_lecid != 0 && control->requester_lecid <= LECID_LAST)
        learn(owners, network, control->requester_lecid, &control->source_atm);
    return false;
}

/* --- the timelines --- */

static bool associate(struct owners *owners, struct network *network, const struct sighting *sighting,
                      struct lan_destination vmac, const struct atm_address *address)
{
    uint8_t vrid = vrid_of(sighting, vmac);
    if (vrid == 0 || atm_address_is_zero(address))
        return false;
    const struct holder *holder = holders_at_address(owners->holders, address);
    return holder && hold(owners, network, sighting, vrid, holder, OWNER_ASSOCIATED);
}

/* 'holder' (NULL: one that never held anything) gives the VMAC up. */
static bool give_up(struct owners *owners, struct network *network, const struct sighting *sighting,
                    struct lan_destination vmac, const struct holder *holder)
{
    struct owner *owner = network->owners[vrid_of(sighting, vmac)];
    if (!owner || !holder || owner->holder != holder)
        return false;
    change(owners, owner, sighting, NULL, OWNER_RELEASED);
    return true;
}

/* Evidence that 'holder' has the VMAC. */
static bool hold(struct owners *owners, struct network *network, const struct sighting *sighting,
                 uint8_t vrid, const struct holder *holder, enum owner_evidence evidence)
{
    struct owner *owner = network->owners[vrid];
    if (owner && owner->holder == holder) {
        owner->seen_number = sighting->number;
        owner->seen_ns = sighting->time_ns;
        return false;
    }
    if (!owner) {
        if (owners->owner_count == OWNER_ROOM) {
            owners->beyond_count++;
            return false;
        }
        owners->owner_count++;
        owner = network->owners[vrid] = arena_zeroed(owners->arena, sizeof *owner);
        owner->network = sighting->network;
        owner->vrid = vrid;
    }
    change(owners, owner, sighting, holder, evidence);
    return true;
}

/* Makes an entry; 'to' is another one than the holder in office, or NULL. */
static void change(struct owners *owners, struct owner *owner, const struct sighting *sighting,
                   const struct holder *to, enum owner_evidence evidence)
{
    struct owner_entry entry = {.number = sighting->number,
                                .time_ns = sighting->time_ns,
                                .from = owner->holder,
                                .to = to,
                                .evidence = evidence,
                                .name = sighting->frame->name};
    if (to && owner->last && owner->last != to) {
        entry.moved_from = owner->last;
        entry.gap_ns = gap(owner->seen_ns, sighting->time_ns);
        owner->move_count++;
        if (entry.gap_ns > owner->longest_gap_ns || owner->move_count == 1) {
            owner->longest_gap_ns = entry.gap_ns;
            owner->longest_gap_number = sighting->number;
        }
    }
    owner->holder = to;
    if (to) {
        owner->last = to;
        owner->seen_number = sighting->number;
        owner->seen_ns = sighting->time_ns;
    }
    owner->entry_count++;
    if (owner->kept_count == OWNER_ENTRY_ROOM)
        return;
    owner->kept_count++;
    struct owner_entry *kept = arena_copy(owners->arena, &entry, sizeof entry);
    if (owner->newest)
        owner->newest->next = kept;
    else
        owner->first = kept;
    owner->newest = kept;
}

/* Times of a damaged capture may run backwards, and may be as far apart as they can. */
static int64_t gap(int64_t from_ns, int64_t to_ns)
{
    if (to_ns <= from_ns)
        return 0;
    uint64_t gap_ns = (uint64_t)to_ns - (uint64_t)from_ns;
    return gap_ns < INT64_MAX ? (int64_t)gap_ns : INT64_MAX;
}

/* The LEC with the LECID has the address. A holder that was known by its LECID gets its name. */
static void learn(struct owners *owners, struct network *network, uint16_t lecid,
                  const struct atm_address *address)
{
    struct holder *known = network->lecs ? network->lecs[lecid] : NULL;
    if (known && known->kind == HOLDER_ATM && atm_address_equal(&known->atm, address))
        return;
    if (atm_address_is_zero(address))
        return;
    struct holder *holder = holders_find(owners->holders, address);
    if (known && known->kind == HOLDER_LECID) {
        if (!holder) {
            holders_rename(owners->holders, known, address);
            return;
        }
        replace(network, known, holder);
    }
    if (!holder)
        holder = holders_at_address(owners->holders, address);
    if (!holder)
        return;
    holder->lecid = lecid;
    lecs_of(owners, network)[lecid] = holder;
}

/* 'old' turned out to be 'new'. */
static void replace(struct network *network, const struct holder *old, const struct holder *new)
{
    for (unsigned vrid = 0; vrid < VRID_COUNT; vrid++) {
        struct owner *owner = network->owners[vrid];
        if (owner && owner->holder == old)
            owner->holder = new;
        if (owner && owner->last == old)
            owner->last = new;
    }
}

static struct network *network_of(struct owners *owners, unsigned index)
{
    if (!owners->networks[index])
        owners->networks[index] = arena_zeroed(owners->arena, sizeof(struct network));
    return owners->networks[index];
}

/* The VRID of a VMAC; 0 for any other destination. */
static uint8_t vrid_of(const struct sighting *sighting, struct lan_destination destination)
{
    if (destination.tag != LAN_TAG_MAC)
        return 0;
    if (mac_is_vmac(destination.mac))
        return destination.mac.octet[5];
    struct mac_address reversed = sighting->token_ring ? mac_reversed(destination.mac) : destination.mac;
    return mac_is_vmac(reversed) ? reversed.octet[5] : 0;
}

/* By LECID, LECID_LAST + 1 places. */
static struct holder **lecs_of(struct owners *owners, struct network *network)
{
    if (!network->lecs)
        network->lecs = arena_zeroed(owners->arena, (LECID_LAST + 1) * sizeof(struct holder *));
    return network->lecs;
}

/* The LEC that sends with a LECID; NULL when it is none of a LEC, or for lack of room. */
static const struct holder *lec_of(struct owners *owners, struct network *network, uint16_t lecid)
{
    if (lecid == 0 || lecid > LECID_LAST)
        return NULL;
    struct holder **lec = &lecs_of(owners, network)[lecid];
    if (!*lec)
        *lec = holders_with_lecid(owners->holders, lecid);
    return *lec;
}
