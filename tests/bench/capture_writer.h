/* Writes the captures of the bench: a pcapng with an ATM and a LAN interface and, for readers that take one
 * link type only, a twin in pcap: the same frames at the same times, where those of the LAN are LE data
 * frames of a VCC of their own. A file that can't be written ends the program.
 */
#ifndef BENCH_CAPTURE_WRITER_H
#define BENCH_CAPTURE_WRITER_H

#include "wire/octets.h"

struct capture_writer;

/* Low four bits of the first octet of SUNATM. */
enum sunatm_traffic { TRAFFIC_LANE = 1, TRAFFIC_SIGNALLING = 6 };

/* The VCI of frames of the LAN in the twin. */
#define TWIN_LAN_VCI 200

/* 'twin_path' may be NULL. */
struct capture_writer *capture_writer_open(const char *path, const char *twin_path);

/* An SDU on VPI 0 and 'vci', sent by the host at the capture point or heard by it. */
void capture_writer_sdu(struct capture_writer *writer, int64_t time_ns, bool sent,
                        enum sunatm_traffic traffic, uint16_t vci, const uint8_t *data, size_t size);

/* An Ethernet frame of the LAN. */
void capture_writer_lan(struct capture_writer *writer, int64_t time_ns, const uint8_t *data, size_t size);

void capture_writer_close(struct capture_writer *writer);

#endif
