#include <stdlib.h>

#include "peers/lec_private.h"
#include "wire/frame.h"

#define LE_HEADER_SIZE 2

static void send_data(struct peer_lec *lec, uint32_t vcc, uint16_t lecid, const uint8_t *data, size_t size);
static void send_to_destination(struct peer_lec *lec, struct mac_address mac, const uint8_t *data,
                                size_t size);
static void send_unresolved(struct cache_entry *entry, const uint8_t *data, size_t size);
static void send_resolved(struct cache_entry *entry, uint32_t vcc, const uint8_t *data, size_t size);
static void flush(struct cache_entry *entry);
static void hold(struct cache_entry *entry, const uint8_t *data, size_t size);
static struct held_frame *take_held(struct cache_entry *entry);
static void take_way(struct cache_entry *entry, enum peer_lec_way way);
static void learn_from(struct peer_lec *lec, const struct peer_frame *frame);
static size_t ethernet_as_token_ring(const struct peer_lec *lec, uint16_t lecid, const uint8_t *data,
                                     size_t size, uint8_t *sdu, size_t room);
static size_t token_ring_as_ethernet(const struct peer_lec *lec, const uint8_t *data, size_t size,
                                     uint8_t *ethernet, size_t room);
static bool crosses_bridge(const struct peer_lec *lec, const struct frame *frame);

void peer_lec_send(struct peer_lec *lec, const uint8_t *data, size_t size)
{
    if (lec->phase != LEC_OPERATIONAL || size < ETHERNET_HEADER_SIZE)
        return;
    struct mac_address destination;
    memcpy(destination.octet, data, sizeof destination.octet);
    if (peer_lec_mac_is_group(lec, destination))
        send_data(lec, lec->multicast_send, lec->lecid, data, size);
    else
        send_to_destination(lec, destination, data, size);
}

void peer_lec_send_on_bus(struct peer_lec *lec, uint16_t lecid, const uint8_t *data, size_t size)
{
    send_data(lec, lec->multicast_send, lecid, data, size);
}

/* Frames with the own LECID are echoes (lane-wire 13). */
void peer_lec_data_received(struct peer_lec *lec, uint32_t vcc, const uint8_t *data, size_t size)
{
    if (size < LE_HEADER_SIZE)
        return;
    struct peer_frame frame = {.data = data + LE_HEADER_SIZE,
                               .size = size - LE_HEADER_SIZE,
                               .path = PEER_PATH_BUS,
                               .lecid = octets_u16(data)};
    struct data_vcc *data_vcc = peer_lec_data_vcc_find(lec, vcc);
    if (data_vcc) {
        frame.path = PEER_PATH_DATA_DIRECT;
        frame.sender_known = true;
        frame.sender = data_vcc->atm;
        peer_lec_data_vcc_heard(data_vcc);
    }
    if (frame.lecid == lec->lecid)
        return;
    uint8_t ethernet[PEER_SDU_ROOM];
    if (lec->settings.token_ring) {
        frame.size = token_ring_as_ethernet(lec, data, size, ethernet, sizeof ethernet);
        frame.data = ethernet;
    }
    if (frame.size < ETHERNET_HEADER_SIZE)
        return;
    if (lec->behaviour.learns_from_data && frame.sender_known)
        learn_from(lec, &frame);
    peer_link_receive(&lec->link, &frame);
}

/* A Data Direct VCC can carry frames: destinations behind it change over from the BUS. */
void peer_lec_path_vcc_usable(struct peer_lec *lec, const struct atm_address *atm)
{
    for (struct cache_entry *entry = lec->cache; entry; entry = entry->next)
        if (entry->known && entry->way == WAY_BUS && entry->bus_used && !lec->behaviour.stays_on_bus &&
            atm_address_equal(&entry->atm, atm))
            flush(entry);
}

void peer_lec_path_flushed(struct peer_lec *lec, const struct le_control *response)
{
    for (struct cache_entry *entry = lec->cache; entry; entry = entry->next) {
        if (entry->way != WAY_FLUSHING || entry->flush_transaction_id != response->transaction_id)
            continue;
        take_way(entry, WAY_DIRECT);
        return;
    }
}

