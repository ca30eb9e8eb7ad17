#include "polling/late_events.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <ratio>
#include <sstream>

#include "core/events_feed.h"
#include "polling/numbers.h"

namespace repopulse::polling {
namespace {

using namespace std::chrono_literals;
using core::Millis;
using core::Timestamp;

constexpr Millis kShortest = 30s;
constexpr Millis kShortestCharged = 5min;  // without a token: a fifth of its sixty requests an hour for one feed
constexpr Millis kFirst = 1h;              // until the first look
// Where no late events come: a look of two requests after so many polls, and never more often than daily; but weekly
// where polls are rare.
constexpr std::size_t kPolls = 200;
constexpr Millis kRare = 24h;
constexpr Millis kRarest = 7 * 24h;
// GitHub is known to show an event up to 6 h late. Where a hundred events take four times as long, one that comes late
// stands on the first page; looks only make sure, and become rare soon.
constexpr Millis kSlow = 24h;
constexpr Millis kRarestWhereSlow = 30 * 24h;
// Late events count as coming for so long after the last one.
constexpr Millis kComing = 24h;
constexpr Millis kHalfDay = 12h;
// An event behind so many others comes far down: a busier hour may put the next one behind the first page.
constexpr std::size_t kFarDown = core::kEventsPerPage / 2;
constexpr std::size_t kLastPage = core::kFeedDepth - core::kEventsPerPage;
constexpr double kLookCost = 3;         // requests, that of the poll before it included
constexpr double kWorthOfOne = 10'000;  // an event that is not lost is worth so many requests
constexpr double kPrior = 0.1;          // events on the last page, before any came

constexpr std::string_view kMark = "late-events ";

bool is_slow(const LateEvents::Pace& pace) {
  return pace.crossing >= kSlow;
}

double hours(Millis span) {
  return std::chrono::duration<double, std::ratio<3600>>(span).count();
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

// --- what they teach ---

void LateEvents::came(Millis age, std::size_t behind, Timestamp now) {
  ++count_;
  if (now - half_day_ >= kHalfDay) {
    oldest_before_ = now - half_day_ >= 2 * kHalfDay ? Millis(0) : oldest_;
    oldest_ = Millis(0);
    half_day_ = now;
  }
  oldest_ = std::max(oldest_, age);
  if (behind >= kFarDown) deep_at_ = now;
  if (behind >= kLastPage) ++last_page_;
}

void LateEvents::came_elsewhere(Timestamp now) {
  ++count_;
  elsewhere_ = true;
  deep_at_ = now;
}

// By where they stood, and by their age: where a page holds less time than it did, an equally late one stands deeper.
bool LateEvents::coming(Millis crossing, Timestamp now) const {
  if (deep_at_ && now - *deep_at_ < kComing) return true;
  return now - half_day_ < 2 * kHalfDay && oldest() >= crossing / 2;
}

// --- when to look ---

Millis LateEvents::first(const Pace& pace) const {
  return std::clamp(std::min({kFirst, pace.within / 2, pace.crossing}), kShortest, kFirst);
}

// Half of the time, so that a poll that comes somewhat later is still in time. What comes on page 2 stays there or on
// the last page for longer than a crossing.
Millis LateEvents::second_page(const Pace& pace) const {
  return std::min(pace.within / 2, pace.sparing ? Millis::max() : pace.crossing / 2);
}

// Of what comes on the last page in a crossing, looks at an interval I miss I/2: I is where a shorter one would cost
// more than it saves.
Millis LateEvents::while_they_come(const Pace& pace) const {
  Millis interval = second_page(pace);
  if (!pace.sparing && pace.crossing < kRarest) {
    const double crossing = hours(pace.crossing);
    const double a_crossing = (last_page_ + kPrior) / (hours_ + crossing) * crossing;  // come on the last page in one
    const double part = std::min(0.5, std::sqrt(2 * kLookCost / (kWorthOfOne * a_crossing)));
    interval = std::min(interval, Millis(static_cast<std::int64_t>(part * static_cast<double>(pace.crossing.count()))));
  }
  return std::clamp(interval, pace.charged ? std::min(kShortestCharged, pace.within / 2) : kShortest, kRare);
}

// Whichever of two looks is nearer to the time.
bool LateEvents::second_page_due(const Pace& pace, Timestamp now) const {
  return !come_ || !second_page_at_ || now - *second_page_at_ + interval_ / 2 >= second_page(pace);
}

void LateEvents::polled(std::optional<bool> deeper) {
  deeper_ = deeper.value_or(deeper_);
  ++polls_;
}

bool LateEvents::due(const Pace& pace, Timestamp now) {
  if (pace.within <= Millis(0)) return false;
  if (!looked_at_) looked_at_ = now;
  if (interval_ == Millis(0)) interval_ = first(pace);
  come_ = coming(pace.crossing, now);
  if (come_) interval_ = while_they_come(pace);
  if (!is_slow(pace)) interval_ = std::min(interval_, kRare);
  if (!deeper_) looked_at_ = now;  // a poll shows all
  if (!deeper_ || now < *looked_at_ + interval_) return false;
  if (is_slow(pace)) return come_ || !pace.sparing || now >= *looked_at_ + kRarest;
  const bool rare = interval_ >= kRare || pace.sparing;
  return come_ || !rare || polls_ >= kPolls || now >= *looked_at_ + kRarest;
}

void LateEvents::looked(const Pace& pace, std::size_t from, Timestamp now) {
  if (from == 2) second_page_at_ = now;
  const Millis since = now - *looked_at_;
  const double fade = std::exp(-hours(since) / hours(kHalfDay));
  last_page_ *= fade;
  hours_ = fade * hours_ + hours(std::min(since, pace.crossing));
  broke_off(pace, now);
}

void LateEvents::broke_off(const Pace& pace, Timestamp now) {
  looked_at_ = now;
  polls_ = 0;
  come_ = coming(pace.crossing, now);
  if (come_) {
    interval_ = while_they_come(pace);
  } else {
    interval_ = is_slow(pace) ? std::min(4 * interval_, kRarestWhereSlow) : std::min(2 * interval_, kRare);
  }
}

std::optional<Timestamp> LateEvents::wanted_at() const {
  if (!(deeper_ || elsewhere_) || !come_ || !looked_at_) return std::nullopt;
  return *looked_at_ + interval_;
}

void LateEvents::clock_went_back(Timestamp now) {
  for (std::optional<Timestamp>* at : {&looked_at_, &second_page_at_, &deep_at_}) {
    if (*at) *at = std::min(**at, now);
  }
  half_day_ = std::min(half_day_, now);
}

// --- over a restart ---

std::string LateEvents::save() const {
  if (!deeper_ && count_ == 0) return {};
  const auto millis = [](const std::optional<Timestamp>& at) { return at ? core::unix_millis(*at) : 0; };
  std::ostringstream out;
  out << deeper_ << ' ' << come_ << ' ' << elsewhere_ << ' ' << millis(looked_at_) << ' ' << interval_.count() << ' '
      << polls_ << ' ' << count_ << ' ' << millis(deep_at_) << ' ' << oldest_.count() << ' ' << oldest_before_.count()
      << ' ' << core::unix_millis(half_day_) << ' ' << last_page_ << ' ' << hours_;
  return out.str();
}

void LateEvents::restore(std::string_view line) {
  std::istringstream in{std::string(line)};
  LateEvents read;
  std::int64_t looked_at = 0;
  std::int64_t interval = 0;
  std::int64_t deep_at = 0;
  std::int64_t oldest = 0;
  std::int64_t oldest_before = 0;
  std::int64_t half_day = 0;
  in >> read.deeper_ >> read.come_ >> read.elsewhere_ >> looked_at >> interval >> read.polls_ >> read.count_ >>
      deep_at >> oldest >> oldest_before >> half_day >> read.last_page_ >> read.hours_;
  const auto possible = [](std::int64_t millis) { return millis >= 0 && millis <= kLatestSaved; };
  const bool plausible =
      std::ranges::all_of(std::array{looked_at, deep_at, oldest, oldest_before, half_day}, possible) && interval >= 0 &&
      interval <= Millis(kRarestWhereSlow).count() && read.hours_ >= 0 && read.last_page_ >= 0;
  if (!in || !plausible) return;
  if (looked_at != 0) read.looked_at_ = core::timestamp_from_unix_millis(looked_at);
  if (deep_at != 0) read.deep_at_ = core::timestamp_from_unix_millis(deep_at);
  read.interval_ = Millis(interval);
  read.oldest_ = Millis(oldest);
  read.oldest_before_ = Millis(oldest_before);
  read.half_day_ = core::timestamp_from_unix_millis(half_day);
  *this = read;
}

}  // namespace repopulse::polling
