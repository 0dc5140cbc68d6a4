/* Channels: which VCC a SUNATM record belongs to, what that VCC is for, and how its frames are to be read.
 *
 *   struct channels *channels = channels_new(arena);
 *   channels_interface(channels, 0, "control-direct dut -> les", "VCI 34, calling …");
 *   for each record
 *       struct channel *channel = channels_record(channels, &record);
 *       switch (channel->use) … frame_decode(channel->carrier, …)
 *
 * A VCC is told apart by interface, VPI and VCI, and in time: when signalling gives a VCI to another call, or
 * a station joins anew, it gets a new struct channel. Its kind is known, best source first, from signalling
 * SETUP, B-LLI, called and calling address, point-to-multipoint (lane-wire 10 and 11), together with what the
 * frames say about who is LECS, LES and BUS; metadata    name and description of the interface, as vmacheck's
 * own captures have them; behaviour   frames that can't be on any other VCC. What is uncertain is
 * VCC_UNKNOWN. A kind may become known, with 'known_since' telling from which record on; one known from
 * behaviour becomes unknown again, for good, when a frame contradicts it.
 *
 * All SUNATM interfaces of the channels are one ELAN. The direction bit of SUNATM says only what was sent by
 * the host at the capture point: a record without it may have been received by it, or overheard between
 * others. Signalling is about the interface it is on; only where one interface has signalling and nothing
 * else, as in vmacheck's own captures, it is about the VCCs of the other ones.
 *
 * Memory is bounded: CHANNEL_ROOM channels, and as many ATM addresses. Beyond that channels_full() is true,
 * and further VCCs share one channel with 'shared' set, of unknown kind.
 */
#ifndef AUDIT_CHANNELS_H
#define AUDIT_CHANNELS_H

#include "base/arena.h"
#include "wire/frame.h"
#include "wire/signalling.h"
#include "world/tap.h"

#define CHANNEL_ROOM 65536

/* What the octets of a channel are. */
enum channel_use {
    CHANNEL_LANE,       /* LANE frames: 'carrier' says how to read them */
    CHANNEL_SIGNALLING, /* SSCOP: signalling_decode() */
    CHANNEL_ILMI,       /* SNMP of the ILMI; not read any further */
    CHANNEL_OTHER       /* something else by its traffic nibble: MARS, IFMP, LLC that is not LANE's */
};

/* How the kind of a channel is known. */
enum channel_known { KNOWN_BY_NOTHING, KNOWN_BY_BEHAVIOUR, KNOWN_BY_METADATA, KNOWN_BY_SIGNALLING };

/* "nothing", "behaviour", "metadata", "signalling". */
const char *channel_known_text(enum channel_known known);

/* Which side called. */
enum channel_caller {
    CALLER_UNKNOWN,
    CALLER_HOST,    /* the host at the capture point: its address is 'calling' */
    CALLER_NETWORK, /* another station called the host: its address is 'called' */
    CALLER_OTHERS   /* a VCC between others, seen by a capture of more than one port (metadata) */
};

/* One VCC in one period of its VPI/VCI. Lives as long as the arena. */
struct channel {
    struct vcc vcc; /* 'id' unique, from 1; kind, call, vci, open as in the tap; caller, called, leaves and
                       latency_ns are the user's */
    uint32_t interface;
    uint8_t vpi;
    enum channel_use use;
    enum frame_carrier carrier;
    enum channel_known known;
    bool calling_known; /* vcc.call.calling is set */
    bool called_known;
    bool b_lli_known;
    bool shared;       /* stands for all VCCs beyond CHANNEL_ROOM */
    bool contradicted; /* behaviour did not fit together; kind unknown */
    enum channel_caller caller;
    uint32_t generation;      /* of this interface/VPI/VCI, from 1 */
    uint32_t party_count;     /* point-to-multipoint with the root at the host: leaves now; else 0 */
    uint64_t known_since;     /* number of the record from which on the kind is known; 0: not known */
    uint64_t first_record;    /* number of the record that showed the channel first */
    int64_t opened_ns;        /* time of the SETUP, or of the first record when no SETUP was seen */
    int64_t closed_ns;        /* time of the RELEASE; valid while vcc.open is false */
    const char *caller_name;  /* metadata: port names, "dut"; NULL without */
    const char *hearer_names; /* "les", "dut,host-1"; NULL without */
    void *user;               /* the user's, NULL at first */
    uint32_t attention;       /* private */
    uint32_t version;         /* private */
    struct channel_insides *insides;
};

