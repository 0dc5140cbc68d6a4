/* The way of data frames (lane-rules 5.1): group addresses by the BUS, a unicast destination by its Data
 * Direct VCC, and until that is ready at most C10 frames per C11 by the BUS. The change from one path to
 * another waits until the old one is flushed (C21) or has been quiet for C22, so that no frame overtakes
 * another. Frames for which no path is open are held. */
#include <stdlib.h>

#include "base/duration.h"
#include "reference/lec_private.h"

#define LE_HEADER_SIZE 2

/* Of both media: destination and source, behind AC and FC on token ring. */
#define FRAME_HEADER_SIZE 14

static struct lec_vcc *open_path(struct lec_cache_entry *entry);
static void flush(struct lec_cache_entry *entry, struct lec_vcc *path);
static void drained(struct lec_cache_entry *entry);
static bool bus_connected(const struct lec *lec);
static void transmit(struct lec_vcc *vcc, const uint8_t *data, size_t size);
static void transmit_unicast(struct lec_cache_entry *entry, struct lec_vcc *vcc, const uint8_t *data,
                             size_t size);
static void hold(struct lec_cache_entry *entry, const uint8_t *data, size_t size);

void lec_send(struct lec *lec, const uint8_t *data, size_t size)
{
    if (lec->phase != LEC_OPERATIONAL || size < FRAME_HEADER_SIZE ||
        LE_HEADER_SIZE + size > lec->medium->max_sdu_size)
        return;
    struct lan_destination destination = lec->medium->destination(lec, data, size);
    if (destination.tag == LAN_TAG_NOT_PRESENT) {
        if (bus_connected(lec))
            transmit(lec_vcc_of_kind(lec, KIND_MULTICAST_SEND), data, size);
        return;
    }
    bool associated_before;
    if (destination.tag == LAN_TAG_MAC &&
        lec_representation(lec, destination.mac, &associated_before) != REPRESENTED_NOT)
        return; /* for itself */
    struct lec_cache_entry *entry = lec_cache_find_or_add(lec, destination);
    if (!entry->known)
        lec_cache_resolve(entry);
    struct lec_vcc *path = entry->held ? NULL : open_path(entry);
    if (path)
        transmit_unicast(entry, path, data, size);
    else if (entry->flushing || bus_connected(lec))
        hold(entry, data, size);
}

void lec_data_continue(struct lec_cache_entry *entry)
{
    struct lec_vcc *path;
    while (entry->held && (path = open_path(entry))) {
        struct held_frame *frame = entry->held;
        entry->held = frame->next;
        entry->held_count--;
        transmit_unicast(entry, path, frame->data, frame->size);
        free(frame);
    }
}

void lec_data_continue_peer(struct lec *lec, const struct atm_address *peer)
{
    for (struct lec_cache_entry *entry = lec->cache; entry; entry = entry->next)
        if (entry->known && atm_address_equal(&entry->binding.atm, peer))
            lec_data_continue(entry);
}

void lec_data_continue_all(struct lec *lec)
{
    for (struct lec_cache_entry *entry = lec->cache; entry; entry = entry->next)
        lec_data_continue(entry);
}

void lec_data_path_gone(struct lec *lec, uint32_t vcc)
{
    for (struct lec_cache_entry *entry = lec->cache; entry; entry = entry->next) {
        if (entry->path != vcc)
            continue;
        drained(entry);
        lec_data_continue(entry);
    }
}

void lec_data_flush_response(struct lec *lec, const struct le_control *response)
{
    for (struct lec_cache_entry *entry = lec->cache; entry; entry = entry->next) {
        bool known = entry->flushing && entry->flush_transaction == response->transaction_id &&
                     atm_address_equal(&response->target_atm, &entry->binding.atm);
        if (!known || !lec->options->takes_response(response, lec->lecid, known))
            continue;
        drained(entry);
        lec_data_continue(entry);
    }
}

/* The flush was not answered: the path counts as drained when it has been quiet for C22. */
void lec_data_flush_timer_fired(void *owner)
{
    struct lec_cache_entry *entry = owner;
    struct lec *lec = entry->lec;
    int64_t left_ns = entry->sent_ns + lec->variables.path_switching_delay_ns - lec_now_ns(lec);
    if (left_ns > 0) {
        lec_timer_start(lec, &entry->flush_timer, left_ns);
        return;
    }
    drained(entry);
    lec_data_continue(entry);
}

void lec_data_window_timer_fired(void *owner)
{
    lec_data_continue(owner);
}

void lec_data_drop_held(struct lec_cache_entry *entry)
{
    while (entry->held) {
        struct held_frame *frame = entry->held;
        entry->held = frame->next;
        free(frame);
    }
    entry->held_count = 0;
}

