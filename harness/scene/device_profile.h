/* What a lab says of the device in front of it, before anything runs: what it claims to be and to do (PICS),
 * the values that it can be configured with, what of it is waived. Made from a device file (harness/dut);
 * without one a run has no profile, and everything is drawn and judged as the attachment says.
 *
 * Values that are given here are used instead of drawn ones. A case that needs the device configured in
 * another way is not-applicable.
 */
#ifndef SCENE_DEVICE_PROFILE_H
#define SCENE_DEVICE_PROFILE_H

#include "base/random.h"
#include "base/reason.h"
#include "station/device_settings.h"
#include "station/station.h"

/* Capabilities that are a matter of the attachment, not of the device: nobody claims them. */
#define CAPABILITIES_OF_ATTACHMENT                                                                           \
    (CAPABILITY_CONTROL_STARTUP | CAPABILITY_CONTROL_FAIL | CAPABILITY_CONTROL_PRIORITY |                    \
     CAPABILITY_EGRESS_ORDER | CAPABILITY_FAIL_LINK)

/* Values that the device can be configured with; what is not given is drawn. */
struct device_values {
    bool vrid_given;
    bool vrid[256]; /* may be used */
    bool priority_given;
    uint8_t priority_lowest; /* 1 to 255 */
    uint8_t priority_highest;
    bool mac_given;
    struct mac_address mac;
    bool atm_given;
    struct atm_address atm;
    bool ip_given;
    struct ipv4_address ip; /* of its interface on the ELAN, prefix length 24 */
    size_t virtual_count;   /* addresses of virtual routers; 0: drawn */
    struct ipv4_address virtual[VIRTUAL_ADDRESS_ROOM];
    /* What the LECS tells the LECs of the ELAN, in seconds; 0: the suite's choice. */
    uint32_t aging_s;           /* C17 */
    uint32_t le_arp_response_s; /* C20 */
};

struct waiver; /* suite/waiver.h */

struct device_profile {
    const char *source;  /* "device.yaml", for reasons */
    const char *name;    /* of the device, for reports */
    const char *version; /* of the device */
    struct scope claims; /* what it is; cases of anything else are not run */
    unsigned options;    /* CAPABILITY_* that it claims, but for those of the attachment */
    struct device_values values;
    const struct waiver *waivers;
    size_t waiver_count;
};

/* True when a virtual router of the device may have this VRID. 'profile' may be NULL, here and below: then
 * any value may be used. */
bool profile_allows_vrid(const struct device_profile *profile, unsigned vrid);

/* A VRID from 'lowest' to 'highest': of those that may be used, if there is one among them. */
uint8_t profile_draw_vrid(const struct device_profile *profile, struct random *random, unsigned lowest,
                          unsigned highest);

/* A VRID that may be used and is not 'taken', if there is one; else any other one. */
uint8_t profile_draw_other_vrid(const struct device_profile *profile, struct random *random, unsigned taken);

/* The most VRIDs of the device that a case needs. */
#define PROFILE_VRIDS_OF_A_CASE 3u

/* How many VRIDs may be used, and a copy with share number 'share', from 0, of 'count' equal shares of them:
 * for one of the cases that run side by side on a device that exists once. */
unsigned profile_vrid_count(const struct device_profile *profile);
struct device_profile profile_share(const struct device_profile *profile, unsigned share, unsigned count);

/* True when the device can be configured as 'settings' say. False, with the reason: the case is
 * not-applicable.
 */
bool profile_fits(const struct device_profile *profile, const struct device_settings *settings,
                  struct reason *reason);

#endif