/* A record of a SUNATM interface. */
struct channel_record {
    uint32_t interface;
    uint64_t number; /* of the record in its file, from 1 */
    int64_t time_ns;
    bool from_host;  /* bit 7 of the first octet */
    uint8_t traffic; /* low nibble of the first octet */
    uint8_t vpi;
    uint16_t vci;
    bool snapped; /* the octets stop before the end of the SDU */
    const uint8_t *sdu;
    size_t size;
};

/* Reads the SUNATM pseudo header of a record and puts it in the members from 'from_host' on. False when fewer
 * than SUNATM_HEADER_SIZE octets are there. */
#define SUNATM_HEADER_SIZE 4
bool channel_record_read(const uint8_t *data, size_t size, struct channel_record *record);

struct channels;

/* None yet; everything lives in 'arena'. */
struct channels *channels_new(struct arena *arena);

/* Declares a SUNATM interface before its first record, with the if_name and if_description of pcapng (NULL:
 * none, or not to be used). An interface that was not declared has none. 'device_name' is the name of the
 * host in such metadata, NULL for the device of vmacheck's own captures. */
void channels_interface(struct channels *channels, uint32_t interface, const char *name,
                        const char *description, const char *device_name);

/* The channel of the record, never NULL, after all that the record tells was taken in: a frame that shows
 * what its VCC is for already finds the kind. */
struct channel *channels_record(struct channels *channels, const struct channel_record *record);

/* What signalling did to a call; the events of rules are made from it. */
enum channel_event_kind {
    CHANNEL_SETUP,         /* SETUP was sent to or by the host, for the first time */
    CHANNEL_CONNECTED,     /* CONNECT */
    CHANNEL_PARTY_SETUP,   /* ADD PARTY */
    CHANNEL_PARTY_ADDED,   /* ADD PARTY ACKNOWLEDGE */
    CHANNEL_PARTY_DROPPED, /* DROP PARTY, or ADD PARTY REJECT */
    CHANNEL_RELEASED       /* RELEASE, or RELEASE COMPLETE without one */
};
struct channel_event {
    enum channel_event_kind kind;
    struct channel *channel; /* of the call; its VCI is 0 while the network has not given one */
    bool from_host;
    uint8_t cause;                    /* RELEASED, PARTY_DROPPED; 0: not said */
    const struct atm_address *called; /* SETUP, PARTY_SETUP; NULL: not said; valid until the next record */
};

/* What the last record did; NULL when it was no signalling, a repetition, or of no consequence. */
const struct channel_event *channels_event(const struct channels *channels);

/* All channels in the order of their first record or SETUP; index below channels_count(). */
size_t channels_count(const struct channels *channels);
struct channel *channels_at(const struct channels *channels, size_t index);

/* True when something was not followed because there are too many VCCs, calls or addresses; 'what', when not
 * NULL, becomes a sentence about it. */
bool channels_full(const struct channels *channels, const char **what);

/* Signalling was seen, and messages of it that could not be read. */
uint64_t channels_message_count(const struct channels *channels);
uint64_t channels_unread_count(const struct channels *channels);

/* The ELAN is a token ring; false also as long as nothing says so. */
bool channels_token_ring(const struct channels *channels);

/* "VPI 1 VCI 34 (control-direct, known by signalling)". Returns 'line'. */
#define CHANNEL_TEXT_SIZE 96
const char *channel_text(const struct channel *channel, char *line, size_t size);

#endif
