// Hints: messages from outside that a feed may have news. A hint makes the poller ask the feed, and ask again after
// growing pauses while the feed does not show the event yet. Hints that bring nothing are heeded more and more rarely,
// so that false ones cost a bounded number of requests. It knows times and names alone, and proves nothing.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "core/time.h"
#include "polling/feed.h"

namespace repopulse::polling {

class Hints {
 public:
  // GitHub's feeds show an event half a minute after its hint at the earliest. So many polls in vain wait for it, each
  // after a pause twice as long as the one before; then the feed is back to its plan.
  static constexpr int kPolls = 5;
  static constexpr core::Millis kFirstPause{60'000};
  // Further hints are heeded once in a pause that goes on growing, up to this, until an event comes.
  static constexpr core::Millis kLongestPause{3'600'000};
  // A hint comes at most so long after its event was created. One that comes later costs polls in vain.
  static constexpr core::Millis kUnderWay{30'000};

  // The time is `now`. No due time lies before it.
  void see(core::Timestamp now) { now_ = now; }
  // A hint has come for the feed.
  void take(std::string_view feed, core::Timestamp now);
  // An event of it was found, by whichever feed. `newest`: created_at of the newest one.
  void brought(std::string_view feed, core::EventTime newest);
  // The feed itself was read to the end, and brought() has told what it showed.
  void read(std::string_view feed, core::Timestamp now);
  // What a poll brought could not be stored: no hint asks for the feed before `until`.
  void put_off(std::string_view feed, core::Timestamp until);
  void remove(std::string_view feed);
  void clock_went_back(core::Millis step);

  // When the feed is due that was to be due at `due`: a hint makes that sooner, within the floor. It ends no rest after
  // trouble.
  core::Timestamp sooner(const Feed& feed, core::Timestamp due) const;
  // It is due because of a hint.
  bool wants(std::string_view feed, core::Timestamp now) const;

 private:
  struct Hinted {
    core::Timestamp heard_at{};               // the newest hint
    std::optional<core::Timestamp> wanted{};  // when it is to be asked for its event; nullopt: it is not waited for
    int vain = 0;                             // polls that brought nothing, since the last event
    core::Timestamp not_before{};             // of what is wanted next
  };

  std::map<std::string, Hinted, std::less<>> hinted_;  // by feed
  core::Timestamp now_{};
};

}  // namespace repopulse::polling
