// When to look deeper into a feed than a poll does, and what such looks have taught. An event that becomes visible late
// stands where its `created_at` puts it: on page 2 or 3, behind known ones, where no poll sees it. It counts and
// compares; it asks nothing, and it knows neither feed nor schedule.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "core/time.h"

namespace repopulse::polling {

// A feed's `policy_state` begins with a line of its own for late events, if there is anything to say of them. Older
// states have none. The line, without its mark; and what stands behind it.
std::string_view late_events_of(std::string_view policy_state);
std::string_view without_late_events(std::string_view policy_state);

class LateEvents {
 public:
  // After a poll that read pages. `deeper`: the feed has more pages than the first.
  void set_deeper(bool deeper) { deeper_ = deeper; }

  // Is a look due, right after a poll? `within`: late events are to be found that soon after they become visible.
  // `crossing`: the time in which a hundred events come. What is not found within it may have left the feed.
  bool due(core::Millis within, core::Millis crossing, core::Timestamp now);
  // When a poll is to be made for the sake of a look; nullopt: no late events come, and looks follow other polls.
  std::optional<core::Timestamp> wanted_at() const;

  // A look found an event. `age`: since its `created_at`; `distance`: events that stand above it.
  void found(core::Millis age, std::size_t distance, core::Timestamp now);
  // A look went as deep as the feed does.
  void looked(core::Millis within, core::Millis crossing, core::Timestamp now);
  void clock_went_back(core::Timestamp now);

  // How late events come, over all that looks found; the farthest distance of late.
  std::size_t count() const { return count_; }
  core::Millis oldest() const { return oldest_; }
  std::size_t farthest() const { return farthest_; }

  // One line without its end; empty: nothing to keep. What cannot be read counts as nothing.
  std::string save() const;
  void restore(std::string_view line);
  // The line in front of the policy's own memory.
  std::string put_before(std::string policy_memory) const;

 private:
  bool coming(core::Timestamp now) const;

  bool deeper_ = false;
  core::Millis interval_{0};  // 0: no look was planned yet
  std::optional<core::Timestamp> next_;
  std::optional<core::Timestamp> found_at_;  // the last one
  std::size_t count_ = 0;
  core::Millis oldest_{0};
  std::size_t farthest_ = 0;
};

}  // namespace repopulse::polling
