#include "notation/script.h"

#include <stdlib.h>

#include "base/nearest.h"
#include "notation/words.h"

#define DEFAULT_VCI   32
#define COMMENT_LIMIT 16 /* comments on one frame */

/* What a line calls a channel. */
struct label {
    char *name; /* owned */
    uint16_t link_type;
    uint32_t interface;
    bool has_vcc;
    struct vcc_number vcc; /* of frames that name none */
};

/* Where a frame is. */
struct channel {
    const struct label *label;
    struct vcc_number vcc;
};

struct script {
    struct script_sink sink;
    struct mistakes *mistakes;
    struct arena *arena; /* of one line */
    size_t line;         /* its number, from 1 */
    struct label **labels;
    size_t label_count;
    size_t label_room;
    uint32_t interface_count;
    bool token_ring;
    int64_t time_ns;        /* of the last frame */
    struct channel channel; /* of the last frame */
    struct recipe recipe;   /* of the line */
};

/* What a line says beside the recipe. */
struct script_line {
    struct script *script;
    int64_t time_ns;
    struct channel channel;
    enum pcapng_direction direction; /* -> <- -- */
    bool direction_given;            /* by direction= */
    enum pcapng_direction told;      /* what that says */
    uint64_t count;
    int64_t interval_ns;
    bool traffic_given;
    uint64_t traffic;
    bool original_given;
    uint64_t original_size;
    struct place original_place;
    bool headless; /* SUNATM: the record has none of its octets in front of the SDU */
    const char *comments[COMMENT_LIMIT];
    size_t comment_count;
};

static bool read_interface(struct script *script, const struct words *words);
static bool read_media(struct script *script, const struct words *words);
static bool read_frame(struct script *script, const struct words *words);
static bool read_front(struct script_line *line, const struct words *words, size_t *next);
static bool read_time(struct script_line *line, const struct word *word, bool *is_time);
static bool read_repeat(struct script_line *line, const struct words *words, size_t *next);
static bool read_duration(const char *text, int64_t *time_ns);
static bool read_channel(struct script_line *line, const struct word *word, bool *is_channel);
static bool looks_like_channel(const struct words *words, size_t at);
static bool unknown_channel(struct script *script, const struct word *word);
static bool read_other(void *context, const struct word *word);
static bool read_direction(struct script_line *line, const struct word *word);
static struct label *label_find(struct script *script, const char *name, size_t size);
static struct label *label_add(struct script *script, const char *name, uint16_t link_type,
                               const char *interface_name, const char *description);
static struct label *label_implied(struct script *script, const char *name);
static bool is_label(const char *name);
static bool make_frames(struct script_line *line);
static bool put_record(struct script_line *line, struct octets frame, unsigned traffic);

struct script *script_new(struct script_sink sink, struct mistakes *mistakes)
{
    struct script *script = calloc(1, sizeof *script);
    if (!script)
        abort();
    script->sink = sink;
    script->mistakes = mistakes;
    script->arena = arena_new();
    return script;
}

void script_line(struct script *script, const char *line)
{
    struct words words;
    arena_clear(script->arena);
    script->line++;
    if (!words_read(line, script->line, script->arena, &words, script->mistakes) || words.count == 0)
        return;
    const char *first = words.list[0].kind == PLAIN_WORD ? words.list[0].text : "";
    if (strcmp(first, "interface") == 0)
        read_interface(script, &words);
    else if (strcmp(first, "media") == 0)
        read_media(script, &words);
    else
        read_frame(script, &words);
}

void script_free(struct script *script)
{
    for (size_t i = 0; i < script->label_count; i++) {
        free(script->labels[i]->name);
        free(script->labels[i]);
    }
    free(script->labels);
    arena_free(script->arena);
    free(script);
}

