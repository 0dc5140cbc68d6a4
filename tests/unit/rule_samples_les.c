/* Samples of the rules about a LES: what it answers and what it forwards. */
#include "rule_stage.h"

static struct le_control heard_question(struct stage *stage)
{
    struct le_control question = stage_question(stage, stage->vmac);
    stage_heard(stage, &question);
    return question;
}

/* The answer of the server to a client, who is somewhere else. */
static struct le_control answer_for(struct stage *stage, const struct le_control *question)
{
    struct le_control response = le_control_response(question);
    response.target_atm = stage->peer;
    return response;
}

static void copy_changed(struct stage *stage)
{
    struct le_control question = heard_question(stage);
    question.transaction_id += stage->broken;
    stage_sent(stage, &question);
}

static void answer_of_another(struct stage *stage)
{
    struct le_control question = heard_question(stage);
    struct le_control response = answer_for(stage, &question);
    response.requester_lecid ^= stage->broken ? 0x0100 : 0;
    stage_sent(stage, &response);
}

static void answer_without_source(struct stage *stage)
{
    struct le_control question = heard_question(stage);
    struct le_control response = answer_for(stage, &question);
    if (stage->broken)
        response.source_lan = LAN_DESTINATION_NONE;
    stage_sent(stage, &response);
}

/* A client may set the flag, and the server hands it on. */
static void answer_remote(struct stage *stage)
{
    struct le_control question = heard_question(stage);
    struct le_control response = answer_for(stage, &question);
    response.flags |= LE_FLAG_REMOTE_ADDRESS;
    if (!stage->broken)
        stage_heard(stage, &response);
    stage_sent(stage, &response);
}

static void version_2(struct stage *stage)
{
    struct le_control question = heard_question(stage);
    struct le_control response = answer_for(stage, &question);
    response.version = stage->broken ? 2 : 1;
    stage_sent(stage, &response);
}

static void trailing_octets(struct stage *stage)
{
    struct le_control question = heard_question(stage);
    struct le_control response = answer_for(stage, &question);
    uint8_t data[LE_CONTROL_SIZE + 4] = {0};
    size_t size = le_control_encode(&response, data, sizeof data);
    stage_sdu(stage, STAGE_DEVICE, stage->control, data, stage->broken ? sizeof data : size);
}

static void cut(struct stage *stage)
{
    struct le_control question = heard_question(stage);
    struct le_control response = answer_for(stage, &question);
    uint8_t data[LE_CONTROL_SIZE];
    size_t size = le_control_encode(&response, data, sizeof data);
    stage_sdu(stage, STAGE_DEVICE, stage->control, data, stage->broken ? 76 : size);
}

static void answers_announcement(struct stage *stage)
{
    struct le_control announcement = stage_zero_narp(stage, stage->vmac);
    stage_heard(stage, &announcement);
    stage_sent(stage, &announcement);
    struct le_control response = le_control_response(&announcement);
    if (stage->broken)
        stage_sent(stage, &response);
}

static void confirms_unasked(struct stage *stage)
{
    struct le_control request = stage_register(stage, stage->vmac);
    if (!stage->broken)
        stage_heard(stage, &request);
    struct le_control response = le_control_response(&request);
    stage_sent(stage, &response);
}

static void distribute_as_multicast(struct stage *stage)
{
    enum b_lli b_lli = stage->broken ? B_LLI_MULTICAST_8023 : B_LLI_CONTROL;
    stage_setup(stage, stage_vcc(stage, VCC_CONTROL_DISTRIBUTE, STAGE_DEVICE, STAGE_PEER, b_lli));
}

const struct sample les_samples[] = {
    {"copy with another TRANSACTION-ID", "les-frames", "L-le_arp-12", STAGE_SERVER, copy_changed, NULL},
    {"answer with another LECID", "les-frames", "L-le_arp-01", STAGE_SERVER, answer_of_another, NULL},
    {"answer without the source", "les-frames", "L-le_arp-01", STAGE_SERVER, answer_without_source, NULL},
    {"Remote flag of a LES", "les-frames", "L-le_arp-02", STAGE_SERVER, answer_remote, NULL},
    {"VERSION 02 of a LES", "les-frames", "L-frame-01", STAGE_SERVER, version_2, NULL},
    {"octets behind the frame of a LES", "les-frames", "L-frame-01", STAGE_SERVER, trailing_octets, NULL},
    {"frame of a LES cut short", "les-frames", "L-frame-01", STAGE_SERVER, cut, NULL},
    {"LES answers LE_NARP_REQUEST", "les-frames", "L-frame-04", STAGE_SERVER, answers_announcement, NULL},
    {"LES confirms what nobody registered", "default-behaviour", "L-frame-04", STAGE_SERVER, confirms_unasked,
     NULL},
    {"Control Distribute with a PID of the BUS", "vcc-use", "L-vcc-02", STAGE_SERVER, distribute_as_multicast,
     NULL},
    {0},
};
