// The activity of a simulated GitHub in real time: recordings, moved so that they go on now and begin anew when they
// end, and made-up activity without end.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "core/time.h"
#include "sim/activity.h"
#include "sim/github_simulator.h"

namespace repopulse::sim {

class World {
 public:
  // `speed`: recorded time passes that many times as fast. `now`: half of a recording lies behind it, half ahead.
  World(GitHubSimulator& github, double speed, core::Timestamp now);

  // `drafts` in order of time.
  void replay(const std::string& full_name, std::vector<Draft> drafts);
  void invent(const std::string& full_name, double events_per_hour, std::uint64_t seed);

  // Time goes on; what will happen soon is made known to the simulator.
  void advance(core::Timestamp now);

 private:
  // One repository's activity in pieces: each lap of a recording, each hour of what is made up.
  struct Track {
    std::string full_name;
    std::vector<Draft> recorded;  // empty: made up
    core::Millis lap{0};          // length of a piece, in real time
    core::Timestamp next{};       // where the next piece begins
    double events_per_hour = 0;
    std::uint64_t seed = 0;
  };
  std::vector<Draft> piece(const Track& track) const;
  void extend(Track& track);

  GitHubSimulator& github_;
  double speed_;
  core::Timestamp now_;
  std::vector<Track> tracks_;
};

}  // namespace repopulse::sim
