// The rolling window of one repository: its newest events, up to a number and up to an age, and their statistics.
// People and robots have windows of their own in it: the newest events of each.
#pragma once

#include <absl/container/btree_set.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/actors.h"
#include "core/event.h"
#include "core/gap_statistics.h"
#include "core/time.h"

namespace repopulse::core {

struct WindowRule {
  int days = 7;
  std::size_t max_events = 500;
  friend bool operator==(const WindowRule&, const WindowRule&) = default;
};

// A value: copy it, insert events in any order, ask for statistics at any time. The result depends only on the set of
// events. Safe to read from several threads while nobody writes.
class Window {
 public:
  // `bots`: whose events are those of robots; none: nobody's.
  explicit Window(WindowRule rule = {}, std::shared_ptr<const BotPatterns> bots = nullptr);
  // An empty one with the same rule and the same robots.
  Window empty_copy() const { return Window(rule_, bots_); }

  // O(log n) and the number of events ahead. False when the event is there already, or `max_events` others of its kind
  // (of people, or of robots) are newer: then it can never be inside again. An event ahead of `now` (core/clock.h) is
  // kept beside these until its time comes; of such events, the `max_events` of a kind whose time comes first. Without
  // `now` none is ahead.
  bool insert(const EventKey& key, std::string_view type, Timestamp now = Timestamp::max(),
              std::string_view actor = {});

  // Of the events of these actors younger than `days` at `now`, the newest `max_events`. O(n) over a compact array;
  // changes nothing. An event exactly `days` old is outside; so is one ahead of `now`.
  WindowStatistics statistics(Timestamp now, Actors actors = Actors::kAll) const;

  // The oldest `created_at` that is still inside at `now`; nullopt when the window is empty.
  std::optional<EventTime> from(Timestamp now) const;
  // When, after `now`, the result of statistics() changes next because an event becomes too old, or its time comes.
  std::optional<Timestamp> next_change(Timestamp now) const;
  // Arrival times inside the window at `now`, ascending; of one type, where it is not empty.
  std::vector<EventTime> arrivals(Timestamp now, std::string_view type = {}) const;

  std::size_t stored() const;  // events held, whatever their age
  // For whoever inserts events newest first: whether one that is older than all of them may be inside.
  bool has_room(EventTime older, Timestamp now) const;
  std::optional<EventTime> newest(Timestamp now) const;  // whatever its age; none that is ahead
  std::optional<EventTime> oldest() const;               // of those held, whatever its age
  const WindowRule& rule() const { return rule_; }

 private:
  struct Entry {
    EventTime created_at;
    std::uint64_t id;
    std::uint32_t type;  // index into types_
    // By `created_at`, then by `id`.
    friend bool operator<(const Entry& a, const Entry& b) {
      return a.created_at != b.created_at ? a.created_at < b.created_at : a.id < b.id;
    }
  };
  using Entries = absl::btree_set<Entry>;

  // Of one kind, those inside are from first_inside() up to first_ahead().
  Entries::const_iterator first_inside(const Entries& entries, Timestamp now) const;
  static Entries::const_iterator first_ahead(const Entries& entries, Timestamp now);
  static std::size_t come(const Entries& entries, Timestamp now);  // how many are not ahead
  std::vector<Entry> inside(Timestamp now, Actors actors) const;   // ascending
  std::uint32_t type_index(std::string_view type);

  WindowRule rule_;
  std::shared_ptr<const BotPatterns> bots_;  // nullptr: nobody is a robot
  std::vector<std::string> types_;           // by index; a repository has a dozen or two
  std::array<Entries, 2> entries_;           // by kind. The newest of all are among the newest of both
};

}  // namespace repopulse::core
