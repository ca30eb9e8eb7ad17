#include "polling/price_of_waiting.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "polling/numbers.h"

namespace repopulse::polling {
namespace {

constexpr double kPriceMemory = 10 * 86'400;  // seconds
constexpr double kPriorEvents = 10;           // that say: no correction
constexpr double kMostMadeGood = 2;
constexpr double kMostCorrection = 6;  // of the logarithm

}  // namespace

PriceOfWaiting::PriceOfWaiting(core::Millis freshness) {
  set_freshness(freshness);
}

void PriceOfWaiting::set_freshness(core::Millis freshness) {
  goal_ = std::max(1.0, std::chrono::duration<double>(freshness).count());
}

double PriceOfWaiting::value(double rates, double root_rates) const {
  const double polls_per_second = root_rates / rates / goal_;
  return polls_per_second * polls_per_second / 2 * std::exp(correction_);
}

void PriceOfWaiting::learn(const Waiting& waiting, core::Timestamp now) {
  if (faded_at_ == core::Timestamp{}) faded_at_ = now;
  const core::Millis passed = std::max(now - faded_at_, core::Millis(0));  // the clock may have gone back
  const double kept = std::exp(-std::chrono::duration<double>(passed).count() / kPriceMemory);
  faded_at_ = now;
  for (double* sum : {&seen_.priced_events, &seen_.priced_waiting, &seen_.other_events, &seen_.other_waiting})
    *sum *= kept;
  if (waiting.priced) {
    seen_.priced_events += waiting.events;
    seen_.priced_waiting += waiting.seconds / goal_ * std::exp(correction_ / 2);
  } else {
    seen_.other_events += waiting.events;
    seen_.other_waiting += waiting.seconds / goal_;
  }
  correct();
}

// Priced events wait 1/c of what they would without correction, c being the root of its factor: c is what brings all
// events to the goal.
void PriceOfWaiting::correct() {
  const double waiting = seen_.priced_waiting + kPriorEvents;
  const double events = seen_.priced_events + kPriorEvents;
  const double alone = waiting / events;
  const double left = std::max(0.0, events + seen_.other_events - seen_.other_waiting);
  const double root = std::clamp(waiting / left, alone / kMostMadeGood, alone * kMostMadeGood);
  correction_ = std::clamp(2 * std::log(root), -kMostCorrection, kMostCorrection);
}

std::string PriceOfWaiting::save() const {
  return join_numbers(std::array{seen_.priced_events, seen_.priced_waiting, seen_.other_events, seen_.other_waiting,
                                 static_cast<double>(core::unix_millis(faded_at_))});
}

void PriceOfWaiting::restore(std::string_view saved) {
  const auto numbers = split_numbers<5>(saved);
  if (!numbers || std::ranges::any_of(*numbers, [](double number) { return number < 0; })) return;
  const auto& [priced_events, priced_waiting, other_events, other_waiting, faded_at] = *numbers;
  if (faded_at > static_cast<double>(kLatestSaved)) return;
  seen_ = {priced_events, priced_waiting, other_events, other_waiting};
  faded_at_ = core::timestamp_from_unix_millis(static_cast<std::int64_t>(faded_at));
  correct();
}

}  // namespace repopulse::polling
