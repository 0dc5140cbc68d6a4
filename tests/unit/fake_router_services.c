#include "fake_router_services.h"

#include <check.h>
#include <stdlib.h>

#include "base/duration.h"

static int64_t now_ns(void *context);
static void timer_start(void *context, struct timer *timer, int64_t delay_ns);
static void timer_stop(void *context, struct timer *timer);

struct fake_services *fake_services_new(void)
{
    struct fake_services *fake = calloc(1, sizeof *fake);
    if (!fake)
        abort();
    fake->services = (struct station_services){
        .context = fake, .now_ns = now_ns, .timer_start = timer_start, .timer_stop = timer_stop};
    return fake;
}

void fake_services_free(struct fake_services *fake)
{
    ck_assert_msg(timer_queue_next_ns(&fake->timers) == TIME_NEVER, "a timer outlived its owner");
    timer_queue_clear(&fake->timers);
    free(fake);
}

void fake_run(struct fake_services *fake, int64_t until_ns)
{
    while (timer_queue_next_ns(&fake->timers) <= until_ns) {
        fake->now_ns = timer_queue_next_ns(&fake->timers);
        struct timer *timer = timer_queue_take(&fake->timers, fake->now_ns);
        timer->fire(timer->owner);
    }
    fake->now_ns = until_ns;
}

static int64_t now_ns(void *context)
{
    struct fake_services *fake = context;
    return fake->now_ns;
}

static void timer_start(void *context, struct timer *timer, int64_t delay_ns)
{
    struct fake_services *fake = context;
    timer_queue_start(&fake->timers, timer, fake->now_ns + delay_ns);
}

static void timer_stop(void *context, struct timer *timer)
{
    struct fake_services *fake = context;
    timer_queue_stop(&fake->timers, timer);
}