/* The destination moved, or the flush is of no use any more: starts with the BUS again. */
void peer_lec_path_reset(struct cache_entry *entry)
{
    take_way(entry, WAY_BUS);
}

/* No answer within C21: the new path is taken when C22 is over since the last frame on the old one. */
void peer_lec_path_flush_timer_fired(void *owner)
{
    struct cache_entry *entry = owner;
    int64_t left_ns =
        entry->bus_last_ns + entry->lec->timing.path_switching_delay_ns - peer_lec_now_ns(entry->lec);
    if (left_ns > 0 && !entry->flush_failed) {
        entry->flush_failed = true;
        peer_lec_start_timer(entry->lec, &entry->flush_timer, left_ns);
    } else {
        take_way(entry, WAY_DIRECT);
    }
}

/* Puts the LE header in front of an Ethernet frame and pads it; on 802.5 converts it. */
static void send_data(struct peer_lec *lec, uint32_t vcc, uint16_t lecid, const uint8_t *data, size_t size)
{
    uint8_t sdu[PEER_SDU_ROOM];
    size_t sdu_size;
    if (lec->settings.token_ring) {
        sdu_size = ethernet_as_token_ring(lec, lecid, data, size, sdu, sizeof sdu);
        if (!sdu_size)
            return;
    } else {
        if (size > sizeof sdu - LE_HEADER_SIZE)
            return;
        octets_put_u16(sdu, lecid);
        memcpy(sdu + LE_HEADER_SIZE, data, size);
        sdu_size = LE_HEADER_SIZE + size;
        if (sdu_size < LE_DATA_MINIMUM_SIZE) {
            memset(sdu + sdu_size, 0, LE_DATA_MINIMUM_SIZE - sdu_size);
            sdu_size = LE_DATA_MINIMUM_SIZE;
        }
    }
    sdu_sender_send(&lec->sender, vcc, sdu, sdu_size, 0);
}

static void send_to_destination(struct peer_lec *lec, struct mac_address mac, const uint8_t *data,
                                size_t size)
{
    struct cache_entry *entry = peer_lec_cache_get(lec, mac);
    peer_lec_cache_use(entry);
    const struct data_vcc *data_vcc = NULL;
    if (entry->known && !lec->behaviour.stays_on_bus) {
        data_vcc = peer_lec_data_vcc_best(lec, &entry->atm);
        if (!data_vcc && !peer_lec_data_vcc_any(lec, &entry->atm))
            peer_lec_call(lec, &entry->atm);
    }
    if (data_vcc)
        send_resolved(entry, data_vcc->vcc, data, size);
    else
        send_unresolved(entry, data, size);
}

/* On the BUS: at most C10 frames per C11. */
static void send_unresolved(struct cache_entry *entry, const uint8_t *data, size_t size)
{
    struct peer_lec *lec = entry->lec;
    int64_t now_ns = peer_lec_now_ns(lec);
    if (entry->window_count == 0 || now_ns - entry->window_start_ns >= lec->timing.unknown_frame_time_ns) {
        entry->window_start_ns = now_ns;
        entry->window_count = 0;
    }
    if (entry->window_count >= lec->timing.unknown_frame_count)
        return;
    entry->window_count++;
    entry->way = WAY_BUS;
    entry->bus_used = true;
    entry->bus_last_ns = now_ns;
    send_data(lec, lec->multicast_send, lec->lecid, data, size);
}

static void send_resolved(struct cache_entry *entry, uint32_t vcc, const uint8_t *data, size_t size)
{
    if (entry->way == WAY_BUS) {
        if (entry->bus_used)
            flush(entry);
        else
            entry->way = WAY_DIRECT;
    }
    if (entry->way == WAY_FLUSHING)
        hold(entry, data, size);
    else
        send_data(entry->lec, vcc, entry->lec->lecid, data, size);
}

