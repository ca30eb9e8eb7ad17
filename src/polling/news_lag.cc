#include "polling/news_lag.h"

#include <algorithm>
#include <chrono>
#include <cstdint>

namespace repopulse::polling {
namespace {

using namespace std::chrono_literals;
using core::Millis;

constexpr Millis kLongestLag = 10min;

std::size_t place(int reads) {
  return std::min(static_cast<std::size_t>(std::max(0, reads)), NewsLag::kReads - 1);
}

}  // namespace

double NewsLag::chance_after(int reads_in_vain) const {
  constexpr double kPrior = 4;
  const Chance& seen = chances_[place(reads_in_vain)];
  return (seen.found + kPrior / 2) / (seen.tried + kPrior);
}

// The lag is steered so that four of five first reads after news find it.
void NewsLag::learn(int reads_before, bool found, Millis age) {
  constexpr double kEnough = 100;
  Chance& chance = chances_[place(reads_before)];
  chance.tried += 1;
  chance.found += found ? 1 : 0;
  if (chance.tried > kEnough) {
    chance.tried /= 2;
    chance.found /= 2;
  }
  if (!found || reads_before > 1) return;
  const Millis step = std::max<Millis>(10s, lag_ / 3);
  const bool is_late = age > 4 * lag_ + 2min;  // a single event that comes late says little of the others
  const Millis longer = is_late ? lag_ + step : std::max(lag_ + step, lag_ + (age - lag_) / 2);
  lag_ = std::clamp<Millis>(reads_before == 1 ? longer : lag_ - step / 4, 0ms, kLongestLag);
}

std::array<double, NewsLag::kNumbers> NewsLag::save() const {
  std::array<double, kNumbers> numbers{static_cast<double>(lag_.count())};
  for (std::size_t i = 0; i < kReads; ++i) {
    numbers[1 + 2 * i] = chances_[i].tried;
    numbers[2 + 2 * i] = chances_[i].found;
  }
  return numbers;
}

void NewsLag::restore(std::span<const double, kNumbers> saved) {
  constexpr double kMost = 1e6;
  const double longest = static_cast<double>(kLongestLag.count());
  lag_ = Millis(static_cast<std::int64_t>(std::clamp(saved[0], 0.0, longest)));
  for (std::size_t i = 0; i < kReads; ++i) {
    chances_[i].tried = std::clamp(saved[1 + 2 * i], 0.0, kMost);
    chances_[i].found = std::clamp(saved[2 + 2 * i], 0.0, chances_[i].tried);
  }
}

}  // namespace repopulse::polling
