#include "forecast/neighbourhood.h"

#include <numeric>

namespace repopulse::forecast {
namespace {

// No neighbour speaks louder than this many events: else the busiest would dictate everybody's week.
constexpr double kLoudest = 60;
constexpr double kStrength = 10;  // events' worth of evidence that the general prior weighs in each hour

}  // namespace

Neighbourhood::MemberId Neighbourhood::join(std::string_view name) {
  members_[next_].name = name;
  return next_++;
}

Season Neighbourhood::season_around(MemberId self, const Season& prior) const {
  SeasonEvidence sum;
  for (const auto& [id, member] : members_) {
    if (id == self) continue;
    const double events = std::accumulate(member.evidence.seen.begin(), member.evidence.seen.end(), 0.0);
    const double weight = events > kLoudest ? kLoudest / events : 1;
    for (std::size_t i = 0; i < kHoursOfWeek; ++i) {
      sum.seen[i] += weight * member.evidence.seen[i];
      sum.expected[i] += weight * member.evidence.expected[i];
    }
  }
  return Season::fit(sum, prior, kStrength);
}

std::shared_ptr<Neighbourhood> Neighbourhoods::place_for(std::string_view owner) {
  const auto has_room = [](const auto& home) { return home && home->members().size() < kMostMembers; };
  const auto known = by_owner_.find(owner);
  auto home = known == by_owner_.end() ? nullptr : known->second.lock();
  if (!has_room(home)) home = newest_.lock();
  if (!has_room(home)) {
    home = std::make_shared<Neighbourhood>();
    newest_ = home;
  }
  by_owner_.insert_or_assign(std::string(owner), home);
  return home;
}

}  // namespace repopulse::forecast
