#define _GNU_SOURCE /* pcap.h wants the types of BSD */
#include "ethernet/ethernet.h"

#include <errno.h>
#include <linux/ethtool.h>
#include <linux/if_packet.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <pcap/pcap.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/duration.h"
#include "ethernet/carrier.h"
#include "ethernet/checksum_offload.h"
#include "ethernet/namespace.h"
#include "ethernet/port_claim.h"
#include "wire/octets.h"

#define HEADER_SIZE   14   /* IEEE 802.3: destination, source, type or length */
#define SMALLEST_SIZE 60   /* IEEE 802.3 minFrameSize without FCS */
#define TAG_SIZE      4    /* IEEE 802.1Q */
#define COMMAND_SIZE  100  /* of an ip(8) command in a reason */
#define NOTICE_SIZE   8192 /* octets of netlink messages read at once; they are not looked into */

struct ethernet {
    char *name;            /* as it was opened */
    char *namespace;       /* before the slash; NULL: there is none */
    const char *interface; /* part of 'name' */
    pcap_t *handle;
    int frames;     /* descriptor of 'handle' */
    int notices;    /* netlink: changes of links in the interface's namespace */
    int descriptor; /* epoll: both of them */
    int questions;  /* netlink: for how often the carrier was lost … */
    uint64_t cuts;  /* … up to when it was opened */
    int claim;      /* it is ours */
    size_t size_limit;
    uint8_t *finished;     /* room for a frame whose sender left work to its port; NULL: none does here */
    int64_t stamp_unit_ns; /* of the part of a time stamp below seconds */
    bool gone;
    struct ethernet_counts counts;
};

/* A call of ethernet_receive(). */
struct reception {
    struct ethernet *ethernet;
    void (*received)(void *context, const uint8_t *data, size_t size, int64_t time_ns);
    void *context;
};

static bool open_here(void *context, struct reason *reason);
static bool open_notices(struct ethernet *ethernet, struct reason *reason);
static bool check_interface(struct ethernet *ethernet, struct reason *reason);
static bool activate(struct ethernet *ethernet, struct reason *reason);
static bool claim(struct ethernet *ethernet, struct reason *reason);
static bool open_descriptor(struct ethernet *ethernet, struct reason *reason);
static bool is_between_kernels(const struct ethernet *ethernet);
static bool no_permission(const struct ethernet *ethernet, struct reason *reason);
static bool not_up(const struct ethernet *ethernet, struct reason *reason);
static const char *ip_command(const struct ethernet *ethernet, char command[static COMMAND_SIZE]);
static bool is_gone(struct ethernet *ethernet, struct reason *reason);
static int interface_index(const struct ethernet *ethernet);
static bool links_changed(struct ethernet *ethernet);
static bool link_works(const struct ethernet *ethernet);
static void frame_arrived(u_char *context, const struct pcap_pkthdr *header, const u_char *data);
static const uint8_t *as_on_a_wire(struct ethernet *ethernet, const uint8_t *data, size_t size);

struct ethernet *ethernet_open(const char *name, struct reason *reason)
{
    struct ethernet *ethernet = calloc(1, sizeof *ethernet);
    if (!ethernet || !(ethernet->name = strdup(name)))
        abort();
    ethernet->frames = ethernet->notices = ethernet->descriptor = -1;
    ethernet->questions = ethernet->claim = -1;
    const char *slash = strchr(ethernet->name, '/');
    ethernet->interface = slash ? slash + 1 : ethernet->name;
    bool good;
    if (slash == ethernet->name || !*ethernet->interface || strchr(ethernet->interface, '/')) {
        good = reason_set(reason, "'%s' is no Ethernet port; write INTERFACE or NAMESPACE/INTERFACE", name);
    } else if (slash) {
        if (!(ethernet->namespace = strndup(ethernet->name, (size_t)(slash - ethernet->name))))
            abort();
        good = namespace_call(ethernet->namespace, open_here, ethernet, reason);
    } else {
        good = open_here(ethernet, reason);
    }
    if (good)
        return ethernet;
    ethernet_close(ethernet);
    return NULL;
}

void ethernet_close(struct ethernet *ethernet)
{
    if (!ethernet)
        return;
    if (ethernet->descriptor >= 0)
        close(ethernet->descriptor);
    if (ethernet->notices >= 0)
        close(ethernet->notices);
    if (ethernet->questions >= 0)
        close(ethernet->questions);
    if (ethernet->claim >= 0)
        close(ethernet->claim);
    if (ethernet->handle)
        pcap_close(ethernet->handle);
    free(ethernet->finished);
    free(ethernet->namespace);
    free(ethernet->name);
    free(ethernet);
}

