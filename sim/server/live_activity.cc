#include "sim/server/live_activity.h"

#include <algorithm>

namespace repopulse::sim {
namespace {

using namespace std::chrono_literals;
using core::Millis;
using core::Timestamp;

constexpr Millis kAhead = 10min;        // the simulator gets activity this long before it happens
constexpr std::size_t kFullFeed = 600;  // past events at the start: twice the depth of a feed
constexpr Millis kLongestPast = 24h * 7;

}  // namespace

LiveActivity::LiveActivity(GitHubSimulator& github, double speed, Timestamp now)
    : github_(github), speed_(speed), now_(now) {}

void LiveActivity::replay(const std::string& full_name, std::vector<Draft> drafts) {
  github_.add_repository(full_name);
  if (drafts.empty()) return;
  const auto recorded = drafts.back().created_at - drafts.front().created_at;
  // From the last event of a lap to the first of the next one there is one more mean gap.
  const double seconds = static_cast<double>(recorded.count()) * (1 + 1.0 / static_cast<double>(drafts.size()));
  Track track{full_name, std::move(drafts), Millis(static_cast<std::int64_t>(seconds * 1000 / speed_)), {}, 0, 0};
  track.lap = std::max<Millis>(track.lap, 1s);
  track.next = now_ - track.lap / 2;
  const std::size_t size = track.recorded.size();
  for (std::size_t past = size / 2; past < kFullFeed && now_ - track.next < kLongestPast; past += size) {
    track.next -= track.lap;
  }
  tracks_.push_back(std::move(track));
  extend(tracks_.back());
}

void LiveActivity::invent(const std::string& full_name, double events_per_hour, std::uint64_t seed) {
  github_.add_repository(full_name);
  const double hours = std::clamp(static_cast<double>(kFullFeed) / std::max(events_per_hour, 0.001), 1.0, 168.0);
  Track track{full_name, {}, 1h, now_ - 1h * static_cast<std::int64_t>(hours), events_per_hour, seed};
  tracks_.push_back(std::move(track));
  extend(tracks_.back());
}

std::vector<Draft> LiveActivity::piece(const Track& track) const {
  if (track.recorded.empty()) {
    return synthetic_activity({track.events_per_hour, 0.3, 0}, core::to_event_time(track.next),
                              core::to_event_time(track.next + track.lap),
                              track.seed + static_cast<std::uint64_t>(core::unix_millis(track.next)));
  }
  std::vector<Draft> drafts = track.recorded;
  const auto begin = track.recorded.front().created_at;
  for (Draft& draft : drafts) {
    const double after = static_cast<double>((draft.created_at - begin).count()) * 1000 / speed_;
    draft.created_at = core::to_event_time(track.next + Millis(static_cast<std::int64_t>(after)));
    draft.id.reset();  // each lap needs new ids
  }
  return drafts;
}

void LiveActivity::extend(Track& track) {
  while (track.next < now_ + kAhead) {
    github_.add_events(track.full_name, piece(track));
    track.next += track.lap;
  }
}

void LiveActivity::advance(Timestamp now) {
  now_ = std::max(now, now_);
  for (Track& track : tracks_) extend(track);
  github_.set_now(now_);
}

}  // namespace repopulse::sim
