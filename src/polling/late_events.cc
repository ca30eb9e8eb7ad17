#include "polling/late_events.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <optional>
#include <ratio>

#include "core/events_feed.h"
#include "polling/numbers.h"

namespace repopulse::polling {
namespace {

using namespace std::chrono_literals;
using core::Millis;
using core::Timestamp;

constexpr Millis kShortest = 30s;
constexpr Millis kShortestCharged = 5min;  // without a token: a fifth of its sixty requests an hour for one feed
constexpr Millis kFirstLook = 1h;          // until the first look
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
constexpr double kLookCost = 3;           // requests, that of the poll before it included
constexpr double kWorthOfOne = 10'000;    // an event that is not lost is worth so many requests
constexpr double kPriorOnLastPage = 0.1;  // events on the last page, before any came

Millis length_of(double millis) {
  return Millis(static_cast<std::int64_t>(millis));
}

// 0: never.
std::optional<Timestamp> instant_of(double millis) {
  return millis == 0 ? std::nullopt : std::optional(Timestamp(length_of(millis)));
}

bool is_slow(const LateEvents::Pace& pace) {
  return pace.crossing >= kSlow;
}

double hours(Millis span) {
  return std::chrono::duration<double, std::ratio<3600>>(span).count();
}

}  // namespace

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
  return std::clamp(std::min({kFirstLook, pace.within / 2, pace.crossing}), kShortest, kFirstLook);
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
    const double a_crossing =
        (last_page_ + kPriorOnLastPage) / (hours_ + crossing) * crossing;  // come on the last page in one
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
  const auto millis = [](Timestamp at) { return static_cast<double>(core::unix_millis(at)); };
  const auto length = [](Millis span) { return static_cast<double>(span.count()); };
  return join_numbers(std::array{deeper_ ? 1.0 : 0.0, come_ ? 1.0 : 0.0, elsewhere_ ? 1.0 : 0.0,
                                 millis(looked_at_.value_or(Timestamp{})), length(interval_),
                                 static_cast<double>(polls_), static_cast<double>(count_),
                                 millis(deep_at_.value_or(Timestamp{})), length(oldest_), length(oldest_before_),
                                 millis(half_day_), last_page_, hours_});
}

void LateEvents::restore(std::string_view line) {
  const auto numbers = split_numbers<13>(line);
  const auto impossible = [](double number) { return number < 0 || number > static_cast<double>(kLatestSaved); };
  if (!numbers || std::ranges::any_of(*numbers, impossible)) return;
  const auto& [deeper, come, elsewhere, looked_at, interval, polls, count, deep_at, oldest, oldest_before, half_day,
               last_page, hours] = *numbers;
  if (std::max({deeper, come, elsewhere}) > 1 || length_of(interval) > kRarestWhereSlow) return;
  deeper_ = deeper != 0;
  come_ = come != 0;
  elsewhere_ = elsewhere != 0;
  looked_at_ = instant_of(looked_at);
  interval_ = length_of(interval);
  polls_ = static_cast<std::size_t>(polls);
  count_ = static_cast<std::size_t>(count);
  deep_at_ = instant_of(deep_at);
  oldest_ = length_of(oldest);
  oldest_before_ = length_of(oldest_before);
  half_day_ = Timestamp(length_of(half_day));
  last_page_ = last_page;
  hours_ = hours;
}

}  // namespace repopulse::polling