const char *ethernet_name(const struct ethernet *ethernet)
{
    return ethernet->name;
}

int ethernet_descriptor(const struct ethernet *ethernet)
{
    return ethernet->descriptor;
}

bool ethernet_send(struct ethernet *ethernet, const uint8_t *data, size_t size, struct reason *reason)
{
    uint8_t padded[SMALLEST_SIZE] = {0};
    if (size < HEADER_SIZE)
        return reason_set(reason, "%s: %zu octets are no Ethernet frame, its header alone has %d",
                          ethernet->name, size, HEADER_SIZE);
    if (size < SMALLEST_SIZE) {
        memcpy(padded, data, size);
        data = padded;
        size = SMALLEST_SIZE;
    }
    errno = 0;
    if (pcap_inject(ethernet->handle, data, size) >= 0) {
        ethernet->counts.sent++;
        return true;
    }
    int error = errno;
    if (is_gone(ethernet, reason))
        return false;
    if (!link_works(ethernet)) {
        ethernet->counts.lost++;
        return true;
    }
    if (error == EMSGSIZE)
        return reason_set(reason,
                          "%s: a frame of %zu octets is larger than the interface sends; raise its MTU (`ip "
                          "link set %s mtu …`)",
                          ethernet->name, size, ethernet->interface);
    if (error == ENOBUFS)
        return reason_set(reason,
                          "%s: the interface's queue is full; raise it (`ip link set %s txqueuelen …`)",
                          ethernet->name, ethernet->interface);
    return reason_set(reason, "%s: a frame could not be sent: %s", ethernet->name,
                      pcap_geterr(ethernet->handle));
}

bool ethernet_receive(struct ethernet *ethernet,
                      void (*received)(void *context, const uint8_t *data, size_t size, int64_t time_ns),
                      void *context, struct reason *reason)
{
    struct reception reception = {ethernet, received, context};
    bool changed = links_changed(ethernet); /* first: frames that came before the end are handed on */
    bool good = pcap_dispatch(ethernet->handle, -1, frame_arrived, (u_char *)&reception) >= 0;
    if (good && !changed && !ethernet->gone)
        return true;
    if (is_gone(ethernet, reason))
        return false;
    return good || reason_set(reason, "%s: no frames can be received: %s", ethernet->name,
                              pcap_geterr(ethernet->handle));
}

struct ethernet_counts ethernet_counts(struct ethernet *ethernet)
{
    struct pcap_stat statistics;
    if (pcap_stats(ethernet->handle, &statistics) == 0)
        ethernet->counts.dropped = statistics.ps_drop;
    uint64_t losses;
    if (carrier_losses(ethernet->questions, interface_index(ethernet), &losses))
        ethernet->counts.cuts = losses - ethernet->cuts;
    return ethernet->counts;
}

/* In the interface's namespace. */
static bool open_here(void *context, struct reason *reason)
{
    struct ethernet *ethernet = context;
    return open_notices(ethernet, reason) && check_interface(ethernet, reason) &&
           activate(ethernet, reason) && claim(ethernet, reason) && open_descriptor(ethernet, reason) &&
           !is_gone(ethernet, reason);
}

/* A packet socket says nothing when its interface is deleted while it is down; rtnetlink(7) does. */
static bool open_notices(struct ethernet *ethernet, struct reason *reason)
{
    struct sockaddr_nl address = {.nl_family = AF_NETLINK, .nl_groups = RTMGRP_LINK};
    ethernet->notices = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
    if (ethernet->notices < 0 ||
        bind(ethernet->notices, (const struct sockaddr *)&address, sizeof address) != 0)
        return reason_set(reason, "%s: no notices of links: %s", ethernet->name, strerror(errno));
    ethernet->questions = carrier_open();
    return ethernet->questions >= 0 ||
           reason_set(reason, "%s: no news of its link: %s", ethernet->name, strerror(errno));
}

