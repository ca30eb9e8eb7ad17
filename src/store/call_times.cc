#include "store/call_times.h"

#include <array>

namespace repopulse::store {
namespace {

using namespace std::chrono_literals;

constexpr std::array<CallTimes::Duration, 13> kBounds = {100us, 250us, 500us, 1ms,   2500us, 5ms, 10ms,
                                                         25ms,  50ms,  100ms, 500ms, 1s,     5s};

}  // namespace

CallTimes::Measure::Measure() : latency(kBounds) {}

void CallTimes::note(std::string_view name, Duration took, const core::Error* error) {
  const bool failed =
      error != nullptr && (error->kind == core::ErrorKind::kUnavailable || error->kind == core::ErrorKind::kCorrupt);
  const std::lock_guard lock(mutex_);
  Measure& measure = measures_[name];
  measure.latency.add(took);
  if (failed) ++measure.failures;
}

std::vector<CallTimes::Operation> CallTimes::operations() const {
  const std::lock_guard lock(mutex_);
  std::vector<Operation> all;
  for (const auto& [name, measure] : measures_) all.push_back({name, measure.latency.view(), measure.failures});
  return all;
}

}  // namespace repopulse::store
