#include <stdlib.h>

#include "peers/host_private.h"

/* An echo request in the making. */
struct echo {
    uint8_t message[ICMP_HEADER_SIZE];
    struct ipv4 packet; /* its payload is 'message' */
    uint16_t sequence;
};

static void make_echo(struct host *host, struct ipv4_address destination, struct echo *echo);

uint16_t host_ping(struct host *host, struct ipv4_address destination, struct ipv4_address via)
{
    struct echo echo;
    make_echo(host, destination, &echo);
    host_send(host, &echo.packet, via);
    return echo.sequence;
}

uint16_t host_ping_mac(struct host *host, struct ipv4_address destination, struct mac_address via)
{
    struct echo echo;
    make_echo(host, destination, &echo);
    host_send_mac(host, &echo.packet, via);
    return echo.sequence;
}

void host_ping_every(struct host *host, struct ipv4_address destination, struct ipv4_address via,
                     int64_t interval_ns)
{
    if (host->dead)
        return;
    host->ping_destination = destination;
    host->ping_via = via;
    host->ping_interval_ns = interval_ns;
    host_ping_timer_fired(host);
}

void host_stop_pings(struct host *host)
{
    host->services->timer_stop(host->services->context, &host->ping_timer);
}

int64_t host_reply_ns(const struct host *host, uint16_t sequence)
{
    return sequence < host->ping_count ? host->pings[sequence].reply_ns : TIME_NEVER;
}

struct host_ping_count host_pings(const struct host *host)
{
    return host->count;
}

void host_ping_replied(struct host *host, const struct icmp *icmp)
{
    if (icmp->sequence >= host->ping_count || host->pings[icmp->sequence].reply_ns != TIME_NEVER)
        return; /* not ours, or a second copy */
    struct host_ping_count *count = &host->count;
    int64_t now_ns = host->services->now_ns(host->services->context);
    host->pings[icmp->sequence].reply_ns = now_ns;
    if (count->replied++ == 0)
        count->first_reply_ns = now_ns;
    else if (now_ns - count->last_reply_ns > count->longest_gap_ns)
        count->longest_gap_ns = now_ns - count->last_reply_ns;
    count->last_reply_ns = now_ns;
}

void host_ping_timer_fired(void *owner)
{
    struct host *host = owner;
    host_ping(host, host->ping_destination, host->ping_via);
    host->services->timer_start(host->services->context, &host->ping_timer, host->ping_interval_ns);
}

static void make_echo(struct host *host, struct ipv4_address destination, struct echo *echo)
{
    if (host->ping_count == host->ping_room) {
        host->ping_room = host->ping_room ? host->ping_room * 2 : 16;
        host->pings = realloc(host->pings, host->ping_room * sizeof *host->pings);
        if (!host->pings)
            abort();
    }
    echo->sequence = (uint16_t)host->ping_count;
    host->pings[host->ping_count++] =
        (struct ping){host->services->now_ns(host->services->context), TIME_NEVER};
    host->count.sent++;
    struct icmp icmp = {
        .type = ICMP_ECHO_REQUEST, .identifier = host->ping_identifier, .sequence = echo->sequence};
    echo->packet = (struct ipv4){.ttl = 64,
                                 .protocol = IPV4_PROTOCOL_ICMP,
                                 .source = host->settings.address,
                                 .destination = destination};
    echo->packet.payload =
        (struct octets){echo->message, icmp_encode(&icmp, echo->message, sizeof echo->message)};
}
