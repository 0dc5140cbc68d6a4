/* `vmacheck make`: a capture of lines of text. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>

#include "cli/commands.h"
#include "notation/script.h"
#include "output/frame_file.h"
#include "output/version.h"

/* What is made. */
struct making {
    struct frame_file *file;
    struct mistakes *mistakes;
};

static int make(FILE *text, const char *path, const char *out);
static bool read_lines(FILE *text, struct script *script);
static void put_interface(void *context, const struct script_interface *interface);
static void put_frame(void *context, const struct script_frame *frame);
static int complain_of_lines(const char *path, const struct mistakes *mistakes);

int make_command(const struct arguments *arguments)
{
    const char *path = arguments->word_count ? arguments->words[0] : "-";
    if (arguments->word_count > 1)
        return complain(RUN_USAGE, "make takes one file; several can be put together: cat FILE... | vmacheck "
                                   "make --out OUT.pcapng");
    if (!arguments->out)
        return complain(RUN_USAGE, "give the capture to be made with --out, as in --out frames.pcapng");
    if (strcmp(path, "-") == 0)
        return make(stdin, "standard input", arguments->out);
    FILE *text = fopen(path, "r");
    if (!text)
        return complain(RUN_USAGE, "can't read %s: %s", path, strerror(errno));
    int code = make(text, path, arguments->out);
    fclose(text);
    return code;
}

static int make(FILE *text, const char *path, const char *out)
{
    struct reason reason = {0};
    struct mistakes *mistakes = calloc(1, sizeof *mistakes);
    struct making making = {.file = frame_file_open(out, "vmacheck " VMACHECK_VERSION, &reason),
                            .mistakes = mistakes};
    if (!mistakes)
        abort();
    if (!making.file) {
        free(mistakes);
        return complain(RUN_USAGE, "%s", reason.text);
    }
    struct script *script = script_new((struct script_sink){put_interface, put_frame, &making}, mistakes);
    bool read = read_lines(text, script);
    int error = errno;
    script_free(script);
    int code = RUN_CONFORMS;
    if (mistakes->count)
        code = complain_of_lines(path, mistakes);
    else if (!read)
        code = complain(RUN_USAGE, "can't read %s: %s", path, strerror(error));
    if (!frame_file_close(making.file, code == RUN_CONFORMS, &reason) && code == RUN_CONFORMS)
        code = complain(RUN_USAGE, "%s", reason.text);
    free(mistakes);
    return code;
}

/* False with errno set when the text can't be read to its end. */
static bool read_lines(FILE *text, struct script *script)
{
    char *line = NULL;
    size_t room = 0;
    ssize_t size;
    errno = 0;
    while ((size = getline(&line, &room, text)) > 0) {
        if (line[size - 1] == '\n')
            line[size - 1] = '\0';
        script_line(script, line);
    }
    free(line);
    return !ferror(text);
}

static void put_interface(void *context, const struct script_interface *interface)
{
    struct making *making = context;
    frame_file_interface(making->file, interface->link_type, interface->name, interface->description);
}

/* After the first mistake nothing will be kept. */
static void put_frame(void *context, const struct script_frame *frame)
{
    struct making *making = context;
    if (making->mistakes->count == 0)
        frame_file_put(making->file, &(struct pcapng_packet){
                                         .interface = frame->interface,
                                         .time_ns = frame->time_ns,
                                         .direction = frame->direction,
                                         .body = frame->octets,
                                         .original_size = frame->original_size,
                                         .comments = frame->comments,
                                         .comment_count = frame->comment_count,
                                     });
}

static int complain_of_lines(const char *path, const struct mistakes *mistakes)
{
    size_t count = mistakes->count + mistakes->dropped;
    fflush(stdout);
    for (size_t i = 0; i < mistakes->count; i++)
        fprintf(stderr, "%s:%zu:%zu: %s\n", path, mistakes->list[i].place.line,
                mistakes->list[i].place.column, mistakes->list[i].text);
    if (mistakes->dropped)
        return complain(RUN_USAGE, "%zu mistakes in %s, the first %zu are shown; nothing was written", count,
                        path, mistakes->count);
    return complain(RUN_USAGE, "%zu mistake%s in %s; nothing was written", count, count == 1 ? "" : "s",
                    path);
}
