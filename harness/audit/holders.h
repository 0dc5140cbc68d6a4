/* Those that can hold a VMAC, each once: equal holders are equal pointers.
 *
 * They live as long as the arena. There is room for HOLDER_ROOM; those that found none are counted.
 */
#ifndef AUDIT_HOLDERS_H
#define AUDIT_HOLDERS_H

#include "base/arena.h"
#include "wire/frame.h"

#define HOLDER_ROOM 65536 /* more than there can be LECs in an ELAN */

/* Who can hold a VMAC. In an ELAN a LEC, by its ATM address or, until that is known, by its LECID; on a LAN
 * the IP source of advertisements. The address of a LECID may become known later: then the holder is renamed,
 * so that entries name it as it is known at the end. (Was the address known as another holder before, the
 * two are one from then on, and entries made before keep their names.) */
enum holder_kind { HOLDER_ATM, HOLDER_LECID, HOLDER_IP };

struct holder {
    enum holder_kind kind;
    uint16_t lecid;         /* HOLDER_LECID; HOLDER_ATM: the last one it was seen with, 0 not known */
    struct atm_address atm; /* HOLDER_ATM */
    struct ipv4_address ip; /* HOLDER_IP */
};

/* The name alone, the same in all outputs: 40 hexadecimal digits, "lecid 5" or "10.0.0.1"; "nobody" for NULL.
 * Returns 'text'. */
#define HOLDER_TEXT_SIZE 64
const char *holder_name(const struct holder *holder, char text[static HOLDER_TEXT_SIZE]);

/* For people: "LEC 3 at 4700…" when the LECID of an ATM address is known, else the name. Returns 'text'. */
const char *holder_text(const struct holder *holder, char text[static HOLDER_TEXT_SIZE]);

struct holders;

struct holders *holders_new(struct arena *arena);

/* The holder with an ATM address or IP source, made when it is new; NULL for lack of room. */
struct holder *holders_at_address(struct holders *holders, const struct atm_address *address);
struct holder *holders_at_ip(struct holders *holders, struct ipv4_address ip);

/* The holder with an ATM address; NULL when there is none. */
struct holder *holders_find(const struct holders *holders, const struct atm_address *address);

/* A new holder of which only the LECID is known; NULL for lack of room. It is not found again, the caller
 * keeps it. */
struct holder *holders_with_lecid(struct holders *holders, uint16_t lecid);

/* Gives a holder that is known by its LECID an address that no other one has. */
void holders_rename(struct holders *holders, struct holder *holder, const struct atm_address *address);

/* Holders that found no room. */
uint64_t holders_beyond_count(const struct holders *holders);

#endif
