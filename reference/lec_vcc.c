#include <stdlib.h>

#include "reference/lec_private.h"

#define CONTROL_ROOM                                                                                         \
    (LLC_PREFIX_SIZE + LE_CONTROL_SIZE + 5 + ATM_ADDRESS_SIZE) /* LLC prefix, frame, one TLV */

static struct lec_vcc *add(struct lec *lec, enum lec_vcc_kind kind, uint32_t number);
static size_t llc_prefix(const struct lec *lec, uint8_t prefix[static LLC_PREFIX_SIZE]);

struct lec_vcc *lec_vcc_find(const struct lec *lec, uint32_t number)
{
    for (struct lec_vcc *vcc = lec->vccs; vcc; vcc = vcc->next)
        if (vcc->number == number)
            return vcc;
    return NULL;
}

struct lec_vcc *lec_vcc_of_kind(const struct lec *lec, unsigned kinds)
{
    for (struct lec_vcc *vcc = lec->vccs; vcc; vcc = vcc->next)
        if (vcc->kind & kinds)
            return vcc;
    return NULL;
}

struct lec_vcc *lec_vcc_call(struct lec *lec, enum lec_vcc_kind kind, const struct atm_address *called,
                             enum b_lli b_lli)
{
    struct call call = {
        .calling = lec->settings->atm_address,
        .called = *called,
        .b_lli = b_lli,
        .max_sdu_size = lec->medium->max_sdu_size,
    };
    struct lec_vcc *vcc = add(lec, kind, lec->services->call_setup(lec->services->context, &call));
    vcc->calling = call.calling;
    vcc->local = call.calling;
    vcc->peer = call.called;
    vcc->outgoing = true;
    return vcc;
}

struct lec_vcc *lec_vcc_accept(struct lec *lec, enum lec_vcc_kind kind, uint32_t number,
                               const struct call *call)
{
    struct lec_vcc *vcc = add(lec, kind, number);
    vcc->calling = call->calling;
    vcc->local = call->called;
    vcc->peer = call->calling;
    vcc->connected = true;
    lec->services->call_accept(lec->services->context, number);
    return vcc;
}

void lec_vcc_release(struct lec_vcc *vcc)
{
    struct lec *lec = vcc->lec;
    uint32_t number = vcc->number;
    lec_vcc_forget(vcc);
    lec->services->call_release(lec->services->context, number, CAUSE_NORMAL);
}

void lec_vcc_forget(struct lec_vcc *vcc)
{
    struct lec *lec = vcc->lec;
    uint32_t number = vcc->number;
    lec_timer_stop(lec, &vcc->ready_timer);
    lec_timer_stop(lec, &vcc->idle_timer);
    struct lec_vcc **link = &lec->vccs;
    while (*link != vcc)
        link = &(*link)->next;
    *link = vcc->next;
    free(vcc);
    lec_data_path_gone(lec, number);
}

void lec_vcc_release_kinds(struct lec *lec, unsigned kinds)
{
    struct lec_vcc *vcc;
    while ((vcc = lec_vcc_of_kind(lec, kinds)))
        lec_vcc_release(vcc);
}

void lec_vcc_send_control(struct lec_vcc *vcc, const struct le_control *control)
{
    struct lec *lec = vcc->lec;
    uint8_t sdu[CONTROL_ROOM];
    size_t prefix_size = vcc->llc_multiplexed ? llc_prefix(lec, sdu) : 0;
    size_t size = le_control_encode(control, sdu + prefix_size, sizeof sdu - prefix_size);
    if (size)
        lec->services->sdu_send(lec->services->context, vcc->number, sdu, prefix_size + size);
}

bool lec_vcc_has_llc_prefix(const struct lec *lec, const uint8_t *data, size_t size)
{
    uint8_t prefix[LLC_PREFIX_SIZE];
    llc_prefix(lec, prefix);
    return size >= LLC_PREFIX_SIZE && memcmp(data, prefix, LLC_PREFIX_SIZE) == 0;
}

void lec_control_send(struct lec *lec, const struct le_control *control)
{
    struct lec_vcc *control_direct = lec_vcc_of_kind(lec, KIND_CONTROL_DIRECT);
    if (control_direct)
        lec_vcc_send_control(control_direct, control);
}

struct le_control lec_request(struct lec *lec, enum le_opcode opcode)
{
    struct le_control request = le_control_of(opcode);
    request.transaction_id = lec_new_transaction(lec);
    request.requester_lecid = lec->lecid;
    return request;
}

static size_t llc_prefix(const struct lec *lec, uint8_t prefix[static LLC_PREFIX_SIZE])
{
    return llc_prefix_encode(lec->settings->token_ring, lec->elan_id, prefix, LLC_PREFIX_SIZE);
}

static struct lec_vcc *add(struct lec *lec, enum lec_vcc_kind kind, uint32_t number)
{
    struct lec_vcc *vcc = lec_zeroed(sizeof *vcc);
    vcc->lec = lec;
    vcc->number = number;
    vcc->kind = kind;
    struct lec_vcc **link = &lec->vccs; /* at the end: earlier VCCs are found first */
    while (*link)
        link = &(*link)->next;
    *link = vcc;
    return vcc;
}
