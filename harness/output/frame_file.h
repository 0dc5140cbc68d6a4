/* A capture that is written frame by frame, however many they are: pcapng, or pcap when its name ends in
 * ".pcap". Until it is complete it has a name of its own with the ending ".part"; "-" is the standard output,
 * which gets nothing before that either.
 *
 *   struct frame_file *file = frame_file_open(path, "vmacheck 1.0", &reason);
 *   frame_file_interface(file, LINK_TYPE_ETHERNET, "lan", "");
 *   frame_file_put(file, &(struct pcapng_packet){.interface = 0, …});
 *   frame_file_close(file, true, &reason);
 *
 * What goes wrong on the way is told at the end.
 */
#ifndef OUTPUT_FRAME_FILE_H
#define OUTPUT_FRAME_FILE_H

#include "base/reason.h"
#include "output/pcapng.h"

struct frame_file;

/* NULL with the reason when nothing can be written there. */
struct frame_file *frame_file_open(const char *path, const char *application, struct reason *reason);

/* The next interface, from 0. A pcap has only one link type, and no names. */
void frame_file_interface(struct frame_file *file, uint16_t link_type, const char *name,
                          const char *description);

/* A frame; its 'head' has to be empty. A pcap has neither directions nor comments. */
void frame_file_put(struct frame_file *file, const struct pcapng_packet *packet);

/* Ends the file: puts it under its name if 'keep', else nothing is left of it. False with the reason when it
 * could not be written as a whole; then nothing is left either. */
bool frame_file_close(struct frame_file *file, bool keep, struct reason *reason);

#endif
