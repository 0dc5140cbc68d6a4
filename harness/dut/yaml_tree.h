/* A YAML file as a tree of nodes, each with its place in the file. A subset that people and programs read
 * alike: one document of mappings, lists and scalars. Anchors, aliases, tags, further documents and tabs are
 * mistakes, as are files that are too large, too deep, or no UTF-8.
 *
 *   struct yaml_node *root = yaml_tree_read("device.yaml", arena, &mistakes);   NULL: nothing could be read
 */
#ifndef DUT_YAML_TREE_H
#define DUT_YAML_TREE_H

#include "base/arena.h"
#include "base/mistakes.h"

enum yaml_kind { YAML_SCALAR, YAML_LIST, YAML_MAPPING };

struct yaml_node {
    enum yaml_kind kind;
    struct place place;
    const char *text;           /* scalar: plain text in one line */
    bool refused;               /* a mistake was told; nothing more need be said of it */
    bool empty;                 /* scalar: nothing was written, or `~`, or `null` */
    struct yaml_node *key;      /* of this node in the mapping around it; NULL in a list */
    struct yaml_node *children; /* list, mapping: the first of them, in the order of the file */
    struct yaml_node *next;
};

#define YAML_SIZE_LIMIT  (256u * 1024)
#define YAML_DEPTH_LIMIT 16

/* Reads the file into memory of 'arena'. What is wrong with it is added to 'mistakes'; NULL if it can't be
 * read to its end. */
struct yaml_node *yaml_tree_read(const char *path, struct arena *arena, struct mistakes *mistakes);

/* The value of a key, NULL if the mapping has none; of several the first. */
const struct yaml_node *yaml_child(const struct yaml_node *mapping, const char *key);

/* "a mapping", "a list", "text". */
const char *yaml_kind_text(enum yaml_kind kind);

#endif
