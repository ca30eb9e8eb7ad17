// The activity of a simulated GitHub in real time: recordings, shifted so that they are running now and starting again
// when they end, and endless generated activity. Gets the time as an argument.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "core/time.h"
#include "sim/activity.h"
#include "sim/github_simulator.h"

namespace repopulse::sim {

class LiveActivity {
 public:
  // `speed`: how many times faster recorded time passes. At `now` half of each recording has passed.
  LiveActivity(GitHubSimulator& github, double speed, core::Timestamp now);

  // `drafts` in order of time.
  void replay(const std::string& full_name, std::vector<Draft> drafts);
  void invent(const std::string& full_name, double events_per_hour, std::uint64_t seed);

  // Moves the time on, and gives the simulator the activity of the next minutes.
  void advance(core::Timestamp now);

 private:
  // The activity of one repository, in pieces: a lap of a recording, or an hour of generated activity.
  struct Track {
    std::string full_name;
    std::vector<Draft> recorded;  // empty: generated
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
