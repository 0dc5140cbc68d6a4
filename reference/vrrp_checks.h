/* The receive checks of a conforming VRRP router (RFC 2338 7.1), for the table in struct vrrp_options. */
#ifndef REFERENCE_VRRP_CHECKS_H
#define REFERENCE_VRRP_CHECKS_H

#include "reference/vrrp_decisions.h"

bool vrrp_ttl_is_255(const struct vrrp_heard *heard);
bool vrrp_version_is_2(const struct vrrp_heard *heard);

/* RFC 2338 5.3.2: unknown types are discarded. */
bool vrrp_type_is_advertisement(const struct vrrp_heard *heard);

/* Header, all addresses that it counts, and Authentication Data: RFC 2338 asks for the header at least, RFC
 * 3768 for the whole message. */
bool vrrp_is_complete(const struct vrrp_heard *heard);

bool vrrp_checksum_is_good(const struct vrrp_heard *heard);

/* RFC 2338 5.3.6: the type configured for the interface and no other; an authentication header belongs to
 * type 2. */
bool vrrp_authentication_type_matches(const struct vrrp_heard *heard);

/* RFC 2338 5.3.6.3: with type 2, a header with the right digest. */
bool vrrp_authentication_header_is_good(const struct vrrp_heard *heard);

/* RFC 2338 5.3.6.1 to 5.3.6.3: ignored but for type 1, where it is the password in all eight octets. */
bool vrrp_authentication_data_matches(const struct vrrp_heard *heard);

bool vrrp_vrid_is_known(const struct vrrp_heard *heard);

/* The optional check, made when the settings ask for it; the owner's advertisements pass it anyway. */
bool vrrp_address_list_matches(const struct vrrp_heard *heard);

bool vrrp_interval_matches(const struct vrrp_heard *heard);

#endif
