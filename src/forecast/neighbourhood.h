// What the models of feeds that belong together tell each other.
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

// Repositories that are worked on by the same people, or written to by the same robot, wake together: one poll that
// finds something tells of the others too. And their weeks are alike.
class Neighbourhood {
 public:
  using MemberId = std::size_t;

  struct Member {
    std::string name;
    bool listens = false;        // to any of the others
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

  // The week of all but `self`: what a feed of which little is known is taken to live by.
  Season season_around(MemberId self, const Season& prior) const;

 private:
  MemberId next_ = 0;
  std::uint64_t told_ = 0;
  std::map<MemberId, Member> members_;
};

// Divides a portfolio into neighbourhoods of a bounded size. What a model costs, and how many strangers wake together
// with it by mere chance, is then the same however many feeds there are.
class Town {
 public:
  static constexpr std::size_t kMostMembers = 64;

  // Where the next feed of this owner joins: with the owner's others while there is room, else with whoever came last.
  std::shared_ptr<Neighbourhood> home_of(std::string_view owner);

 private:
  std::map<std::string, std::weak_ptr<Neighbourhood>, std::less<>> by_owner_;
  std::weak_ptr<Neighbourhood> newest_;
};

}  // namespace repopulse::forecast
