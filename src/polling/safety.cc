#include "polling/safety.h"

#include <algorithm>
#include <cmath>

#include "core/events_feed.h"
#include "forecast/unix_time.h"

namespace repopulse::polling {
namespace {

using namespace std::chrono_literals;
using core::EventTime;
using core::Millis;

constexpr double kCertainty = 3.09;  // 99.9 % of a normal distribution lies below that many deviations
constexpr std::size_t kFew = 30;
constexpr std::int64_t kFillDays = 14;
constexpr auto kShortestFill = 600s;      // a day with a flood says nothing of how often to ask: it cannot be foreseen
constexpr std::ptrdiff_t kUsualDays = 5;  // floods on that many days are no accident
constexpr auto kLongestFill = 86'400s;
constexpr double kFillMargin = 0.8;     // the next one may be this much shorter
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

void FillTimes::observe(std::span<const EventTime> arrivals, std::size_t fresh) {
  const std::size_t begin = std::max(core::kFeedDepthAtLeast, arrivals.size() - std::min(fresh, arrivals.size()));
  for (std::size_t i = begin; i < arrivals.size(); ++i) {
    const core::Seconds time = arrivals[i] - arrivals[i - core::kFeedDepthAtLeast];
    if (time > kLongestFill) continue;
    const std::int64_t day = day_of(arrivals[i]);
    const auto at = std::ranges::lower_bound(fills_, day, {}, &Fill::day);
    if (at != fills_.end() && at->day == day) {
      at->time = std::min(at->time, time);
    } else {
      fills_.insert(at, {day, time});
    }
  }
  if (fills_.empty()) return;
  std::erase_if(fills_, [last = fills_.back().day](const Fill& fill) { return fill.day <= last - kFillDays; });
}

Millis FillTimes::shortest(core::Timestamp now) const {
  const std::int64_t last_old_day = day_of(core::to_event_time(now)) - kFillDays;
  const auto floods = std::ranges::count_if(
      fills_, [&](const Fill& fill) { return fill.day > last_old_day && fill.time < kShortestFill; });
  Millis shortest = Millis::max();
  Millis second = Millis::max();
  for (const Fill& fill : fills_) {
    if (fill.day <= last_old_day || (fill.time < kShortestFill && floods < kUsualDays)) continue;
    second = std::min(second, std::max<Millis>(shortest, fill.time));
    shortest = std::min<Millis>(shortest, fill.time);
  }
  return second;
}

void ShownRate::observe(std::size_t fresh, core::Timestamp now) {
  if (!reads_.empty() && now <= reads_.back().at) reads_.clear();  // the clock was set back
  reads_.push_back({now, fresh});
  while (reads_.size() > 2 && reads_[1].at <= now - 1h) reads_.erase(reads_.begin());
  std::size_t shown = 0;
  for (std::size_t i = 1; i < reads_.size(); ++i) shown += reads_[i].fresh;  // those of the first came before it
  const double span = std::chrono::duration<double>(now - reads_.front().at).count();
  per_second_ = shown < kFew ? 0 : static_cast<double>(shown) / span;
}

Millis safe_interval(std::span<const EventTime> recent, const FillTimes& fill_times, const ShownRate& shown,
                     core::Timestamp now, Millis at_most) {
  if (recent.size() < kFew) return at_most;
  const double end = static_cast<double>(core::unix_millis(now)) / 1e3;
  const double begin = static_cast<double>(core::unix_seconds(recent.front()));
  // Fewer may have come together by chance, so they count as those of an hour at least.
  const double span = std::max(end - begin, recent.size() < kSafetyArrivals ? forecast::kHour : 1);
  const auto last_hour = recent.end() - std::ranges::partition_point(recent, [&](EventTime at) {
                           return end - static_cast<double>(core::unix_seconds(at)) > forecast::kHour;
                         });
  const double rate = std::max({static_cast<double>(recent.size()) / span,
                                static_cast<double>(last_hour) / forecast::kHour, shown.per_second()});
  constexpr double kYear = 365 * 86'400;
  const double fill = static_cast<double>(fill_times.shortest(now).count()) / 1e3;
  const auto interval = [&](double d) {
    const double seconds = std::min({kYear, most_expected(d) / rate, kFillMargin * fill});
    return std::min(at_most, Millis(static_cast<std::int64_t>(1e3 * seconds)));
  };
  if (const Millis shortest = interval(kMostDispersion); shortest == at_most) return shortest;
  const double varied =
      std::max(dispersion(recent, begin, end, forecast::kHour), dispersion(recent, begin, end, 6 * forecast::kHour));
  return interval(std::min(varied, kMostDispersion));
}

}  // namespace repopulse::polling
