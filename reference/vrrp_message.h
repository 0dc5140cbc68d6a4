/* What a conforming VRRP router puts into an advertisement (RFC 2338 5.3, 7.2), for the table in struct
 * vrrp_options. */
#ifndef REFERENCE_VRRP_MESSAGE_H
#define REFERENCE_VRRP_MESSAGE_H

#include "reference/vrrp_decisions.h"

#define VRRP_VERSION            2 /* RFC 2338 5.3.1 */
#define VRRP_TYPE_ADVERTISEMENT 1 /* RFC 2338 5.3.2 */

/* The priority that this router takes part in the election with; 255 for the owner. */
uint8_t vrrp_priority_in_force(const struct virtual_router *router);

/* Version, type, VRID, addresses, authentication type and interval, as configured. */
void vrrp_fill_message(const struct virtual_router *router, struct vrrp *message);

/* RFC 2338 5.3.10: the password, filled up with zeros; all zero without a password. */
void vrrp_fill_authentication(const struct device_settings *settings,
                              uint8_t data[static VRRP_AUTHENTICATION_DATA_SIZE]);

#endif
