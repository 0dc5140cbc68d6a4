/* Who held each VMAC, and when: the owner timeline of a capture, told from what stations say about
 * themselves.
 *
 * The rule of evidence is that of docs/audit.md ("Owners"), and the Wireshark plugin keeps the same one. It
 * needs no verdict, no role and no complete capture. An owner is kept per network and VRID: on token ring the
 * VMAC and its bit-reversed form are one.
 *
 *   struct owners *owners = owners_new(arena);
 *   if (UINT64_C(1) << frame.name & OWNER_EVIDENCE)      // others are allowed, and change nothing
 *       owners_see(owners, &(struct sighting){network, number, time_ns, token_ring, &frame});
 *   …
 *   for (const struct owner *owner = owners_next(owners, NULL); owner; owner = owners_next(owners, owner))
 *       for (const struct owner_entry *entry = owner->first; entry; entry = entry->next)
 *           …
 *
 * Everything lives as long as the arena. Memory is bounded by the rooms below, whatever the capture holds;
 * what went beyond them is counted.
 */
#ifndef AUDIT_OWNERS_H
#define AUDIT_OWNERS_H

#include "audit/holders.h"

#define OWNER_ENTRY_ROOM   1000 /* entries per VMAC */
#define OWNER_ROOM         4096 /* pairs of network and VMAC */
#define OWNER_NETWORK_ROOM 256  /* networks; those with a higher index are not looked at */

/* The frames that owners_see() can learn from: evidence, and those that tell the ATM address of a LECID. */
#define OWNER_EVIDENCE                                                                                       \
    (FRAME_SET(ADVERTISEMENT) | FRAME_SET(TARGETLESS_LE_ARP_REQUEST) | FRAME_SET(LE_ARP_REQUEST) |           \
     FRAME_SET(LE_ARP_RESPONSE) | FRAME_SET(LE_REGISTER_REQUEST) | FRAME_SET(LE_REGISTER_RESPONSE) |         \
     FRAME_SET(LE_UNREGISTER_REQUEST) | FRAME_SET(LE_UNREGISTER_RESPONSE) |                                  \
     FRAME_SET(NO_SOURCE_LE_NARP_REQUEST) | FRAME_SET(LE_JOIN_REQUEST) | FRAME_SET(LE_JOIN_RESPONSE) |       \
     FRAME_SET(LE_CONFIGURE_REQUEST) | FRAME_SET(LE_FLUSH_REQUEST) | FRAME_SET(LE_TOPOLOGY_REQUEST) |        \
     FRAME_SET(LE_VERIFY_REQUEST))

/* Why the holder changed, and the word for it. */
#define OWNER_EVIDENCES(X)                                                                                   \
    X(ASSOCIATED, "associated") /* VMAC bound to an ATM address by targetless LE_ARP, register, LE_ARP */    \
    X(MASTER, "master")         /* well-formed advertisement, priority above 0 */                            \
    X(RELEASED, "released")     /* binding given up: no-source LE_NARP, unregister */                        \
    X(RESIGNED, "resigned")     /* advertisement of the holder with priority 0 */

enum owner_evidence {
#define X(name, text) OWNER_##name,
    OWNER_EVIDENCES(X)
#undef X
};

/* "associated"…; never NULL. */
const char *owner_evidence_text(enum owner_evidence evidence);

/* A change of the holder. */
struct owner_entry {
    const struct owner_entry *next;  /* NULL at the last one that was kept */
    uint64_t number;                 /* of the frame */
    int64_t time_ns;                 /* of the frame */
    const struct holder *from;       /* NULL: nobody held it */
    const struct holder *to;         /* NULL: nobody holds it from now on */
    const struct holder *moved_from; /* a move: who held it last, perhaps through nobody; else NULL */
    int64_t gap_ns; /* a move: time from the last evidence of 'moved_from' to this frame, at least 0 */
    enum owner_evidence evidence;
    enum frame_name name;
};

/* The timeline of one VMAC. */
struct owner {
    unsigned network;                /* index, as sighted */
    uint8_t vrid;                    /* the VMAC is mac_of_vrid(vrid) */
    const struct holder *holder;     /* at the end; NULL: nobody */
    const struct holder *last;       /* who held it last, perhaps still; NULL: nobody ever did */
    uint64_t seen_number;            /* of the last evidence for 'last', a frame number */
    int64_t seen_ns;                 /* its time */
    const struct owner_entry *first; /* in the order of the capture; NULL without any */
    struct owner_entry *newest;      /* private */
    uint64_t entry_count;            /* changes, those that were not kept among them */
    uint64_t kept_count;             /* entries from 'first' on, at most OWNER_ENTRY_ROOM */
    uint64_t move_count;
    int64_t longest_gap_ns;      /* of the moves; 0 without any */
    uint64_t longest_gap_number; /* of the frame that ended it; 0 without any */
};

/* A frame that was seen. */
struct sighting {
    unsigned network; /* index, below OWNER_NETWORK_ROOM; an ELAN or a LAN segment */
    uint64_t number;  /* of the frame in the capture */
    int64_t time_ns;
    bool token_ring; /* the network is one of 802.5: its VMACs may be in the order of the ring */
    const struct frame *frame;
};

struct owners;

struct owners *owners_new(struct arena *arena);

/* Looks at one frame. Returns true when it changed who holds a VMAC. */
bool owners_see(struct owners *owners, const struct sighting *sighting);

/* The timeline behind 'owner' in the order of networks and VRIDs, the first for NULL; NULL at the end. Only
 * VMACs that somebody held are among them. */
const struct owner *owners_next(const struct owners *owners, const struct owner *owner);

/* The timeline of one VMAC; NULL when nobody ever held it. */
const struct owner *owners_find(const struct owners *owners, unsigned network, uint8_t vrid);

/* Frames that were evidence and found no room: for a further VMAC, holder or network. */
uint64_t owners_beyond_count(const struct owners *owners);

#endif
