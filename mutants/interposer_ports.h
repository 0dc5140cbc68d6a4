/* Between the two files of the interposer; not for others. */
#ifndef MUTANTS_INTERPOSER_PORTS_H
#define MUTANTS_INTERPOSER_PORTS_H

#include "mutants/interposer.h"

/* The services of the station inside: those below, with the interposer in between. */
void interposer_fill_services(struct interposer *interposer);

/* A frame that the device sends, or hears, goes through the rules. */
void interposer_sends(struct interposer *interposer, bool lan, uint32_t vcc, const uint8_t *data,
                      size_t size);
void interposer_hears(struct interposer *interposer, bool lan, uint32_t vcc, const uint8_t *data,
                      size_t size);

/* The device is switched on; it dies: what was put off, and all that follows, is lost. */
void interposer_start(struct interposer *interposer);
void interposer_fail(struct interposer *interposer);
void interposer_free(struct interposer *interposer);

#endif
