// What the poller knows of an organisation's feed, beside the feed's state: whom it serves, and whether it is worth it.
#pragma once

#include <cstddef>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/answer.h"
#include "core/feed_state.h"
#include "core/time.h"

namespace repopulse::polling {

// How far back an answer looks: everything that was created later, and was visible, is on it. Of the last entries the
// newest counts: one that became visible late may stand anywhere.
std::optional<core::Timestamp> reach_of(const core::Answer& answer);

struct Organisation {
  std::set<std::string, std::less<>> repositories;  // feeds of this owner under watch
  std::vector<std::string> ready;                   // of them, those whose events may come from the organisation's feed
  bool serving = false;                             // it is asked in their place
  double cost = 1;                                  // requests for each poll of it, a fading mean
  int rests = 0;                                    // in a row, because it does more harm than good
  core::Timestamp rested_until{};                   // the last of them
  bool interrupted = false;                         // it was closed while it was asked

  // Of the poll under way.
  std::vector<std::string> members;             // `ready`, when it began
  std::set<std::string, std::less<>> overlaps;  // members of which an event was met that was stored before
  std::optional<core::Timestamp> reach;         // of the last page
  int pages = 0;

  // Of the last poll.
  std::set<std::string, std::less<>> covered;  // members of which it left nothing unseen
  core::Millis looked_back{0};                 // how far its pages went

  void begin_poll();
  // Takes the cost of a poll in: its own pages, and the repositories that had to be read by themselves after it.
  void charge(std::size_t repositories_read);
};

// The memory of an organisation's feed, kept in FeedState::policy_state: when it was last read, and of which
// repositories it left nothing unseen then.
std::string save_coverage(core::Timestamp at, const std::set<std::string, std::less<>>& covered);
// nullopt: `saved` says nothing of that repository.
std::optional<core::Timestamp> covered_at(std::string_view saved, std::string_view feed);
// As far as what is stored of both feeds tells: does the organisation's feed read the repository now, in the place of
// its own?
bool serves(const core::FeedState& organisation, const core::FeedState& repository);
// The times that count for a repository, as far as what is stored of both feeds tells: see Poller::shown_state.
core::FeedState shown_with(core::FeedState repository, const core::FeedState& organisation);

}  // namespace repopulse::polling
