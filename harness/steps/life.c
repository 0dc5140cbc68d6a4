/* Starting the device and its network, and the proof that it lives, whatever its role (steps/states.h). */
#include "scene/role_network.h"
#include "steps/states.h"

#define JOIN_LIMIT SECONDS(60)

void bring_to_elan(struct scene *scene)
{
    start_stations(scene);
    int64_t limit_ns = scene_now_ns(scene) + JOIN_LIMIT;
    while (!scene->network->ready(scene)) {
        if (scene_now_ns(scene) > limit_ns)
            scene_inconclusive(scene, "the device and the peers did not all join the ELAN within %d s",
                               (int)(JOIN_LIMIT / NS_PER_S));
        scene_advance(scene, MILLISECONDS(100));
    }
    /* Late answers of slow servers are over by then. */
    scene_advance(scene, SECONDS(2));
    if (!prove_alive(scene))
        scene_inconclusive(scene, "the device joined but shows no life: %s", scene->network->no_life);
    scene->judged = false;
    scene->in_elan = true;
}

void start_stations(struct scene *scene)
{
    scene->network->start(scene);
}

bool prove_alive(struct scene *scene)
{
    if (scene->network->alive(scene)) {
        scene->silence_index = SIZE_MAX;
        scene->judged = true;
        return true;
    }
    if (!scene->inconclusive)
        scene->inconclusive = scene->network->no_life;
    return false;
}

void prove_unharmed(struct scene *scene)
{
    if (!scene->in_elan || !scene->network->ready(scene))
        return;
    bool judged = scene->judged; /* by the case itself */
    scene_advance(scene, interval_ns(scene));
    bool alive = prove_alive(scene);
    scene->judged = judged;
    bool serves = !alive || !scene->network->serves || scene->network->serves(scene);
    if (!serves && !scene->inconclusive)
        scene->inconclusive = scene->network->no_service;
    if (!alive || !serves)
        scene->unfit = alive ? scene->network->no_service : scene->network->no_life;
}
