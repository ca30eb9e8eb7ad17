#include "app/clock.h"

#include <chrono>

namespace repopulse::app {

core::Timestamp clock_now() {
  return std::chrono::floor<core::Millis>(std::chrono::system_clock::now());
}

}  // namespace repopulse::app
