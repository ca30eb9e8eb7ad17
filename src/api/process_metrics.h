// Metrics of the process (memory, CPU, file descriptors) under the names that all Prometheus clients use. Reads /proc.
#pragma once

#include "api/metric_families.h"

namespace repopulse::api {

// Values that /proc does not have are left out.
void collect_process(MetricFamilies& families);

}  // namespace repopulse::api
