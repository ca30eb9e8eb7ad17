#include "polling/hints.h"

#include <algorithm>
#include <utility>

#include "base/check.h"
#include "polling/backoff.h"

namespace repopulse::polling {

using core::Timestamp;

bool Hints::take(std::string_view feed, const core::Hint& hint, Timestamp now) {
  const auto told = told_.try_emplace(std::string(feed), now).first;
  failed_ = false;
  heard_at_ = now;
  if (!told->second.take(hint, now)) return false;
  Hinted& hinted = hinted_.try_emplace(std::string(feed)).first->second;
  hinted.heard_at = now;
  hinted.wanted = std::max(now, hinted.not_before);
  return true;
}

void Hints::brought(std::string_view feed, core::EventTime newest) {
  const auto at = hinted_.find(feed);
  if (at == hinted_.end()) return;
  Hinted& hinted = at->second;
  hinted.vain = 0;
  hinted.not_before = {};
  const bool is_of_hint = core::to_timestamp(newest) + HintedFeed::kUnderWay >= hinted.heard_at;
  if (is_of_hint || !hinted.wanted) hinted_.erase(at);
}

void Hints::begin_read(std::string_view feed) {
  if (const auto at = told_.find(feed); at != told_.end()) at->second.begin_read();
  if (const auto at = hinted_.find(feed); at != hinted_.end()) at->second.asked_for = at->second.wanted.has_value();
}

// What came with the read may be newer than a hint that came while it was under way, and yet not be its event.
void Hints::read(std::string_view feed, Timestamp now) {
  const auto told = told_.find(feed);
  if (told == told_.end()) return;
  const std::optional<Timestamp> fresh = told->second.first_fresh();
  const auto at = hinted_.find(feed);
  if (at == hinted_.end()) {
    if (fresh) hinted_[std::string(feed)] = {.heard_at = *fresh, .wanted = now};
    return;
  }
  Hinted& hinted = at->second;
  const bool asked_for = std::exchange(hinted.asked_for, false) && hinted.wanted;
  if (!asked_for || !told->second.was_for_unread()) {
    hinted.wanted = fresh ? std::optional(std::max(now, hinted.not_before)) : std::nullopt;
    return;
  }
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

void Hints::hear(std::string_view feed, const core::Event& event) {
  if (const auto at = told_.find(feed); at != told_.end()) at->second.hear(event.type, event.key.created_at);
}

void Hints::forget_heard(std::string_view feed) {
  if (const auto at = told_.find(feed); at != told_.end()) at->second.forget_heard();
}

HintedFeed::Read Hints::finish_read(std::string_view feed, Timestamp told, Timestamp now) {
  const auto at = told_.find(feed);
  if (at == told_.end()) return {};
  const bool informed = informs(feed);
  const HintedFeed::Read read = at->second.finish_read(told, now);
  if (read.reads_before) lag_.learn(*read.reads_before, read.found, read.age);
  failed_ = failed_ || (informed && read.misled);
  return read;
}

void Hints::remove(std::string_view feed) {
  if (const auto at = told_.find(feed); at != told_.end()) told_.erase(at);
  if (const auto at = hinted_.find(feed); at != hinted_.end()) hinted_.erase(at);
}

void Hints::clock_went_back(core::Millis step) {
  now_ -= step;
  if (heard_at_) *heard_at_ -= step;
  for (auto& [feed, told] : told_) told.clock_went_back(step);
  for (auto& [feed, hinted] : hinted_) {
    hinted.heard_at -= step;
    hinted.not_before -= step;
    if (hinted.wanted) *hinted.wanted -= step;
  }
}

Timestamp Hints::sooner(const Feed& feed, Timestamp due) const {
  const auto at = hinted_.find(feed.name());
  if (at == hinted_.end() || informs(feed.name()) || !at->second.wanted || feed.state().failures_in_a_row > 0)
    return due;
  Timestamp soonest = std::max(now_, *at->second.wanted);
  if (feed.state().last_polled_at) soonest = std::max(soonest, *feed.state().last_polled_at + floor_of(feed.state()));
  return std::min(due, soonest);
}

bool Hints::wants(std::string_view feed, Timestamp now) const {
  const auto at = hinted_.find(feed);
  return at != hinted_.end() && at->second.wanted && *at->second.wanted <= now;
}

// --- feeds of which hints inform ---

bool Hints::informs(std::string_view feed) const {
  const auto at = told_.find(feed);
  return may_inform_ && at != told_.end() && at->second.trusted();
}

std::vector<std::string> Hints::informed() const {
  std::vector<std::string> names;
  for (const auto& [feed, told] : told_) {
    if (informs(feed)) names.push_back(feed);
  }
  return names;
}

const HintedFeed& Hints::told(std::string_view feed) const {
  const auto at = told_.find(feed);
  REPOPULSE_CHECK(at != told_.end());
  return at->second;
}

Timestamp Hints::not_before(std::string_view feed) const {
  const auto at = hinted_.find(feed);
  return at == hinted_.end() ? Timestamp{} : at->second.not_before;
}

HintsView Hints::view() const {
  HintsView view{told_.size(), 0, 0, heard_at_};
  for (const auto& [feed, told] : told_) {
    view.informed += may_inform_ && told.trusted() ? 1 : 0;
    view.failing += told.failed_at() ? 1 : 0;
  }
  return view;
}

// --- over a restart ---

void Hints::restore(std::string_view feed, std::string_view line, Timestamp now) {
  if (!line.empty()) told_.try_emplace(std::string(feed), now).first->second.restore(line);
}

std::string Hints::save_feed(std::string_view feed) const {
  const auto at = told_.find(feed);
  return at == told_.end() ? std::string() : at->second.save();
}

}  // namespace repopulse::polling
