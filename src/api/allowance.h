// How many requests may come now: as many as a minute has at once, and as many again over each minute. Pure.
#pragma once

#include <optional>

#include "core/time.h"

namespace repopulse::api {

class Allowance {
 public:
  Allowance() = default;  // none, until time has passed
  static Allowance full(int per_minute, core::Timestamp now) { return {static_cast<double>(per_minute), now}; }

  // Counts one request. Set: it is one too many, and this is when the next one may come.
  std::optional<core::Seconds> take(int per_minute, core::Timestamp now);
  // As if no request had ever come.
  bool is_full(int per_minute, core::Timestamp now);

 private:
  Allowance(double requests, core::Timestamp at) : requests_(requests), at_(at) {}
  void refill(int per_minute, core::Timestamp now);

  double requests_ = 0;  // that may come now
  core::Timestamp at_{};
};

}  // namespace repopulse::api
