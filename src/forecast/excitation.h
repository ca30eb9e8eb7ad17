// How much earlier arrivals raise the rate of a feed at a moment. A value with arithmetic alone.
#pragma once

#include <array>
#include <cmath>
#include <cstddef>

namespace repopulse::forecast {

// Time constants in seconds, from a burst to a fortnight: together they follow the power-law memory that people's
// activity has. The fast ones are conversations and robots, and do not depend on the hour; the slow ones are the level
// of a day or a week, and follow the season.
inline constexpr std::size_t kKernels = 6;
inline constexpr std::size_t kFirstSlowKernel = 3;
inline constexpr std::array<double, kKernels> kTimeConstants = {120, 900, 5'400, 28'800, 172'800, 1'209'600};

// For each kernel Σ markᵢ × exp(−(t − tᵢ)/τ)/τ over the arrivals so far. An arrival in a crowd has a smaller mark:
// twenty labels set by a robot within a minute announce hardly more than one.
class Excitation {
 public:
  explicit Excitation(double at = 0) : at_(at) {}

  double at() const { return at_; }  // unix seconds
  const std::array<double, kKernels>& levels() const { return levels_; }

  // Times must not decrease.
  void advance(double to);
  // The same, and adds the levels' integrals over the time that passed.
  void advance(double to, std::array<double, kKernels>& integrals);
  // An arrival now, or one of `ago` seconds ago that becomes known only now. Returns its mark.
  double add(double ago = 0);

 private:
  // What is left after so much time. The hours of a fit are all alike, so the last one is kept.
  struct Fading {
    double passed = 0;  // seconds
    std::array<double, kKernels> levels{};
    double crowd = 1;
  };
  static Fading fading_over(double passed);

  std::array<double, kKernels> levels_{};
  double crowd_ = 0;  // arrivals of the last minutes, fading
  double at_ = 0;
  Fading fading_;
};

}  // namespace repopulse::forecast
