#include "api/pulse_metrics.h"

#include <algorithm>

#include "core/silence.h"

namespace repopulse::api {
namespace {

void add_types(MetricFamily& gaps, MetricFamily& last, const monitor::RepositoryView& view, core::Timestamp now) {
  const std::string& repository = view.repository.name.key();
  std::size_t types = 0;
  for (const core::GapStatistics& type : view.window.statistics(now).types) {
    if (++types > kPulseTypesMax) return;
    const MetricLabels labels = {{"repository", repository}, {"type", type.type}};
    if (type.average_seconds) gaps.add(*type.average_seconds, labels);
    last.add(static_cast<double>(core::unix_seconds(type.last_event_at)), labels);
  }
}

}  // namespace

void collect_pulse(MetricFamilies& families, const monitor::Snapshot& snapshot, core::Timestamp now) {
  MetricFamily gaps = families.gauge("repopulse_repository_average_gap_seconds",
                                     "Mean time between consecutive events of a type in the rolling window.");
  MetricFamily last = families.gauge("repopulse_repository_last_event_timestamp_seconds",
                                     "Time of the last event of a type in the rolling window.");
  MetricFamily silence =
      families.gauge("repopulse_repository_silence_ratio",
                     "Time since the last event, over the time within which 99 % of the gaps between events ended.");
  std::size_t repositories = 0;
  for (const auto& view : snapshot.repositories) {
    if (!view->repository.active || !view->same_as.empty()) continue;
    if (++repositories <= kPulseRepositoriesMax) add_types(gaps, last, *view, now);
    if (const auto ratio = core::silence_ratio(view->window, now)) {
      silence.add(*ratio, {{"repository", view->repository.name.key()}});
    }
  }
}

}  // namespace repopulse::api