/* interface LABEL TYPE [VPI/VCI] [name="…"] [description="…"] */
static bool read_interface(struct script *script, const struct words *words)
{
    uint16_t link_type;
    bool has_vcc = false;
    struct vcc_number vcc = {0};
    if (words->count < 3 || words->list[1].kind != PLAIN_WORD || words->list[2].kind != PLAIN_WORD)
        return mistake_add(script->mistakes, words->list[0].place,
                           "write interface LABEL TYPE, as in interface lan ethernet");
    const struct word *label = &words->list[1];
    const char *name = label->text;
    const char *description = "";
    if (!is_label(label->text))
        return mistake_add(
            script->mistakes, label->place,
            "%s can't be a label; one starts with a letter, has none of : = ( ) \" # and is no word of "
            "the notation",
            label->text);
    if (label_find(script, label->text, strlen(label->text)))
        return mistake_add(script->mistakes, label->place,
                           "there is an interface %s already; take another label", label->text);
    if (!link_type_of_word(words->list[2].text, &link_type))
        return mistake_add(script->mistakes, words->list[2].place,
                           "%s is no link type; it is sunatm, ethernet, token-ring or a number",
                           words->list[2].text);
    for (size_t i = 3; i < words->count; i++) {
        const struct word *word = &words->list[i];
        if (word->kind == PAIR_WORD && strcmp(word->key, "name") == 0)
            name = word->text;
        else if (word->kind == PAIR_WORD && strcmp(word->key, "description") == 0)
            description = word->text;
        else if (word->kind == PLAIN_WORD && link_type == LINK_TYPE_SUNATM &&
                 vcc_number_read(word->text, &vcc))
            has_vcc = true;
        else
            return mistake_add(
                script->mistakes, word->place,
                "behind label and type stand name=, description= and, with sunatm, a VCC, as in 0/34");
    }
    struct label *added = label_add(script, label->text, link_type, name, description);
    added->has_vcc = has_vcc;
    added->vcc = vcc;
    return true;
}

/* media ethernet | token-ring */
static bool read_media(struct script *script, const struct words *words)
{
    const char *media = words->count == 2 && words->list[1].kind == PLAIN_WORD ? words->list[1].text : "";
    script->token_ring = strcmp(media, "token-ring") == 0;
    return script->token_ring || strcmp(media, "ethernet") == 0 ||
           mistake_add(script->mistakes, words->list[0].place, "write media ethernet or media token-ring");
}

static bool read_frame(struct script *script, const struct words *words)
{
    struct script_line line = {.script = script,
                               .time_ns = script->time_ns,
                               .channel = script->channel,
                               .direction = DIRECTION_OUTBOUND,
                               .count = 1};
    size_t next = 0;
    size_t before = script->mistakes->count + script->mistakes->dropped;
    bool good = read_front(&line, words, &next);
    if (next == words->count)
        return good && mistake_add(script->mistakes, words->list[0].place,
                                   "the line names no frame; give a name, as in ADVERTISEMENT, or octets=");
    if (looks_like_channel(words, next)) {
        good = unknown_channel(script, &words->list[next++]);
        read_front(&line, words, &next);
    }
    if (!recipe_read(words, next, read_other, &line, script->arena, &script->recipe, script->mistakes) ||
        !good || script->mistakes->count + script->mistakes->dropped != before)
        return false;
    if (!line.channel.label) {
        line.channel.label = label_implied(script, "sunatm");
        line.channel.vcc = (struct vcc_number){0, DEFAULT_VCI};
    }
    return make_frames(&line);
}

/* Number, time, repetition, channel and direction, in any order. */
static bool read_front(struct script_line *line, const struct words *words, size_t *next)
{
    bool good = true;
    for (; *next < words->count && words->list[*next].kind == PLAIN_WORD; ++*next) {
        const struct word *word = &words->list[*next];
        size_t digits = strspn(word->text, "0123456789");
        bool known = true;
        if (*next == 0 && digits && strcmp(word->text + digits, ":") == 0)
            continue;
        if (direction_of_word(word->text, &line->direction))
            continue;
        if (word->text[0] == 'x' && word->text[1] && !word->text[1 + strspn(word->text + 1, "0123456789")]) {
            good = read_repeat(line, words, next) && good;
            continue;
        }
        good = read_time(line, word, &known) && good;
        if (!known)
            good = read_channel(line, word, &known) && good;
        if (!known)
            break;
    }
    return good;
}

