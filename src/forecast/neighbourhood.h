// What the models of feeds that are active together tell each other: when each woke up, and how its week looks. Shared
// memory of these models alone; it fits and predicts nothing itself.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/time.h"
#include "forecast/season.h"

namespace repopulse::forecast {

// Repositories with the same people or the same robot become active together: a poll that finds events in one tells
// about the others too. Their weeks are alike as well.
class Neighbourhood {
 public:
  using MemberId = std::size_t;

  struct Member {
    std::string name;
    bool listens = false;        // it has partners among the others
    std::uint64_t heard_at = 0;  // by the neighbourhood's count, when it was last told something
    std::vector<double> onsets;  // unix seconds, ascending: arrivals after a silence
    double known_from = 0;       // unix seconds: all onsets from here …
    double known_until = 0;      // … to there are known
    SeasonEvidence evidence;     // from the last fit
  };

  MemberId join(std::string_view name);
  void leave(MemberId id) { members_.erase(id); }
  // Something new is known of this member.
  void tell(MemberId id) { member(id).heard_at = ++told_; }
  std::uint64_t told() const { return told_; }  // how often something new was known of anybody
  Member& member(MemberId id) { return members_.at(id); }
  const std::map<MemberId, Member>& members() const { return members_; }

  // The season of all members but `self`: what is assumed of a feed of which little is known.
  Season season_around(MemberId self, const Season& prior) const;

 private:
  MemberId next_ = 0;
  std::uint64_t told_ = 0;
  std::map<MemberId, Member> members_;
};

// Divides all feeds into neighbourhoods of a bounded size. So the cost of one model, and the number of others that are
// active together with it by mere chance, stay the same however many feeds there are.
class Neighbourhoods {
 public:
  static constexpr std::size_t kMostMembers = 64;

  // Where the next feed of this owner joins: with the owner's other feeds while there is room, else with the feed that
  // came last.
  std::shared_ptr<Neighbourhood> place_for(std::string_view owner);

 private:
  std::map<std::string, std::weak_ptr<Neighbourhood>, std::less<>> by_owner_;
  std::weak_ptr<Neighbourhood> newest_;
};

}  // namespace repopulse::forecast
