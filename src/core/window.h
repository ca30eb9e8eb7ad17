// The rolling window of one repository: its newest events, up to a number and up to an age, and their statistics.
#pragma once

#include <absl/container/btree_set.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

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
  explicit Window(WindowRule rule = {});

  // O(log n). False when the event is there already, or `max_events` others are newer: then it can never be inside
  // again.
  bool insert(const EventKey& key, std::string_view type);

  // Of the events younger than `days` at `now`. O(n) over a compact array; changes nothing. An event exactly `days` old
  // is outside; an event from the future (clock skew) is inside.
  WindowStatistics statistics(Timestamp now) const;

  // The oldest `created_at` that is still inside at `now`; nullopt when the window is empty.
  std::optional<EventTime> from(Timestamp now) const;
  // When, after `now`, the result of statistics() changes next because an event becomes too old.
  std::optional<Timestamp> next_expiry(Timestamp now) const;
  // Arrival times inside the window at `now`, ascending.
  std::vector<EventTime> arrivals(Timestamp now) const;

  std::size_t stored() const { return entries_.size(); }  // events held, whatever their age
  std::optional<EventTime> newest() const;
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

  Entries::const_iterator first_inside(Timestamp now) const;
  std::uint32_t type_index(std::string_view type);

  WindowRule rule_;
  std::vector<std::string> types_;  // by index; a repository has a dozen or two
  Entries entries_;
};

}  // namespace repopulse::core