static bool read_time(struct script_line *line, const struct word *word, bool *is_time)
{
    bool relative = word->text[0] == '+';
    const char *text = word->text + relative;
    *is_time = relative || (*text >= '0' && *text <= '9' && !strchr(text, '/'));
    if (!*is_time)
        return true;
    int64_t time_ns;
    if (!read_duration(text, &time_ns))
        return mistake_add(
            line->script->mistakes, word->place,
            "%s is no time; write seconds, as in 1.5, or 100ms; +0.1 counts from the frame before",
            word->text);
    if (relative && __builtin_add_overflow(time_ns, line->script->time_ns, &time_ns))
        return mistake_add(line->script->mistakes, word->place, "%s is too late", word->text);
    line->time_ns = time_ns;
    return true;
}

/* x100 [every 1s] */
static bool read_repeat(struct script_line *line, const struct words *words, size_t *next)
{
    const struct word *word = &words->list[*next];
    struct value count;
    if (!value_read(FIELD_SIZE, word->text + 1, &count) || count.number > REPEAT_LIMIT)
        return mistake_add(line->script->mistakes, word->place, "%s: a line makes at most %u frames",
                           word->text, REPEAT_LIMIT);
    line->count = count.number;
    if (*next + 1 >= words->count || words->list[*next + 1].kind != PLAIN_WORD ||
        strcmp(words->list[*next + 1].text, "every") != 0)
        return true;
    *next += 1;
    if (*next + 1 < words->count && words->list[*next + 1].kind == PLAIN_WORD &&
        read_duration(words->list[*next + 1].text, &line->interval_ns)) {
        *next += 1;
        return true;
    }
    return mistake_add(line->script->mistakes, words->list[*next].place,
                       "behind every stands a time, as in x100 every 1s");
}

/* Seconds with at most nine decimals, or with s, ms, us or ns behind the number. */
static bool read_duration(const char *text, int64_t *time_ns)
{
    static const struct {
        const char *text;
        unsigned decimals; /* that are whole nanoseconds */
    } units[] = {{"", 9}, {"s", 9}, {"ms", 6}, {"us", 3}, {"ns", 0}};
    size_t whole = strspn(text, "0123456789");
    size_t fraction = text[whole] == '.' ? strspn(text + whole + 1, "0123456789") : 0;
    const char *unit = text + whole + (text[whole] == '.') + fraction;
    for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
        if (strcmp(unit, units[i].text) != 0 || !whole || fraction > units[i].decimals)
            continue;
        *time_ns = 0;
        for (size_t at = 0; at < whole + units[i].decimals; at++) {
            const char *digit = at < whole ? text + at : text + at + 1;
            bool there = at < whole || at - whole < fraction;
            if (__builtin_mul_overflow(*time_ns, 10, time_ns) ||
                __builtin_add_overflow(*time_ns, there ? *digit - '0' : 0, time_ns))
                return false;
        }
        return true;
    }
    return false;
}

/* LABEL, VPI/VCI or LABEL:VPI/VCI. */
static bool read_channel(struct script_line *line, const struct word *word, bool *is_channel)
{
    struct script *script = line->script;
    size_t size = strcspn(word->text, ":");
    struct vcc_number vcc = {0};
    bool has_vcc = vcc_number_read(word->text, &vcc);
    struct label *label = has_vcc ? label_implied(script, "sunatm") : label_find(script, word->text, size);
    if (!label && !word->text[size])
        label = label_implied(script, word->text);
    *is_channel = label != NULL;
    if (!label)
        return true;
    if (word->text[size] == ':') {
        has_vcc = vcc_number_read(word->text + size + 1, &vcc);
        if (!has_vcc || label->link_type != LINK_TYPE_SUNATM)
            return mistake_add(script->mistakes, word->place,
                               "%s: behind the label of a sunatm interface stands a VCC, "
                               "as in %s:0/34",
                               word->text, label->name);
    }
    if (label->link_type == LINK_TYPE_SUNATM && !has_vcc && !label->has_vcc)
        vcc = (struct vcc_number){0, DEFAULT_VCI};
    line->channel = (struct channel){label, has_vcc || !label->has_vcc ? vcc : label->vcc};
    return true;
}