/* libpcap opens things that are no interfaces, and says little of those that can't be opened. */
static bool check_interface(struct ethernet *ethernet, struct reason *reason)
{
    struct ifreq request = {0};
    char command[COMMAND_SIZE];
    if (strlen(ethernet->interface) >= sizeof request.ifr_name || !if_nametoindex(ethernet->interface))
        return reason_set(reason, "%s: there is no such interface; `%s link` shows those that there are",
                          ethernet->name, ip_command(ethernet, command));
    strcpy(request.ifr_name, ethernet->interface);
    if (ioctl(ethernet->notices, SIOCGIFFLAGS, &request) != 0)
        return reason_set(reason, "%s: no interface to ask: %s", ethernet->name, strerror(errno));
    if (request.ifr_flags & IFF_LOOPBACK)
        return reason_set(reason, "%s: the loopback interface is no Ethernet port", ethernet->name);
    if (!(request.ifr_flags & IFF_UP))
        return not_up(ethernet, reason);
    if (ioctl(ethernet->notices, SIOCGIFMTU, &request) != 0 || request.ifr_mtu < 0)
        return reason_set(reason, "%s: its MTU can't be told: %s", ethernet->name, strerror(errno));
    ethernet->size_limit = HEADER_SIZE + TAG_SIZE + (size_t)request.ifr_mtu;
    return true;
}

static bool activate(struct ethernet *ethernet, struct reason *reason)
{
    char text[PCAP_ERRBUF_SIZE];
    pcap_t *handle = ethernet->handle = pcap_create(ethernet->interface, text);
    if (!handle)
        return reason_set(reason, "%s: %s", ethernet->name, text);
    pcap_set_promisc(handle, 1);
    pcap_set_immediate_mode(handle, 1);
    pcap_set_snaplen(handle, (int)ethernet->size_limit);
    pcap_set_tstamp_precision(handle, PCAP_TSTAMP_PRECISION_NANO);
    int code = pcap_activate(handle);
    if (code == PCAP_ERROR_PERM_DENIED || code == PCAP_ERROR_PROMISC_PERM_DENIED)
        return no_permission(ethernet, reason);
    if (code == PCAP_ERROR_IFACE_NOT_UP)
        return not_up(ethernet, reason);
    if (code < 0 || code == PCAP_WARNING_PROMISC_NOTSUP)
        return reason_set(reason, "%s: %s: %s", ethernet->name, pcap_statustostr(code), pcap_geterr(handle));
    if (pcap_datalink(handle) != DLT_EN10MB)
        return reason_set(reason, "%s: its link type is %s; only Ethernet interfaces can be ports",
                          ethernet->name, pcap_datalink_val_to_name(pcap_datalink(handle)));
    ethernet->stamp_unit_ns = pcap_get_tstamp_precision(handle) == PCAP_TSTAMP_PRECISION_NANO ? 1 : NS_PER_US;
    if (pcap_setdirection(handle, PCAP_D_IN) != 0 || pcap_setnonblock(handle, 1, text) != 0)
        return reason_set(reason, "%s: %s", ethernet->name, pcap_geterr(handle));
    ethernet->frames = pcap_get_selectable_fd(handle);
    /* Since Linux 4.20 what goes out doesn't even take room in the buffer. libpcap filters it in any case. */
    int on = 1;
    setsockopt(ethernet->frames, SOL_PACKET, PACKET_IGNORE_OUTGOING, &on, sizeof on);
    carrier_losses(ethernet->questions, interface_index(ethernet), &ethernet->cuts);
    if (is_between_kernels(ethernet) && !(ethernet->finished = malloc(ethernet->size_limit)))
        abort();
    return true;
}

static bool is_between_kernels(const struct ethernet *ethernet)
{
    struct ethtool_drvinfo driver = {.cmd = ETHTOOL_GDRVINFO};
    struct ifreq request = {.ifr_data = (void *)&driver};
    strcpy(request.ifr_name, ethernet->interface);
    return ioctl(ethernet->frames, SIOCETHTOOL, &request) == 0 &&
           checksum_offload_between_kernels(driver.driver);
}

static bool claim(struct ethernet *ethernet, struct reason *reason)
{
    ethernet->claim = port_claim((unsigned)interface_index(ethernet));
    if (ethernet->claim < 0 && errno == EADDRINUSE)
        return reason_set(reason, "%s: another vmacheck uses this port, and the device behind it",
                          ethernet->name);
    return ethernet->claim >= 0 || reason_set(reason, "%s: no descriptor: %s; raise the limit (ulimit -n)",
                                              ethernet->name, strerror(errno));
}

static bool open_descriptor(struct ethernet *ethernet, struct reason *reason)
{
    struct epoll_event event = {.events = EPOLLIN};
    ethernet->descriptor = epoll_create1(EPOLL_CLOEXEC);
    if (ethernet->descriptor < 0 ||
        epoll_ctl(ethernet->descriptor, EPOLL_CTL_ADD, ethernet->frames, &event) != 0 ||
        epoll_ctl(ethernet->descriptor, EPOLL_CTL_ADD, ethernet->notices, &event) != 0)
        return reason_set(reason, "%s: no descriptor: %s; raise the limit (ulimit -n)", ethernet->name,
                          strerror(errno));
    return true;
}

