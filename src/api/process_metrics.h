// The process as the operating system sees it, under the names that all
// exporters use.
#pragma once

#include "api/metric_families.h"

namespace repopulse::api {

// What /proc does not tell is left out.
void collect_process(MetricFamilies& families);

}  // namespace repopulse::api
