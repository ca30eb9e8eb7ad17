// By which time the windows are filled and cut, and whether it has stepped: the clock was set, or GitHub's answers told
// that it is wrong. A window that was filled by a time that lay behind took new events for ones whose time has not
// come, and may have dropped the newest; so all windows are loaded again. A machine that slept looks the same. Pure.
#pragma once

#include <optional>

#include "core/clock.h"
#include "core/time.h"

namespace repopulse::monitor {

class WindowTime {
 public:
  // The time that counts now. To be called before windows are filled, and at least every kClockTolerance.
  void see(core::Timestamp now) {
    stepped_ = stepped_ || (seen_ && (core::went_back(*seen_, now) || now - *seen_ > core::kClockTolerance));
    seen_ = now;
  }
  // Windows that are full are to be loaded again.
  bool stepped() const { return stepped_; }
  void loaded() { stepped_ = false; }

 private:
  std::optional<core::Timestamp> seen_;
  bool stepped_ = false;
};

}  // namespace repopulse::monitor
