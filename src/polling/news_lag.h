// What polls have taught of how long it takes until a feed shows what a change probe or a hint told of. A value without
// a clock.
#pragma once

#include <array>
#include <cstddef>
#include <span>

#include "core/time.h"

namespace repopulse::polling {

class NewsLag {
 public:
  // A feed was read for the sake of news that had happened `age` ago, `reads_before` times in vain before that.
  void learn(int reads_before, bool found, core::Millis age);
  // Until a feed shows what happened, most of the time.
  core::Millis lag() const { return lag_; }
  // Seldom is it shown earlier.
  core::Millis least() const { return lag_ / 4; }
  // Is to be tried again: it may be shorter now.
  void forget() { lag_ /= 2; }
  // That the feed shows the news at all, after so many reads in vain.
  double chance_after(int reads_in_vain) const;

  static constexpr std::size_t kReads = 4;
  static constexpr std::size_t kNumbers = 1 + 2 * kReads;
  std::array<double, kNumbers> save() const;
  void restore(std::span<const double, kNumbers> saved);

 private:
  struct Chance {
    double tried = 0;
    double found = 0;
  };
  core::Millis lag_{0};
  std::array<Chance, kReads> chances_{};  // by reads in vain before
};

}  // namespace repopulse::polling
