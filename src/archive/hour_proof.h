// Decides from the events of a file whether it holds a whole hour of GH Archive. Pure; knows no file and no store.
#pragma once

#include <absl/container/flat_hash_set.h>

#include <bitset>
#include <string>
#include <string_view>

#include "core/feed_state.h"

namespace repopulse::archive {

// A longer time without any event of any repository is a hole: events are missing. In the recorded hour of midnight,
// 1 January 2015 (7,702 events of 4,113 repositories), the longest such time is 5 s. Early years had quieter hours;
// even with 300 events, spread at random, the longest expected time is 12 s x ln 300, about 70 s.
inline constexpr core::Seconds kLongestSilence{120};

// A file with events of the chosen repositories alone was filtered, unless it has as many repositories as this. The
// recorded hour has 4,113.
inline constexpr std::size_t kManyRepositories = 100;

// Why a file does not prove that it holds its hour.
enum class HourDoubt {
  kNone,
  kNoHour,     // its name is not the name of an hour of GH Archive
  kDamaged,    // it could not be read to its end, or a line is not an event
  kEmpty,      // no events
  kOtherTime,  // an event of another hour
  kHole,       // a time longer than kLongestSilence without events
  kFiltered,   // events of the chosen repositories alone
};

class HourProof {
 public:
  explicit HourProof(core::Gap hour) : hour_(hour) {}

  // Each event of the file, in any order. `chosen`: the user named its repository, or the store has it.
  void add(std::string_view repository, core::EventTime at, bool chosen);
  // After the last event.
  HourDoubt doubt() const;

 private:
  static constexpr std::size_t kSeconds = 3600;
  bool has_hole() const;

  core::Gap hour_;
  std::bitset<kSeconds> seconds_;                  // those with an event
  absl::flat_hash_set<std::string> repositories_;  // in lower case; at most kManyRepositories
  bool other_time_ = false;
  bool others_ = false;  // an event of a repository that is not chosen
};

}  // namespace repopulse::archive
