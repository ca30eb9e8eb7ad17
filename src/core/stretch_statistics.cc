#include "core/stretch_statistics.h"

#include <algorithm>

namespace repopulse::core {

StretchStatistics::Times& StretchStatistics::times_of(std::string_view type) {
  if (last_ < types_.size() && types_[last_].type == type) return types_[last_];
  const auto found = std::ranges::find(types_, type, &Times::type);
  last_ = static_cast<std::size_t>(found - types_.begin());
  if (found == types_.end()) types_.push_back({std::string(type), {}});
  return types_[last_];
}

void StretchStatistics::add(EventTime created_at, std::string_view type) {
  Times& known = times_of(type);
  if (!known.times.empty() && created_at < known.times.back()) known.ascending = false;
  known.times.push_back(created_at);
  ++events_;
}

WindowStatistics StretchStatistics::statistics() const {
  WindowStatistics out;
  out.events = events_;
  for (const Times& known : types_) {
    if (known.times.empty()) continue;
    std::vector<EventTime> sorted;
    if (!known.ascending) {
      sorted = known.times;
      std::ranges::sort(sorted);
    }
    out.types.push_back(gap_statistics(known.type, known.ascending ? known.times : sorted));
    const GapStatistics& last = out.types.back();
    out.from = std::min(out.from.value_or(last.first_event_at), last.first_event_at);
    out.to = std::max(out.to.value_or(last.last_event_at), last.last_event_at);
  }
  std::ranges::sort(out.types, {}, &GapStatistics::type);
  return out;
}

void StretchStatistics::clear() {
  for (Times& known : types_) {
    known.times.clear();
    known.ascending = true;
  }
  events_ = 0;
}

}  // namespace repopulse::core
