#include "world/switch_behaviour.h"

#include "base/duration.h"

struct switch_behaviour switch_behaviour_default(void)
{
    return (struct switch_behaviour){.detects_carrier_loss = true,
                                     .t309_ns = SECONDS(4),
                                     .releases_calls = true,
                                     .tells_far_end = true,
                                     .drops_leaves = true};
}

struct switch_behaviour switch_behaviour_recommended(void)
{
    struct switch_behaviour behaviour = switch_behaviour_default();
    behaviour.saal_detection_ns = MILLISECONDS(1500);
    behaviour.t309_ns = SECONDS(1);
    return behaviour;
}
