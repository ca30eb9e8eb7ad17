// For how long something that told what is not true is not believed: a day, and twice as long each time in a row, two
// weeks at most. A value without a clock.
#pragma once

#include "core/time.h"

namespace repopulse::polling {

class Distrust {
 public:
  void begin(core::Timestamp now);
  bool is_over(core::Timestamp now) const;  // or it never began
  bool ever() const { return times_ > 0; }
  // The clock has gone back by `step`: it ends as late as it would have.
  void clock_went_back(core::Millis step);

  // As it is stored. Anything may be restored.
  double times() const { return times_; }
  double until_millis() const { return static_cast<double>(core::unix_millis(until_)); }  // since 1970
  void restore(double times, double until_millis);

 private:
  int times_ = 0;  // in a row
  core::Timestamp until_{};
};

}  // namespace repopulse::polling
