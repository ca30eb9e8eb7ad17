#include "api/wrong_key_limiter.h"

#include <algorithm>

namespace repopulse::api {
namespace {

constexpr core::Millis kFirstDelay{100};

// 100 ms, 200 ms, 400 ms … for each wrong key beyond the tolerated ones.
core::Millis delay_after(int wrong) {
  core::Millis delay{0};
  for (int i = WrongKeyLimiter::kTolerated; i < wrong && delay < WrongKeyLimiter::kLongestDelay; ++i) {
    delay = delay.count() == 0 ? kFirstDelay : 2 * delay;
  }
  return std::min(delay, WrongKeyLimiter::kLongestDelay);
}

}  // namespace

WrongKeyLimiter::Verdict WrongKeyLimiter::count(std::string_view address, core::Timestamp now) {
  const std::lock_guard lock(mutex_);
  auto at = counts_.find(address);
  if (at == counts_.end()) {
    make_room(now);
    at = counts_.emplace(std::string(address), Count{0, now}).first;
  }
  Count& count = at->second;
  if (now - count.since >= kPeriod || now < count.since) count = {0, now};
  count.wrong = std::min(count.wrong + 1, kLimit + 1);
  Verdict verdict;
  verdict.delay = delay_after(count.wrong);
  if (count.wrong > kLimit) verdict.retry_after = std::chrono::ceil<core::Seconds>(count.since + kPeriod - now);
  return verdict;
}

void WrongKeyLimiter::make_room(core::Timestamp now) {
  if (counts_.size() < kAddressesMax) return;
  std::erase_if(counts_, [&](const auto& entry) { return now - entry.second.since >= kPeriod; });
  if (counts_.size() < kAddressesMax) return;
  // Forget the address with the fewest wrong keys, so that those with the most stay slow.
  counts_.erase(std::ranges::min_element(counts_, {}, [](const auto& entry) { return entry.second.wrong; }));
}

}  // namespace repopulse::api
