/* Insides of the channels, shared by the files audit/channel*.c. */
#ifndef AUDIT_CHANNELS_PRIVATE_H
#define AUDIT_CHANNELS_PRIVATE_H

#include "audit/channels.h"

#define ADDRESS_ROOM    65536   /* ATM addresses with a role */
#define INTERFACE_LIMIT 1048576 /* numbers from here on share one channel */

/* Kinds as a set. */
#define KIND(name) (1u << VCC_##name)
#define KINDS_ALL                                                                                            \
    (KIND(CONFIGURATION_DIRECT) | KIND(CONTROL_DIRECT) | KIND(CONTROL_DISTRIBUTE) | KIND(MULTICAST_SEND) |   \
     KIND(MULTICAST_FORWARD) | KIND(DATA_DIRECT))

/* What a frame says about its VCC, as a set. */
enum frame_class {
    CLASS_CONFIGURE_REQUEST = 0x0001,
    CLASS_CONFIGURE_RESPONSE = 0x0002,
    CLASS_JOIN_REQUEST = 0x0004,
    CLASS_JOIN_RESPONSE = 0x0008,
    CLASS_READY = 0x0010,        /* READY_QUERY, READY_IND */
    CLASS_LES_REQUEST = 0x0020,  /* LE_REGISTER, LE_UNREGISTER, LE_VERIFY: from a LEC to the LES only */
    CLASS_LES_RESPONSE = 0x0040, /* their responses */
    CLASS_QUESTION = 0x0080,     /* LE_ARP, LE_NARP, LE_TOPOLOGY: to the LES, and passed on by it */
    CLASS_LE_ARP_RESPONSE = 0x0100,
    CLASS_FLUSH_REQUEST = 0x0200,
    CLASS_FLUSH_RESPONSE = 0x0400,
    CLASS_GROUP_DATA = 0x0800,
    CLASS_UNICAST_DATA = 0x1000,
    CLASS_OTHER = 0x2000 /* too short, or a control frame that nobody knows */
};
#define CLASSES_DATA (CLASS_GROUP_DATA | CLASS_UNICAST_DATA)
#define CLASSES_ALL  0x3fffu

/* Frames that tell something about stations, whatever is known about their VCC. */
#define CLASSES_TEACHING                                                                                     \
    (CLASS_CONFIGURE_REQUEST | CLASS_CONFIGURE_RESPONSE | CLASS_JOIN_REQUEST | CLASS_JOIN_RESPONSE |         \
     CLASS_LES_REQUEST | CLASS_LES_RESPONSE | CLASS_LE_ARP_RESPONSE)

enum medium { MEDIUM_UNKNOWN, MEDIUM_8023, MEDIUM_8025 };

/* Who an ATM address belongs to, as a set. */
enum role { ROLE_OF_LEC = 1, ROLE_OF_LECS = 2, ROLE_OF_LES = 4, ROLE_OF_BUS = 8 };

/* An ATM address with its roles. */
struct station_address {
    struct atm_address address;
    bool used;     /* the place is taken */
    uint8_t roles; /* enum role */
    bool waiting;  /* for the answer to its LE_JOIN_REQUEST 'transaction' */
    uint32_t transaction;
    bool joined;                    /* its LE_JOIN_RESPONSE with status 0 was seen */
    bool at_host;                   /* the host sent its LE_JOIN_REQUEST */
    struct channel *control_direct; /* where its LE_JOIN_REQUEST was seen */
};

/* What is known of a LECID. */
struct lec {
    struct channel *control_direct; /* NULL: not seen */
    const struct channel *multicast_send;
    uint32_t transaction; /* of its last request to the LES only */
    bool waiting;         /* for the answer to it */
    bool at_host;         /* its host sent what only a LEC sends */
};

/* LECIDs of data frames, those without one left out. */
struct lecids {
    uint16_t first; /* 0: none */
    bool several;
};

/* Which data frames one direction of a VCC had. */
struct data_seen {
    struct lecids group;
    struct lecids unicast;
};

