/* The rules at work on one station of a capture, and what they found.
 *
 * The rules are those of the suite (rules/rules.h); what a case knows and a capture does not is left unknown.
 * A finding counts only if its requirement binds the station whatever it may be: as long as it can't be told
 * whether a LEC is a router or a bridge, registers or not, or speaks LANE v1 or v2, a requirement that binds
 * only some of these is not judged, and that is said.
 */
#ifndef AUDIT_JUDGE_H
#define AUDIT_JUDGE_H

#include "audit/stations.h"
#include "rules/rules.h"
#include "world/tap_stream.h"

/* Findings of the same requirement, place in the source and kind that are kept with their texts. */
#define EXAMPLE_ROOM 20

/* Frames that marks remember, all groups together. Further findings are counted, and not marked. */
#define MARK_ROOM 1000000

/* A finding with its texts. */
struct example {
    struct example *next;
    uint64_t number;        /* of the frame, or for a silence of the last one before; 0: none */
    int64_t time_ns;        /* as in struct finding, from the capture's first frame on */
    bool silence;           /* what was due did not come */
    int64_t window_from_ns; /* both 0 if the time did not matter */
    int64_t window_to_ns;
    const char *expected;
    const char *actual;
};

/* All findings of one station with the same requirement, place in the source, and kind. */
struct finding_group {
    struct finding_group *next; /* of the station, in the order in which they were met */
    unsigned index;             /* among all groups */
    const struct station *station;
    const struct requirement *requirement;
    const char *source; /* name of the rule */
    const char *site;
    enum finding_kind kind;
    uint64_t count;
    uint64_t first_number; /* of the frame */
    uint64_t last_number;
    struct example *first; /* the first EXAMPLE_ROOM */
    struct example *newest;
    size_t example_count;
    bool withdrawn; /* the station did not send these frames after all */
};

/* A frame and a finding on it. */
struct mark {
    uint64_t number;
    uint32_t group; /* index */
};

/* A requirement that something seems to break, but that may not bind the station. */
struct doubt {
    struct doubt *next;
    const struct requirement *requirement;
    uint64_t count;
    uint64_t first_number;
};

/* What all judges of an audit share. */
struct court {
    struct arena *keepers; /* states of rules, see world/tap_stream.h */
    struct arena *arena;   /* findings and their texts */
    struct tap_stream *stream;
    struct pixit pixit;
    int64_t tolerance_ns;
    unsigned tolerance_percent;
    bool strict;
    bool complete;       /* the capture holds all that the stations at its point sent and heard */
    struct scope claims; /* what the stations at the capture point are said to be; empty masks: not said */
    struct finding_group **groups; /* group_count of them */
    size_t group_count;
    size_t group_room;
    struct mark *marks; /* in the order of frames, nearly: silences come later */
    size_t mark_count;
    size_t mark_room;
    uint64_t unmarked_count;
};

/* 'court' is zeroed but for its choices; the arenas and the stream are made here. */
void court_open(struct court *court);
void court_close(struct court *court);

/* The judge of a station; made once, for what the station is known to be then. */
struct judge *judge_new(struct court *court, struct station *station);

/* Takes back what was found: it turned out that others sent those frames in the name of the station. */
void judge_withdraw(struct judge *judge);

/* An event that the station sent or heard. */
void judge_see(struct judge *judge, struct tap_event *event);

/* The end of the capture. */
void judge_finish(struct judge *judge, int64_t now_ns);

/* What it found, in the order of finding; NULL if nothing. */
const struct finding_group *judge_groups(const struct judge *judge);
const struct doubt *judge_doubts(const struct judge *judge);

/* What the station can be, as far as is known. */
struct scope judge_possible(const struct judge *judge);

/* Why a rule does not judge the station although it sent or heard what the rule looks at; NULL if it does, or
 * if there was nothing to look at. Returns 'text'. */
#define UNJUDGED_TEXT_SIZE 160
const char *judge_unjudged(const struct judge *judge, const struct rule *rule,
                           char text[static UNJUDGED_TEXT_SIZE]);

#endif
