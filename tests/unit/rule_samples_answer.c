/* Samples of the rules about answers: LE_ARP, READY, FLUSH. */
#include "rule_stage.h"

/* --- LE_ARP_RESPONSE
 * ------------------------------------------------------------------------------------------ */

static void answer_with(struct stage *stage, struct mac_address target,
                        void (*spoil)(struct stage *stage, struct le_control *response))
{
    struct le_control question = stage_question(stage, target);
    stage_heard(stage, &question);
    struct le_control response = stage_answer(stage, &question);
    if (stage->broken)
        spoil(stage, &response);
    stage_sent(stage, &response);
}

static void other_transaction(struct stage *stage, struct le_control *response)
{
    (void)stage;
    response->transaction_id ^= 0x8000;
}

static void no_source(struct stage *stage, struct le_control *response)
{
    (void)stage;
    response->source_lan = LAN_DESTINATION_NONE;
}

static void wrong_address(struct stage *stage, struct le_control *response)
{
    response->target_atm = stage->peer;
}

static void flip_remote(struct stage *stage, struct le_control *response)
{
    (void)stage;
    response->flags ^= LE_FLAG_REMOTE_ADDRESS;
}

static void transaction_of_its_own(struct stage *stage)
{
    stage_master(stage);
    answer_with(stage, stage->vmac, other_transaction);
}

static void source_dropped(struct stage *stage)
{
    stage_master(stage);
    answer_with(stage, stage->vmac, no_source);
}

static void wrong_target_address(struct stage *stage)
{
    stage_master(stage);
    answer_with(stage, stage->vmac, wrong_address);
}

static void remote_flag(struct stage *stage)
{
    stage_master(stage);
    answer_with(stage, stage->vmac, flip_remote);
}

static void answers_for_foreign_mac(struct stage *stage)
{
    stage_join(stage);
    struct le_control question = stage_question(stage, stage->peer_mac);
    stage_heard(stage, &question);
    struct le_control response = stage_answer(stage, &question);
    if (stage->broken)
        stage_sent(stage, &response);
}

static void answers_own_request(struct stage *stage)
{
    stage_master(stage);
    struct le_control probe = stage_le_arp(stage, stage->vmac);
    stage_wait(stage, SECONDS(1));
    stage_sent(stage, &probe);
    stage_wait(stage, MILLISECONDS(10));
    stage_heard(stage, &probe);
    struct le_control response = stage_answer(stage, &probe);
    if (stage->broken)
        stage_sent(stage, &response);
}

static void answers_targetless(struct stage *stage)
{
    stage_join(stage);
    struct le_control announcement = stage_targetless(stage, stage->peer_mac);
    announcement.requester_lecid = STAGE_PEER_LECID;
    announcement.source_atm = stage->peer;
    stage_heard(stage, &announcement);
    struct le_control response = stage_answer(stage, &announcement);
    if (stage->broken)
        stage_sent(stage, &response);
}

static void answers_unasked(struct stage *stage)
{
    stage_join(stage);
    struct le_control question = stage_question(stage, stage->settings.elan.mac);
    if (!stage->broken)
        stage_heard(stage, &question);
    struct le_control response = stage_answer(stage, &question);
    stage_sent(stage, &response);
}

/* Asks for the VMAC, which only a Master answers. */
static void ask_at_rest(struct stage *stage)
{
    struct le_control question = stage_question(stage, stage->vmac);
    stage_heard(stage, &question);
    struct le_control response = stage_answer(stage, &question);
    if (stage->broken)
        stage_sent(stage, &response);
}

static void answers_in_initialize(struct stage *stage)
{
    stage_join(stage);
    stage_wait(stage, SECONDS(1));
    ask_at_rest(stage);
}

static void answers_in_backup(struct stage *stage)
{
    stage_join(stage);
    stage_hear_advertisement(stage, 200);
    stage_wait(stage, MILLISECONDS(500));
    ask_at_rest(stage);
}

static void yields(struct stage *stage, uint8_t priority)
{
    stage_wait(stage, MILLISECONDS(500));
    stage_hear_advertisement(stage, priority);
    stage_disassociate(stage);
    stage_wait(stage, MILLISECONDS(500));
}

static void answers_after_yielding(struct stage *stage)
{
    stage_master(stage);
    yields(stage, 200);
    ask_at_rest(stage);
}

static void answers_after_yielding_to_equal(struct stage *stage)
{
    stage_master(stage);
    yields(stage, 100);
    ask_at_rest(stage);
}

