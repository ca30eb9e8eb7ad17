#include "api/guesses.h"

#include <algorithm>

namespace repopulse::api {
namespace {

constexpr core::Millis kFirstDelay{100};

// 100 ms, 200 ms, 400 ms … with each wrong key that is not free.
core::Millis delay_after(int wrong) {
  core::Millis delay{0};
  for (int i = Guesses::kFree; i < wrong && delay < Guesses::kLongestDelay; ++i) {
    delay = delay.count() == 0 ? kFirstDelay : 2 * delay;
  }
  return std::min(delay, Guesses::kLongestDelay);
}

}  // namespace

Guesses::Verdict Guesses::wrong(std::string_view address, core::Timestamp now) {
  const std::lock_guard lock(mutex_);
  auto at = counts_.find(address);
  if (at == counts_.end()) {
    make_room(now);
    at = counts_.emplace(std::string(address), Count{0, now}).first;
  }
  Count& count = at->second;
  if (now - count.since >= kSpan || now < count.since) count = {0, now};
  count.wrong = std::min(count.wrong + 1, kRefused + 1);
  Verdict verdict;
  verdict.delay = delay_after(count.wrong);
  if (count.wrong > kRefused) verdict.retry_after = std::chrono::ceil<core::Seconds>(count.since + kSpan - now);
  return verdict;
}

void Guesses::make_room(core::Timestamp now) {
  if (counts_.size() < kAddressesMax) return;
  std::erase_if(counts_, [&](const auto& entry) { return now - entry.second.since >= kSpan; });
  if (counts_.size() < kAddressesMax) return;
  // The one that has guessed least is forgotten: whoever guesses most stays slow.
  counts_.erase(std::ranges::min_element(counts_, {}, [](const auto& entry) { return entry.second.wrong; }));
}

}  // namespace repopulse::api
