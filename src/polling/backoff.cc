#include "polling/backoff.h"

#include <algorithm>

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
  std::uint64_t hash = 0xCBF29CE484222325ULL ^ seed;
  for (const char c : feed) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001B3ULL;
  hash += static_cast<std::uint64_t>(n) * 0x9E3779B97F4A7C15ULL;
  hash = (hash ^ (hash >> 30)) * 0xBF58476D1CE4E5B9ULL;
  hash = (hash ^ (hash >> 27)) * 0x94D049BB133111EBULL;
  return hash ^ (hash >> 31);
}

}  // namespace

Millis floor_of(const core::FeedState& feed) {
  constexpr Millis kUsual = 60s;  // X-Poll-Interval has never said otherwise
  return feed.floor > 0ms ? feed.floor : kUsual;
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
