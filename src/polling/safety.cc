#include "polling/safety.h"

#include <algorithm>
#include <cmath>

#include "core/events_feed.h"

namespace repopulse::polling {
namespace {

using namespace std::chrono_literals;
using core::EventTime;
using core::Millis;

constexpr double kCertainty = 3.09;  // 99.9 % of a normal distribution lies below that many deviations
constexpr double kHour = 3600;
constexpr std::size_t kFew = 30;
constexpr std::int64_t kRushDays = 14;
constexpr auto kShortestRush = 600s;      // a day with a flood says nothing of how often to ask: it cannot be foreseen
constexpr std::ptrdiff_t kUsualDays = 5;  // floods on that many days are no accident
constexpr auto kLongestRush = 86'400s;
constexpr double kRushMargin = 0.8;     // the next one may be this much shorter
constexpr double kMostDispersion = 40;  // one flood in the past (an import, a robot gone wild) says little of the next

// Variance over mean of the number of arrivals in stretches of `width` seconds.
double dispersion(std::span<const EventTime> recent, double begin, double end, double width) {
  const auto stretches = static_cast<std::size_t>((end - begin) / width);
  if (stretches < 4) return 1;
  const double mean = static_cast<double>(recent.size()) / static_cast<double>(stretches);
  double squares = 0;
  auto at = recent.begin();
  for (std::size_t i = 0; i < stretches; ++i) {
    const double until = begin + width * static_cast<double>(i + 1);
    double count = 0;
    for (; at != recent.end() && static_cast<double>(core::unix_seconds(*at)) < until; ++at) ++count;
    squares += (count - mean) * (count - mean);
  }
  return std::max(1.0, squares / static_cast<double>(stretches) / mean);
}

// The mean count whose 99.9 % quantile is the depth: mean + z·√(d·mean) + z²·d/6 (Cornish and Fisher's correction for
// the skewness of a negative binomial) = depth.
double most_expected(double d) {
  const double room = std::max(1.0, static_cast<double>(core::kFeedDepthAtLeast) - kCertainty * kCertainty * d / 6);
  const double root = (std::sqrt(kCertainty * kCertainty * d + 4 * room) - kCertainty * std::sqrt(d)) / 2;
  return root * root;
}

std::int64_t day_of(EventTime at) {
  return core::unix_seconds(at) / 86'400;
}

}  // namespace

void Rushes::observe(std::span<const EventTime> arrivals, std::size_t fresh) {
  const std::size_t begin = std::max(core::kFeedDepthAtLeast, arrivals.size() - std::min(fresh, arrivals.size()));
  for (std::size_t i = begin; i < arrivals.size(); ++i) {
    const core::Seconds length = arrivals[i] - arrivals[i - core::kFeedDepthAtLeast];
    if (length > kLongestRush) continue;
    const std::int64_t day = day_of(arrivals[i]);
    const auto at = std::ranges::lower_bound(rushes_, day, {}, &Rush::day);
    if (at != rushes_.end() && at->day == day) {
      at->length = std::min(at->length, length);
    } else {
      rushes_.insert(at, {day, length});
    }
  }
  if (rushes_.empty()) return;
  std::erase_if(rushes_, [last = rushes_.back().day](const Rush& rush) { return rush.day <= last - kRushDays; });
}

Millis Rushes::shortest(core::Timestamp now) const {
  const std::int64_t last_old_day = day_of(core::to_event_time(now)) - kRushDays;
  const auto floods = std::ranges::count_if(
      rushes_, [&](const Rush& rush) { return rush.day > last_old_day && rush.length < kShortestRush; });
  Millis shortest = Millis::max();
  Millis second = Millis::max();
  for (const Rush& rush : rushes_) {
    if (rush.day <= last_old_day || (rush.length < kShortestRush && floods < kUsualDays)) continue;
    second = std::min(second, std::max<Millis>(shortest, rush.length));
    shortest = std::min<Millis>(shortest, rush.length);
  }
  return second;
}

Millis safe_interval(std::span<const EventTime> recent, const Rushes& rushes, core::Timestamp now) {
  if (recent.size() < kFew) return Millis::max();
  const double end = static_cast<double>(core::unix_millis(now)) / 1e3;
  const double begin = static_cast<double>(core::unix_seconds(recent.front()));
  // Where so many are known, they are no few that came together by chance, but all the past that is looked at.
  const double span = std::max(end - begin, recent.size() < kSafetyArrivals ? kHour : 1);
  const auto last_hour = std::ranges::count_if(
      recent, [&](EventTime at) { return end - static_cast<double>(core::unix_seconds(at)) <= kHour; });
  const double rate = std::max(static_cast<double>(recent.size()) / span, static_cast<double>(last_hour) / kHour);
  const double varied = std::max(dispersion(recent, begin, end, kHour), dispersion(recent, begin, end, 6 * kHour));
  const double d = std::min(varied, kMostDispersion);
  constexpr double kYear = 365 * 86'400;
  const double rush = static_cast<double>(rushes.shortest(now).count()) / 1e3;
  return Millis(static_cast<std::int64_t>(1e3 * std::min({kYear, most_expected(d) / rate, kRushMargin * rush})));
}

}  // namespace repopulse::polling