/* A word that is no frame, with a frame or a direction behind it. */
static bool looks_like_channel(const struct words *words, size_t at)
{
    enum pcapng_direction direction;
    if (at + 1 >= words->count || words->list[at].kind != PLAIN_WORD ||
        words->list[at + 1].kind != PLAIN_WORD)
        return false;
    const char *next = words->list[at + 1].text;
    if (direction_of_word(next, &direction))
        return true;
    for (int i = 0; i < FRAME_NAME_COUNT; i++)
        if (strcmp(next, frame_name_text((enum frame_name)i)) == 0)
            return true;
    return false;
}

static bool unknown_channel(struct script *script, const struct word *word)
{
    struct nearest nearest = nearest_to(word->text);
    for (size_t i = 0; i < script->label_count; i++)
        nearest_offer(&nearest, script->labels[i]->name);
    if (nearest.best)
        return mistake_add(script->mistakes, word->place, "there is no channel %s, did you mean %s?",
                           word->text, nearest.best);
    if (!is_label(word->text))
        return mistake_add(script->mistakes, word->place,
                           "there is no channel %s; write a VCC, as in 0/34, or the label of an interface",
                           word->text);
    return mistake_add(
        script->mistakes, word->place,
        "there is no channel %s; declare it with interface %s sunatm 0/34 or interface %s ethernet, or "
        "write the VCC alone, as in 0/34",
        word->text, word->text, word->text);
}

/* Words of the record, and comments. */
static bool read_other(void *context, const struct word *word)
{
    struct script_line *line = context;
    struct mistakes *mistakes = line->script->mistakes;
    if (word->kind == QUOTED_WORD) {
        if (line->comment_count == COMMENT_LIMIT)
            return mistake_add(mistakes, word->place, "a frame has at most %d comments", COMMENT_LIMIT);
        line->comments[line->comment_count++] = word->text;
        return true;
    }
    if (strcmp(word->key, "traffic") == 0) {
        line->traffic_given = true;
        line->headless = strcmp(word->text, "none") == 0;
        if (!line->headless)
            word_number(word, 0x7f, &line->traffic, mistakes);
    } else if (strcmp(word->key, "original-size") == 0) {
        line->original_given = true;
        line->original_place = word->place;
        word_number(word, UINT32_MAX, &line->original_size, mistakes);
    } else if (strcmp(word->key, "direction") == 0) {
        read_direction(line, word);
    } else {
        return false;
    }
    return true;
}

static bool read_direction(struct script_line *line, const struct word *word)
{
    line->direction_given = true;
    return direction_of_word(word->text, &line->told) ||
           mistake_add(line->script->mistakes, word->place, "direction=%s: write ->, <- or --", word->text);
}

static struct label *label_find(struct script *script, const char *name, size_t size)
{
    for (size_t i = script->label_count; i-- > 0;)
        if (strncmp(script->labels[i]->name, name, size) == 0 && !script->labels[i]->name[size])
            return script->labels[i];
    return NULL;
}

static struct label *label_add(struct script *script, const char *name, uint16_t link_type,
                               const char *interface_name, const char *description)
{
    if (script->label_count == script->label_room) {
        script->label_room = script->label_room ? 2 * script->label_room : 16;
        script->labels = realloc(script->labels, script->label_room * sizeof *script->labels);
        if (!script->labels)
            abort();
    }
    struct label *label = calloc(1, sizeof *label);
    char *copy = malloc(strlen(name) + 1);
    if (!label || !copy)
        abort();
    *label = (struct label){
        .name = strcpy(copy, name), .link_type = link_type, .interface = script->interface_count++};
    script->labels[script->label_count++] = label;
    script->sink.interface(script->sink.context,
                           &(struct script_interface){link_type, interface_name, description});
    return label;
}

