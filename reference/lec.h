/* A LAN Emulation client (LANE v1 and v2, lane-rules 1, 2 and 5) with the address association of
 * draft-ietf-vrrp-lane-02 sections 3.1 and 3.2.
 *
 * Life: lec_start() runs through configuration, join, initial registration and BUS connect; `joined` is
 * called when the client is operational and `lost` when the ELAN is gone (the client then tries to join again
 * by itself). LANE version: decided by the V2 Required flag of LE_JOIN_RESPONSE.
 *
 * Addresses: lec_associate() makes an ADDRESS ASSOCIATION (draft 2) with a VMAC, lec_disassociate() an
 * ADDRESS DISASSOCIATION, in the scheme and version in force; persistence, repetition and probing run inside.
 * Both send their first frames before they return, so that what the caller sends next leaves after them. An
 * association survives the loss of the ELAN: it is made anew, completely, after the next join
 * (draft-requirements A-28), just before `joined` is called. An owner that does not want that disassociates
 * in `lost`; nothing can be sent then, and nothing is.
 *
 * Data: lec_send() takes frames of the ELAN's medium and finds the VCC (BUS, or a Data Direct VCC after
 * LE_ARP, READY and FLUSH); received ones come through `frame_received`, own echoes taken out. They are what
 * stands behind the LE header: Ethernet frames, or on token ring whole 802.5 frames from AC on, routing
 * information and all (wire/token_ring.h). A source-routed frame whose route leads on over another bridge
 * goes to the client that answers LE_ARP for its next route descriptor (lane-wire 12.2); explorers go by the
 * BUS.
 */
#ifndef REFERENCE_LEC_H
#define REFERENCE_LEC_H

#include "reference/lec_decisions.h"
#include "station/device_settings.h"
#include "station/station.h"

struct lec;

/* Which way a data frame came. */
enum lec_arrival { LEC_FROM_BUS, LEC_FROM_DATA_DIRECT };

/* What the LEC tells its owner. */
struct lec_events {
    void (*joined)(void *owner);
    void (*lost)(void *owner);
    /* A frame of the medium without LE header, for any destination; valid during the call. */
    void (*frame_received)(void *owner, enum lec_arrival arrival, const uint8_t *data, size_t size);
    /* The LES refused to register an associated address. The client persists by itself (draft 3.1), so most
     * owners leave this NULL. */
    void (*registration_refused)(void *owner, struct mac_address vmac, uint16_t status);
};

/* 'services', 'settings' and 'options' must outlive the LEC. */
struct lec *lec_new(const struct station_services *services, const struct device_settings *settings,
                    const struct lec_options *options, const struct lec_events *events, void *owner);
void lec_free(struct lec *lec);

void lec_start(struct lec *lec);

/* Stops everything at once, as a client that died: no timer runs, nothing is sent or answered any more. */
void lec_die(struct lec *lec);

/* True between `joined` and `lost`. The client stays operational while it connects to the BUS again after
 * losing it; frames that only the BUS could carry are dropped meanwhile. */
bool lec_operational(const struct lec *lec);

/* The address on which LLC-multiplexed Data Direct VCCs are accepted (C34): the own one, its selector one
 * higher. */
struct atm_address lec_llc_multiplexed_address(const struct device_settings *settings);

/* Sends a frame of the medium; padded by the LEC. Dropped while the client is not operational. */
void lec_send(struct lec *lec, const uint8_t *data, size_t size);

void lec_associate(struct lec *lec, struct mac_address vmac);

/* The same without haste: the first announcement, too, keeps the announcement interval from the last one of
 * an earlier association. For bridges, whose stations may move to and fro. */
void lec_associate_in_time(struct lec *lec, struct mac_address vmac);
void lec_disassociate(struct lec *lec, struct mac_address vmac);

/* Tells the ELAN that a topology change has begun, or is over: LE_TOPOLOGY_REQUEST (lane-rules 5.6). Dropped
 * while the client is not operational. */
void lec_tell_topology(struct lec *lec, bool changing);

/* The network side of the station: its owner hands these on (station_handlers). */
void lec_call_offered(struct lec *lec, uint32_t vcc, const struct call *call);
void lec_call_connected(struct lec *lec, uint32_t vcc);
void lec_call_released(struct lec *lec, uint32_t vcc, enum release_cause cause);
void lec_sdu_received(struct lec *lec, uint32_t vcc, const uint8_t *data, size_t size);

#endif
