// When to look deeper into a feed than a poll does, and what polls and looks have taught. An event that becomes visible
// late stands where its `created_at` puts it: on page 2 or 3, behind known ones, where no poll sees it. It counts and
// compares; it asks nothing, and it knows neither feed nor schedule.
#pragma once

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "core/time.h"

namespace repopulse::polling {

class LateEvents {
 public:
  struct Pace {
    core::Millis within{0};    // late events are to be found that soon after they become visible; 0: nobody looks
    core::Millis crossing{0};  // the time in which a hundred events come: what is on page 2 is on page 3 after it
    bool charged = false;      // each look counts against the quota, also where nothing is new
    bool sparing = false;      // little of the quota is left: no look but for the sake of `within`
  };

  // A poll or a look met an event that became visible behind known ones, so many of them. `age`: it was at least that
  // old then.
  void came(core::Millis age, std::size_t behind, core::Timestamp now);
  // The feed's own poll met an event that its shared source will not show: it came too far down there.
  void came_elsewhere(core::Timestamp now);
  // A poll ended well. `deeper`: the feed has more pages than the first; nullopt: as before.
  void polled(std::optional<bool> deeper);
  // Is a look due? And does it begin on page 2, or is the last page enough, which late events reach sooner or later?
  bool due(const Pace& pace, core::Timestamp now);
  bool second_page_due(const Pace& pace, core::Timestamp now) const;
  // A look went as deep as the feed does, or broke off. `from`: the page on which it began.
  void looked(const Pace& pace, std::size_t from, core::Timestamp now);
  void broke_off(const Pace& pace, core::Timestamp now);
  // When something is to be asked for the sake of late events; nullopt: none come so deep, and looks follow polls.
  std::optional<core::Timestamp> wanted_at() const;
  void clock_went_back(core::Timestamp now);

  // How late events come: how many polls and looks have met, and the greatest age of the last one to two half days.
  std::size_t count() const { return count_; }
  core::Millis oldest() const { return std::max(oldest_, oldest_before_); }

  // One line without its end; empty: nothing to keep. What cannot be read counts as nothing.
  std::string save() const;
  void restore(std::string_view line);

 private:
  bool coming(core::Millis crossing, core::Timestamp now) const;
  core::Millis first(const Pace& pace) const;
  core::Millis second_page(const Pace& pace) const;
  core::Millis while_they_come(const Pace& pace) const;

  bool deeper_ = false;
  bool come_ = false;       // late events come, and so deep that a poll may not see them
  bool elsewhere_ = false;  // they came too far down in a shared source
  std::optional<core::Timestamp> looked_at_;
  std::optional<core::Timestamp> second_page_at_;  // when a look began there last
  core::Millis interval_{0};                       // until the next look; 0: none was planned yet
  std::size_t polls_ = 0;                          // since the last look
  std::size_t count_ = 0;
  std::optional<core::Timestamp> deep_at_;  // when one came far down last
  // Ages: of this half day, and of the one before.
  core::Millis oldest_{0};
  core::Millis oldest_before_{0};
  core::Timestamp half_day_{};  // when this one began
  // How many came on the last page in how many hours of it that looks have seen. Both fade.
  double last_page_ = 0;
  double hours_ = 0;
};

}  // namespace repopulse::polling
