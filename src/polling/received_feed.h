// What is known of the feed that an account receives (`users/login`): which of the polled repositories it shows, which
// kinds of their events, and how far it is to be believed. It is learned, repository by repository, from what that feed
// and the repositories' own feeds bring; nothing is taken for granted. It asks nobody and knows no schedule.
//
// An answer of that feed proves nothing for a repository's own feed: gaps, overlap and completeness rest on own polls.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/event.h"
#include "core/probe_answer.h"
#include "core/time.h"
#include "polling/distrust.h"
#include "polling/policy.h"
#include "polling/shown_kinds.h"

namespace repopulse::polling {

class ReceivedFeed {
 public:
  // `name`: of the feed; empty: there is none, and nothing is ever shown.
  explicit ReceivedFeed(std::string name) : name_(std::move(name)) {}
  const std::string& name() const { return name_; }
  bool exists() const { return !name_.empty(); }

  // --- which repositories ---
  // What is stored is of one account: another one begins anew, and knows only which kinds of events a repository has.
  // `line`: what save_feed() gave before a restart; `shown_at`: until when nothing that it shows lay unseen then.
  void add(const std::string& feed, std::string_view line, std::optional<core::Timestamp> shown_at);
  void remove(std::string_view feed);
  // Another repository has the name now: what was learned is of the one before.
  void begin_anew(std::string_view feed);
  bool is_proven(std::string_view feed, core::Timestamp now) const;
  // By GitHub's clock: no older event that it shows lies unseen.
  std::optional<core::Timestamp> shown_at(std::string_view feed) const;
  // By GitHub's clock: when the account's feed was answered last, for this repository too.
  std::optional<core::Timestamp> asked_at(std::string_view feed) const;
  // Of these feeds, the ones that it is proven to show, each with the share that it does not.
  std::vector<PartlyShown> parts(std::span<const std::string> feeds, core::Timestamp now) const;
  // Some of these feeds are not proven, and nothing speaks against them.
  bool has_unproven(std::span<const std::string> feeds, core::Timestamp now) const;
  void set_informed(std::span<const PartlyShown> parts);  // ascending by name
  bool informs(std::string_view feed) const;
  // Its own reads need not be for events of this kind.
  bool shows(std::string_view feed, std::string_view kind) const { return informs(feed) && kinds_.shows(kind); }
  // Of each signal of a probe: what it tells of this feed is left to the account's feed.
  std::array<bool, core::kSignals> left_signals(std::string_view feed) const;

  // --- what the account's feed brings ---
  // An event of that repository; `fresh`: it was not stored.
  void see(std::string_view feed, const core::Event& event, bool fresh);
  // Before a question: what abandon() goes back to when the answer cannot be stored.
  void mark(std::string_view feed);
  void abandon(std::string_view feed);
  // A poll of it, answered `at` by GitHub's clock, is over: nothing older that it shows lies unseen; or nothing is new.
  void seen_until(std::string_view feed, core::Timestamp at);
  // After that: does it leave events of this repository out, or of all? What own polls brought and it has not shown in
  // time says so. A repository that is refuted is informed no more until it has shown enough again.
  enum class Verdict { kBelieved, kRefuted, kAllRefuted };
  Verdict judge(std::string_view feed, core::Timestamp at, core::Timestamp now);
  // The repository is to be read by itself: events may be left out. expect() is for each informed repository, after
  // each poll: so many events were expected, and any came or not.
  void doubt(std::string_view feed);
  void expect(std::string_view feed, double events, bool came);
  bool doubted(std::string_view feed) const;
  // After expect() for all: where nothing came of any repository, that of which most was expected is doubted.
  void doubt_all_silent();

  // --- what a repository's own feed brings ---
  // An event that was not stored.
  void hear(std::string_view feed, const core::Event& event);
  void forget_heard(std::string_view feed);
  // It was read to the end. Gives how many of the events that it brought the account's feed would have brought.
  std::size_t finish_read(std::string_view feed);

  // --- over a restart, and where the clock has gone back ---
  std::string save_feed(std::string_view feed) const;  // for FeedMemory::received
  std::string save() const { return kinds_.save(); }   // kinds are the same for all accounts
  void restore(std::string_view saved) { kinds_.restore(saved); }
  void clock_went_back(core::Millis step);

 private:
  // An event that an own poll brought, and that the account's feed has not shown yet.
  struct Awaited {
    std::string kind;
    core::Timestamp created_at{};
    bool overdue = false;
  };
  struct Member {
    std::optional<core::Timestamp> shown_at;
    std::optional<core::Timestamp> shown_before;  // shown_at at mark()
    std::optional<core::Timestamp> asked_at;
    std::optional<core::Timestamp> since;             // the account's feed was read first, by GitHub's clock
    double proof = 0;                                 // events that it showed, since it was refuted
    std::map<std::string, double, std::less<>> came;  // events by kind, by whichever feed; older ones fade
    Distrust distrust;
    bool informed = false;
    double expected = 0;                       // events since the account's feed showed one, or the last own read
    bool doubted = false;                      // to be read
    bool silent = false;                       // it was doubted because nothing came, and nothing has come since …
    bool for_all = false;                      // … of any repository
    std::map<std::uint64_t, Awaited> awaited;  // by the event's id
    std::size_t shown_since = 0;               // events that were shown since one became overdue
    std::vector<std::string> missed_kinds;     // of overdue events, until it is seen that the repository is watched
    std::size_t of_shown_kinds = 0;            // events that the read under way brought
  };
  void take_shown(Member& member, std::string_view kind);
  std::size_t overdue(const Member& member) const;
  Member* find(std::string_view feed);
  const Member* find(std::string_view feed) const;
  bool is_proven(const Member& member, core::Timestamp now) const;
  struct Came {
    double all = 0;  // events
    double hidden = 0;
  };
  void add_came(const Member& member, Came& came) const;
  double hidden_share(const Member& member, double of_all) const;
  double hidden_share_of_all() const;
  void count(Member& member, std::string_view kind);

  std::string name_;
  ShownKinds kinds_;
  std::map<std::string, Member, std::less<>> members_;  // by feed
  double silent_ = 0;                                   // events expected of all, since any came
  int doubts_ = 0;                                      // since then
};

}  // namespace repopulse::polling
