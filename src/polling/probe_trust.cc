#include "polling/probe_trust.h"

#include <algorithm>
#include <chrono>
#include <cstdint>

namespace repopulse::polling {
namespace {

using namespace std::chrono_literals;
using core::Millis;
using core::Timestamp;

constexpr Millis kLongestLag = 10min;

std::size_t place(int reads) {
  return std::min(static_cast<std::size_t>(std::max(0, reads)), ProbeLag::kReads - 1);
}

}  // namespace

bool ProbeTrust::read(std::size_t announced, std::size_t missed) {
  proof_ = std::min(kProof, proof_ + announced);
  missed_ = proven() ? 0 : missed_ + missed;
  if (missed > 0 && !proven()) proof_ = 0;
  return missed_ >= kRefutation;
}

void ProbeTrust::distrust(Timestamp now) {
  proof_ = 0;
  missed_ = 0;
  distrust_.begin(now);
}

bool ProbeTrust::believed(Timestamp now) const {
  return distrust_.is_over(now);
}

void ProbeTrust::clock_went_back(Millis step) {
  distrust_.clock_went_back(step);
}

std::array<double, ProbeTrust::kNumbers> ProbeTrust::save() const {
  return {static_cast<double>(proof_), distrust_.times(), distrust_.until_millis()};
}

void ProbeTrust::restore(std::span<const double, kNumbers> saved) {
  proof_ = static_cast<std::size_t>(std::clamp(saved[0], 0.0, static_cast<double>(kProof)));
  distrust_.restore(saved[1], saved[2]);
}

// --- lag ---

double ProbeLag::chance_after(int reads_in_vain) const {
  constexpr double kPrior = 4;
  const Chance& seen = chances_[place(reads_in_vain)];
  return (seen.found + kPrior / 2) / (seen.tried + kPrior);
}

// The lag is steered so that four of five first reads after news find it.
void ProbeLag::learn(int reads_before, bool found, Millis age) {
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

std::array<double, ProbeLag::kNumbers> ProbeLag::save() const {
  std::array<double, kNumbers> numbers{static_cast<double>(lag_.count())};
  for (std::size_t i = 0; i < kReads; ++i) {
    numbers[1 + 2 * i] = chances_[i].tried;
    numbers[2 + 2 * i] = chances_[i].found;
  }
  return numbers;
}

void ProbeLag::restore(std::span<const double, kNumbers> saved) {
  constexpr double kMost = 1e6;
  const double longest = static_cast<double>(kLongestLag.count());
  lag_ = Millis(static_cast<std::int64_t>(std::clamp(saved[0], 0.0, longest)));
  for (std::size_t i = 0; i < kReads; ++i) {
    chances_[i].tried = std::clamp(saved[1 + 2 * i], 0.0, kMost);
    chances_[i].found = std::clamp(saved[2 + 2 * i], 0.0, chances_[i].tried);
  }
}

}  // namespace repopulse::polling
