/* What a line of the notation says of one frame (docs/notation.md): a name, fields, and what lies beside
 * them. Frames are made from recipes, and recipes from frames, exactly:
 *
 *   recipe_read(…)     a line's words  ->  recipe      notation/words.h
 *   recipe_encode(…)   recipe          ->  octets
 *   recipe_of(…)       octets          ->  recipe      so that recipe_encode() gives the same octets
 *   recipe_print(…)    recipe          ->  a line's words
 *
 * What a recipe does not say has the default of its name: what a device would send. Defaults are in
 * recipe_encode.c alone.
 */
#ifndef NOTATION_RECIPE_H
#define NOTATION_RECIPE_H

#include "base/arena.h"
#include "base/mistakes.h"
#include "notation/line.h"
#include "wire/field.h"

/* No frame is larger, as in captures. */
#define FRAME_SIZE_LIMIT (16u * 1024 * 1024)

/* What carries the frame. */
struct recipe_carrier {
    enum frame_carrier carrier;
    bool token_ring; /* CARRIER_LANE_LLC: the frame type of a prefix that is written */
};

/* Words of a frame beside the fields of wire/field.h: name and what the value is. */
#define RECIPE_WORDS(X)                                                                                      \
    X(OCTETS, "octets", "the whole frame, octet for octet; no name and no field goes with it")               \
    X(ADDRESS, "address", "the addresses of an advertisement, with commas between")                          \
    X(TLV, "tlv", "TYPE:VALUE, a TLV of a control frame; may be repeated")                                   \
    X(SNAP, "snap", "0 or 1: a data frame has an LLC/SNAP header")                                           \
    X(IP_OPTIONS, "ip-options", "octets behind the fixed header, four or a multiple")                        \
    X(ICV, "icv", "the 12 octets of the authentication header's check value")                                \
    X(KEY, "key", "octets: the key that the check value is made with")                                       \
    X(PAYLOAD, "payload", "octets behind the last header")                                                   \
    X(TRAILING, "trailing", "octets behind all that the headers speak of")                                   \
    X(CUT, "cut", "only so many octets of the frame are there")

enum recipe_word {
#define X(name, text, help) WORD_##name,
    RECIPE_WORDS(X)
#undef X
        RECIPE_WORD_COUNT
};

/* "octets"… */
const char *recipe_word_name(enum recipe_word word);

/* Octets that lie at an offset, whatever the fields say. */
struct recipe_patch {
    size_t offset;
    struct octets octets;
    struct place place;
};

/* What becomes of a checksum that the recipe names. */
enum recipe_checksum { CHECKSUM_RIGHT, CHECKSUM_WRONG, CHECKSUM_NUMBER };

#define RECIPE_PATCH_ROOM 32

/* Octets belong to the arena that the recipe was made with. */
struct recipe {
    enum frame_name name;
    struct place place;            /* of the name */
    bool given[FIELD_COUNT];       /* fields that have a value of their own */
    bool named[RECIPE_WORD_COUNT]; /* words that were given */
    struct value values[FIELD_COUNT];
    struct place places[FIELD_COUNT];
    struct place word_places[RECIPE_WORD_COUNT];
    enum recipe_checksum checksums[FIELD_COUNT]; /* of the fields that are checksums; CHECKSUM_NUMBER: the
                                                    value is what stands there */
    struct octets octets;
    struct ipv4_address addresses[VRRP_ADDRESS_ROOM];
    size_t address_count;
    struct le_tlv tlvs[LE_TLV_ROOM];
    size_t tlv_count;
    bool snap;
    struct octets ip_options;
    struct octets icv;
    struct octets key;
    struct octets payload;
    struct octets trailing;
    size_t cut;
    struct octets route; /* what the field 'route' says, encoded */
    struct recipe_patch patches[RECIPE_PATCH_ROOM];
    size_t patch_count;
    char remark[480]; /* for people, behind the name; of no effect */
};

/* Makes the frame, in memory of the arena. False when the recipe can't be followed: then all mistakes are
 * added to 'mistakes', which may be NULL. */
bool recipe_encode(const struct recipe *recipe, struct recipe_carrier carrier, struct arena *arena,
                   struct octets *frame, struct mistakes *mistakes);

/* The recipe of a frame; never fails. Octets of the recipe may point into those of the frame. */
void recipe_of(struct recipe_carrier carrier, struct octets frame, struct arena *arena,
               struct recipe *recipe);

/* Appends name, fields, words and remark, with a space in front of each but the first. */
void recipe_print(const struct recipe *recipe, struct line *line);

/* True for the names of LE control frames. */
bool frame_name_is_control(enum frame_name name);

/* True for the fields that are checksums. */
bool field_is_checksum(enum frame_field field);

/* The name of a TLV type, NULL if it has none, and the size of its value (TLV_ANY_SIZE: any). */
const char *tlv_type_name(uint32_t type, unsigned *size);

/* The type called 'name'. */
bool tlv_type_of_name(const char *name, uint32_t *type);

#endif
