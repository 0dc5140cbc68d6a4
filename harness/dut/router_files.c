/* The device files of the VRRP routers behind a bridge: each is read and checked like any other. */
#include <stdlib.h>

#include "dut/reader.h"

static void check_router(struct reader *reader, size_t index);

void read_router_files(struct reader *reader)
{
    struct device_file *file = reader->file;
    for (size_t i = 0; i < file->router_count; i++) {
        struct mistakes *mistakes = calloc(1, sizeof *mistakes);
        if (!mistakes)
            abort();
        file->router_files[i] = device_file_read_router(file->routers[i], mistakes);
        if (file->router_files[i])
            check_router(reader, i);
        else
            mistake_add(reader->mistakes, file->routers_at[i], "%s:%zu:%zu: %s", file->routers[i],
                        mistakes->list[0].place.line, mistakes->list[0].place.column, mistakes->list[0].text);
        free(mistakes);
    }
}

static void check_router(struct reader *reader, size_t index)
{
    const struct device_file *file = reader->file;
    const struct device_file *router = file->router_files[index];
    if (router->profile.claims.roles != ROLE_VRRP || !router->port_count)
        mistake_add(reader->mistakes, file->routers_at[index],
                    "%s is no VRRP router on Ethernet ports; give the file of a device with `role: vrrp` and "
                    "`attached: ports`",
                    file->routers[index]);
    else if (router->port_count < 2)
        mistake_add(reader->mistakes, file->routers_at[index],
                    "%s has one port; a router behind a bridge needs a second one, to which it forwards",
                    file->routers[index]);
}
