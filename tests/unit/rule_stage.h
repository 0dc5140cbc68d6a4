/* A stage for passive rules: a tap that the test fills by hand, event by event, around a device with one
 * virtual router.
 *
 * A sample plays a short history twice: as a conforming device (nothing may be found) and, with
 * `stage->broken`, with one defect (the requirements that it names have to be found by the rule that it
 * names).
 *
 *   static void ttl(struct stage *stage)
 *   {
 *       stage_master(stage);
 *       struct advertisement message = advertisement_of(stage, 100);
 *       message.ipv4.ttl = stage->broken ? 64 : 255;
 *       stage_advertise(stage, &message);
 *   }
 *
 * The device is port 0 with LECID 5, VRID 7, priority 100 (255 with STAGE_OWNER), interval 1 s,
 * addresses 10.0.0.11 and (virtual) 10.0.0.1; another router on port 4 has LECID 7 and 10.0.0.12. The virtual
 * router starts with the join.
 */
#ifndef TESTS_UNIT_RULE_STAGE_H
#define TESTS_UNIT_RULE_STAGE_H

#include "rules/rules.h"

enum stage_port { STAGE_DEVICE, STAGE_LES, STAGE_BUS, STAGE_LECS, STAGE_PEER };

#define STAGE_LECID      5
#define STAGE_PEER_LECID 7
#define STAGE_VRID       7

/* Options of a sample. */
#define STAGE_PROXY      0x01u
#define STAGE_V1         0x02u
#define STAGE_TOKEN_RING 0x04u
#define STAGE_OWNER      0x08u  /* priority 255; its primary address is the virtual one */
#define STAGE_BRIDGE     0x10u  /* role bridge */
#define STAGE_LECS_GIVEN 0x20u  /* configured by a LECS */
#define STAGE_CLIENT     0x80u  /* role client */
#define STAGE_SERVER     0x100u /* role les */
#define STAGE_BY_CONTROL 0x40u  /* the virtual router waits for CONTROL_STARTUP */

struct stage {
    bool broken;
    unsigned options;
    struct arena *arena;
    struct world *world;
    struct tap *tap;
    struct device_settings settings; /* to be changed before stage_watch() */
    struct facts facts;
    struct findings findings;
    struct rule_set *rules;
    size_t missed_count; /* events that a capture without FACT_COMPLETE has missed */
    int64_t now_ns;
    uint32_t next_transaction;
    struct vcc *configuration; /* Configuration Direct */
    struct vcc *control;       /* Control Direct */
    struct vcc *send;          /* Multicast Send */
    struct vcc *forward;       /* Multicast Forward */
    struct vcc *direct;        /* Data Direct, called by the device */
    struct atm_address les, bus, peer;
    struct mac_address vmac, peer_mac;
    struct ipv4_address virtual_address, peer_address;
};

/* A sample of one rule. */
struct sample {
    const char *name;
    const char *rule;         /* that finds the defect */
    const char *requirements; /* that it has to name, with spaces between */
    unsigned options;         /* STAGE_* */
    void (*play)(struct stage *stage);
    void (*prepare)(struct stage *stage); /* before stage_watch(), may be NULL */
};

/* The samples, by subject; each list ends with a NULL name. */
extern const struct sample control_samples[];
extern const struct sample answer_samples[];
extern const struct sample association_samples[];
extern const struct sample rate_samples[];
extern const struct sample vrrp_samples[];
extern const struct sample token_ring_samples[];
extern const struct sample les_samples[];

struct stage *stage_new(unsigned options, bool broken);
void stage_free(struct stage *stage);

/* Sets the rules to work; called by the runner after 'prepare'. What the facts don't tell is taken out of the
 * tap: kinds of VCCs, control actions, the first events. */
void stage_watch(struct stage *stage);

/* Time goes on. */
void stage_wait(struct stage *stage, int64_t duration_ns);

