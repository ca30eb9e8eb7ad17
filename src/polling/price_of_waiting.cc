#include "polling/price_of_waiting.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "polling/numbers.h"

namespace repopulse::polling {
namespace {

constexpr double kDay = 86'400;
constexpr double kMemory = 7 * kDay;   // of the comparison between seen and expected
constexpr double kPriorEvents = 30;    // that say: what is expected is right
constexpr double kMostBias = 4;        // either way
constexpr double kQuickEvents = 10;    // the quick loop takes at least so many events, …
constexpr double kQuickTime = kDay;    // … or what is expected of a day, to follow an error to its end
constexpr double kLargestStep = 0.3;   // of the logarithm, by one poll
constexpr double kMostCorrection = 6;  // of the logarithm

}  // namespace

PriceOfWaiting::PriceOfWaiting(core::Millis freshness)
    : goal_(std::max(1.0, std::chrono::duration<double>(freshness).count())) {}

double PriceOfWaiting::value(double rates, double root_rates) const {
  const double polls_per_second = root_rates / rates / goal_;
  return polls_per_second * polls_per_second / 2 * std::exp(correction_);
}

void PriceOfWaiting::learn(const Waiting& waiting, double rates, core::Timestamp now) {
  if (faded_at_ == core::Timestamp{}) faded_at_ = now;
  const double kept = std::exp(-std::chrono::duration<double>(now - faded_at_).count() / kMemory);
  faded_at_ = now;
  lately_.seen_events = lately_.seen_events * kept + waiting.seen_events;
  lately_.seen_seconds = lately_.seen_seconds * kept + waiting.seen_seconds;
  lately_.expected_events = lately_.expected_events * kept + waiting.expected_events;
  lately_.expected_seconds = lately_.expected_seconds * kept + waiting.expected_seconds;
  const double seen = (lately_.seen_seconds + kPriorEvents * goal_) / (lately_.seen_events + kPriorEvents);
  const double expected = (lately_.expected_seconds + kPriorEvents * goal_) / (lately_.expected_events + kPriorEvents);
  const double bias = std::clamp(seen / expected, 1 / kMostBias, kMostBias);

  const double error =
      (waiting.expected_seconds * bias / goal_ - waiting.expected_events) / std::max(rates * kQuickTime, kQuickEvents);
  correction_ += std::clamp(error, -kLargestStep, kLargestStep);
  correction_ = std::clamp(correction_, -kMostCorrection, kMostCorrection);
}

std::string PriceOfWaiting::save() const {
  return join_numbers(std::array{correction_, lately_.seen_events, lately_.seen_seconds, lately_.expected_events,
                                 lately_.expected_seconds, static_cast<double>(core::unix_millis(faded_at_))});
}

void PriceOfWaiting::restore(std::string_view saved) {
  const auto numbers = split_numbers<6>(saved);
  if (!numbers) return;
  const auto& [correction, events, seconds, expected_events, expected_seconds, faded_at] = *numbers;
  if (std::abs(correction) > kMostCorrection || std::min({events, seconds, expected_events, expected_seconds}) < 0)
    return;
  correction_ = correction;
  lately_ = {events, seconds, expected_events, expected_seconds};
  faded_at_ = core::timestamp_from_unix_millis(static_cast<std::int64_t>(faded_at));
}

}  // namespace repopulse::polling
