#include "polling/backoff.h"

#include <algorithm>

#include "base/hash.h"
#include "core/events_feed.h"

namespace repopulse::polling {
namespace {

using namespace std::chrono_literals;
using core::AnswerKind;
using core::Millis;

constexpr Millis kPassingTrouble = 5s;
constexpr Millis kLongestPassingTrouble = 30min;
constexpr Millis kGone = 10min;
constexpr Millis kLongestGone = 24h;

// FNV-1a and the finaliser of SplitMix64: spreads feeds and tries evenly, reproducibly on every machine.
std::uint64_t mix(std::string_view feed, std::uint64_t seed, int n) {
  std::uint64_t hash = base::fnv1a(feed, base::kFnvBasis ^ seed);
  hash += static_cast<std::uint64_t>(n) * 0x9E3779B97F4A7C15ULL;
  hash = (hash ^ (hash >> 30)) * 0xBF58476D1CE4E5B9ULL;
  hash = (hash ^ (hash >> 27)) * 0x94D049BB133111EBULL;
  return hash ^ (hash >> 31);
}

}  // namespace

Millis floor_of(const core::FeedState& feed) {
  return feed.floor > 0ms ? feed.floor : core::kUsualPollInterval;
}

Millis exponential(Millis base, int n, Millis longest) {
  constexpr int kMostDoublings = 20;
  const int doublings = std::clamp(n - 1, 0, kMostDoublings);
  return std::min(base * (std::int64_t{1} << doublings), longest);
}

Millis rest_after(AnswerKind trouble, int n, std::string_view feed, std::uint64_t seed) {
  const bool gone =
      trouble == AnswerKind::kNotFound || trouble == AnswerKind::kBlocked || trouble == AnswerKind::kForbidden;
  const Millis rest =
      gone ? exponential(kGone, n, kLongestGone) : exponential(kPassingTrouble, n, kLongestPassingTrouble);
  constexpr std::int64_t kSteps = 1000;
  const auto step = static_cast<std::int64_t>(mix(feed, seed, n) % (kSteps + 1));
  return rest * 3 / 4 + rest * step / (2 * kSteps);  // 0.75 to 1.25 of it
}

}  // namespace repopulse::polling