static bool no_permission(const struct ethernet *ethernet, struct reason *reason)
{
    char program[200];
    ssize_t size = readlink("/proc/self/exe", program, sizeof program - 1);
    program[size > 0 ? size : 0] = '\0';
    return reason_set(reason,
                      "%s: no permission: an Ethernet port takes CAP_NET_RAW; run `setcap cap_net_raw+ep %s` "
                      "once, or run it as root",
                      ethernet->name, *program ? program : "vmacheck");
}

static bool not_up(const struct ethernet *ethernet, struct reason *reason)
{
    char command[COMMAND_SIZE];
    return reason_set(reason, "%s: the interface is down; set it up: `%s link set %s up`", ethernet->name,
                      ip_command(ethernet, command), ethernet->interface);
}

/* The ip(8) that sees the interface: "ip", "ip -n NAMESPACE". */
static const char *ip_command(const struct ethernet *ethernet, char command[static COMMAND_SIZE])
{
    snprintf(command, COMMAND_SIZE, "ip%s%.80s", ethernet->namespace ? " -n " : "",
             ethernet->namespace ? ethernet->namespace : "");
    return command;
}

/* An interface that leaves, by being deleted or moved, first loses its name in the namespace and then takes
 * its index off the sockets that are bound to it. */
static bool is_gone(struct ethernet *ethernet, struct reason *reason)
{
    int index = ethernet->gone ? 0 : interface_index(ethernet);
    if (index) {
        struct ifreq request = {.ifr_ifindex = index};
        if (ioctl(ethernet->frames, SIOCGIFNAME, &request) == 0)
            return false;
    }
    ethernet->gone = true;
    reason_set(reason, "%s: the interface is gone: it was deleted, or moved to another namespace",
               ethernet->name);
    return true;
}

/* 0: it has left. */
static int interface_index(const struct ethernet *ethernet)
{
    struct sockaddr_ll address = {0};
    socklen_t size = sizeof address;
    bool known = getsockname(ethernet->frames, (struct sockaddr *)&address, &size) == 0;
    return known && address.sll_ifindex > 0 ? address.sll_ifindex : 0;
}

/* Takes in the notices; is_gone() knows what they mean. One that was lost for want of room counts as well. */
static bool links_changed(struct ethernet *ethernet)
{
    uint8_t notice[NOTICE_SIZE];
    bool changed = false;
    while (recv(ethernet->notices, notice, sizeof notice, MSG_DONTWAIT) >= 0 || errno == ENOBUFS)
        changed = true;
    return changed;
}

/* Up, and somebody is at the other end. The flag IFF_RUNNING may lag behind the carrier by a second. */
static bool link_works(const struct ethernet *ethernet)
{
    struct ifreq request = {0};
    struct ethtool_value carrier = {.cmd = ETHTOOL_GLINK};
    strcpy(request.ifr_name, ethernet->interface);
    if (ioctl(ethernet->frames, SIOCGIFFLAGS, &request) != 0 || !(request.ifr_flags & IFF_UP))
        return false;
    bool running = request.ifr_flags & IFF_RUNNING;
    request.ifr_data = (void *)&carrier;
    return ioctl(ethernet->frames, SIOCETHTOOL, &request) == 0 ? carrier.data != 0 : running;
}

static void frame_arrived(u_char *context, const struct pcap_pkthdr *header, const u_char *data)
{
    const struct reception *reception = (const struct reception *)(void *)context;
    struct ethernet *ethernet = reception->ethernet;
    if (header->caplen < header->len) {
        ethernet->counts.oversize++;
        return;
    }
    ethernet->counts.received++;
    reception->received(reception->context, as_on_a_wire(ethernet, data, header->caplen), header->caplen,
                        SECONDS(header->ts.tv_sec) + header->ts.tv_usec * ethernet->stamp_unit_ns);
}

/* The frame as a wire would have brought it; valid up to the next call. */
static const uint8_t *as_on_a_wire(struct ethernet *ethernet, const uint8_t *data, size_t size)
{
    uint16_t checksum;
    size_t place = ethernet->finished ? checksum_offload_place(data, size, &checksum) : 0;
    if (!place || size > ethernet->size_limit)
        return data;
    memcpy(ethernet->finished, data, size);
    octets_put_u16(ethernet->finished + place, checksum);
    return ethernet->finished;
}