/* Events. */
struct tap_event *stage_sdu(struct stage *stage, enum stage_port from, struct vcc *vcc, const uint8_t *data,
                            size_t size);
/* The device sends these octets on its LAN port 0. */
struct tap_event *stage_lan_frame(struct stage *stage, const uint8_t *data, size_t size);
struct tap_event *stage_sent(struct stage *stage, const struct le_control *control); /* on Control Direct */
struct tap_event *stage_heard(struct stage *stage, const struct le_control *control);
void stage_setup(struct stage *stage, struct vcc *vcc);
void stage_connected(struct stage *stage, struct vcc *vcc);
void stage_released(struct stage *stage, struct vcc *vcc);
void stage_control(struct stage *stage, enum control_kind kind, uint32_t number);

/* A VCC called by 'caller'. */
struct vcc *stage_vcc(struct stage *stage, enum vcc_kind kind, enum stage_port caller, enum stage_port called,
                      enum b_lli b_lli);

/* Control frames of the device with their usual fields. */
struct le_control stage_join_request(struct stage *stage);
struct le_control stage_register(struct stage *stage, struct mac_address mac);
struct le_control stage_unregister(struct stage *stage, struct mac_address mac);
struct le_control stage_targetless(struct stage *stage, struct mac_address mac);
struct le_control stage_withdrawal(struct stage *stage, struct mac_address mac);
struct le_control stage_zero_narp(struct stage *stage, struct mac_address mac);
struct le_control stage_le_arp(struct stage *stage, struct mac_address target);
/* LE_ARP_REQUEST of the other router's LEC. */
struct le_control stage_question(struct stage *stage, struct mac_address target);
/* The answer of the device to a question. */
struct le_control stage_answer(struct stage *stage, const struct le_control *question);

/* Answers a request of the device. */
void stage_response(struct stage *stage, const struct le_control *request, enum le_status status);

/* An advertisement, whole. */
struct advertisement {
    struct ethernet ethernet;
    struct ipv4 ipv4;
    struct vrrp vrrp;
    bool authentication_header; /* stands before the message, signed with 'key' */
    uint32_t spi;
    char key[33];
    bool bad_checksum;
    bool bad_ip_checksum;
    size_t cut; /* octets left out at the end of the VRRP message */
};
struct advertisement advertisement_of(struct stage *stage, uint8_t priority);
struct tap_event *stage_advertise(struct stage *stage, const struct advertisement *message);
/* Of the other router; heard through the BUS. */
struct tap_event *stage_hear_advertisement(struct stage *stage, uint8_t priority);

/* A data frame of the device on Multicast Send, or on 'vcc'. */
struct tap_event *stage_data(struct stage *stage, struct vcc *vcc, const struct ethernet *ethernet);
struct tap_event *stage_hear_data(struct stage *stage, const struct ethernet *ethernet);
struct tap_event *stage_arp(struct stage *stage, const struct arp *arp, struct mac_address source,
                            struct mac_address destination);
/* The gratuitous ARP of the device for its virtual address. */
struct arp stage_gratuitous(struct stage *stage);
struct tap_event *stage_announce_address(struct stage *stage);

/* Histories. */
void stage_configure(struct stage *stage); /* switched on; through the LECS if it is given */
void stage_call_les(struct stage *stage);  /* Control Direct */
void stage_ask_join(struct stage *stage);  /* LE_JOIN_REQUEST */
void stage_join(struct stage *stage);      /* all of it: joined, registered, BUS connected */
void stage_connect_bus(struct stage *stage);
void stage_down_interval(struct stage *stage); /* waits until the Master_Down_Timer fires */
void stage_associate(struct stage *stage);     /* registration and announcement, or announcement and probe */
void stage_disassociate(struct stage *stage);
void stage_master(struct stage *stage); /* joined, taken over, registration confirmed */
void stage_advertise_for(struct stage *stage, unsigned count); /* own advertisements, one per interval */

/* The findings. */
bool stage_found(const struct stage *stage, const char *rule, const char *requirement);

#endif
