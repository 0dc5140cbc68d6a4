#include "links/adapter.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "links/adapter_private.h"

static struct adapter_host *host_new(const char *command, const char *folder);
static void host_free(struct adapter_host *host);
static struct adapter *adapter_new(struct adapter_host *host, unsigned instance);
static struct lab *share(struct lab *lab, unsigned instance);
static bool start(struct adapter *adapter, struct reason *reason);
static bool check(struct adapter *adapter, struct reason *reason);
static bool check_hello(struct adapter *adapter, struct adapter_answer *answer, struct reason *reason);
static bool check_echo(struct adapter *adapter, struct reason *reason);
static bool ask_capabilities(struct adapter *adapter, unsigned *capabilities, struct reason *reason);
static bool check_refusal(struct adapter *adapter, const struct adapter_message *question, const char *what,
                          struct reason *reason);
static void stop(struct adapter_host *host);
static bool lend(struct lab *lab, struct port *port, const struct device_settings *settings,
                 struct reason *reason);
static bool configure(struct adapter *adapter, const struct device_settings *settings, struct random random,
                      struct reason *reason);
static bool take_back(struct lab *lab, struct reason *reason);
static void close_lab(struct lab *lab);

static const struct lab_kind adapter_lab = {
    .lend = lend, .take_back = take_back, .close = close_lab, .share = share};

struct lab *adapter_lab_open(const char *command, const char *folder, struct reason *reason)
{
    struct adapter *adapter = adapter_new(host_new(command, folder), 0);
    if (!start(adapter, reason)) {
        close_lab(&adapter->lab);
        return NULL;
    }
    const struct adapter_host *host = adapter->host;
    adapter->lab.claims = host->claims;
    adapter->lab.capabilities = host->capabilities;
    adapter->lab.instances = host->instances > 1 ? host->instances : 0;
    return &adapter->lab;
}

void adapter_host_lose(struct adapter_host *host, const struct reason *reason)
{
    host->lost = true;
    host->why_lost = *reason;
}

static struct adapter_host *host_new(const char *command, const char *folder)
{
    static const char kind[] = "adapter:";
    size_t name_size = strlen(command) + sizeof kind;
    struct adapter_host *host = calloc(1, sizeof *host);
    char *name = malloc(name_size);
    if (!host || !name || (folder && !(host->folder = strdup(folder))))
        abort();
    snprintf(name, name_size, "%s%s", kind, command);
    host->name = name;
    host->command = name + strlen(kind);
    host->decoder = adapter_decoder_new();
    pthread_mutex_init(&host->lock, NULL);
    return host;
}

static void host_free(struct adapter_host *host)
{
    stop(host);
    adapter_decoder_free(host->decoder);
    pthread_mutex_destroy(&host->lock);
    free(host->name);
    free(host->folder);
    free(host);
}

static struct adapter *adapter_new(struct adapter_host *host, unsigned instance)
{
    struct adapter *adapter = calloc(1, sizeof *adapter);
    if (!adapter)
        abort();
    adapter->host = host;
    adapter->instance = instance;
    adapter->lab = (struct lab){.name = host->name, .context = adapter, .kind = &adapter_lab};
    pthread_mutex_lock(&host->lock);
    host->labs++;
    pthread_mutex_unlock(&host->lock);
    return adapter;
}

static struct lab *share(struct lab *lab, unsigned instance)
{
    struct adapter_host *host = ((struct adapter *)lab->context)->host;
    struct adapter *adapter = adapter_new(host, instance);
    adapter->lab.claims = host->claims;
    adapter->lab.capabilities = host->capabilities;
    adapter->lab.instances = host->instances;
    return &adapter->lab;
}

/* Starts a process and checks it; stops it again when it is no good. The caller has the lock, or the only
 * lab. */
static bool start(struct adapter *adapter, struct reason *reason)
{
    struct adapter_host *host = adapter->host;
    struct reason inner = {0};
    stop(host);
    host->process = adapter_process_start(host->command, host->folder, &inner);
    host->generation++;
    host->lost = false;
    if (host->process && check(adapter, &inner))
        return true;
    stop(host);
    return reason_set(reason, "adapter `%.100s`: %.280s", host->command, inner.text);
}

/* An attachment is tested before the device is. What the device says about itself is kept from the first time
 * on. */
static bool check(struct adapter *adapter, struct reason *reason)
{
    struct adapter_answer hello;
    unsigned capabilities;
    const struct adapter_message unknown_capability = {.kind = ADAPTER_CAPABILITY,
                                                       .name = "no-such-capability"};
    const struct adapter_message unknown_action = {.kind = ADAPTER_CONTROL, .action = "no-such-action"};
    if (!check_hello(adapter, &hello, reason) || !check_echo(adapter, reason) ||
        !ask_capabilities(adapter, &capabilities, reason) ||
        !check_refusal(adapter, &unknown_capability, "claims a capability that does not exist", reason) ||
        !check_refusal(adapter, &unknown_action, "accepts a control action that does not exist", reason))
        return false;
    struct adapter_host *host = adapter->host;
    unsigned instances = hello.instances ? hello.instances : 1;
    if (!host->instances) {
        host->claims = hello.claims;
        host->capabilities = capabilities;
        host->instances = instances;
    }
    if (host->capabilities != capabilities || host->instances != instances ||
        memcmp(&host->claims, &hello.claims, sizeof host->claims) != 0)
        return reason_set(reason, "started anew, it claims something else than before");
    return true;
}

