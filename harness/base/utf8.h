/* UTF-8 as texts of every kind need it: characters without control characters and without code points that
 * belong to nobody (RFC 3629 3; XML 1.0 2.2). */
#ifndef BASE_UTF8_H
#define BASE_UTF8_H

/* Octets of the character at 'at', 1 to 4; 0 if there is none: the end of the string, a control character, or
 * octets that are no UTF-8. Reads no further than the end of the string. */
unsigned utf8_character_size(const char *at);

#endif
