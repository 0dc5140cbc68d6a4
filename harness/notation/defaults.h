/* What a frame of the notation has where its line says nothing: what a device would send. */
#ifndef NOTATION_DEFAULTS_H
#define NOTATION_DEFAULTS_H

#include "notation/recipe.h"

#define DEFAULT_LECID 1

/* An LE control frame without TLVs; a destination that the recipe gives has the tag of a MAC address. */
struct le_control default_control(const struct recipe *recipe, bool token_ring);

/* Addresses and type; they follow from fields that are given: the VRID, the addresses of ARP. */
struct ethernet default_ethernet(const struct recipe *recipe, bool token_ring);

struct arp default_arp(const struct recipe *recipe, bool token_ring);
struct ipv4 default_ipv4(const struct recipe *recipe);
struct icmp default_icmp(enum frame_name name);

/* With the addresses of the recipe. */
struct vrrp default_vrrp(const struct recipe *recipe);

/* True when an advertisement has an authentication header. */
bool recipe_is_protected(const struct recipe *recipe);

/* Octets that a frame has at least: data frames of Ethernet and 802.3 LANE are padded. */
size_t recipe_minimum_size(const struct recipe *recipe, struct recipe_carrier carrier);

#endif
