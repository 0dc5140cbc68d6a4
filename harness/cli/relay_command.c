/* `vmacheck relay`: a bad wire between two Ethernet ports. */
#define _GNU_SOURCE /* signalfd() */
#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "base/privileges.h"
#include "base/text.h"
#include "cli/commands.h"
#include "ethernet/relay.h"
#include "output/frame_file.h"
#include "output/json_parts.h"
#include "output/version.h"

static int relay_ports(const struct arguments *arguments, struct ethernet *const ports[RELAY_PORT_COUNT]);
static int relay_frames(const struct arguments *arguments, struct ethernet *const ports[RELAY_PORT_COUNT],
                        struct frame_file *file);
static int open_signals(void);
static void put_frame(void *context, const struct relay_frame *frame);
static void print_counts(const char *from, const char *to, const struct relay_counts *counts);
static json_t *json_counts(const char *from, const char *to, const struct relay_counts *counts);

int relay_command(const struct arguments *arguments)
{
    struct reason reason = {0};
    if (arguments->word_count != RELAY_PORT_COUNT)
        return complain(RUN_USAGE, "give two Ethernet ports, each INTERFACE or NAMESPACE/INTERFACE");
    if (strcmp(arguments->words[0], arguments->words[1]) == 0)
        return complain(RUN_USAGE, "%s twice: a relay needs two ports", arguments->words[0]);
    struct ethernet *ports[RELAY_PORT_COUNT] = {0};
    bool good = true;
    for (unsigned i = 0; i < RELAY_PORT_COUNT && good; i++)
        good = (ports[i] = ethernet_open(arguments->words[i], &reason)) != NULL;
    int code = !good                      ? complain(RUN_USAGE, "%s", reason.text)
               : privileges_drop(&reason) ? relay_ports(arguments, ports)
                                          : complain(RUN_HARNESS_ERROR, "%s", reason.text);
    for (unsigned i = 0; i < RELAY_PORT_COUNT; i++)
        ethernet_close(ports[i]);
    return code;
}

static int relay_ports(const struct arguments *arguments, struct ethernet *const ports[RELAY_PORT_COUNT])
{
    struct reason reason = {0};
    if (!arguments->out)
        return relay_frames(arguments, ports, NULL);
    struct frame_file *file = frame_file_open(arguments->out, "vmacheck " VMACHECK_VERSION, &reason);
    if (!file)
        return complain(RUN_USAGE, "%s", reason.text);
    for (unsigned i = 0; i < RELAY_PORT_COUNT; i++)
        frame_file_interface(file, LINK_TYPE_ETHERNET, ethernet_name(ports[i]), "port of vmacheck relay");
    int code = relay_frames(arguments, ports, file);
    if (!frame_file_close(file, true, &reason))
        code = complain(RUN_HARNESS_ERROR, "%s", reason.text);
    return code;
}

static int relay_frames(const struct arguments *arguments, struct ethernet *const ports[RELAY_PORT_COUNT],
                        struct frame_file *file)
{
    struct reason reason = {0};
    const struct relay_settings settings = {.impairment = arguments->impairment,
                                            .seed = arguments->seed,
                                            .seen = file ? put_frame : NULL,
                                            .context = file};
    int signals = open_signals();
    if (signals < 0)
        return complain(RUN_HARNESS_ERROR, "signals can't be heard: %s", strerror(errno));
    struct relay *relay = relay_new(ports, &settings, &reason);
    if (!relay) {
        close(signals);
        return complain(RUN_HARNESS_ERROR, "%s", reason.text);
    }
    fprintf(stderr, "vmacheck: relaying between %s and %s, seed %" PRIu64 "; Ctrl-C ends it\n",
            ethernet_name(ports[0]), ethernet_name(ports[1]), arguments->seed);
    int code = relay_run(relay, arguments->duration_ns, signals, &reason)
                   ? RUN_CONFORMS
                   : complain(RUN_HARNESS_ERROR, "%s", reason.text);
    json_t *list = json_array();
    for (unsigned i = 0; i < RELAY_PORT_COUNT; i++) {
        const char *from = ethernet_name(ports[i]);
        const char *to = ethernet_name(ports[1 - i]);
        struct relay_counts counts = relay_counts(relay, i);
        if (arguments->json)
            json_array_append_new(list, json_counts(from, to, &counts));
        else
            print_counts(from, to, &counts);
    }
    if (relay_refusal(relay)[0])
        complain(code, "%s", relay_refusal(relay));
    relay_free(relay);
    close(signals);
    if (!arguments->json) {
        json_decref(list);
        return output_end(code);
    }
    json_t *object = json_object();
    json_put(object, "seed", json_seed(arguments->seed));
    json_put(object, "directions", list);
    return print_json(object, code);
}

/* Can be read once the program is asked to end. */
static int open_signals(void)
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGTERM);
    sigprocmask(SIG_BLOCK, &set, NULL);
    return signalfd(-1, &set, SFD_CLOEXEC);
}

static void put_frame(void *context, const struct relay_frame *frame)
{
    frame_file_put(context, &(struct pcapng_packet){
                                .interface = frame->port,
                                .time_ns = frame->time_ns,
                                .direction = frame->out ? DIRECTION_OUTBOUND : DIRECTION_INBOUND,
                                .body = {frame->data, frame->size},
                                .comments = &frame->remark,
                                .comment_count = frame->remark ? 1 : 0,
                            });
}

/* What is rare only when there is some. */
static void print_counts(const char *from, const char *to, const struct relay_counts *counts)
{
    const struct {
        const char *what;
        uint64_t count;
    } rare[] = {
        {"still on the way", counts->waiting},
        {"refused by the port", counts->unsent},
        {"sent while the link was down", counts->unheard},
        {"never received (no room in the buffer, or larger than the MTU)", counts->unseen},
    };
    char line[400];
    struct text text = text_in(line, sizeof line);
    for (size_t i = 0; i < sizeof rare / sizeof rare[0]; i++)
        if (rare[i].count)
            text_add(&text, ", %" PRIu64 " %s", rare[i].count, rare[i].what);
    printf("%s to %s: %" PRIu64 " received, %" PRIu64 " forwarded, %" PRIu64 " lost, %" PRIu64
           " duplicated, %" PRIu64 " reordered%s\n",
           from, to, counts->received, counts->forwarded, counts->lost, counts->duplicated, counts->reordered,
           line);
}

static json_t *json_counts(const char *from, const char *to, const struct relay_counts *counts)
{
    const struct {
        const char *key;
        uint64_t count;
    } members[] = {
        {"received", counts->received},     {"forwarded", counts->forwarded}, {"lost", counts->lost},
        {"duplicated", counts->duplicated}, {"reordered", counts->reordered}, {"waiting", counts->waiting},
        {"unsent", counts->unsent},         {"unheard", counts->unheard},     {"unseen", counts->unseen},
    };
    json_t *object = json_object();
    json_put(object, "from", json_text(from));
    json_put(object, "to", json_text(to));
    for (size_t i = 0; i < sizeof members / sizeof members[0]; i++)
        json_put(object, members[i].key, json_integer((json_int_t)members[i].count));
    return object;
}
