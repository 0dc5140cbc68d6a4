#include "ethernet/carrier.h"

#include <linux/if_link.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <string.h>
#include <sys/socket.h>

#define ANSWER_SIZE 16384 /* octets; one link's properties take about 2000 */

struct request {
    struct nlmsghdr header;
    struct ifinfomsg link;
};

static bool count_in(const struct nlmsghdr *answer, int index, uint64_t *count);

int carrier_open(void)
{
    return socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
}

bool carrier_losses(int questions, int index, uint64_t *count)
{
    struct request request = {
        .header = {.nlmsg_len = sizeof request, .nlmsg_type = RTM_GETLINK, .nlmsg_flags = NLM_F_REQUEST},
        .link = {.ifi_family = AF_UNSPEC, .ifi_index = index}};
    _Alignas(struct nlmsghdr) uint8_t answer[ANSWER_SIZE];
    if (send(questions, &request, sizeof request, 0) < 0)
        return false;
    /* The kernel has answered when send() is back. */
    ssize_t size = recv(questions, answer, sizeof answer, MSG_DONTWAIT);
    const struct nlmsghdr *header = (const void *)answer;
    return size >= (ssize_t)sizeof *header && NLMSG_OK(header, (size_t)size) &&
           header->nlmsg_type == RTM_NEWLINK && count_in(header, index, count);
}

static bool count_in(const struct nlmsghdr *answer, int index, uint64_t *count)
{
    const struct ifinfomsg *link = NLMSG_DATA(answer);
    unsigned left = (unsigned)IFLA_PAYLOAD(answer);
    if (link->ifi_index != index)
        return false;
    for (const struct rtattr *part = IFLA_RTA(link); RTA_OK(part, left); part = RTA_NEXT(part, left)) {
        uint32_t losses;
        if (part->rta_type != IFLA_CARRIER_DOWN_COUNT || RTA_PAYLOAD(part) < sizeof losses)
            continue;
        memcpy(&losses, RTA_DATA(part), sizeof losses);
        *count = losses;
        return true;
    }
    return false;
}
