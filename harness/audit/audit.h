/* Audit: what a capture says about the stations in it. The same rules as in the suite, over a file instead of
 * a device: who held each VMAC, who broke what, and what could not be judged and why.
 *
 *   struct audit *audit = audit_new(&options);
 *   while ((count = capture_input_batch(input, records, ROOM)) > 0)
 *       audit_records(audit, input, records, count);
 *   audit_finish(audit);
 *   … the report, from the functions below …
 *   audit_free(audit);
 *
 * Several files may be fed one after the other, as parts of one capture: frames are then numbered on, and
 * interfaces of different files are different.
 *
 * What was not seen never makes a violation and never a pass: a capture seldom holds everything, so rules
 * that wait for something do not run. Memory is bounded: stations, VMACs, channels, findings and marks have
 * rooms, and what went beyond them is counted and told.
 */
#ifndef AUDIT_AUDIT_H
#define AUDIT_AUDIT_H

#include "audit/judge.h"
#include "audit/owners.h"
#include "audit/stations.h"
#include "input/capture_input.h"

/* What a user can say about the capture. */
struct audit_options {
    struct pixit pixit;  /* readings in force */
    struct scope claims; /* of the station at the capture point; empty masks: not said */
    const char *station; /* judge only this one, by station_name(), or "local"; NULL: all */
    bool complete;       /* it holds all that the stations at the capture point sent and heard since they were
                            switched on */
    bool threaded;       /* the judges get a thread of their own */
    bool strict;         /* a broken `should` is a violation */
    unsigned tolerance_ms; /* of times; with tolerance_percent the larger counts */
    unsigned tolerance_percent;
};

/* Why frames were not judged. */
#define AUDIT_SKIPS(X)                                                                                       \
    X(LINK_TYPE, "frames of a link type that carries neither LANE nor a LAN")                                \
    X(SIGNALLING, "signalling frames: they tell what the VCCs are for")                                      \
    X(CUT, "frames that the capture cut short")                                                              \
    X(NO_SENDER, "frames whose sender can't be told")                                                        \
    X(BEYOND, "frames of stations beyond the 1024 that are judged")                                          \
    X(OTHER_TRAFFIC, "frames that are neither LANE nor VRRP (no AAL5 of LANE on this VCC)")

enum audit_skip {
#define X(name, text) SKIP_##name,
    AUDIT_SKIPS(X)
#undef X
        SKIP_COUNT
};
const char *audit_skip_text(enum audit_skip skip);

struct audit;

/* 'options' is copied, but not the text in it. */
struct audit *audit_new(const struct audit_options *options);
void audit_free(struct audit *audit);

/* Looks at records of 'input', in the order of the file. An input whose octets are stable has to stay open
 * until audit_free(). */
void audit_records(struct audit *audit, const struct capture_input *input,
                   const struct capture_record *records, size_t count);

/* A further file begins. */
void audit_next_file(struct audit *audit);

/* The end: what was due is judged. */
void audit_finish(struct audit *audit);

/* --- the report, after audit_finish() --- */

/* pass: something was judged, nothing violated, and nothing that was seen was left unjudged; fail: a
 * violation; else inconclusive. 'reason' says why. */
enum verdict audit_verdict(const struct audit *audit, struct reason *reason);

/* The same of one station. */
enum verdict audit_station_verdict(const struct audit *audit, const struct station *station);

/* True if the station is one of those that were asked for. */
bool audit_asked(const struct audit *audit, const struct station *station);

const struct stations *audit_stations(const struct audit *audit);
const struct owners *audit_owners(const struct audit *audit);
const struct court *audit_court(const struct audit *audit);

/* "elan", then the names of the LANs; '*count' of them. */
const char *const *audit_network_names(const struct audit *audit, size_t *count);

uint64_t audit_frame_count(const struct audit *audit);
uint64_t audit_skip_count(const struct audit *audit, enum audit_skip skip);

/* True when there were more VCCs, calls or addresses than are told apart; 'what' becomes a sentence. */
bool audit_channels_full(const struct audit *audit, const char **what);

/* Frames whose time is before that of a frame in front of them, and the first of them. */
uint64_t audit_backwards_count(const struct audit *audit, uint64_t *first_number);

/* Time of the first frame since 1970, and of the last one since the first. */
int64_t audit_start_ns(const struct audit *audit);
int64_t audit_duration_ns(const struct audit *audit);

#endif
