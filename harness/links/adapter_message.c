#include "links/adapter_message.h"

#include <stdlib.h>

#include "base/duration.h"
#include "json/json_members.h"
#include "json/settings_json.h"

struct adapter_decoder {
    cJSON *line; /* the strings of the last message are its own */
    uint8_t data[ADAPTER_DATA_ROOM];
};

static const struct json_member call_members[] = {
    MEMBER(call, MEMBER_ATM, calling),      MEMBER(call, MEMBER_ATM, called),
    MEMBER(call, MEMBER_U32, b_lli),        MEMBER(call, MEMBER_BOOL, point_to_multipoint),
    MEMBER(call, MEMBER_U16, max_sdu_size), {0},
};
_Static_assert(sizeof(enum b_lli) == sizeof(uint32_t), "MEMBER_U32 reads and writes the enumeration");

/* What a message can carry besides its type; the bit of a member is its place here. */
static const struct json_member members[] = {
#define TIME_NS 0x00001u
    MEMBER(adapter_message, MEMBER_TIME, time_ns),
#define VERSION 0x00002u
    MEMBER(adapter_message, MEMBER_U32, version),
#define NAME 0x00004u
    MEMBER(adapter_message, MEMBER_NAME, name),
#define CLAIMS 0x00008u
    MEMBER(adapter_message, MEMBER_CLAIMS, claims),
#define RANDOM 0x00010u
    MEMBER(adapter_message, MEMBER_BITS, random),
#define SETTINGS 0x00020u
    MEMBER_STRUCTURE(adapter_message, settings, device_settings_members),
#define ACTION 0x00040u
    MEMBER(adapter_message, MEMBER_NAME, action),
#define VRID 0x00080u
    MEMBER(adapter_message, MEMBER_U8, vrid),
#define PRIORITY 0x00100u
    MEMBER(adapter_message, MEMBER_U32, priority),
#define VCC 0x00200u
    MEMBER(adapter_message, MEMBER_U32, vcc),
#define PARTY 0x00400u
    MEMBER(adapter_message, MEMBER_U32, party),
#define CALL 0x00800u
    MEMBER_STRUCTURE(adapter_message, call, call_members),
#define ADDRESS 0x01000u
    MEMBER(adapter_message, MEMBER_ATM, address),
#define CAUSE 0x02000u
    MEMBER(adapter_message, MEMBER_U8, cause),
#define PORT 0x04000u
    MEMBER(adapter_message, MEMBER_U8, port),
#define DATA 0x08000u
    MEMBER(adapter_message, MEMBER_OCTETS, data),
#define OK 0x10000u
    MEMBER(adapter_message, MEMBER_BOOL, ok),
#define REASON 0x20000u
    MEMBER(adapter_message, MEMBER_NAME, reason),
#define DEADLINE 0x40000u
    MEMBER(adapter_message, MEMBER_TIME, deadline_ns),
#define INSTANCES 0x80000u
    MEMBER_ZERO_WHEN_ABSENT(adapter_message, MEMBER_U32, instances),
#define INSTANCE 0x100000u
    MEMBER_ZERO_WHEN_ABSENT(adapter_message, MEMBER_U32, instance),
};
#define TIME (TIME_NS | INSTANCE) /* every message has both */

struct kind {
    const char *type;
    enum adapter_side sender;
    enum adapter_kind answer; /* ADAPTER_DONE: none besides `done` */
    unsigned members;
};
static const struct json_member type_member = MEMBER(kind, MEMBER_NAME, type);

