#include "core/clock_skew.h"

#include <algorithm>
#include <chrono>
#include <cstddef>

#include "core/clock.h"

namespace repopulse::core {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t kAnswers = 5;
constexpr Millis kDateResolution = 1s;
constexpr Millis kSlowestAnswer = kClockTolerance;
// The poller looks at the clock twice a minute, and a request takes a minute or two at the most.
constexpr Millis kLongestUnseen = 10min;
constexpr Millis kConfirmedFor = 1h;

}  // namespace

Timestamp corrected(std::optional<Millis> skew, Timestamp now) {
  return skew && std::chrono::abs(*skew) > kClockTolerance ? now - *skew : now;
}

bool ClockSkew::see(Timestamp now) {
  const bool jumped = seen_ && (went_back(*seen_, now) || now - *seen_ > kLongestUnseen);
  seen_ = now;
  if (!jumped || measured_.empty()) return false;
  measured_.clear();
  return true;
}

void ClockSkew::take(Timestamp sent, Timestamp received, EventTime date) {
  if (received < sent || received - sent > kSlowestAnswer) return;
  // GitHub wrote the date at some time between, and within the second that it names.
  const Millis least = sent - to_timestamp(date) - kDateResolution;
  const Millis most = received - to_timestamp(date);
  measured_.emplace_back(std::chrono::duration_cast<Seconds>(std::clamp(Millis(0), least, most)));
  if (measured_.size() > kAnswers) measured_.erase(measured_.begin());
  measured_at_ = received;
}

std::optional<Millis> ClockSkew::skew() const {
  if (measured_.empty()) return std::nullopt;
  std::vector<Millis> sorted = measured_;
  std::ranges::sort(sorted);
  const Millis low = sorted[(sorted.size() - 1) / 2];
  const Millis high = sorted[sorted.size() / 2];
  return std::chrono::abs(low) < std::chrono::abs(high) ? low : high;
}

std::optional<Timestamp> ClockSkew::confirmed(Timestamp now) const {
  if (measured_.empty() || went_back(measured_at_, now) || now - measured_at_ > kConfirmedFor) return std::nullopt;
  return measured_at_ - std::max(*std::ranges::max_element(measured_), Millis(0));
}

}  // namespace repopulse::core