static bool check_hello(struct adapter *adapter, struct adapter_answer *answer, struct reason *reason)
{
    const struct adapter_message hello = {.kind = ADAPTER_HELLO, .version = ADAPTER_VERSION};
    if (!adapter_ask(adapter, &hello, ADAPTER_START_LIMIT_MS, answer, reason))
        return false;
    if (answer->version != ADAPTER_VERSION)
        return reason_set(reason, "it speaks version %u of the protocol, needed is %d", answer->version,
                          ADAPTER_VERSION);
    return answer->instances <= ADAPTER_INSTANCE_LIMIT ||
           reason_set(reason, "it is %u devices at once; at most %u can be used", answer->instances,
                      ADAPTER_INSTANCE_LIMIT);
}

static bool check_echo(struct adapter *adapter, struct reason *reason)
{
    uint8_t every_octet[256];
    for (size_t i = 0; i < sizeof every_octet; i++)
        every_octet[i] = (uint8_t)i;
    struct adapter_answer answer;
    const struct adapter_message echo = {.kind = ADAPTER_ECHO, .data = {every_octet, sizeof every_octet}};
    if (!adapter_ask(adapter, &echo, ADAPTER_ANSWER_LIMIT_MS, &answer, reason))
        return false;
    return answer.ok || reason_set(reason, "its echo is not what was sent");
}

static bool ask_capabilities(struct adapter *adapter, unsigned *capabilities, struct reason *reason)
{
    *capabilities = CAPABILITY_FAIL_LINK; /* the harness cuts the link, whatever is attached to it */
    for (const struct capability_name *name = capability_names; name->bit; name++) {
        struct adapter_answer answer;
        const struct adapter_message question = {.kind = ADAPTER_CAPABILITY, .name = name->name};
        if (name->bit == CAPABILITY_FAIL_LINK)
            continue;
        if (!adapter_ask(adapter, &question, ADAPTER_ANSWER_LIMIT_MS, &answer, reason))
            return false;
        if (answer.ok)
            *capabilities |= name->bit;
    }
    return true;
}

static bool check_refusal(struct adapter *adapter, const struct adapter_message *question, const char *what,
                          struct reason *reason)
{
    struct adapter_answer answer;
    if (!adapter_ask(adapter, question, ADAPTER_ANSWER_LIMIT_MS, &answer, reason))
        return false;
    return !answer.ok || reason_set(reason, "it %s", what);
}

static void stop(struct adapter_host *host)
{
    adapter_process_stop(host->process);
    host->process = NULL;
}

static bool lend(struct lab *lab, struct port *port, const struct device_settings *settings,
                 struct reason *reason)
{
    struct adapter *adapter = lab->context;
    struct adapter_host *host = adapter->host;
    pthread_mutex_lock(&host->lock);
    bool there = (host->process && !host->lost) || start(adapter, reason);
    if (there) {
        adapter_begin_case(adapter, port);
        there = configure(adapter, settings, port_random(port), reason);
        if (!there)
            adapter_end_case(adapter);
    }
    pthread_mutex_unlock(&host->lock);
    adapter->lent = there;
    if (there)
        port_attach(port, &adapter_handlers, adapter);
    return there;
}

static bool configure(struct adapter *adapter, const struct device_settings *settings, struct random random,
                      struct reason *reason)
{
    struct adapter_host *host = adapter->host;
    struct adapter_answer answer;
    struct reason inner;
    const struct adapter_message question = {.kind = ADAPTER_CONFIGURE,
                                             .instance = adapter->instance,
                                             .random = random.state,
                                             .settings = *settings};
    if (!adapter_ask(adapter, &question, ADAPTER_ANSWER_LIMIT_MS, &answer, &inner)) {
        adapter_host_lose(host, &inner);
        stop(host);
        return reason_set(reason, "adapter `%.100s`: %.280s", host->command, inner.text);
    }
    return answer.ok || reason_set(reason, "the device refuses its settings: %.300s", answer.text.text);
}

/* A process that was lost is ended by the first of its labs that comes here, or wants to go on. */
static bool take_back(struct lab *lab, struct reason *reason)
{
    struct adapter *adapter = lab->context;
    struct adapter_host *host = adapter->host;
    if (!adapter->lent)
        return true; /* the reason was given then */
    adapter->lent = false;
    pthread_mutex_lock(&host->lock);
    bool ours = host->process && host->generation == adapter->generation;
    struct reason unasked;
    if (ours && !host->lost && !adapter_process_quiet(host->process, &unasked))
        adapter_host_lose(host, &unasked);
    bool good = ours && !host->lost && !lab->lost;
    if (!lab->lost)
        adapter->why_lost = host->why_lost;
    if (ours && host->lost)
        stop(host);
    pthread_mutex_unlock(&host->lock);
    return good || reason_set(reason, "adapter `%.100s`: %.280s", host->command, adapter->why_lost.text);
}

static void close_lab(struct lab *lab)
{
    struct adapter *adapter = lab->context;
    struct adapter_host *host = adapter->host;
    pthread_mutex_lock(&host->lock);
    bool last = --host->labs == 0;
    pthread_mutex_unlock(&host->lock);
    if (last)
        host_free(host);
    number_map_free(&adapter->vccs);
    number_map_free(&adapter->parties);
    free(adapter);
}