static void answers_after_shutdown(struct stage *stage)
{
    stage_master(stage);
    stage_wait(stage, MILLISECONDS(500));
    stage_control(stage, CONTROL_SHUTDOWN, 0);
    struct advertisement stop = advertisement_of(stage, 0);
    stage_advertise(stage, &stop);
    stage_disassociate(stage);
    stage_wait(stage, MILLISECONDS(500));
    ask_at_rest(stage);
}

static void master_is_silent(struct stage *stage)
{
    stage_master(stage);
    struct le_control question = stage_question(stage, stage->vmac);
    stage_heard(stage, &question);
    struct le_control response = stage_answer(stage, &question);
    if (!stage->broken)
        stage_sent(stage, &response);
    stage_advertise_for(stage, 2);
}

/* --- READY and FLUSH
 * ------------------------------------------------------------------------------------------ */

static void ready_on(struct stage *stage, enum stage_port from, enum le_opcode opcode)
{
    uint8_t data[LE_READY_SIZE];
    struct le_control frame = le_control_of(opcode);
    le_control_encode(&frame, data, sizeof data);
    stage_sdu(stage, from, stage->direct, data, sizeof data);
}

static void call_peer(struct stage *stage)
{
    stage_join(stage);
    stage_setup(stage, stage->direct);
    stage_wait(stage, MILLISECONDS(10));
    stage_connected(stage, stage->direct);
}

static void no_ready_ind(struct stage *stage)
{
    call_peer(stage);
    if (!stage->broken)
        ready_on(stage, STAGE_DEVICE, READY_IND);
    stage_wait(stage, SECONDS(2));
}

static void data_before_ready_ind(struct stage *stage)
{
    struct ethernet ethernet = {
        .destination = stage->peer_mac, .source = stage->settings.elan.mac, .type = 0x0800};
    uint8_t packet[IPV4_HEADER_SIZE];
    struct ipv4 ipv4 = {
        .ttl = 64, .source = stage->settings.elan.address, .destination = stage->peer_address};
    ethernet.payload = (struct octets){packet, ipv4_encode(&ipv4, packet, sizeof packet)};
    call_peer(stage);
    if (!stage->broken)
        ready_on(stage, STAGE_DEVICE, READY_IND);
    stage_data(stage, stage->direct, &ethernet);
    ready_on(stage, STAGE_DEVICE, READY_IND);
}

static void ready_query_unanswered(struct stage *stage)
{
    call_peer(stage);
    ready_on(stage, STAGE_DEVICE, READY_IND);
    stage_wait(stage, SECONDS(5));
    ready_on(stage, STAGE_PEER, READY_QUERY);
    if (!stage->broken)
        ready_on(stage, STAGE_DEVICE, READY_IND);
    stage_wait(stage, SECONDS(2));
}

static struct le_control flush_request(struct stage *stage, struct atm_address target)
{
    struct le_control frame = le_control_of(LE_FLUSH_REQUEST);
    frame.transaction_id = stage->next_transaction++;
    frame.requester_lecid = STAGE_PEER_LECID;
    frame.source_atm = stage->peer;
    frame.target_atm = target;
    uint8_t data[LE_CONTROL_SIZE];
    le_control_encode(&frame, data, sizeof data);
    stage_sdu(stage, STAGE_BUS, stage->forward, data, sizeof data);
    return frame;
}

static void flush_unanswered(struct stage *stage)
{
    stage_join(stage);
    struct le_control frame = flush_request(stage, stage->settings.atm_address);
    frame.opcode = LE_FLUSH_RESPONSE;
    if (!stage->broken)
        stage_sent(stage, &frame);
    stage_wait(stage, SECONDS(2));
}

/* More than a rule remembers, before the first answer. */
static void one_flush_unanswered(struct stage *stage)
{
    enum { COUNT = 24 };
    struct le_control frames[COUNT];
    stage_join(stage);
    for (unsigned i = 0; i < COUNT; i++)
        frames[i] = flush_request(stage, stage->settings.atm_address);
    for (unsigned i = stage->broken; i < COUNT; i++) {
        frames[i].opcode = LE_FLUSH_RESPONSE;
        stage_sent(stage, &frames[i]);
    }
    stage_wait(stage, SECONDS(2));
}

static void flush_answered_in_place(struct stage *stage)
{
    uint8_t data[LE_CONTROL_SIZE];
    stage_join(stage);
    struct le_control frame = flush_request(stage, stage->settings.atm_address);
    frame.opcode = LE_FLUSH_RESPONSE;
    le_control_encode(&frame, data, sizeof data);
    stage_sdu(stage, STAGE_DEVICE, stage->broken ? stage->direct : stage->control, data, sizeof data);
}

