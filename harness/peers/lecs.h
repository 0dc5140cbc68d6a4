/* An emulated LAN Emulation Configuration Server: answers LE_CONFIGURE_REQUEST (lane-wire 1.1, lane-rules 1).
 *
 *   struct lecs_settings settings = lecs_settings_default();
 *   settings.address = …; settings.les_address = …;
 *   lecs_settings_add_number(&settings, TLV_AGING_TIME, 300);
 *   struct lecs *lecs = lecs_new(services, &settings);     attach with lecs_handlers
 */
#ifndef PEERS_LECS_H
#define PEERS_LECS_H

#include "station/station.h"
#include "wire/le_control.h"

/* A TLV of the answer. */
struct lecs_tlv {
    uint32_t type; /* enum le_tlv_type or another */
    uint8_t size;  /* octets of 'value' in use */
    uint8_t value[20];
};

struct lecs_settings {
    struct atm_address address;     /* of the LECS itself */
    struct atm_address les_address; /* the answer: TARGET-ATM-ADDRESS */
    uint8_t lan_type;               /* enum lan_type */
    uint8_t max_frame_size;         /* enum max_frame_size */
    char elan_name[33]; /* a request for another name gets status 20; empty: every name is taken */
    size_t tlv_count;
    struct lecs_tlv tlvs[LE_TLV_ROOM];
    uint16_t status;    /* enum le_status of every answer */
    bool silent;        /* accepts the call, answers nothing */
    bool refuses_calls; /* rejects the call */
    int64_t delay_ns;   /* of the answer */
};

/* An 802.3 ELAN with frames of 1516 octets, no name, no TLVs. */
struct lecs_settings lecs_settings_default(void);

/* Adds a TLV whose value is a number of 2 or 4 octets, as its type wants it (C7, C17, C20: seconds), or gives
 * the one that is there this value; types of other sizes and TLVs beyond the room are left out. */
void lecs_settings_add_number(struct lecs_settings *settings, enum le_tlv_type type, uint32_t number);

struct lecs;

/* 'settings' are copied; 'services' must outlive it. lecs_handlers.destroy frees it. */
struct lecs *lecs_new(const struct station_services *services, const struct lecs_settings *settings);

/* The settings in force; a case may change all but the address at any time. */
struct lecs_settings *lecs_settings_of(struct lecs *lecs);

/* LE_CONFIGURE_REQUESTs received. */
size_t lecs_request_count(const struct lecs *lecs);

extern const struct station_handlers lecs_handlers;

#endif