void lec_data_received(struct lec_vcc *vcc, const uint8_t *data, size_t size)
{
    struct lec *lec = vcc->lec;
    if (lec->phase != LEC_OPERATIONAL || size < LE_HEADER_SIZE + FRAME_HEADER_SIZE)
        return;
    vcc->used_ns = lec_now_ns(lec);
    if (lec->options->takes_data(octets_u16(data), lec->lecid))
        lec->events->frame_received(lec->owner,
                                    vcc->kind == KIND_DATA_DIRECT ? LEC_FROM_DATA_DIRECT : LEC_FROM_BUS,
                                    data + LE_HEADER_SIZE, size - LE_HEADER_SIZE);
}

/* The VCC that takes the destination's next frame now; NULL while the frame has to wait. */
static struct lec_vcc *open_path(struct lec_cache_entry *entry)
{
    struct lec *lec = entry->lec;
    struct lec_vcc *direct = entry->known ? lec_direct_to(lec, &entry->binding.atm) : NULL;
    if (entry->flushing)
        return NULL;
    if (entry->known && !direct)
        lec_direct_want(entry);
    int64_t now_ns = lec_now_ns(lec);
    struct lec_vcc *old = lec_vcc_find(lec, entry->path);
    if (direct) {
        if (old && old != direct && lec->options->needs_flush(now_ns - entry->sent_ns, &lec->variables)) {
            flush(entry, old);
            return NULL;
        }
        return direct;
    }
    if (!bus_connected(lec))
        return NULL;
    int64_t window_ns = lec->variables.maximum_unknown_frame_time_ns;
    if (now_ns - entry->window_start_ns >= window_ns) {
        entry->window_start_ns = now_ns;
        entry->window_count = 0;
    }
    if (entry->window_count < lec->variables.maximum_unknown_frame_count)
        return lec_vcc_of_kind(lec, KIND_MULTICAST_SEND);
    if (!timer_running(&entry->window_timer))
        lec_timer_start(lec, &entry->window_timer, entry->window_start_ns + window_ns - now_ns);
    return NULL;
}

static bool bus_connected(const struct lec *lec)
{
    return lec->bus_phase == BUS_CONNECTED;
}

/* A flush goes the way of the frames that it has to push out; its answer comes over the control VCCs
 * (lane-wire 9). */
static void flush(struct lec_cache_entry *entry, struct lec_vcc *path)
{
    struct lec *lec = entry->lec;
    struct le_control request = lec_request(lec, LE_FLUSH_REQUEST);
    request.source_atm = lec->settings->atm_address;
    request.target_atm = entry->binding.atm;
    entry->flushing = true;
    entry->flush_transaction = request.transaction_id;
    lec_vcc_send_control(path, &request);
    lec_timer_start(lec, &entry->flush_timer, lec->variables.flush_timeout_ns);
}

static void drained(struct lec_cache_entry *entry)
{
    entry->flushing = false;
    entry->path = VCC_NONE;
    lec_timer_stop(entry->lec, &entry->flush_timer);
}

static void transmit_unicast(struct lec_cache_entry *entry, struct lec_vcc *vcc, const uint8_t *data,
                             size_t size)
{
    entry->path = vcc->number;
    entry->sent_ns = lec_now_ns(entry->lec);
    if (vcc->kind == KIND_MULTICAST_SEND)
        entry->window_count++;
    transmit(vcc, data, size);
}

static void transmit(struct lec_vcc *vcc, const uint8_t *data, size_t size)
{
    struct lec *lec = vcc->lec;
    uint8_t sdu[LEC_SDU_ROOM];
    size_t padded_size = size;
    octets_put_u16(sdu, lec->lecid);
    memcpy(sdu + LE_HEADER_SIZE, data, size);
    if (size < lec->medium->least_frame_size) {
        padded_size = lec->medium->least_frame_size;
        memset(sdu + LE_HEADER_SIZE + size, 0, padded_size - size);
    }
    vcc->used_ns = lec_now_ns(lec);
    lec->services->sdu_send(lec->services->context, vcc->number, sdu, LE_HEADER_SIZE + padded_size);
}

static void hold(struct lec_cache_entry *entry, const uint8_t *data, size_t size)
{
    if (entry->held_count >= entry->lec->options->held_frame_count)
        return;
    struct held_frame *frame = lec_zeroed(sizeof *frame + size);
    frame->size = size;
    memcpy(frame->data, data, size);
    struct held_frame **link = &entry->held;
    while (*link)
        link = &(*link)->next;
    *link = frame;
    entry->held_count++;
}