static const struct kind kinds[ADAPTER_KIND_COUNT] = {
    [ADAPTER_HELLO] = {"hello", ADAPTER_HARNESS, ADAPTER_HELLO_ANSWER, TIME | VERSION},
    [ADAPTER_ECHO] = {"echo", ADAPTER_HARNESS, ADAPTER_ECHO_ANSWER, TIME | DATA},
    [ADAPTER_CAPABILITY] = {"capability", ADAPTER_HARNESS, ADAPTER_RESULT, TIME | NAME},
    [ADAPTER_CONFIGURE] = {"configure", ADAPTER_HARNESS, ADAPTER_RESULT, TIME | RANDOM | SETTINGS},
    [ADAPTER_CONTROL] = {"control", ADAPTER_HARNESS, ADAPTER_RESULT, TIME | ACTION | VRID | PRIORITY},
    [ADAPTER_CALL_OFFERED] = {"call_offered", ADAPTER_HARNESS, ADAPTER_DONE, TIME | VCC | CALL},
    [ADAPTER_CALL_CONNECTED] = {"call_connected", ADAPTER_HARNESS, ADAPTER_DONE, TIME | VCC},
    [ADAPTER_CALL_RELEASED] = {"call_released", ADAPTER_HARNESS, ADAPTER_DONE, TIME | VCC | CAUSE},
    [ADAPTER_PARTY_CONNECTED] = {"party_connected", ADAPTER_HARNESS, ADAPTER_DONE, TIME | VCC | PARTY},
    [ADAPTER_PARTY_RELEASED] = {"party_released", ADAPTER_HARNESS, ADAPTER_DONE, TIME | VCC | PARTY | CAUSE},
    [ADAPTER_SDU] = {"sdu", ADAPTER_HARNESS, ADAPTER_DONE, TIME | VCC | DATA},
    [ADAPTER_LAN_FRAME] = {"lan_frame", ADAPTER_HARNESS, ADAPTER_DONE, TIME | PORT | DATA},
    [ADAPTER_ADVANCE] = {"advance", ADAPTER_HARNESS, ADAPTER_DONE, TIME},
    [ADAPTER_HELLO_ANSWER] = {"hello", ADAPTER_DEVICE, ADAPTER_DONE,
                              TIME | VERSION | NAME | CLAIMS | INSTANCES},
    [ADAPTER_ECHO_ANSWER] = {"echo", ADAPTER_DEVICE, ADAPTER_DONE, TIME | DATA},
    [ADAPTER_RESULT] = {"result", ADAPTER_DEVICE, ADAPTER_DONE, TIME | OK | REASON},
    [ADAPTER_DONE] = {"done", ADAPTER_DEVICE, ADAPTER_DONE, TIME | DEADLINE},
    [ADAPTER_ADDRESS_REGISTER] = {"address_register", ADAPTER_DEVICE, ADAPTER_DONE, TIME | ADDRESS},
    [ADAPTER_CALL_SETUP] = {"call_setup", ADAPTER_DEVICE, ADAPTER_DONE, TIME | VCC | CALL},
    [ADAPTER_CALL_ACCEPT] = {"call_accept", ADAPTER_DEVICE, ADAPTER_DONE, TIME | VCC},
    [ADAPTER_CALL_REJECT] = {"call_reject", ADAPTER_DEVICE, ADAPTER_DONE, TIME | VCC | CAUSE},
    [ADAPTER_CALL_RELEASE] = {"call_release", ADAPTER_DEVICE, ADAPTER_DONE, TIME | VCC | CAUSE},
    [ADAPTER_PARTY_ADD] = {"party_add", ADAPTER_DEVICE, ADAPTER_DONE, TIME | VCC | PARTY | ADDRESS},
    [ADAPTER_PARTY_DROP] = {"party_drop", ADAPTER_DEVICE, ADAPTER_DONE, TIME | VCC | PARTY | CAUSE},
    [ADAPTER_SDU_SEND] = {"sdu_send", ADAPTER_DEVICE, ADAPTER_DONE, TIME | VCC | DATA},
    [ADAPTER_LAN_FRAME_SEND] = {"lan_frame_send", ADAPTER_DEVICE, ADAPTER_DONE, TIME | PORT | DATA},
};

