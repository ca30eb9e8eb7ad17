// Events that the simulated GitHub showed late: where they stood, and whether repopulse had to know that such events
// come. By brute force from what was shown and what is stored; the product's own memory of it is not used. Pure.
#pragma once

#include <cstddef>
#include <set>
#include <vector>

#include "core/event.h"
#include "core/time.h"
#include "sim/github_simulator.h"

namespace repopulse::simulation {

// It became visible later than it happened.
bool is_late(const sim::Shown& event);

class LateEvents {
 public:
  // `shown`: of one repository, all; must outlive this. Of what became visible before `since` nothing is learned.
  LateEvents(const std::vector<sim::Shown>& shown, const std::set<core::EventKey>& stored, core::Timestamp since);

  // How many events stood above it when it became visible.
  std::size_t stood_behind(const sim::Shown& event) const;
  // Was one stored, as a poll or a look had met it far down in the feed, not too long before `at`? `found_within`: so
  // soon after it became visible.
  bool known_to_come(core::Timestamp at, core::Millis found_within) const;

 private:
  const std::vector<sim::Shown>& shown_;
  std::vector<core::Timestamp> far_down_;  // when events became visible that are stored and stood far down
};

}  // namespace repopulse::simulation