/* Of a channel. */
struct channel_insides {
    unsigned candidates; /* kinds that signalling leaves possible */
    uint32_t epoch;      /* of the interface, when the channel began */
    unsigned from_host;  /* frame classes seen so far, by direction bit */
    unsigned others;
    struct data_seen data_from_host;
    struct data_seen data_of_others;
    struct call_under_way *call; /* NULL: none, or ended */
    enum medium shown;           /* by a certain frame, when that was needed */
    unsigned waiting_for; /* class of the answer to the last CONFIGURE or JOIN request on it; 0: none */
    uint32_t transaction; /* of that request */
    bool answered;        /* it was answered on this channel */
    bool asked;           /* a request on it was answered, here or elsewhere */
    bool answers_others;  /* it has the answer to a request on another channel */
    bool doubtful;        /* B-LLI and medium differ, and no frame has shown which is right */
    bool signalled;       /* made by signalling */
    bool bound;           /* its VCI is known */
    bool released;        /* RELEASE or RELEASE COMPLETE was seen */
    bool called;          /* SETUP was seen */
};

/* A call between its SETUP and its end. */
struct call_under_way {
    struct call_under_way *next;  /* of the same hash, or the next free one */
    struct call_under_way *older; /* of the same interface */
    struct call_under_way *newer;
    uint32_t interface;
    uint32_t reference;
    bool by_host; /* the host chose the call reference */
    bool connected;
    bool releasing;
    struct channel *channel;
};

/* The sequence numbers of SD PDUs that one side sent lately, to know repetitions. */
struct sequence_window {
    bool started;
    uint32_t newest;
    uint64_t seen; /* bit i: newest - i */
};

struct interface {
    bool declared;
    enum vcc_kind kind; /* metadata; UNKNOWN: none */
    bool described;     /* metadata with VCI and call */
    uint16_t vci;
    struct call call;
    enum channel_caller caller;
    const char *caller_name;
    const char *hearer_names;
    bool has_vccs;                     /* records of VCCs that are LANE's or others' were seen */
    uint32_t epoch;                    /* counts stations that joined anew */
    struct sequence_window windows[2]; /* index: sent by the host */
    struct call_under_way *newest_call;
};

#define LECID_PAGE_SIZE 256

/* A place of the table of VCCs. */
struct place {
    uint64_t key; /* 0: free */
    struct channel *channel;
};

struct channels {
    struct arena *arena;
    struct place *places;
    size_t place_room; /* a power of two */
    size_t place_count;
    uint32_t version; /* counts changes of the medium, and stations that joined anew */
    struct channel **list;
    size_t count;
    size_t room;
    struct interface **interfaces;
    size_t interface_room;
    uint32_t signalling_interface; /* number + 1 of the only one with signalling; 0: none, or several */
    bool several_signal;
    struct call_under_way **calls; /* CALL_BUCKETS of them, once there is one */
    struct call_under_way *free_call;
    struct station_address *addresses;
    size_t address_room; /* a power of two */
    size_t address_count;
    struct lec *lec_pages[65536 / LECID_PAGE_SIZE];
    enum medium medium;      /* by an answer of LECS or LES, B-LLI, or certain frames */
    bool medium_is_answered; /* by the first of these */
    bool host_serves;        /* it sent what only LECS and LES send */
    struct channel *shared;  /* for everything beyond the rooms */
    const char *full;        /* what went beyond, NULL: nothing */
    struct channel_event event;
    bool has_event;
    struct atm_address event_called;
    uint64_t message_count;
    uint64_t unread_count;
};

/* --- channel_table.c --- */

void table_open(struct channels *channels);

/* The place of a VPI/VCI, taken for it if it was free; NULL when there is no room. */
struct place *table_place(struct channels *channels, uint32_t interface, uint8_t vpi, uint16_t vci);

/* The interface has a signalling channel. */
void table_signalling(struct channels *channels, uint32_t interface);

/* The channel of a call that was signalled on an interface of its own, as vmacheck's captures do it, if the
 * record may belong to it; NULL else. */
struct channel *table_apart(const struct channels *channels, const struct channel_record *record);

/* Of the table of VCCs; never 0. */
static inline uint64_t key_of(uint32_t interface, uint8_t vpi, uint16_t vci)
{
    return ((uint64_t)interface + 1) << 24 | (uint64_t)vpi << 16 | vci;
}

