#include "polling/hints.h"

#include <algorithm>

#include "polling/backoff.h"

namespace repopulse::polling {

using core::Timestamp;

void Hints::take(std::string_view feed, Timestamp now) {
  Hinted& hinted = hinted_.try_emplace(std::string(feed)).first->second;
  hinted.heard_at = now;
  hinted.wanted = std::max(now, hinted.not_before);
}

void Hints::brought(std::string_view feed, core::EventTime newest) {
  const auto at = hinted_.find(feed);
  if (at == hinted_.end()) return;
  Hinted& hinted = at->second;
  hinted.vain = 0;
  hinted.not_before = {};
  const bool is_of_hint = core::to_timestamp(newest) + kUnderWay >= hinted.heard_at;
  if (is_of_hint || !hinted.wanted) hinted_.erase(at);
}

void Hints::read(std::string_view feed, Timestamp now) {
  const auto at = hinted_.find(feed);
  if (at == hinted_.end() || !at->second.wanted) return;
  Hinted& hinted = at->second;
  ++hinted.vain;
  hinted.not_before = now + exponential(kFirstPause, hinted.vain, kLongestPause);
  if (hinted.vain < kPolls) {
    hinted.wanted = hinted.not_before;
  } else {
    hinted.wanted.reset();
  }
}

void Hints::put_off(std::string_view feed, Timestamp until) {
  const auto at = hinted_.find(feed);
  if (at == hinted_.end()) return;
  at->second.not_before = std::max(at->second.not_before, until);
  if (at->second.wanted) at->second.wanted = std::max(*at->second.wanted, until);
}

void Hints::remove(std::string_view feed) {
  if (const auto at = hinted_.find(feed); at != hinted_.end()) hinted_.erase(at);
}

void Hints::clock_went_back(core::Millis step) {
  now_ -= step;
  for (auto& [feed, hinted] : hinted_) {
    hinted.heard_at -= step;
    hinted.not_before -= step;
    if (hinted.wanted) *hinted.wanted -= step;
  }
}

Timestamp Hints::sooner(const Feed& feed, Timestamp due) const {
  const auto at = hinted_.find(feed.name());
  if (at == hinted_.end() || !at->second.wanted || feed.state().failures_in_a_row > 0) return due;
  Timestamp soonest = std::max(now_, *at->second.wanted);
  if (feed.state().last_polled_at) soonest = std::max(soonest, *feed.state().last_polled_at + floor_of(feed.state()));
  return std::min(due, soonest);
}

bool Hints::wants(std::string_view feed, Timestamp now) const {
  const auto at = hinted_.find(feed);
  return at != hinted_.end() && at->second.wanted && *at->second.wanted <= now;
}

}  // namespace repopulse::polling
