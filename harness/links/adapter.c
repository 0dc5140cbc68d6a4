#include "links/adapter.h"

#include <stdio.h>
#include <stdlib.h>

#include "links/adapter_private.h"

static bool start(struct adapter *adapter, struct reason *reason);
static bool check(struct adapter *adapter, struct reason *reason);
static bool check_hello(struct adapter *adapter, struct scope *claims, struct reason *reason);
static bool check_echo(struct adapter *adapter, struct reason *reason);
static bool ask_capabilities(struct adapter *adapter, unsigned *capabilities, struct reason *reason);
static bool check_refusal(struct adapter *adapter, const struct adapter_message *question, const char *what,
                          struct reason *reason);
static void stop(struct adapter *adapter);
static bool lend(struct lab *lab, struct port *port, const struct device_settings *settings,
                 struct reason *reason);
static bool configure(struct adapter *adapter, const struct device_settings *settings, struct random random,
                      struct reason *reason);
static bool take_back(struct lab *lab, struct reason *reason);
static void close_lab(struct lab *lab);

static const struct lab_kind adapter_lab = {.lend = lend, .take_back = take_back, .close = close_lab};

struct lab *adapter_lab_open(const char *command, struct reason *reason)
{
    static const char kind[] = "adapter:";
    size_t name_size = strlen(command) + sizeof kind;
    struct adapter *adapter = calloc(1, sizeof *adapter);
    char *name = malloc(name_size);
    if (!adapter || !name)
        abort();
    snprintf(name, name_size, "%s%s", kind, command);
    adapter->name = name;
    adapter->command = name + strlen(kind);
    adapter->decoder = adapter_decoder_new();
    adapter->lab = (struct lab){.name = name, .context = adapter, .kind = &adapter_lab};
    if (start(adapter, reason))
        return &adapter->lab;
    close_lab(&adapter->lab);
    return NULL;
}

/* Starts a process and checks it; stops it again when it is no good. */
static bool start(struct adapter *adapter, struct reason *reason)
{
    struct reason inner = {0};
    adapter->process = adapter_process_start(adapter->command, &inner);
    if (adapter->process && check(adapter, &inner))
        return true;
    stop(adapter);
    return reason_set(reason, "adapter `%.100s`: %.280s", adapter->command, inner.text);
}

/* An attachment is tested before the device is. What the device says about itself is kept from the first time
 * on. */
static bool check(struct adapter *adapter, struct reason *reason)
{
    struct scope claims;
    unsigned capabilities;
    const struct adapter_message unknown_capability = {.kind = ADAPTER_CAPABILITY,
                                                       .name = "no-such-capability"};
    const struct adapter_message unknown_action = {.kind = ADAPTER_CONTROL, .action = "no-such-action"};
    if (!check_hello(adapter, &claims, reason) || !check_echo(adapter, reason) ||
        !ask_capabilities(adapter, &capabilities, reason) ||
        !check_refusal(adapter, &unknown_capability, "claims a capability that does not exist", reason) ||
        !check_refusal(adapter, &unknown_action, "accepts a control action that does not exist", reason))
        return false;
    struct lab *lab = &adapter->lab;
    if (!lab->claims.roles) {
        lab->claims = claims;
        lab->capabilities = capabilities;
    }
    if (lab->capabilities != capabilities || memcmp(&lab->claims, &claims, sizeof claims) != 0)
        return reason_set(reason, "started anew, it claims something else than before");
    return true;
}

static bool check_hello(struct adapter *adapter, struct scope *claims, struct reason *reason)
{
    struct adapter_answer answer;
    const struct adapter_message hello = {.kind = ADAPTER_HELLO, .version = ADAPTER_VERSION};
    if (!adapter_ask(adapter, &hello, ADAPTER_START_LIMIT_MS, &answer, reason))
        return false;
    *claims = answer.claims;
    return answer.version == ADAPTER_VERSION ||
           reason_set(reason, "it speaks version %u of the protocol, needed is %d", answer.version,
                      ADAPTER_VERSION);
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

static void stop(struct adapter *adapter)
{
    adapter_process_stop(adapter->process);
    adapter->process = NULL;
}

static bool lend(struct lab *lab, struct port *port, const struct device_settings *settings,
                 struct reason *reason)
{
    struct adapter *adapter = lab->context;
    if (!adapter->process && !start(adapter, reason))
        return false;
    adapter_begin_case(adapter, port_services(port));
    if (!configure(adapter, settings, port_random(port), reason)) {
        adapter_end_case(adapter);
        return false;
    }
    port_attach(port, &adapter_handlers, adapter);
    return true;
}

static bool configure(struct adapter *adapter, const struct device_settings *settings, struct random random,
                      struct reason *reason)
{
    struct adapter_answer answer;
    struct reason inner;
    const struct adapter_message question = {
        .kind = ADAPTER_CONFIGURE, .random = random.state, .settings = *settings};
    if (!adapter_ask(adapter, &question, ADAPTER_ANSWER_LIMIT_MS, &answer, &inner)) {
        stop(adapter);
        return reason_set(reason, "adapter `%.100s`: %.280s", adapter->command, inner.text);
    }
    return answer.ok || reason_set(reason, "the device refuses its settings: %.300s", answer.text.text);
}

static bool take_back(struct lab *lab, struct reason *reason)
{
    struct adapter *adapter = lab->context;
    if (!adapter->process)
        return true; /* it was not lent, and the reason was given then */
    if (!lab->lost && adapter_process_quiet(adapter->process, &adapter->why_lost))
        return true;
    stop(adapter);
    return reason_set(reason, "adapter `%.100s`: %.280s", adapter->command, adapter->why_lost.text);
}

static void close_lab(struct lab *lab)
{
    struct adapter *adapter = lab->context;
    stop(adapter);
    adapter_decoder_free(adapter->decoder);
    number_map_free(&adapter->vccs);
    number_map_free(&adapter->parties);
    free(adapter->name);
    free(adapter);
}
