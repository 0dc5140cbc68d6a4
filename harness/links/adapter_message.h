/* The lines of the adapter protocol (docs/adapter.md): one message each, a JSON object.
 *
 * The harness and a C device (links/adapter_device.h) both use this codec; what each kind of message carries
 * stands in one table. Decoding is total: any octets give a message or a reason that says what is wrong with
 * the line.
 */
#ifndef LINKS_ADAPTER_MESSAGE_H
#define LINKS_ADAPTER_MESSAGE_H

#include "base/reason.h"
#include "base/scope.h"
#include "station/device_settings.h"
#include "station/station.h"

#define ADAPTER_VERSION   1
#define ADAPTER_DATA_ROOM 65535  /* octets of an SDU or a frame, the most that AAL5 carries */
#define ADAPTER_LINE_ROOM 140000 /* octets of a line, its newline included */

/* The harness numbers the calls that it offers from here on, a device those that it sets up from 1 up to
 * here. */
#define ADAPTER_FIRST_OFFERED_VCC 1000000u

/* A device can be so many at once, at most. */
#define ADAPTER_INSTANCE_LIMIT 1024u

enum adapter_kind {
    /* from the harness */
    ADAPTER_HELLO,
    ADAPTER_ECHO,
    ADAPTER_CAPABILITY,
    ADAPTER_CONFIGURE,
    ADAPTER_CONTROL,
    ADAPTER_CALL_OFFERED,
    ADAPTER_CALL_CONNECTED,
    ADAPTER_CALL_RELEASED,
    ADAPTER_PARTY_CONNECTED,
    ADAPTER_PARTY_RELEASED,
    ADAPTER_SDU,
    ADAPTER_LAN_FRAME,
    ADAPTER_ADVANCE,
    /* from the device: answers */
    ADAPTER_HELLO_ANSWER,
    ADAPTER_ECHO_ANSWER,
    ADAPTER_RESULT,
    ADAPTER_DONE,
    /* from the device: what it does */
    ADAPTER_ADDRESS_REGISTER,
    ADAPTER_CALL_SETUP,
    ADAPTER_CALL_ACCEPT,
    ADAPTER_CALL_REJECT,
    ADAPTER_CALL_RELEASE,
    ADAPTER_PARTY_ADD,
    ADAPTER_PARTY_DROP,
    ADAPTER_SDU_SEND,
    ADAPTER_LAN_FRAME_SEND
};
enum { ADAPTER_KIND_COUNT = ADAPTER_LAN_FRAME_SEND + 1 };

enum adapter_side { ADAPTER_HARNESS, ADAPTER_DEVICE };

/* A message; which members count depends on its kind (docs/adapter.md). Strings and octets belong to somebody
 * else: to the caller when encoding, to the decoder until its next line when decoding. */
struct adapter_message {
    enum adapter_kind kind;
    int64_t time_ns;    /* world time */
    uint32_t instance;  /* of the device, from 0: which one it is about */
    uint32_t instances; /* of a hello: how many the device can be at once; 0: it did not say, 1 */
    uint32_t version;
    const char *name;   /* of a device, of a capability */
    const char *reason; /* of a result; empty when it is good */
    struct scope claims;
    uint64_t random; /* state of the device's stream of random bits (base/random.h) */
    struct device_settings settings;
    const char *action; /* of a control message, as written; see adapter_control_of() */
    uint8_t vrid;
    uint32_t priority;
    uint32_t vcc;
    uint32_t party;
    struct call call;
    struct atm_address address;
    uint8_t cause; /* enum release_cause, or another Q.850 number */
    uint8_t port;  /* LAN port */
    struct octets data;
    bool ok;
    int64_t deadline_ns; /* TIME_NEVER: none */
};

/* The name in the `type` member. */
const char *adapter_kind_name(enum adapter_kind kind);

/* The answer that this message must get besides `done`: a kind, or ADAPTER_DONE for none. */
enum adapter_kind adapter_answer_to(enum adapter_kind kind);

/* Keeps what decoded messages point to. */
struct adapter_decoder;
struct adapter_decoder *adapter_decoder_new(void);
void adapter_decoder_free(struct adapter_decoder *decoder);

/* Reads a line (without newline) that 'sender' wrote. */
bool adapter_decode(struct adapter_decoder *decoder, enum adapter_side sender, const char *line, size_t size,
                    struct adapter_message *message, struct reason *reason);

/* Writes the line, its newline included, to 'line' (ADAPTER_LINE_ROOM octets). Returns its size, 0 when it
 * does not fit or a string is not UTF-8. */
size_t adapter_encode(const struct adapter_message *message, char *line);

/* A control action as a message, and back; false for an action that this version does not know. */
void adapter_put_control(struct adapter_message *message, const struct control_action *action);
bool adapter_control_of(const struct adapter_message *message, struct control_action *action);

#endif