static inline size_t hash_of(uint64_t key)
{
    return (size_t)(key * UINT64_C(0x9e3779b97f4a7c15) >> 32);
}

/* A further channel of an interface, without VCI; NULL when there is no room. */
struct channel *channel_make(struct channels *channels, uint32_t interface,
                             const struct channel_record *record);

/* The channel that the VCI belongs to now, NULL if none. */
struct channel *channel_at(const struct channels *channels, uint32_t interface, uint8_t vpi, uint16_t vci);

/* The VCI belongs to 'channel' from now on; the one before is closed. */
void channel_bind(struct channels *channels, struct channel *channel, uint8_t vpi, uint16_t vci,
                  int64_t time_ns);

void channel_close(struct channel *channel, int64_t time_ns);

struct interface *interface_at(struct channels *channels, uint32_t interface);

/* Remembers what did not fit. */
void channels_overflow(struct channels *channels, const char *what);

/* --- channels.c --- */

/* The kind is known from this record on. */
void channel_settle(struct channels *channels, struct channel *channel, enum vcc_kind kind,
                    enum channel_known known, uint64_t number);

/* Settles the kind if that can be done: by signalling where it leaves one kind only; else by behaviour, where
 * signalling leaves it possible. */
void channels_conclude(struct channels *channels, struct channel *channel, uint64_t number);

/* --- channel_metadata.c --- */

/* Reads name and description as output/capture.c writes them; leaves 'interface' alone if they are others. */
void metadata_read(struct arena *arena, const char *name, const char *description, const char *device_name,
                   struct interface *interface);

/* --- channel_calls.c: signalling --- */

void calls_take(struct channels *channels, const struct channel_record *record);

/* --- channel_roles.c: who is LEC, LECS, LES and BUS --- */

/* The address, made if need be; NULL without room or for the zero address. */
struct station_address *role_address(struct channels *channels, const struct atm_address *address);
/* The address if it is known, else NULL. */
const struct station_address *role_known_address(const struct channels *channels,
                                                 const struct atm_address *address);

unsigned role_of(const struct channels *channels, const struct atm_address *address);
void role_learn(struct channels *channels, const struct atm_address *address, unsigned roles);

/* What a kind that is certain says about the ends of its call. */
void role_learn_from_kind(struct channels *channels, const struct channel *channel);

/* Kinds that the call of the channel may have: by its ends, B-LLI and point-to-multipoint. */
unsigned role_candidates(const struct channels *channels, const struct channel *channel);

/* Knowledge about a LECID, made if need be. */
struct lec *lec_of(struct channels *channels, uint16_t lecid);

/* --- channel_behaviour.c --- */

/* Of a frame on a LANE channel. */
unsigned behaviour_class(enum frame_carrier carrier, const uint8_t *sdu, size_t size);

/* Takes in what the frame tells about stations and about the medium. */
void behaviour_learn(struct channels *channels, struct channel *channel, const struct channel_record *record,
                     unsigned class);

/* True for the LE_JOIN_REQUEST of a station that had joined before: all its VCCs are new ones. */
bool behaviour_joins_anew(const struct channels *channels, const struct channel *channel,
                          const struct channel_record *record, unsigned class);

/* The medium of a data frame, UNKNOWN unless it is certain. */
enum medium behaviour_medium(enum frame_carrier carrier, const uint8_t *sdu, size_t size);

/* The medium that a B-LLI says, UNKNOWN if none. */
enum medium medium_of_b_lli(enum b_lli b_lli);

/* The medium as a B-LLI says it, or a frame that is certain; counts until LECS or LES say otherwise. */
void behaviour_learn_medium(struct channels *channels, enum medium medium);

/* Notes the frame as seen on its channel. */
void behaviour_note(struct channel *channel, const struct channel_record *record, unsigned class);

/* The kind that follows from what was seen, UNKNOWN if nothing certain does. */
enum vcc_kind behaviour_kind(struct channels *channels, struct channel *channel);

/* Frame classes that a channel of a kind can't have. */
unsigned behaviour_contradictions(enum vcc_kind kind);

#endif
