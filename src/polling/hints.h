// Hints: messages from outside that a feed may have news. A hint makes the poller ask the feed, and ask again after
// growing pauses while the feed does not show the event yet. Hints that bring nothing are heeded more and more rarely,
// so that false ones cost a bounded number of requests. It knows times and names alone, and proves nothing.
//
// Where hints have told of nearly all that came (hinted_feed.h), they inform of the feed: it is not polled by itself
// any more, but read when what hints told of is worth a request, and now and then to see whether they still come.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/event.h"
#include "core/hint.h"
#include "core/time.h"
#include "polling/feed.h"
#include "polling/hinted_feed.h"
#include "polling/news_lag.h"

namespace repopulse::polling {

// What people are shown.
struct HintsView {
  std::size_t repositories = 0;             // that had a hint since the start, or before it and are remembered
  std::size_t informed = 0;                 // of these, the ones that are read when hints tell of news
  std::size_t failing = 0;                  // those of which hints stopped, and none has come since
  std::optional<core::Timestamp> heard_at;  // the last hint of any
};

class Hints {
 public:
  // So many polls in vain wait for an event, each after a pause twice as long as the one before; then the feed is back
  // to its plan.
  static constexpr int kPolls = HintedFeed::kReads;
  static constexpr core::Millis kFirstPause{60'000};
  // Further hints are heeded once in a pause that goes on growing, up to this, until an event comes.
  static constexpr core::Millis kLongestPause{3'600'000};

  // False: hints never inform of a feed, for want of a policy that can use them.
  void let_inform(bool let) { may_inform_ = let; }

  // The time is `now`. No due time lies before it.
  void see(core::Timestamp now) { now_ = now; }
  // A hint has come for the feed. False: another hint has told of its event, and it has no effect.
  bool take(std::string_view feed, const core::Hint& hint, core::Timestamp now);
  // An event of it was found, by whichever feed. `newest`: created_at of the newest one.
  void brought(std::string_view feed, core::EventTime newest);
  // An event that the feed itself showed first; forgotten where it is not stored.
  void hear(std::string_view feed, const core::Event& event);
  void forget_heard(std::string_view feed);
  // The feed itself is asked for its first page.
  void begin_read(std::string_view feed);
  // The feed itself was read to the end, `told` by GitHub's clock. Before observe() of the policy, and before read().
  HintedFeed::Read finish_read(std::string_view feed, core::Timestamp told, core::Timestamp now);
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

  // --- feeds of which hints inform ---
  bool informs(std::string_view feed) const;
  std::vector<std::string> informed() const;            // all of these, ascending
  const HintedFeed& told(std::string_view feed) const;  // of a feed that had a hint
  const NewsLag& lag() const { return lag_; }
  // No read for the sake of a hint before that.
  core::Timestamp not_before(std::string_view feed) const;
  // So many events are expected without a hint before the feed is read to see whether hints still come.
  double doubtful_events() const { return failed_ ? kDoubtfulSoon : kDoubtful; }
  HintsView view() const;

  // --- over a restart ---
  void restore(std::string_view feed, std::string_view line, core::Timestamp now);
  std::string save_feed(std::string_view feed) const;  // for FeedMemory::hints

 private:
  static constexpr double kDoubtful = 15;
  static constexpr double kDoubtfulSoon = 2;  // where hints of another feed have just failed
  struct Hinted {
    core::Timestamp heard_at{};               // the newest hint
    std::optional<core::Timestamp> wanted{};  // when it is to be asked for its event; nullopt: it is not waited for
    int vain = 0;                             // polls that brought nothing, since the last event
    core::Timestamp not_before{};             // of what is wanted next
    bool asked_for = false;                   // the read under way is for it: it was wanted when that began
  };

  std::map<std::string, Hinted, std::less<>> hinted_;    // by feed
  std::map<std::string, HintedFeed, std::less<>> told_;  // by feed: of all that had a hint
  NewsLag lag_;
  core::Timestamp now_{};
  bool may_inform_ = false;
  bool failed_ = false;  // hints of a feed have failed, and none of any feed has come since
  std::optional<core::Timestamp> heard_at_;
};

}  // namespace repopulse::polling
