#include "steps/failover.h"

#define DEVICE_PORT   0u
#define BINDING_LIMIT SECONDS(5)
/* C21 and C22 of the host's LEC, set-up and latencies. */
#define PATH_LIMIT    SECONDS(15)
#define STEP_NS       MILLISECONDS(50)
#define PING_INTERVAL MILLISECONDS(100)

static bool host_has(struct scene *scene, struct atm_address atm, int64_t limit_ns);
static bool host_sends_to(struct scene *scene, struct atm_address atm, int64_t limit_ns);
static unsigned port_of(const struct scene *scene, struct atm_address atm);

void bystander_uses_virtual_router(struct scene *scene)
{
    host_ping_every(scene->host, scene->plan.far_ip, scene->virtual_ip, PING_INTERVAL);
}

bool expect_bystander_reaches_at(struct scene *scene, const char *site, struct atm_address atm,
                                 const char *requirements)
{
    return expect_true_at(scene, site, host_has(scene, atm, BINDING_LIMIT), NULL, requirements,
                          "a bystander's LEC has the VMAC at the new Master's ATM address within 5 s",
                          "it has another one, or none") &&
           expect_true_at(scene, site, host_sends_to(scene, atm, PATH_LIMIT), NULL, requirements,
                          "a bystander's frames for the VMAC travel on a Data Direct VCC to the new Master",
                          "they do not");
}

void bring_bystander_to(struct scene *scene, struct atm_address atm)
{
    if (!host_has(scene, atm, BINDING_LIMIT) || !host_sends_to(scene, atm, PATH_LIMIT))
        scene_inconclusive(scene,
                           "the bystander's frames for the VMAC do not reach the Master before the failover");
}

bool expect_bystander_served_at(struct scene *scene, const char *site, int64_t max_ns,
                                const char *requirements)
{
    int64_t end_ns = scene_now_ns(scene) + max_ns;
    bool served = false;
    while (!served && scene_now_ns(scene) < end_ns) {
        uint16_t sequence = host_ping(scene->host, scene->plan.far_ip, scene->virtual_ip);
        /* Four VCCs of at most 300 ms. */
        scene_advance(scene, MILLISECONDS(1300));
        served = host_reply_ns(scene->host, sequence) != TIME_NEVER;
    }
    return expect_true_at(scene, site, served, NULL, requirements,
                          "a ping of a bystander through the VMAC answered by the host behind the router",
                          "no reply");
}

struct mark speaker_link_fails(struct scene *scene)
{
    struct mark since = mark_now(scene);
    vrrp_speaker_crash(scene->speaker);
    port_fail_link(scene->speaker_port, LINK_CARRIER_LOSS);
    scene->speaker_is_master = false;
    return since;
}

struct tap_event *speaker_hangs(struct scene *scene)
{
    vrrp_speaker_crash(scene->speaker);
    scene->speaker_is_master = false;
    return last_speaker_advertisement(scene);
}

static bool host_has(struct scene *scene, struct atm_address atm, int64_t limit_ns)
{
    int64_t end_ns = scene_now_ns(scene) + limit_ns;
    for (;;) {
        struct atm_address bound;
        if (peer_lec_binding(scene->host_lec, scene->vmac, &bound) && atm_address_equal(&bound, &atm))
            return true;
        if (scene_now_ns(scene) >= end_ns)
            return false;
        scene_advance(scene, STEP_NS);
    }
}

static bool host_sends_to(struct scene *scene, struct atm_address atm, int64_t limit_ns)
{
    struct pattern pattern = {.from = (uint8_t)port_index(scene->host_port),
                              .reaches = port_bit(port_of(scene, atm)),
                              .vcc_kinds = 1u << VCC_DATA_DIRECT};
    pattern.conditions[0] = (struct condition){FIELD_DESTINATION, mac_value(scene->vmac), false};
    return await(scene, &pattern, mark_now(scene), limit_ns);
}

static unsigned port_of(const struct scene *scene, struct atm_address atm)
{
    return atm_address_equal(&atm, &scene->device_atm) ? DEVICE_PORT : port_index(scene->speaker_port);
}
