#include "polling/late_events.h"

#include <algorithm>
#include <cstdint>
#include <sstream>

#include "core/events_feed.h"

namespace repopulse::polling {
namespace {

using namespace std::chrono_literals;
using core::Millis;
using core::Timestamp;

constexpr Millis kShortest = 1min;
constexpr Millis kFirst = 1h;     // until the first look
constexpr Millis kLongest = 24h;  // where no late events come
// Late events count as coming for so long after the last one.
constexpr Millis kComing = 24h;
// Each event that is found takes this part off the farthest distance, so that a single one far down is forgotten.
constexpr std::size_t kForget = 50;

constexpr std::string_view kMark = "late-events ";

// An event at this distance leaves the feed after so many eighths of a crossing; after none, it was lost anyway.
Millis time_left(std::size_t distance, Millis crossing) {
  constexpr std::size_t kParts = 8;
  const std::size_t below = core::kFeedDepth - std::min(distance, core::kFeedDepth);
  return crossing / kParts *
         static_cast<int>(std::clamp<std::size_t>(below * kParts / core::kEventsPerPage, 1, kParts));
}

// Half of the time, so that a poll that comes somewhat later is still in time.
Millis while_they_come(Millis within, Millis time_left) {
  return std::clamp(std::min(within / 2, time_left), kShortest, kLongest);
}

}  // namespace

std::string_view late_events_of(std::string_view policy_state) {
  if (!policy_state.starts_with(kMark)) return {};
  return policy_state.substr(kMark.size(), policy_state.find('\n') - kMark.size());
}

std::string_view without_late_events(std::string_view policy_state) {
  const std::size_t end = policy_state.find('\n');
  if (!policy_state.starts_with(kMark) || end == std::string_view::npos) return policy_state;
  return policy_state.substr(end + 1);
}

std::string LateEvents::put_before(std::string policy_memory) const {
  if (const std::string line = save(); !line.empty()) policy_memory = std::string(kMark) + line + "\n" + policy_memory;
  return policy_memory;
}

bool LateEvents::coming(Timestamp now) const {
  return found_at_ && now - *found_at_ < kComing;
}

bool LateEvents::due(Millis within, Millis crossing, Timestamp now) {
  if (!deeper_ || within <= Millis(0)) return false;
  if (!next_) {
    interval_ = std::min(kFirst, while_they_come(within, crossing));
    next_ = now + interval_;
  }
  if (coming(now)) {  // the feed may be busier than it was at the last look
    const Millis shorter = std::min(interval_, while_they_come(within, time_left(farthest_, crossing)));
    next_ = *next_ - interval_ + shorter;
    interval_ = shorter;
  }
  return now >= *next_;
}

std::optional<Timestamp> LateEvents::wanted_at() const {
  if (!deeper_ || !next_ || !coming(*next_)) return std::nullopt;
  return next_;
}

void LateEvents::found(Millis age, std::size_t distance, Timestamp now) {
  ++count_;
  oldest_ = std::max(oldest_, age);
  farthest_ = std::max(farthest_ - farthest_ / kForget, distance);
  found_at_ = now;
}

void LateEvents::looked(Millis within, Millis crossing, Timestamp now) {
  const bool come = coming(now);
  const Millis shortest = while_they_come(within, come ? time_left(farthest_, crossing) : crossing);
  interval_ = come ? shortest : std::clamp(2 * interval_, shortest, kLongest);
  next_ = now + interval_;
}

void LateEvents::clock_went_back(Timestamp now) {
  if (next_) next_ = std::min(*next_, now + interval_);
  if (found_at_) found_at_ = std::min(*found_at_, now);
}

std::string LateEvents::save() const {
  if (!deeper_) return {};
  const auto millis = [](const std::optional<Timestamp>& at) { return at ? at->time_since_epoch().count() : 0; };
  std::ostringstream out;
  out << deeper_ << ' ' << interval_.count() << ' ' << millis(next_) << ' ' << millis(found_at_) << ' ' << count_ << ' '
      << oldest_.count() << ' ' << farthest_;
  return out.str();
}

void LateEvents::restore(std::string_view line) {
  std::istringstream in{std::string(line)};
  std::int64_t interval = 0;
  std::int64_t next = 0;
  std::int64_t found_at = 0;
  std::int64_t oldest = 0;
  LateEvents read;
  in >> read.deeper_ >> interval >> next >> found_at >> read.count_ >> oldest >> read.farthest_;
  if (!in || interval < 0 || interval > Millis(kLongest).count()) return;
  read.interval_ = Millis(interval);
  read.oldest_ = Millis(oldest);
  if (next != 0) read.next_ = Timestamp(Millis(next));
  if (found_at != 0) read.found_at_ = Timestamp(Millis(found_at));
  *this = read;
}

}  // namespace repopulse::polling
