// Entries of a feed's pages that may have been events and could not be read: broken JSON, or larger than the limit of a
// body. It finds out between which times they stand, and remembers which of them were told. It changes nothing else.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "core/answer.h"
#include "core/event.h"
#include "core/feed_state.h"
#include "core/time.h"

namespace repopulse::polling {

class UnreadEntries {
 public:
  // The entries of one page, in their order. Pages follow one another. `answered`: no event is newer.
  void take(const core::Answer& answer, core::EventTime answered);
  // The next event of the feed never came: it is too large.
  void take_too_large(core::EventTime answered);
  // The walk is over: an entry that has no older neighbour stands behind `before`.
  void end(core::EventTime before);
  // What was found since the last call.
  std::vector<core::Gap> found() { return std::exchange(found_, {}); }
  // The walk broke off, or what it found could not be stored: all of it is told again.
  void forget();

 private:
  void open(core::EventTime answered);
  void close(core::EventTime older);

  std::set<std::uint64_t> told_;            // digests
  std::optional<core::EventTime> newer_;    // the event met last
  std::optional<core::EventTime> open_to_;  // an entry waits for its older neighbour
  bool too_large_ = false;                  // it is one without a digest
  std::vector<core::Gap> found_;
};

}  // namespace repopulse::polling