static void flush_transaction(struct stage *stage)
{
    stage_join(stage);
    struct le_control frame = flush_request(stage, stage->settings.atm_address);
    frame.opcode = LE_FLUSH_RESPONSE;
    frame.transaction_id += stage->broken;
    stage_sent(stage, &frame);
}

static void flush_of_another(struct stage *stage)
{
    stage_join(stage);
    struct le_control frame = flush_request(stage, stage->peer);
    frame.opcode = LE_FLUSH_RESPONSE;
    if (stage->broken)
        stage_sent(stage, &frame);
}

static void flush_unasked(struct stage *stage)
{
    stage_join(stage);
    struct le_control frame = le_control_of(LE_FLUSH_RESPONSE);
    frame.requester_lecid = STAGE_PEER_LECID;
    frame.target_atm = stage->settings.atm_address;
    if (stage->broken)
        stage_sent(stage, &frame);
}

const struct sample answer_samples[] = {
    {"TRANSACTION-ID of its own", "le-arp-answers", "L-le_arp-01", 0, transaction_of_its_own, NULL},
    {"TRANSACTION-ID of its own, proxy", "le-arp-answers", "L-le_arp-01 R-2-03", STAGE_PROXY,
     transaction_of_its_own, NULL},
    {"source destination dropped", "le-arp-answers", "L-le_arp-01", 0, source_dropped, NULL},
    {"wrong TARGET-ATM-ADDRESS", "le-arp-answers", "R-3.3.3-02", 0, wrong_target_address, NULL},
    {"wrong TARGET-ATM-ADDRESS, proxy", "le-arp-answers", "R-2-03", STAGE_PROXY, wrong_target_address, NULL},
    {"Remote flag of a non-proxy", "le-arp-answers", "L-le_arp-02", 0, remote_flag, NULL},
    {"Remote flag of a proxy", "le-arp-answers", "L-le_arp-02", STAGE_PROXY, remote_flag, NULL},
    {"answers for a foreign MAC", "le-arp-answers", "L-le_arp-03", 0, answers_for_foreign_mac, NULL},
    {"answers its own request", "le-arp-answers", "L-le_arp-04", STAGE_PROXY, answers_own_request, NULL},
    {"answers a targetless request", "le-arp-answers", "L-le_arp-13", 0, answers_targetless, NULL},
    {"answers what nobody asked", "le-arp-answers", "L-le_arp-01", 0, answers_unasked, NULL},
    {"answers unasked", "default-behaviour", "L-le_arp-01", 0, answers_unasked, NULL},
    {"answers for the VMAC in Initialize", "le-arp-answers", "L-le_arp-03", STAGE_BY_CONTROL,
     answers_in_initialize, NULL},
    {"answers for the VMAC in Backup", "le-arp-answers", "R-3.3.2-02 R-2-01", 0, answers_in_backup, NULL},
    {"answers for the VMAC after yielding", "le-arp-answers", "R-3.3.2-02 R-3.3.3-04 R-2-16", 0,
     answers_after_yielding, NULL},
    {"answers for the VMAC after yielding to an equal", "le-arp-answers", "R-3.3.2-02 R-3.3.3-05", 0,
     answers_after_yielding_to_equal, NULL},
    {"answers for the VMAC after Shutdown", "le-arp-answers", "R-3.3.3-03 L-le_arp-03", 0,
     answers_after_shutdown, NULL},
    {"Master silent to LE_ARP", "le-arp-answers", "R-3.3.3-02 R-2.1-02", 0, master_is_silent, NULL},
    {"proxy Master silent to LE_ARP", "le-arp-answers", "R-2-03", STAGE_PROXY, master_is_silent, NULL},
    {"no READY_IND", "ready", "L-ready-01", 0, no_ready_ind, NULL},
    {"data before READY_IND", "ready", "L-ready-01", 0, data_before_ready_ind, NULL},
    {"READY_QUERY unanswered", "ready", "L-ready-02", 0, ready_query_unanswered, NULL},
    {"LE_FLUSH_REQUEST unanswered", "flush", "L-flush-01", 0, flush_unanswered, NULL},
    {"one LE_FLUSH_REQUEST of many unanswered", "flush", "L-flush-01", 0, one_flush_unanswered, NULL},
    {"LE_FLUSH_REQUEST answered on another VCC", "flush", "L-flush-01", 0, flush_answered_in_place, NULL},
    {"LE_FLUSH_RESPONSE with another TRANSACTION-ID", "flush", "L-flush-01", 0, flush_transaction, NULL},
    {"LE_FLUSH_REQUEST for another client answered", "flush", "L-flush-02", 0, flush_of_another, NULL},
    {"LE_FLUSH_RESPONSE nobody asked for", "default-behaviour", "L-flush-02", 0, flush_unasked, NULL},
    {0},
};
