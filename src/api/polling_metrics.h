// The metrics of polling: requests to GitHub, quota, staleness, stored events, repositories. Listens to the monitor and
// never changes it.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <utility>

#include "api/context.h"
#include "api/metric_families.h"
#include "core/answer.h"
#include "core/duration_histogram.h"

namespace repopulse::api {

// Any thread may call anything at any time.
class PollingMetrics {
 public:
  explicit PollingMetrics(Context& context);
  ~PollingMetrics();
  PollingMetrics(const PollingMetrics&) = delete;
  PollingMetrics& operator=(const PollingMetrics&) = delete;

  void collect(MetricFamilies& families) const;

 private:
  // Names and types come from outside, so their number is limited; further ones are counted as `other`.
  static constexpr std::size_t kRepositoriesMax = 200;
  static constexpr std::size_t kTypesMax = 40;

  void count_event(const store::StoredEvent& event, const core::RepoName& name);
  void count_request(const std::string& outcome, core::Millis took);
  void count_poll(const monitor::PollReport& poll);

  void collect_requests(MetricFamilies& families) const;
  void collect_events(MetricFamilies& families, const monitor::Snapshot& snapshot) const;

  Context& context_;
  std::uint64_t subscription_ = 0;
  core::DurationHistogram round_trips_;
  core::DurationHistogram waits_;

  mutable std::mutex mutex_;
  std::map<std::string, std::uint64_t, std::less<>> requests_;          // by kind of answer
  std::map<std::string, std::map<std::string, std::uint64_t>> events_;  // by repository's key and type
  std::set<std::string> types_;
  std::uint64_t malformed_ = 0;
};

}  // namespace repopulse::api