/* Frames may still be on their way through the BUS: asks the other end to say when they are through. */
static void flush(struct cache_entry *entry)
{
    struct peer_lec *lec = entry->lec;
    if (peer_lec_now_ns(lec) - entry->bus_last_ns >= lec->timing.path_switching_delay_ns) {
        take_way(entry, WAY_DIRECT); /* C22: they are through */
        return;
    }
    struct le_control request = peer_lec_request(lec, LE_FLUSH_REQUEST);
    request.target_atm = entry->atm;
    entry->way = WAY_FLUSHING;
    entry->flush_failed = false;
    entry->flush_transaction_id = request.transaction_id;
    sdu_sender_send_control(&lec->sender, lec->multicast_send, &request, 0);
    peer_lec_start_timer(lec, &entry->flush_timer, lec->timing.flush_timeout_ns);
}

static void hold(struct cache_entry *entry, const uint8_t *data, size_t size)
{
    struct held_frame *frame = malloc(sizeof *frame + size);
    if (!frame)
        abort();
    frame->next = NULL;
    frame->size = size;
    memcpy(frame->data, data, size);
    struct held_frame **end = &entry->held;
    while (*end)
        end = &(*end)->next;
    *end = frame;
}

static struct held_frame *take_held(struct cache_entry *entry)
{
    struct held_frame *frames = entry->held;
    entry->held = NULL;
    return frames;
}

/* Whatever waited goes where the destination is reached now. */
static void take_way(struct cache_entry *entry, enum peer_lec_way way)
{
    struct peer_lec *lec = entry->lec;
    struct mac_address mac = entry->mac;
    peer_lec_stop_timer(lec, &entry->flush_timer);
    entry->way = way;
    entry->bus_used = false;
    struct held_frame *frame = take_held(entry);
    while (frame) {
        struct held_frame *next = frame->next;
        send_to_destination(lec, mac, frame->data, frame->size);
        free(frame);
        frame = next;
    }
}

static void learn_from(struct peer_lec *lec, const struct peer_frame *frame)
{
    struct mac_address source;
    memcpy(source.octet, frame->data + sizeof source.octet, sizeof source.octet);
    if (!peer_lec_mac_is_group(lec, source))
        peer_lec_cache_learn(peer_lec_cache_get(lec, source), &frame->sender, true);
}

/* An Ethernet frame as an 802.5 LE data frame, source-routed when the way is; 0 when it can't be one. */
static size_t ethernet_as_token_ring(const struct peer_lec *lec, uint16_t lecid, const uint8_t *data,
                                     size_t size, uint8_t *sdu, size_t room)
{
    uint8_t octets[ROUTE_ROOM];
    struct ethernet ethernet;
    struct octets routing = {octets, 0};
    struct source_route route = lec->settings.route;
    if (!ethernet_decode(data, size, &ethernet, NULL))
        return 0;
    if (token_ring_is_group(ethernet.destination))
        route.kind = ROUTE_SPANNING_EXPLORER;
    if (route.descriptor_count)
        routing.size = source_route_encode(&route, octets);
    return le_data_8025_encode(lecid, &ethernet, routing, sdu, room);
}

/* An 802.5 LE data frame as a DIX frame; 0 when it is no LLC/SNAP frame, or stays on the ELAN. */
static size_t token_ring_as_ethernet(const struct peer_lec *lec, const uint8_t *data, size_t size,
                                     uint8_t *ethernet, size_t room)
{
    struct frame frame;
    frame_decode(CARRIER_LANE_8025, data, size, &frame);
    if (!(frame.layers & LAYER_ETHERNET) || !frame.ethernet.snap || !crosses_bridge(lec, &frame))
        return 0;
    struct ethernet plain = frame.ethernet;
    plain.snap = false;
    return ethernet_encode(&plain, true, ethernet, room);
}

/* What a source-route bridge passes on: explorers, and frames whose route leads over it. */
static bool crosses_bridge(const struct peer_lec *lec, const struct frame *frame)
{
    const struct source_route *way = &lec->settings.route;
    struct source_route route;
    if (way->descriptor_count == 0)
        return true;
    if (!source_route_decode(frame->route, &route))
        return false;
    if (route.kind != ROUTE_SPECIFIC)
        return true;
    return route.backwards && route.descriptor_count == way->descriptor_count &&
           memcmp(route.descriptors, way->descriptors, way->descriptor_count * sizeof way->descriptors[0]) ==
               0;
}