static const struct {
    enum control_kind kind;
    const char *name;
} actions[] = {
    {CONTROL_START, "start"}, {CONTROL_STARTUP, "startup"},           {CONTROL_SHUTDOWN, "shutdown"},
    {CONTROL_FAIL, "fail"},   {CONTROL_SET_PRIORITY, "set-priority"},
};
#define ACTION_COUNT (sizeof actions / sizeof *actions)

static bool find_kind(const char *name, enum adapter_side sender, enum adapter_kind *kind);

const char *adapter_kind_name(enum adapter_kind kind)
{
    return kinds[kind].type;
}

enum adapter_kind adapter_answer_to(enum adapter_kind kind)
{
    return kinds[kind].answer;
}

struct adapter_decoder *adapter_decoder_new(void)
{
    struct adapter_decoder *decoder = malloc(sizeof *decoder);
    if (!decoder)
        abort();
    decoder->line = NULL;
    return decoder;
}

void adapter_decoder_free(struct adapter_decoder *decoder)
{
    if (decoder)
        cJSON_Delete(decoder->line);
    free(decoder);
}

bool adapter_decode(struct adapter_decoder *decoder, enum adapter_side sender, const char *line, size_t size,
                    struct adapter_message *message, struct reason *reason)
{
    struct reason inner;
    cJSON_Delete(decoder->line);
    decoder->line = json_parse(line, size, &inner);
    if (!decoder->line)
        return reason_set(reason, "no JSON: %.200s", inner.text);
    const cJSON *type = cJSON_GetObjectItemCaseSensitive(decoder->line, "type");
    if (!cJSON_IsString(type))
        return reason_set(reason, "no object with a string \"type\"");
    enum adapter_kind kind;
    if (!find_kind(type->valuestring, sender, &kind))
        return reason_set(reason, "unknown type \"%.40s\"", type->valuestring);
    const struct json_room room = {decoder->data, sizeof decoder->data};
    *message = (struct adapter_message){.kind = kind};
    for (unsigned left = kinds[kind].members, i = 0; left; left >>= 1, i++)
        if (left & 1 && !json_take_member(decoder->line, &members[i], message, &room, &inner))
            return reason_set(reason, "%s: %.300s", type->valuestring, inner.text);
    return true;
}

size_t adapter_encode(const struct adapter_message *message, char *line)
{
    struct json_text text = {.at = line, .end = line + ADAPTER_LINE_ROOM, .good = true};
    json_write_character(&text, '{');
    json_write_member(&text, &type_member, &kinds[message->kind]);
    for (unsigned left = kinds[message->kind].members, i = 0; left; left >>= 1, i++)
        if (left & 1 && !(members[i].zero_when_absent && json_member_is_zero(&members[i], message))) {
            json_write_character(&text, ',');
            json_write_member(&text, &members[i], message);
        }
    json_write_character(&text, '}');
    json_write_character(&text, '\n');
    return text.good ? (size_t)(text.at - line) : 0;
}

void adapter_put_control(struct adapter_message *message, const struct control_action *action)
{
    message->kind = ADAPTER_CONTROL;
    message->vrid = action->vrid;
    message->priority = action->number;
    for (size_t i = 0; i < ACTION_COUNT; i++)
        if (actions[i].kind == action->kind)
            message->action = actions[i].name;
}

bool adapter_control_of(const struct adapter_message *message, struct control_action *action)
{
    for (size_t i = 0; i < ACTION_COUNT; i++)
        if (strcmp(actions[i].name, message->action) == 0) {
            *action = (struct control_action){actions[i].kind, message->vrid, message->priority};
            return true;
        }
    return false;
}

static bool find_kind(const char *name, enum adapter_side sender, enum adapter_kind *kind)
{
    for (size_t i = 0; i < ADAPTER_KIND_COUNT; i++)
        if (kinds[i].sender == sender && strcmp(kinds[i].type, name) == 0) {
            *kind = (enum adapter_kind)i;
            return true;
        }
    return false;
}
