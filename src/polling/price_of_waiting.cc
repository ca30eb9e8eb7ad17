#include "polling/price_of_waiting.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "polling/numbers.h"

namespace repopulse::polling {
namespace {

constexpr double kMemory = 10 * 86'400;  // seconds
constexpr double kPriorEvents = 10;      // that say: no correction
constexpr double kMostCorrection = 6;    // of the logarithm

}  // namespace

PriceOfWaiting::PriceOfWaiting(core::Millis freshness)
    : goal_(std::max(1.0, std::chrono::duration<double>(freshness).count())) {}

double PriceOfWaiting::value(double rates, double root_rates) const {
  const double polls_per_second = root_rates / rates / goal_;
  return polls_per_second * polls_per_second / 2 * std::exp(correction_);
}

void PriceOfWaiting::learn(const Waiting& waiting, core::Timestamp now) {
  if (faded_at_ == core::Timestamp{}) faded_at_ = now;
  const double kept = std::exp(-std::chrono::duration<double>(now - faded_at_).count() / kMemory);
  faded_at_ = now;
  events_ = events_ * kept + waiting.events;
  waited_ = waited_ * kept + waiting.seconds / goal_ * std::exp(correction_ / 2);
  correct();
}

void PriceOfWaiting::correct() {
  const double mean = (waited_ + kPriorEvents) / (events_ + kPriorEvents);
  correction_ = std::clamp(2 * std::log(mean), -kMostCorrection, kMostCorrection);
}

std::string PriceOfWaiting::save() const {
  return join_numbers(std::array{events_, waited_, static_cast<double>(core::unix_millis(faded_at_))});
}

void PriceOfWaiting::restore(std::string_view saved) {
  const auto numbers = split_numbers<3>(saved);
  if (!numbers) return;
  const auto& [events, waited, faded_at] = *numbers;
  if (events < 0 || waited < 0) return;
  events_ = events;
  waited_ = waited;
  faded_at_ = core::timestamp_from_unix_millis(static_cast<std::int64_t>(faded_at));
  correct();
}

}  // namespace repopulse::polling
