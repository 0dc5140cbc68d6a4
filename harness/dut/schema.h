/* The schema of device files: every key once, with what it may be, where it applies and what it means. The
 * reader (device_file.h), `vmacheck dut init` (writer.h) and docs/device-file.md all come from it.
 */
#ifndef DUT_SCHEMA_H
#define DUT_SCHEMA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What the value of a key is. */
enum schema_kind {
    SCHEMA_SECTION,    /* a mapping of the keys in 'keys' */
    SCHEMA_LIST,       /* a list of such mappings */
    SCHEMA_TEXT,       /* words in one line */
    SCHEMA_ATTACHMENT, /* what --dut takes */
    SCHEMA_SCOPE,      /* names of the dimension 'parameter', one or a list */
    SCHEMA_OPTIONS,    /* a list of names of capabilities */
    SCHEMA_VRIDS,      /* numbers and ranges, one or a list */
    SCHEMA_PRIORITIES, /* a number or a range */
    SCHEMA_SECONDS,    /* a whole number */
    SCHEMA_COUNT,      /* a whole number */
    SCHEMA_COMMAND,    /* for the shell, or `manual` */
    SCHEMA_PORTS,      /* a list of interfaces */
    SCHEMA_FILES,      /* a list of paths from the folder of the file */
    SCHEMA_MAC,
    SCHEMA_ATM,
    SCHEMA_IPV4,
    SCHEMA_IPV4_LIST,
    SCHEMA_CASE, /* an instance, a case or a prefix of cases */
    SCHEMA_DATE,
    SCHEMA_PIXIT, /* a value of the choice 'parameter' */
};

struct schema_key {
    const char *name;
    enum schema_kind kind;
    uint8_t roles;    /* of enum role: devices that have it */
    uint8_t required; /* of enum role: devices that have to say it */
    unsigned parameter;
    uint32_t lowest; /* of a number */
    uint32_t highest;
    size_t place;      /* of the value: in struct device_file; below a list in the struct of an entry */
    size_t given;      /* of the bool that says so; 0: none */
    const char *value; /* as `dut init` writes it; NULL: made from the ledger, or of the keys below */
    bool optional;     /* `dut init` writes it as a comment */
    const char *text;  /* what it means: sentences for people */
    const struct schema_key *keys; /* of a section or list; NULL: those of the ledger's PIXIT choices */
    size_t key_count;
};

/* The whole file, as a section without a name. */
extern const struct schema_key schema;

/* Keys of a section or list. */
size_t schema_key_count(const struct schema_key *section);
struct schema_key schema_key_at(const struct schema_key *section, size_t index);

/* What may stand there, for people: "a list of ethernet, token-ring". Returns 'line'. */
#define SCHEMA_TEXT_SIZE 400
const char *schema_value_text(const struct schema_key *key, char *line, size_t size);

/* An option that a device may claim, where it makes sense and what else it takes. */
struct schema_option {
    unsigned bit; /* CAPABILITY_* */
    uint8_t roles;
    uint8_t lane;   /* one of these has to be claimed */
    uint8_t media;  /* one of these has to be claimed */
    unsigned needs; /* CAPABILITY_*: other options */
    const char *text;
};

/* The row of a capability; false for one that is a matter of the attachment. */
bool schema_option_of(unsigned bit, struct schema_option *option);

/* The option called 'name', 0 if there is none. */
unsigned schema_option_bit(const char *name);

#endif
