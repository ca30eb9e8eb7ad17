#include "forecast/excitation.h"

namespace repopulse::forecast {
namespace {

constexpr double kCrowdFades = 300;  // seconds
constexpr double kCrowdPower = 0.7;

}  // namespace

void Excitation::advance(double to) {
  std::array<double, kKernels> ignored{};
  advance(to, ignored);
}

void Excitation::advance(double to, std::array<double, kKernels>& integrals) {
  const double passed = to - at_;
  if (passed <= 0) return;
  for (std::size_t k = 0; k < kKernels; ++k) {
    const double kept = std::exp(-passed / kTimeConstants[k]);
    integrals[k] += levels_[k] * kTimeConstants[k] * (1 - kept);
    levels_[k] *= kept;
  }
  crowd_ *= std::exp(-passed / kCrowdFades);
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
