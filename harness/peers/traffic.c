#include "peers/traffic.h"

#include <stdlib.h>

#define IPV4_PROTOCOL_UDP 17
#define DISCARD_PORT      9 /* RFC 863 */
#define UDP_HEADER_SIZE   8
#define MARK              0x564d4143u /* "VMAC" */
#define MESSAGE_SIZE      (UDP_HEADER_SIZE + 12)

struct traffic {
    struct host *host;
    struct peer_link *link;
    struct traffic_settings settings;
    struct peer_user user; /* for its end only */
    struct timer timer;
    int64_t *sent_ns; /* by sequence number */
    size_t count;
    size_t room;
    bool dead;
};

static void timer_fired(void *owner);
static void send_next(struct traffic *traffic);
static void frame_received(void *owner, const struct peer_frame *frame);
static void died(void *owner);
static void destroy(void *owner);

struct traffic *traffic_new(struct host *host, const struct traffic_settings *settings)
{
    struct traffic *traffic = calloc(1, sizeof *traffic);
    if (!traffic)
        abort();
    traffic->host = host;
    traffic->link = host_link(host);
    traffic->settings = *settings;
    traffic->user = (struct peer_user){
        .owner = traffic, .frame_received = frame_received, .died = died, .destroy = destroy};
    timer_init(&traffic->timer, timer_fired, traffic);
    peer_link_add(traffic->link, &traffic->user);
    return traffic;
}

void traffic_start(struct traffic *traffic)
{
    if (!traffic->dead)
        timer_fired(traffic);
}

void traffic_stop(struct traffic *traffic)
{
    const struct station_services *services = traffic->link->services;
    services->timer_stop(services->context, &traffic->timer);
}

size_t traffic_sent_count(const struct traffic *traffic)
{
    return traffic->count;
}

int64_t traffic_sent_ns(const struct traffic *traffic, size_t sequence)
{
    return traffic->sent_ns[sequence];
}

uint16_t traffic_stream(const struct traffic *traffic)
{
    return traffic->settings.stream;
}

bool traffic_read(const struct frame *frame, uint16_t *stream, uint32_t *sequence)
{
    if (!(frame->layers & LAYER_IPV4) || frame->ipv4.protocol != IPV4_PROTOCOL_UDP ||
        frame->ipv4.payload.size < MESSAGE_SIZE)
        return false;
    const uint8_t *udp = frame->ipv4.payload.data;
    if (octets_u16(udp + 2) != DISCARD_PORT || octets_u32(udp + UDP_HEADER_SIZE) != MARK)
        return false;
    *stream = (uint16_t)octets_u32(udp + UDP_HEADER_SIZE + 4);
    *sequence = octets_u32(udp + UDP_HEADER_SIZE + 8);
    return true;
}

static void timer_fired(void *owner)
{
    struct traffic *traffic = owner;
    const struct station_services *services = traffic->link->services;
    send_next(traffic);
    services->timer_start(services->context, &traffic->timer, traffic->settings.interval_ns);
}

/* UDP may leave its checksum out (RFC 768). */
static void send_next(struct traffic *traffic)
{
    uint8_t udp[MESSAGE_SIZE] = {0};
    const struct traffic_settings *settings = &traffic->settings;
    if (traffic->count == traffic->room) {
        traffic->room = traffic->room ? 2 * traffic->room : 64;
        traffic->sent_ns = realloc(traffic->sent_ns, traffic->room * sizeof *traffic->sent_ns);
        if (!traffic->sent_ns)
            abort();
    }
    octets_put_u16(udp, DISCARD_PORT);
    octets_put_u16(udp + 2, DISCARD_PORT);
    octets_put_u16(udp + 4, MESSAGE_SIZE);
    octets_put_u32(udp + UDP_HEADER_SIZE, MARK);
    octets_put_u32(udp + UDP_HEADER_SIZE + 4, settings->stream);
    octets_put_u32(udp + UDP_HEADER_SIZE + 8, (uint32_t)traffic->count);
    const struct station_services *services = traffic->link->services;
    traffic->sent_ns[traffic->count++] = services->now_ns(services->context);
    struct ipv4 packet = {.ttl = 64,
                          .protocol = IPV4_PROTOCOL_UDP,
                          .source = host_settings_of(traffic->host)->address,
                          .destination = settings->destination,
                          .payload = {udp, sizeof udp}};
    host_send(traffic->host, &packet, settings->via);
}

static void frame_received(void *owner, const struct peer_frame *frame)
{
    (void)owner;
    (void)frame;
}

static void died(void *owner)
{
    struct traffic *traffic = owner;
    traffic->dead = true;
    traffic_stop(traffic);
}

static void destroy(void *owner)
{
    struct traffic *traffic = owner;
    traffic_stop(traffic);
    free(traffic->sent_ns);
    free(traffic);
}
