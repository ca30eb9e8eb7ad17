#include "polling/arrivals.h"

#include <algorithm>
#include <iterator>

#include "core/clock.h"

namespace repopulse::polling {
namespace {

// Both ascend.
void remember(std::vector<core::EventTime>& recent, std::span<const core::EventTime> arrivals) {
  if (arrivals.empty()) return;
  const auto known = static_cast<std::ptrdiff_t>(recent.size());
  recent.insert(recent.end(), arrivals.begin(), arrivals.end());
  std::ranges::inplace_merge(recent, recent.begin() + known);
  if (recent.size() > kSafetyArrivals) recent.erase(recent.begin(), recent.end() - kSafetyArrivals);
}

}  // namespace

void Arrivals::set_history(std::span<const core::EventTime> history) {
  recent_.clear();
  remember(recent_, history.last(std::min(history.size(), kSafetyArrivals)));
  fill_times_ = FillTimes();
  fill_times_.observe(history, history.size());
}

void Arrivals::hear(core::EventTime created_at) {
  fresh_.insert(std::ranges::upper_bound(fresh_, created_at), created_at);
}

void Arrivals::sort_out(core::Timestamp now) {
  fresh_.insert(fresh_.end(), ahead_.begin(), ahead_.end());
  std::ranges::sort(fresh_);
  const auto first = std::ranges::find_if(fresh_, [now](core::EventTime at) { return core::is_ahead(at, now); });
  const auto kept = std::min<std::ptrdiff_t>(fresh_.end() - first, kSafetyArrivals);
  ahead_.assign(first, first + kept);
  fresh_.erase(first, fresh_.end());
}

void Arrivals::learn(core::Timestamp now) {
  remember(recent_, fresh_);
  fill_times_.observe(recent_, fresh_.size());
  shown_.observe(fresh_.size(), now);
  fresh_.clear();
  learned_at_ = now;
}

core::Millis Arrivals::safe_interval(core::Millis at_most) const {
  return learned_at_ ? polling::safe_interval(recent_, fill_times_, shown_, *learned_at_, at_most) : at_most;
}

}  // namespace repopulse::polling
