#include "ethernet/port_claim.h"

#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

int port_claim(unsigned index)
{
    /* An abstract name, unix(7): known in this network namespace only, and gone with its socket. Nobody
     * listens at it. */
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int size = snprintf(address.sun_path + 1, sizeof address.sun_path - 1, "vmacheck-port-%u", index);
    int claim = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    socklen_t length = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 + (size_t)size);
    if (claim < 0 || bind(claim, (const struct sockaddr *)&address, length) == 0)
        return claim;
    int error = errno;
    close(claim);
    errno = error;
    return -1;
}
