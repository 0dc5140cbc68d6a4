/* A deed in words, for the operator. */
#ifndef CONTROL_DEED_WORDS_H
#define CONTROL_DEED_WORDS_H

#include "control/control_plan.h"
#include "station/device_settings.h"

#define DEED_WORDS_SIZE 1000

/* "transmit/ttl[…]: switch device 1 on" in one line of plain text. 'action', 'settings', 'case_name' and
 * 'settings_path' may be NULL. Returns 'line'. */
const char *deed_words(enum deed deed, unsigned instance, const struct control_action *action,
                       const struct device_settings *settings, const char *case_name,
                       const char *settings_path, char line[static DEED_WORDS_SIZE]);

#endif