/* The interfaces that need no declaration are called by their types. */
static struct label *label_implied(struct script *script, const char *name)
{
    uint16_t link_type;
    struct label *label = label_find(script, name, strlen(name));
    if (label || (*name >= '0' && *name <= '9') || !link_type_of_word(name, &link_type))
        return label;
    return label_add(script, name, link_type, "", "");
}

static bool is_label(const char *name)
{
    enum pcapng_direction direction;
    bool letter = (*name >= 'a' && *name <= 'z') || (*name >= 'A' && *name <= 'Z') || *name == '_';
    bool repeat = *name == 'x' && name[1] && !name[1 + strspn(name + 1, "0123456789")];
    if (!letter || repeat || name[strcspn(name, ":=()\"#")] || direction_of_word(name, &direction) ||
        strcmp(name, "every") == 0)
        return false;
    for (int i = 0; i < FRAME_NAME_COUNT; i++)
        if (strcmp(name, frame_name_text((enum frame_name)i)) == 0)
            return false;
    return true;
}

static bool make_frames(struct script_line *line)
{
    struct script *script = line->script;
    struct recipe_carrier carrier = {CARRIER_LANE_8023, false};
    uint16_t link_type = line->channel.label->link_type;
    unsigned traffic =
        line->traffic_given ? (unsigned)line->traffic : usual_traffic(line->channel.vcc, &script->recipe);
    struct octets frame;
    bool known = carrier_of(link_type, traffic, script->token_ring, &carrier);
    if (!known && !link_type_word(link_type) && !script->recipe.named[WORD_OCTETS])
        return mistake_add(script->mistakes, script->recipe.place,
                           "frames of link type %u are given in octets only, with octets=", link_type);
    return recipe_encode(&script->recipe, carrier, script->arena, &frame, script->mistakes) &&
           put_record(line, frame, traffic);
}

/* Puts the octets of the link type in front, and the record as often as it is wanted. */
static bool put_record(struct script_line *line, struct octets frame, unsigned traffic)
{
    struct script *script = line->script;
    struct script_frame record = {
        .direction = line->direction_given ? line->told : line->direction,
        .octets = frame,
        .comments = line->comments,
        .comment_count = line->comment_count,
        .time_ns = line->time_ns,
    };
    record.interface = line->channel.label->interface;
    if (line->channel.label->link_type == LINK_TYPE_SUNATM && !line->headless) {
        uint8_t *data = arena_zeroed(script->arena, SUNATM_HEAD_SIZE + frame.size);
        data[0] = (uint8_t)((line->direction == DIRECTION_OUTBOUND ? SUNATM_SENT : 0) | traffic);
        data[1] = line->channel.vcc.vpi;
        octets_put_u16(data + 2, line->channel.vcc.vci);
        if (frame.size)
            memcpy(data + SUNATM_HEAD_SIZE, frame.data, frame.size);
        record.octets = (struct octets){data, SUNATM_HEAD_SIZE + frame.size};
    }
    record.original_size = (uint32_t)(line->original_given ? line->original_size : record.octets.size);
    if (record.original_size < record.octets.size)
        return mistake_add(script->mistakes, line->original_place,
                           "original-size=%u is less than the %zu octets that are there",
                           record.original_size, record.octets.size);
    for (uint64_t i = 0; i < line->count; i++) {
        script->sink.frame(script->sink.context, &record);
        script->time_ns = record.time_ns;
        if (i + 1 < line->count && __builtin_add_overflow(record.time_ns, line->interval_ns, &record.time_ns))
            return mistake_add(script->mistakes, script->recipe.place,
                               "the last of these frames is too late");
    }
    script->channel = line->channel;
    return true;
}
