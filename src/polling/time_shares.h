// How much of the time each feed may take. Requests go one at a time, so a feed that lets its requests run into their
// time limit holds all others up. Such a feed gets less time for each request, and rests for many times as long as it
// took. Where no other feed is answered either, it is GitHub that does not answer: then no feed is to blame.
//
// It knows names and times alone, sends nothing, and remembers nothing over a restart. Thread-compatible.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/answer.h"
#include "core/time.h"

namespace repopulse::polling {

class TimeShares {
 public:
  static constexpr core::Millis kPatientLimit = std::chrono::seconds(60);  // of a request that is given all the time
  static constexpr core::Millis kUsualLimit = std::chrono::seconds(30);
  static constexpr core::Millis kShortLimit = std::chrono::seconds(10);    // after a time-out; GitHub's own is 10 s
  static constexpr core::Millis kShortestLimit = std::chrono::seconds(5);  // after several in a row
  // A feed that was given short limits is given the patient one that often: its page may be large and slow, but good.
  static constexpr core::Millis kPatientEvery = std::chrono::hours(1);
  // A request that fails after so long, by whatever failure, has held the others up.
  static constexpr core::Millis kSlow = std::chrono::seconds(3);
  static constexpr int kRestOfStalled = 19;  // times as long as it took: a twentieth of the time for one stalled feed
  static constexpr int kRestOfSlow = 3;      // a quarter, for one that is slow but good, and for all stalled ones
  static constexpr core::Millis kLongestRest = std::chrono::minutes(30);

  // A request to the feed is sent: the longest that it may take. `begins`: it is the first one of a poll.
  core::Millis ask(std::string_view feed, bool begins, core::Timestamp now);
  // Its answer came, or none. `finished`: the poll is over. The feeds of which earliest() may have moved.
  std::vector<std::string> take(std::string_view feed, const core::Answer& answer, bool finished, core::Timestamp now);
  // The feed rests at least until then, whatever else is planned.
  core::Timestamp earliest(std::string_view feed) const;

  void remove(std::string_view feed);
  // The clock has gone back by `step`: rests last as long as they would have.
  void clock_went_back(core::Millis step);

 private:
  // Polls that ran into a limit since any other feed was answered: whose fault they are will be known then.
  struct Open {
    int polls = 0;
    core::Millis took{0};  // all of them
    core::Millis last_took{0};
    core::Timestamp ended{};
  };
  struct Feed {
    int stalls_in_a_row = 0;  // while other feeds were answered
    std::optional<Open> open;
    std::optional<core::Timestamp> last_blamed;
    core::Timestamp patient_at{};  // when it was last given the patient limit, or began to stall
    core::Timestamp rests_until = core::Timestamp::min();
  };
  struct Answered {
    std::string feed;
    core::Timestamp at{};
  };

  core::Millis limit(std::string_view feed, core::Timestamp now) const;
  bool others_answered(std::string_view feed, core::Timestamp now) const;
  bool all_in_doubt() const;
  void note_answered(std::string_view feed, core::Timestamp now);
  void stall(std::string_view feed, core::Timestamp now);
  bool blame_others(std::string_view answered);
  static core::Millis blame(Feed& feed, bool all);
  std::vector<std::string> stalled() const;

  std::map<std::string, Feed, std::less<>> feeds_;               // those that stalled or were slow lately
  core::Timestamp stalled_rest_until_ = core::Timestamp::min();  // all stalled feeds
  Answered last_;                                                // the feed that was answered last, and
  Answered other_;                                               // another one that was answered before
  core::Millis asked_limit_ = kUsualLimit;
  core::Millis spent_{0};  // on the poll under way
};

}  // namespace repopulse::polling
