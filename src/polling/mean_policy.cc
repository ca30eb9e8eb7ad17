#include "polling/mean_policy.h"

#include <algorithm>

namespace repopulse::polling {
namespace {

using namespace std::chrono_literals;
using core::EventTime;
using core::Millis;
using core::Timestamp;

constexpr Millis kLongestWait = 6h;

}  // namespace

void MeanPolicy::trim(Feed& feed, Timestamp now) const {
  const EventTime horizon = core::to_event_time(now - std::chrono::days(window_.days));
  const auto young = std::ranges::upper_bound(feed.arrivals, horizon);
  const auto newest =
      feed.arrivals.end() - static_cast<std::ptrdiff_t>(std::min(feed.arrivals.size(), window_.max_events));
  feed.arrivals.erase(feed.arrivals.begin(), std::max(young, newest));
}

void MeanPolicy::add(std::string_view name, std::span<const EventTime> history, std::string_view, Timestamp now) {
  Feed& feed = feeds_[std::string(name)];
  feed.arrivals.assign(history.begin(), history.end());
  trim(feed, now);
}

void MeanPolicy::remove(std::string_view name) {
  if (const auto at = feeds_.find(name); at != feeds_.end()) feeds_.erase(at);
}

void MeanPolicy::observe(std::string_view name, const PollObservation& poll) {
  Feed& feed = feeds_.find(name)->second;
  feed.silent = poll.arrivals.empty();
  feed.arrivals.insert(feed.arrivals.end(), poll.arrivals.begin(), poll.arrivals.end());
  std::ranges::sort(feed.arrivals);
  trim(feed, poll.at);
}

Timestamp MeanPolicy::next(std::string_view name, Timestamp now) {
  Feed& feed = feeds_.find(name)->second;
  trim(feed, now);
  if (feed.arrivals.empty()) return now + kLongestWait;
  const Timestamp first = core::to_timestamp(feed.arrivals.front());
  const Timestamp last = feed.silent ? std::max(now, first) : core::to_timestamp(feed.arrivals.back());
  const std::size_t gaps = feed.arrivals.size() - (feed.silent ? 0 : 1);
  if (gaps == 0) return now + kLongestWait;
  return now + std::min((last - first) / static_cast<std::int64_t>(gaps), kLongestWait);
}

}  // namespace repopulse::polling
