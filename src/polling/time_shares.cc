#include "polling/time_shares.h"

#include <algorithm>
#include <utility>

namespace repopulse::polling {
namespace {

using namespace std::chrono_literals;
using core::AnswerKind;
using core::Millis;
using core::Timestamp;

// A failure that GitHub, or what stands before it, did not mean to give.
bool failed(const core::Answer& answer) {
  return !answer.too_large && (answer.kind == AnswerKind::kNoAnswer || answer.kind == AnswerKind::kServerError ||
                               answer.kind == AnswerKind::kBadAnswer);
}

bool good(const core::Answer& answer) {
  return answer.kind == AnswerKind::kEvents || answer.kind == AnswerKind::kNotModified ||
         answer.kind == AnswerKind::kEndOfFeed;
}

}  // namespace

Millis TimeShares::ask(std::string_view feed, bool begins, Timestamp now) {
  if (begins) {
    spent_ = 0ms;
    asked_limit_ = limit(feed, now);
  }
  return asked_limit_;
}

Millis TimeShares::limit(std::string_view name, Timestamp now) const {
  const auto at = feeds_.find(name);
  if (at == feeds_.end()) return kUsualLimit;
  const Feed& feed = at->second;
  if (feed.stalls_in_a_row == 0) {
    if (!feed.open) return kUsualLimit;
    // Where nobody is answered, a short limit helps nobody, and would keep a slow network from ever bringing a page.
    return all_in_doubt() || !others_answered(name, now) ? kPatientLimit : kShortLimit;
  }
  if (now - feed.patient_at >= kPatientEvery) return kPatientLimit;
  return feed.stalls_in_a_row == 1 && !feed.open ? kShortLimit : kShortestLimit;
}

std::vector<std::string> TimeShares::take(std::string_view name, const core::Answer& answer, bool finished,
                                          Timestamp now) {
  spent_ += std::clamp<Millis>(answer.took, 0ms, kPatientLimit);  // the clock may have been set meanwhile
  const bool slow = spent_ >= kSlow;
  if (slow && failed(answer)) {
    stall(name, now);
    return stalled();
  }
  std::vector<std::string> moved;
  if (answer.kind != AnswerKind::kNoAnswer) {
    note_answered(name, now);
    if (blame_others(name)) moved = stalled();
  }
  if (!finished || !good(answer)) return moved;
  if (slow && others_answered(name, now)) {
    feeds_[std::string(name)].rests_until = now + std::min(kRestOfSlow * spent_, kLongestRest);
    moved.emplace_back(name);
  }
  const auto at = feeds_.find(name);
  if (at == feeds_.end()) return moved;
  Feed& feed = at->second;
  feed.stalls_in_a_row = 0;
  feed.open.reset();
  const bool long_ago = !feed.last_blamed || now - *feed.last_blamed >= kPatientEvery;
  if (long_ago && feed.rests_until <= now) feeds_.erase(at);
  return moved;
}

void TimeShares::stall(std::string_view name, Timestamp now) {
  Feed& feed = feeds_[std::string(name)];
  if (asked_limit_ == kPatientLimit || (feed.stalls_in_a_row == 0 && !feed.open)) feed.patient_at = now;
  if (!feed.open) feed.open = Open{};
  ++feed.open->polls;
  feed.open->took += spent_;
  feed.open->last_took = spent_;
  feed.open->ended = now;
  if (feed.stalls_in_a_row == 0) return;
  // It was blamed before: all that are known to stall wait, so that together they take a quarter of the time.
  stalled_rest_until_ = std::max(stalled_rest_until_, now) + kRestOfSlow * spent_;
  stalled_rest_until_ = std::min(stalled_rest_until_, now + kLongestRest);
}

// Another feed was answered: so those that were not are to blame themselves.
bool TimeShares::blame_others(std::string_view answered) {
  const bool all = all_in_doubt();
  bool any = false;
  for (auto& [name, feed] : feeds_) {
    if (!feed.open || name == answered) continue;
    const Timestamp ended = feed.open->ended;
    if (const Millis first = blame(feed, all); first > 0ms) {
      stalled_rest_until_ = std::max(stalled_rest_until_, ended + kRestOfSlow * first);
    }
    any = true;
  }
  return any;
}

// One time-out in an hour may be chance, such as a connection that was dropped unnoticed. `all`: several feeds failed
// before one was answered again, so that GitHub was away. What its last poll took, where it was not blamed before.
Millis TimeShares::blame(Feed& feed, bool all) {
  const Open open = *feed.open;
  feed.open.reset();
  const bool first = feed.stalls_in_a_row == 0;
  const bool again = feed.last_blamed && open.ended - *feed.last_blamed < kPatientEvery;
  Millis rest = kRestOfStalled * open.took;
  if (first && all) rest = again ? kRestOfSlow * open.last_took : 0ms;
  if (first && !all && !again && open.polls == 1) rest = 0ms;
  ++feed.stalls_in_a_row;
  feed.last_blamed = open.ended;
  feed.rests_until = open.ended + std::min(rest, kLongestRest);
  return first ? open.last_took : 0ms;
}

Timestamp TimeShares::earliest(std::string_view name) const {
  const auto at = feeds_.find(name);
  if (at == feeds_.end()) return Timestamp::min();
  const Feed& feed = at->second;
  return feed.stalls_in_a_row > 0 ? std::max(feed.rests_until, stalled_rest_until_) : feed.rests_until;
}

void TimeShares::note_answered(std::string_view feed, Timestamp now) {
  if (last_.feed != feed) other_ = std::exchange(last_, {std::string(feed), now});
  last_.at = now;
}

bool TimeShares::others_answered(std::string_view feed, Timestamp now) const {
  const Answered& answered = last_.feed != feed ? last_ : other_;
  return !answered.feed.empty() && now - answered.at < kPatientEvery;
}

// Several feeds that never stalled before do, and none was answered since.
bool TimeShares::all_in_doubt() const {
  return std::ranges::count_if(
             feeds_, [](const auto& entry) { return entry.second.open && entry.second.stalls_in_a_row == 0; }) > 1;
}

std::vector<std::string> TimeShares::stalled() const {
  std::vector<std::string> out;
  for (const auto& [name, feed] : feeds_) {
    if (feed.stalls_in_a_row > 0) out.push_back(name);
  }
  return out;
}

void TimeShares::remove(std::string_view feed) {
  if (const auto at = feeds_.find(feed); at != feeds_.end()) feeds_.erase(at);
}

void TimeShares::clock_went_back(Millis step) {
  const auto bring_back = [step](Timestamp& at) {
    if (at != Timestamp::min()) at -= step;
  };
  for (auto& [name, feed] : feeds_) {
    bring_back(feed.patient_at);
    bring_back(feed.rests_until);
    if (feed.last_blamed) bring_back(*feed.last_blamed);
    if (feed.open) bring_back(feed.open->ended);
  }
  bring_back(stalled_rest_until_);
  bring_back(last_.at);
  bring_back(other_.at);
}

}  // namespace repopulse::polling
