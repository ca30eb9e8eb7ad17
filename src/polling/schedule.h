// When each feed is due, and which one is asked next. It knows names and times alone: what decides about a due time is
// not its business.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "core/time.h"

namespace repopulse::polling {

class Schedule {
 public:
  // A feed comes in, or its due time moves. O(log n).
  void set_due(std::string_view feed, core::Timestamp due);
  void remove(std::string_view feed);
  core::Timestamp due(std::string_view feed) const;  // of a feed that is in

  struct Entry {
    std::string feed;
    core::Timestamp due{};
  };
  // The feed whose poll has pages still to read: it goes before all others. Else the earliest, and of several that are
  // due at one time the first by name. nullopt: there is no feed.
  std::optional<Entry> next() const;

  // An urgent feed was asked for by a person: nothing else may put it off.
  void set_urgent(std::string_view feed, bool urgent);
  bool is_urgent(std::string_view feed) const { return urgent_.contains(feed); }

  // --- the question under way; one at a time ---
  void ask(std::string_view feed);
  void close_question() { asked_.reset(); }
  const std::optional<std::string>& asked() const { return asked_; }
  // The poll of the asked feed goes on with another page, or it is over.
  void set_walking(bool goes_on);
  void stop_walk() { walking_.reset(); }
  const std::optional<std::string>& walking() const { return walking_; }

 private:
  std::map<std::string, core::Timestamp, std::less<>> due_;
  std::set<std::pair<core::Timestamp, std::string_view>> order_;  // views into the keys of due_
  std::set<std::string, std::less<>> urgent_;
  std::optional<std::string> asked_;
  std::optional<std::string> walking_;
};

}  // namespace repopulse::polling
