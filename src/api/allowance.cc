#include "api/allowance.h"

#include <algorithm>
#include <chrono>
#include <cmath>

namespace repopulse::api {
namespace {

constexpr core::Millis kMinute{60'000};

}  // namespace

// A clock that was set back gives nothing, and takes nothing.
void Allowance::refill(int per_minute, core::Timestamp now) {
  const core::Millis passed = std::clamp(now - at_, core::Millis(0), kMinute);
  const double gained = static_cast<double>(passed.count()) * per_minute / static_cast<double>(kMinute.count());
  requests_ = std::min<double>(per_minute, requests_ + gained);
  at_ = now;
}

std::optional<core::Seconds> Allowance::take(int per_minute, core::Timestamp now) {
  refill(per_minute, now);
  if (requests_ >= 1) {
    requests_ -= 1;
    return std::nullopt;
  }
  const double seconds = (1 - requests_) * static_cast<double>(kMinute.count()) / 1000 / per_minute;
  return core::Seconds(std::max(1LL, std::llround(std::ceil(seconds))));
}

bool Allowance::is_full(int per_minute, core::Timestamp now) {
  refill(per_minute, now);
  return requests_ >= per_minute;
}

}  // namespace repopulse::api
