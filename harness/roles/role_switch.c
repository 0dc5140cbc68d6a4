/* The network of an ATM switch: the ELAN of a router without the device's own port. The device is what stands
 * between the ports (world/switch_behaviour.h); the speaker, with its LEC, is the router that fails. Cells
 * take no longer than through one switch. */
#include "scene/role_network.h"
#include "steps/expect.h"

#define ANSWER_LIMIT SECONDS(5)

static void draw(struct scene_plan *plan);
static void start(struct scene *scene);
static bool ready(const struct scene *scene);
static bool alive(struct scene *scene);

const struct role_network switch_network = {
    .draw = draw,
    .attach = attach_elan,
    .start = start,
    .ready = ready,
    .alive = alive,
    .no_life = "the switch carries no frames between the host and the LES, so its silence proves nothing",
};

static void draw(struct scene_plan *plan)
{
    plan->speaker_lec.proxy = plan->instance->scheme == SCHEME_PROXY;
    /* The same for all: whoever hears of one release would release the next call by itself. */
    plan->latency_low_ns = plan->latency_high_ns = MICROSECONDS(random_between(&plan->random, 10, 20000));
    plan->les.omits_distribute = false;
    plan->bus.echo = true;
}

static void start(struct scene *scene)
{
    struct port *peers[] = {scene->speaker_port, scene->host_port};
    struct reason reason;
    for (unsigned i = 0; i < 2; i++) {
        unsigned next = scene->plan.start_order % 2 ? 1 - i : i;
        port_control(peers[next], &(struct control_action){.kind = CONTROL_START}, &reason);
        scene_advance(scene, MICROSECONDS(random_between(&scene->random, 0, 50000)));
    }
}

static bool ready(const struct scene *scene)
{
    return peer_lec_operational(scene->speaker_lec) && peer_lec_operational(scene->host_lec);
}

/* The host asks the LES for the broadcast address, and hears the answer. */
static bool alive(struct scene *scene)
{
    struct mark since = mark_now(scene);
    uint32_t id = peer_lec_resolve(scene->host_lec, MAC_BROADCAST);
    struct pattern answer = {.names = FRAME_SET(LE_ARP_RESPONSE),
                             .from_any = true,
                             .reaches = port_bit(port_index(scene->host_port))};
    answer.conditions[0] = (struct condition){FIELD_TRANSACTION_ID, number_value(id), false};
    return await(scene, &answer, since, ANSWER_LIMIT);
}
