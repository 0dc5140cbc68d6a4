/* A LEC with nothing around it but a script: its calls and SDUs are recorded in order, its clock stands until
 * the test moves it, and the test plays LECS, LES, BUS and peers by hand.
 *
 *   struct fake_elan *elan = fake_elan_new();
 *   elan->settings.proxy = true;                    // what the LEC reads, before fake_join()
 *   fake_join(elan, true);                          // v2 ELAN
 *   lec_associate(elan->lec, vmac);
 *   struct le_control frame = fake_expect(elan, CONTROL_DIRECT, LE_REGISTER_REQUEST);
 *   fake_answer(elan, &frame, LE_STATUS_SUCCESS);
 *   fake_expect_none(elan);
 *
 * Records are read in order; fake_expect() fails the test when the next one is not what it names,
 * fake_expect_none() when there is one.
 */
#ifndef TESTS_UNIT_FAKE_ELAN_H
#define TESTS_UNIT_FAKE_ELAN_H

#include "base/duration.h"
#include "reference/lec.h"
#include "wire/frame.h"

#define FAKE_LECID 5

enum fake_kind {
    FAKE_SETUP,
    FAKE_ACCEPT,
    FAKE_REJECT,
    FAKE_RELEASE,
    FAKE_SDU,
};

struct fake_record {
    enum fake_kind kind;
    int64_t time_ns;
    uint32_t vcc;
    struct call call;   /* FAKE_SETUP */
    uint8_t data[2048]; /* FAKE_SDU */
    size_t size;
};

struct fake_elan {
    struct station_services services;
    struct timer_queue timers;
    int64_t now_ns;
    struct random random;
    struct device_settings settings;
    struct lec_options options;
    struct lec_events events;
    struct lec *lec;

    struct fake_record *records;
    size_t record_count;
    size_t read_count; /* records that were read */
    uint32_t next_vcc;
    struct atm_address registered[4]; /* with the network */
    size_t registered_count;

    /* VCCs of the LEC once it has joined */
    uint32_t control_direct;
    uint32_t control_distribute;
    uint32_t multicast_send;
    uint32_t multicast_forward;

    /* What the LEC told its owner */
    unsigned joined;
    unsigned lost;
    unsigned refused;
    unsigned received;
    uint8_t last_received[2048];
    size_t last_received_size;
    struct mac_address disassociates_in_lost; /* not zero: lec_disassociate() when the ELAN is lost */
};

extern const struct atm_address fake_lecs;
extern const struct atm_address fake_les;
extern const struct atm_address fake_bus;
extern const struct mac_address fake_own_mac;

/* The ATM address of station 'number'; those of lower numbers are lower. The LEC is station 50. */
struct atm_address fake_atm(uint8_t number);
struct mac_address fake_mac(uint8_t number);

/* Settings: non-proxy, v2 capable, with a LECS, ELAN name "vrrp-elan", MAC and ATM address of station 50. */
struct fake_elan *fake_elan_new(void);

/* Fails the test when a timer of the LEC outlives it. */
void fake_elan_free(struct fake_elan *elan);

/* Makes the LEC from settings and options, if that is not done yet, and starts it. */
void fake_start(struct fake_elan *elan);

/* Starts the LEC and lets it join a v1 or v2 ELAN; reads all records up to there. */
void fake_join(struct fake_elan *elan, bool v2);

/* The same for a LEC that is about to begin anew: its next record must be the SETUP to the LECS. */
void fake_join_again(struct fake_elan *elan, bool v2);

/* Parts of fake_join(): from the SETUP to the LECS up to and including the named request, which is returned.
 */
struct le_control fake_to_configure_request(struct fake_elan *elan);
struct le_control fake_to_join_request(struct fake_elan *elan);

/* The answer that lets it in, on 'vcc'. */
void fake_answer_join(struct fake_elan *elan, const struct le_control *request, uint32_t vcc, bool v2);

/* From the LE_ARP_REQUEST for the BUS to the end; 'request' is that request. */
void fake_connect_bus(struct fake_elan *elan, const struct le_control *request);

/* Moves the clock by 'delay_ns', firing timers on the way. */
void fake_wait(struct fake_elan *elan, int64_t delay_ns);

/* The next record, which must be of this kind. */
const struct fake_record *fake_next(struct fake_elan *elan, enum fake_kind kind);

/* The next record must be a control frame of this op-code on this VCC. TLV values stay valid. */
struct le_control fake_expect(struct fake_elan *elan, uint32_t vcc, enum le_opcode opcode);

/* The next record must be a SETUP to 'called' with 'b_lli'; connects it. Returns the VCC. */
uint32_t fake_expect_call(struct fake_elan *elan, const struct atm_address *called, enum b_lli b_lli);

/* The next record must be the data frame of fake_send() with this mark on this VCC. */
void fake_expect_data(struct fake_elan *elan, uint32_t vcc, uint8_t mark);
void fake_expect_none(struct fake_elan *elan);

/* Waits for 'delay_ns' and expects silence all the time. */
void fake_expect_none_for(struct fake_elan *elan, int64_t delay_ns);

/* Delivers a control frame on 'vcc'. */
void fake_deliver(struct fake_elan *elan, uint32_t vcc, const struct le_control *control);

/* Answers 'request' with 'status' on Control Direct. */
void fake_answer(struct fake_elan *elan, const struct le_control *request, enum le_status status);

/* Answers an LE_ARP_REQUEST with 'atm'. */
void fake_answer_le_arp(struct fake_elan *elan, const struct le_control *request,
                        const struct atm_address *atm, bool remote);

/* Offers a call and returns its VCC; whether it was accepted is the next record. */
uint32_t fake_offer(struct fake_elan *elan, const struct atm_address *calling, enum b_lli b_lli);

/* The LEC sends an Ethernet frame whose payload is 'mark'. */
void fake_send(struct fake_elan *elan, struct mac_address destination, uint8_t mark);

#endif
