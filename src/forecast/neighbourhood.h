// What the models of one portfolio tell each other.
#pragma once

#include <array>
#include <cstddef>
#include <map>
#include <span>
#include <vector>

#include "core/time.h"
#include "forecast/season.h"

namespace repopulse::forecast {

// Repositories that are worked on by the same people, or written to by the same robot, wake together: one poll that
// finds something tells of the others too. And their weeks are alike.
class Neighbourhood {
 public:
  using MemberId = std::size_t;

  struct Member {
    std::vector<double> onsets;  // unix seconds, ascending: arrivals after a silence
    double known_from = 0;       // unix seconds: all onsets from here …
    double known_until = 0;      // … to there are known
    SeasonEvidence evidence;     // from the last fit
  };

  MemberId join();
  void leave(MemberId id) { members_.erase(id); }
  Member& member(MemberId id) { return members_.at(id); }
  const std::map<MemberId, Member>& members() const { return members_; }

  // The week of the whole portfolio but `self`: what a feed of which little is known is taken to live by.
  Season season_around(MemberId self, const Season& prior) const;

 private:
  MemberId next_ = 0;
  std::map<MemberId, Member> members_;
};

}  // namespace repopulse::forecast
