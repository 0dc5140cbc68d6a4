#include "links/adapter_device.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/duration.h"
#include "links/adapter_message.h"

/* What goes to and fro. */
struct conversation {
    int input;
    int output;
    struct adapter_decoder *decoder;
    /* lines read, not yet handled */
    char in[2 * ADAPTER_LINE_ROOM];
    size_t in_start;
    size_t in_end;
    /* lines of the answer that is being made */
    char *out;
    size_t out_size;
    size_t out_room;
    const char *unwritable; /* kind of a message that has no line: text that isn't UTF-8, too many octets */
};

/* One of the devices that the program is. */
struct adapter_device {
    const struct adapter_stack *stack;
    struct conversation *conversation;
    unsigned instance;
    const struct station_handlers *handlers; /* of the station */
    struct station_services services;
    void *station; /* NULL before the first `configure` */
    int64_t now_ns;
    struct timer_queue timers;
    struct random random;
    uint32_t last_vcc;
    uint32_t last_party;
};

static bool answer(struct conversation *conversation, struct adapter_device *devices, const char *line,
                   size_t size, struct reason *reason);
static bool read_line(struct conversation *conversation, const char **line, size_t *size,
                      struct reason *reason);
static bool flush(struct conversation *conversation, struct reason *reason);
static void put(struct adapter_device *device, struct adapter_message *message);
static void put_result(struct adapter_device *device, bool ok, const char *reason);
static void handle(struct adapter_device *device, const struct adapter_message *message);
static void destroy_station(struct adapter_device *device);
static void fill_services(struct adapter_device *device);
static unsigned instance_count(const struct adapter_stack *stack);

bool adapter_device_run(const struct adapter_stack *stack, int input, int output, struct reason *reason)
{
    static const struct station_handlers deaf = {0};
    unsigned count = instance_count(stack);
    struct conversation *conversation = calloc(1, sizeof *conversation);
    struct adapter_device *devices = calloc(count, sizeof *devices);
    if (!conversation || !devices)
        abort();
    conversation->input = input;
    conversation->output = output;
    conversation->decoder = adapter_decoder_new();
    for (unsigned i = 0; i < count; i++) {
        devices[i].stack = stack;
        devices[i].conversation = conversation;
        devices[i].instance = i;
        devices[i].handlers = &deaf;
        fill_services(&devices[i]);
    }
    const char *line = NULL;
    size_t size = 0;
    bool good;
    do {
        good = read_line(conversation, &line, &size, reason) &&
               (!line || answer(conversation, devices, line, size, reason));
    } while (good && line);
    for (unsigned i = 0; i < count; i++)
        destroy_station(&devices[i]);
    adapter_decoder_free(conversation->decoder);
    free(conversation->out);
    free(conversation);
    free(devices);
    return good;
}

static bool answer(struct conversation *conversation, struct adapter_device *devices, const char *line,
                   size_t size, struct reason *reason)
{
    struct adapter_message message;
    if (!adapter_decode(conversation->decoder, ADAPTER_HARNESS, line, size, &message, reason))
        return false;
    if (message.instance >= instance_count(devices[0].stack))
        return reason_set(reason, "there is no instance %u", message.instance);
    struct adapter_device *device = &devices[message.instance];
    device->now_ns = message.time_ns;
    handle(device, &message);
    put(device,
        &(struct adapter_message){.kind = ADAPTER_DONE, .deadline_ns = timer_queue_next_ns(&device->timers)});
    if (conversation->unwritable)
        return reason_set(reason, "a %s of the stack can't be written as a line of JSON",
                          conversation->unwritable);
    return flush(conversation, reason);
}

/* The next line, or NULL when the input has ended. */
static bool read_line(struct conversation *conversation, const char **line, size_t *size,
                      struct reason *reason)
{
    for (;;) {
        char *newline = memchr(conversation->in + conversation->in_start, '\n',
                               conversation->in_end - conversation->in_start);
        if (newline) {
            *line = conversation->in + conversation->in_start;
            *size = (size_t)(newline - *line);
            conversation->in_start += *size + 1;
            return true;
        }
        memmove(conversation->in, conversation->in + conversation->in_start,
                conversation->in_end - conversation->in_start);
        conversation->in_end -= conversation->in_start;
        conversation->in_start = 0;
        if (conversation->in_end == sizeof conversation->in)
            return reason_set(reason, "a line of more than %zu octets", sizeof conversation->in);
        ssize_t count = read(conversation->input, conversation->in + conversation->in_end,
                             sizeof conversation->in - conversation->in_end);
        if (count < 0 && errno != EINTR)
            return reason_set(reason, "the input can't be read: %s", strerror(errno));
        if (count == 0) {
            *line = NULL;
            return conversation->in_end == 0 || reason_set(reason, "the input ends in the middle of a line");
        }
        conversation->in_end += count > 0 ? (size_t)count : 0;
    }
}

