#include "forecast/excitation.h"

namespace repopulse::forecast {
namespace {

constexpr double kCrowdFades = 300;  // seconds
constexpr double kCrowdPower = 0.7;

}  // namespace

Excitation::Fading Excitation::fading_over(double passed) {
  Fading fading;
  fading.passed = passed;
  for (std::size_t k = 0; k < kKernels; ++k) fading.levels[k] = std::exp(-passed / kTimeConstants[k]);
  fading.crowd = std::exp(-passed / kCrowdFades);
  return fading;
}

void Excitation::advance(double to) {
  std::array<double, kKernels> ignored{};
  advance(to, ignored);
}

void Excitation::advance(double to, std::array<double, kKernels>& integrals) {
  const double passed = to - at_;
  if (passed <= 0) return;
  if (passed != fading_.passed) fading_ = fading_over(passed);
  for (std::size_t k = 0; k < kKernels; ++k) {
    const double kept = fading_.levels[k];
    integrals[k] += levels_[k] * kTimeConstants[k] * (1 - kept);
    levels_[k] *= kept;
  }
  crowd_ *= fading_.crowd;
  at_ = to;
}

double Excitation::add(double ago) {
  const double mark = std::pow(1 + crowd_, -kCrowdPower);
  crowd_ += std::exp(-ago / kCrowdFades);
  for (std::size_t k = 0; k < kKernels; ++k) {
    levels_[k] += mark * std::exp(-ago / kTimeConstants[k]) / kTimeConstants[k];
  }
  return mark;
}

}  // namespace repopulse::forecast
