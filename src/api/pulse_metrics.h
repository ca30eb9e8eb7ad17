// The metrics of the repositories' pulse: average gaps, last events, silence. From the monitor's snapshot alone.
#pragma once

#include <cstddef>

#include "api/metric_families.h"
#include "core/time.h"
#include "monitor/snapshot.h"

namespace repopulse::api {

// Every label value is a series that Prometheus keeps, so their number is limited.
inline constexpr std::size_t kPulseRepositoriesMax = 50;  // that have series by type; the first by name
inline constexpr std::size_t kPulseTypesMax = 40;         // of one repository

// Of the active repositories. `now`: the time by which windows are cut.
void collect_pulse(MetricFamilies& families, const monitor::Snapshot& snapshot, core::Timestamp now);

}  // namespace repopulse::api