static bool flush(struct conversation *conversation, struct reason *reason)
{
    for (size_t written = 0; written < conversation->out_size;) {
        ssize_t count =
            write(conversation->output, conversation->out + written, conversation->out_size - written);
        if (count < 0 && errno != EINTR)
            return reason_set(reason, "the output can't be written: %s", strerror(errno));
        written += count > 0 ? (size_t)count : 0;
    }
    conversation->out_size = 0;
    return true;
}

/* Adds a line to the answer, with the time of the question. */
static void put(struct adapter_device *device, struct adapter_message *message)
{
    struct conversation *conversation = device->conversation;
    message->time_ns = device->now_ns;
    message->instance = device->instance;
    if (conversation->out_room - conversation->out_size < ADAPTER_LINE_ROOM) {
        conversation->out_room = conversation->out_room * 2 + ADAPTER_LINE_ROOM;
        conversation->out = realloc(conversation->out, conversation->out_room);
        if (!conversation->out)
            abort();
    }
    size_t size = adapter_encode(message, conversation->out + conversation->out_size);
    if (!size)
        conversation->unwritable = adapter_kind_name(message->kind);
    conversation->out_size += size;
}

static void put_result(struct adapter_device *device, bool ok, const char *reason)
{
    put(device, &(struct adapter_message){.kind = ADAPTER_RESULT, .ok = ok, .reason = reason});
}

/* --- the station acts on the network: lines of the answer --- */

static int64_t now_ns(void *context)
{
    return ((struct adapter_device *)context)->now_ns;
}

static void timer_start(void *context, struct timer *timer, int64_t delay_ns)
{
    struct adapter_device *device = context;
    timer_queue_start(&device->timers, timer, device->now_ns + (delay_ns > 0 ? delay_ns : 0));
}

static void timer_stop(void *context, struct timer *timer)
{
    timer_queue_stop(&((struct adapter_device *)context)->timers, timer);
}

static void address_register(void *context, const struct atm_address *address)
{
    put(context, &(struct adapter_message){.kind = ADAPTER_ADDRESS_REGISTER, .address = *address});
}

static uint32_t call_setup(void *context, const struct call *call)
{
    struct adapter_device *device = context;
    put(device,
        &(struct adapter_message){.kind = ADAPTER_CALL_SETUP, .vcc = ++device->last_vcc, .call = *call});
    return device->last_vcc;
}

static void call_accept(void *context, uint32_t vcc)
{
    put(context, &(struct adapter_message){.kind = ADAPTER_CALL_ACCEPT, .vcc = vcc});
}

static void call_reject(void *context, uint32_t vcc, enum release_cause cause)
{
    put(context, &(struct adapter_message){.kind = ADAPTER_CALL_REJECT, .vcc = vcc, .cause = (uint8_t)cause});
}

static void call_release(void *context, uint32_t vcc, enum release_cause cause)
{
    put(context,
        &(struct adapter_message){.kind = ADAPTER_CALL_RELEASE, .vcc = vcc, .cause = (uint8_t)cause});
}

static uint32_t party_add(void *context, uint32_t vcc, const struct atm_address *called)
{
    struct adapter_device *device = context;
    put(device,
        &(struct adapter_message){
            .kind = ADAPTER_PARTY_ADD, .vcc = vcc, .party = ++device->last_party, .address = *called});
    return device->last_party;
}

static void party_drop(void *context, uint32_t vcc, uint32_t party, enum release_cause cause)
{
    put(context, &(struct adapter_message){
                     .kind = ADAPTER_PARTY_DROP, .vcc = vcc, .party = party, .cause = (uint8_t)cause});
}

static void sdu_send(void *context, uint32_t vcc, const uint8_t *data, size_t size)
{
    put(context, &(struct adapter_message){.kind = ADAPTER_SDU_SEND, .vcc = vcc, .data = {data, size}});
}

static void lan_frame_send(void *context, unsigned port, const uint8_t *data, size_t size)
{
    put(context, &(struct adapter_message){
                     .kind = ADAPTER_LAN_FRAME_SEND, .port = (uint8_t)port, .data = {data, size}});
}

static uint64_t random_bits(void *context)
{
    return random_next(&((struct adapter_device *)context)->random);
}

static void fill_services(struct adapter_device *device)
{
    device->services = (struct station_services){.context = device,
                                                 .now_ns = now_ns,
                                                 .timer_start = timer_start,
                                                 .timer_stop = timer_stop,
                                                 .address_register = address_register,
                                                 .call_setup = call_setup,
                                                 .call_accept = call_accept,
                                                 .call_reject = call_reject,
                                                 .call_release = call_release,
                                                 .party_add = party_add,
                                                 .party_drop = party_drop,
                                                 .sdu_send = sdu_send,
                                                 .lan_frame_send = lan_frame_send,
                                                 .random_bits = random_bits};
}

/* --- questions about the device itself --- */

static void hello(struct adapter_device *device, const struct adapter_message *message)
{
    (void)message;
    put(device, &(struct adapter_message){.kind = ADAPTER_HELLO_ANSWER,
                                          .version = ADAPTER_VERSION,
                                          .name = device->stack->name,
                                          .claims = device->stack->claims,
                                          .instances = device->stack->instances});
}

