/* The tap of a recording of any length: events come in one by one, and an event that nobody keeps is used
 * again for a later one, so that memory stays bounded.
 *
 * Who keeps an event says so by nothing but keeping it: whenever the events run out, everything that came
 * from the arena of the keepers (rule sets, histories) is searched for their addresses, and an event that is
 * not found there is free. A keeper must therefore have its state in that arena and nowhere else, and must
 * take an event's address as it is.
 *
 *   struct tap_stream *stream = tap_stream_new(arena);
 *   struct rule_set *rules = rule_set_new(&facts, tap_stream_tap(stream), findings, arena);
 *   struct tap_event *event = tap_stream_add(stream, TAP_SDU, time_ns, octets, stable);
 *   event->from = …;
 *   rule_set_observer(rules).event(rules, event);   // 'event' is valid until the next tap_stream_add()
 */
#ifndef WORLD_TAP_STREAM_H
#define WORLD_TAP_STREAM_H

#include "base/arena.h"
#include "world/tap.h"

struct tap_stream;

/* 'keepers' is the arena of all who may keep events; it has to outlive the stream. Memory ends the program
 * when it is exhausted. */
struct tap_stream *tap_stream_new(struct arena *keepers);
void tap_stream_free(struct tap_stream *stream);

/* The tap that rules are given; it has no list of events, observers or ports. */
struct tap *tap_stream_tap(struct tap_stream *stream);

/* A new event, everything else zero, PORT_NONE as sender. 'octets' of a frame are copied unless they are
 * 'stable': then they stay where they are as long as the stream. It is valid until the next call, and as long
 * as somebody keeps it. */
struct tap_event *tap_stream_add(struct tap_stream *stream, enum tap_kind kind, int64_t time_ns,
                                 struct octets octets, bool stable);

/* Gives the event a frame that has been decoded already, so that nobody decodes it again; the frame has to be
 * valid until the next tap_stream_add(). */
void tap_stream_decoded(struct tap_stream *stream, struct tap_event *event, struct frame *frame);

/* How many events there is room for now, for tests: bounded by what is kept. */
size_t tap_stream_room(const struct tap_stream *stream);

#endif
