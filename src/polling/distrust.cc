#include "polling/distrust.h"

#include <algorithm>
#include <chrono>
#include <cstdint>

#include "polling/backoff.h"
#include "polling/numbers.h"

namespace repopulse::polling {
namespace {

using namespace std::chrono_literals;
using core::Millis;
using core::Timestamp;

constexpr Millis kFirstDistrust = 24h;
constexpr Millis kLongestDistrust = std::chrono::days(14);
constexpr double kMostTimes = 60;

}  // namespace

void Distrust::begin(Timestamp now) {
  if (now > until_ + kLongestDistrust) times_ = 0;
  until_ = now + exponential(kFirstDistrust, ++times_, kLongestDistrust);
}

// One that ends further ahead than it can last is of a clock that was wrong.
bool Distrust::is_over(Timestamp now) const {
  return now >= until_ || until_ - now > kLongestDistrust;
}

void Distrust::clock_went_back(Millis step) {
  until_ = std::max(Timestamp{}, until_ - step);
}

void Distrust::restore(double times, double until_millis) {
  times_ = static_cast<int>(std::clamp(times, 0.0, kMostTimes));
  const double until = std::clamp(until_millis, 0.0, static_cast<double>(kLatestSaved));
  until_ = core::timestamp_from_unix_millis(static_cast<std::int64_t>(until));
}

}  // namespace repopulse::polling
