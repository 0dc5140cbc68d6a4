#define _GNU_SOURCE /* setns() */
#include "ethernet/namespace.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define NAMESPACE_FOLDER "/run/netns" /* where `ip netns` keeps them, ip-netns(8) */

struct visit {
    const char *name;
    int namespace;
    bool (*inside)(void *context, struct reason *reason);
    void *context;
    struct reason *reason;
    bool good;
};

static void *go_inside(void *context);
static bool can_not_enter(const char *name, int error, struct reason *reason);

bool namespace_call(const char *name, bool (*inside)(void *context, struct reason *reason), void *context,
                    struct reason *reason)
{
    char path[sizeof NAMESPACE_FOLDER + 256];
    snprintf(path, sizeof path, "%s/%.250s", NAMESPACE_FOLDER, name);
    struct visit visit = {.name = name, .inside = inside, .context = context, .reason = reason};
    visit.namespace = open(path, O_RDONLY | O_CLOEXEC);
    if (visit.namespace < 0)
        return can_not_enter(name, errno, reason);
    pthread_t thread;
    int error = pthread_create(&thread, NULL, go_inside, &visit);
    if (error)
        reason_set(reason, "no thread for network namespace %s: %s", name, strerror(error));
    else
        pthread_join(thread, NULL);
    close(visit.namespace);
    return visit.good;
}

static void *go_inside(void *context)
{
    struct visit *visit = context;
    visit->good = setns(visit->namespace, CLONE_NEWNET) == 0
                      ? visit->inside(visit->context, visit->reason)
                      : can_not_enter(visit->name, errno, visit->reason);
    return NULL;
}

static bool can_not_enter(const char *name, int error, struct reason *reason)
{
    if (error == ENOENT)
        return reason_set(
            reason, "there is no network namespace %s; `ip netns list` shows those that there are", name);
    if (error == EINVAL)
        return reason_set(reason, "%s/%s is no network namespace; make one with `ip netns add %s`",
                          NAMESPACE_FOLDER, name, name);
    if (error == EPERM || error == EACCES)
        return reason_set(
            reason,
            "network namespace %s may not be entered: that takes CAP_SYS_ADMIN; run vmacheck as "
            "root, or inside of it (`ip netns exec %s vmacheck …`) and name the interface alone",
            name, name);
    return reason_set(reason, "network namespace %s can't be entered: %s", name, strerror(error));
}