static void echo(struct adapter_device *device, const struct adapter_message *message)
{
    put(device, &(struct adapter_message){.kind = ADAPTER_ECHO_ANSWER, .data = message->data});
}

static void capability(struct adapter_device *device, const struct adapter_message *message)
{
    bool has = false;
    for (const struct capability_name *name = capability_names; name->bit; name++)
        if (strcmp(name->name, message->name) == 0)
            has = device->stack->capabilities & name->bit;
    put_result(device, has, has ? "" : "no such capability");
}

static void configure(struct adapter_device *device, const struct adapter_message *message)
{
    struct reason reason = {0};
    destroy_station(device);
    device->random.state = message->random;
    device->last_vcc = 0;
    device->last_party = 0;
    const struct station_handlers *handlers;
    device->station = device->stack->create(&device->services, &message->settings, &handlers, &reason);
    if (device->station)
        device->handlers = handlers;
    put_result(device, device->station, reason.text);
}

static void control(struct adapter_device *device, const struct adapter_message *message)
{
    struct reason reason = {0};
    struct control_action action;
    const struct station_handlers *handlers = device->handlers;
    bool ok = false;
    if (!adapter_control_of(message, &action))
        reason_set(&reason, "no such action");
    else if (!device->station || !handlers->control)
        reason_set(&reason, "nothing to control");
    else
        ok = handlers->control(device->station, &action, &reason);
    put_result(device, ok, reason.text);
}

/* One timer at a time: when the next one is due at the same instant, the harness asks again after whatever
 * else happens then. */
static void advance(struct adapter_device *device, const struct adapter_message *message)
{
    (void)message;
    struct timer *timer = timer_queue_take(&device->timers, device->now_ns);
    if (timer)
        timer->fire(timer->owner);
}

/* --- the network acts on the station --- */

static void call_offered(struct adapter_device *device, const struct adapter_message *message)
{
    if (device->handlers->call_offered)
        device->handlers->call_offered(device->station, message->vcc, &message->call);
    else
        call_reject(device, message->vcc, CAUSE_REJECTED);
}

static void call_connected(struct adapter_device *device, const struct adapter_message *message)
{
    if (device->handlers->call_connected)
        device->handlers->call_connected(device->station, message->vcc);
}

static void call_released(struct adapter_device *device, const struct adapter_message *message)
{
    if (device->handlers->call_released)
        device->handlers->call_released(device->station, message->vcc, (enum release_cause)message->cause);
}

static void party_connected(struct adapter_device *device, const struct adapter_message *message)
{
    if (device->handlers->party_connected)
        device->handlers->party_connected(device->station, message->vcc, message->party);
}

static void party_released(struct adapter_device *device, const struct adapter_message *message)
{
    if (device->handlers->party_released)
        device->handlers->party_released(device->station, message->vcc, message->party,
                                         (enum release_cause)message->cause);
}

static void sdu(struct adapter_device *device, const struct adapter_message *message)
{
    if (device->handlers->sdu_received)
        device->handlers->sdu_received(device->station, message->vcc, message->data.data, message->data.size);
}

static void lan_frame(struct adapter_device *device, const struct adapter_message *message)
{
    if (device->handlers->lan_frame_received)
        device->handlers->lan_frame_received(device->station, message->port, message->data.data,
                                             message->data.size);
}

static void handle(struct adapter_device *device, const struct adapter_message *message)
{
    static const struct {
        void (*act)(struct adapter_device *, const struct adapter_message *);
        bool on_station; /* nothing happens before the first `configure` */
    } acts[ADAPTER_KIND_COUNT] = {
        [ADAPTER_HELLO] = {hello, false},
        [ADAPTER_ECHO] = {echo, false},
        [ADAPTER_CAPABILITY] = {capability, false},
        [ADAPTER_CONFIGURE] = {configure, false},
        [ADAPTER_CONTROL] = {control, false},
        [ADAPTER_CALL_OFFERED] = {call_offered, true},
        [ADAPTER_CALL_CONNECTED] = {call_connected, true},
        [ADAPTER_CALL_RELEASED] = {call_released, true},
        [ADAPTER_PARTY_CONNECTED] = {party_connected, true},
        [ADAPTER_PARTY_RELEASED] = {party_released, true},
        [ADAPTER_SDU] = {sdu, true},
        [ADAPTER_LAN_FRAME] = {lan_frame, true},
        [ADAPTER_ADVANCE] = {advance, true},
    };
    if (acts[message->kind].act && (device->station || !acts[message->kind].on_station))
        acts[message->kind].act(device, message);
}

static void destroy_station(struct adapter_device *device)
{
    timer_queue_clear(&device->timers);
    if (device->station && device->handlers->destroy)
        device->handlers->destroy(device->station);
    timer_queue_clear(&device->timers);
    device->station = NULL;
}

static unsigned instance_count(const struct adapter_stack *stack)
{
    return stack->instances ? stack->instances : 1;
}
