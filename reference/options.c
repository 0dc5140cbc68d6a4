#include "reference/options.h"

struct reference_options reference_options_default(void)
{
    return (struct reference_options){lec_options_default(), vrrp_options_default(), ip_options_default(),
                                      bridge_options_default(), les_options_default()};
}
