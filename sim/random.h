// Random numbers that are the same on every machine for the same seed, unlike the distributions of <random>. No other
// source of randomness.
#pragma once

#include <cmath>
#include <cstdint>

namespace repopulse::sim {

// Steele, Lea, Flood 2014: SplitMix64.
class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}

  std::uint64_t bits() {
    std::uint64_t z = (state_ += 0x9E3779B97F4A7C15ULL);
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ULL;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBULL;
    return z ^ (z >> 31);
  }
  // 0 ≤ x < 1.
  double unit() { return static_cast<double>(bits() >> 11) * 0x1.0p-53; }
  bool chance(double probability) { return unit() < probability; }
  // 0 ≤ x < bound; `bound` above 0.
  std::uint64_t below(std::uint64_t bound) { return bits() % bound; }
  double exponential(double mean) { return -mean * std::log1p(-unit()); }

 private:
  std::uint64_t state_;
};

}  // namespace repopulse::sim
