// Decides what to ask GitHub next and what an answer means. It puts the parts of this folder together: feeds, their
// schedule, shared sources, the plan, the policy and the budget. One request at a time. Pure: no network, no store, no
// clock; `now` comes in, a decision and a due time come out. Thread-compatible.
//
// A round: next() gives an Ask. The caller sends it, looks up which events of the answer are stored already, and calls
// absorb(), which gives a Step. The caller writes its events and states in one transaction, repeats that while the
// store fails, and calls confirm(); or it gives the round up with abandon(). Only then may next() be called again.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "core/answer.h"
#include "core/feed_state.h"
#include "core/hint.h"
#include "core/time.h"
#include "polling/budget.h"
#include "polling/change_probes.h"
#include "polling/feed.h"
#include "polling/policy.h"
#include "polling/portfolio.h"
#include "polling/round.h"
#include "polling/shared_sources.h"

namespace repopulse::polling {

struct PollerSettings {
  bool authenticated = false;                     // a 304 is free
  std::uint64_t seed = 1;                         // of the jitter
  core::Millis longest_interval{24 * 3'600'000};  // a quiet feed is asked at least that often
  bool organisation_feeds = true;                 // one feed may be asked for several repositories of one owner
  bool change_probes = false;                     // one request may tell for many repositories whether there is news;
                                                  // only where requests are authenticated
  // The feed that an account receives (`users/login`), which may be asked in the place of the repositories that it
  // shows; empty: none.
  std::string received_feed = {};
  // What becomes visible late, behind the first page of a feed, is found that soon while such events come. 0: nobody
  // looks.
  core::Millis late_within{0};
};

// 100 times the freshness, at least a minute.
core::Millis late_within(core::Millis freshness);

class Poller {
 public:
  Poller(std::unique_ptr<Policy> policy, const PollerSettings& settings);

  // --- which feeds ---
  // Starts polling this repository's feed. `history`: known arrivals, ascending. A feed that was never polled is due at
  // once; one that was polled goes on with its schedule.
  void add(core::FeedState state, std::span<const core::EventTime> history, core::Timestamp now);
  // The same where the history takes time to read and to learn: see Policy::add_without_history. Until give_history()
  // brings it, the feed is in without_history(). give_history() at any time before the feed is asked; later it has no
  // effect.
  void add_without_history(core::FeedState state, std::span<const core::EventTime> recent, core::Timestamp now);
  const std::set<std::string, std::less<>>& without_history() const { return portfolio_->without_history; }
  void give_history(std::string_view feed, std::span<const core::EventTime> history, core::Timestamp now);
  // For feeds that come in together, by thousands perhaps: while `adding` adds them, nothing is asked of what they mean
  // for each other; after that it is decided once. They are due as if each had come in last.
  void add_many(const std::function<void()>& adding, core::Timestamp now);
  // Stops polling it. A question to it that is under way awaits no answer any more.
  void remove(std::string_view feed, core::Timestamp now);
  // Due at once, as far as the floor permits.
  void poll_soon(std::string_view feed, core::Timestamp now);
  // The same for feeds of repositories, thousands perhaps: what that means for each other is decided once, after all.
  void poll_many_soon(std::span<const std::string> feeds, core::Timestamp now);
  // Somebody outside says that it may have news: due as hints.h has it. `kind`: of the event (`PushEvent`); empty: any.
  // Nothing where it is not polled.
  void hint(std::string_view feed, const core::Hint& hint, core::Timestamp now);
  const core::FeedState* state(std::string_view feed) const;  // nullptr: it is not polled
  // The feed's state with the times that count for its repository: when all of it was last read, and when it will be
  // read next, by whichever feed. Of a feed that is polled.
  core::FeedState shown_state(std::string_view feed) const;
  // When all of it was read without trouble last, by whichever feed; nullopt: not yet, or it is not polled.
  std::optional<core::Timestamp> read_at(std::string_view feed) const;

  // --- shared feeds: see shared_sources.h ---
  // `orgs/owner` may be asked in the place of several repositories of that owner, and what an account receives in the
  // place of those that it shows. The poller decides that. Such an Ask is like any other; the events of its answer
  // belong to the repositories that they name.
  // What was stored of a shared feed before a restart; to be called before the repositories that it shows are added.
  void remember(core::FeedState shared_feed);
  std::vector<core::FeedState> shared_feeds() const;  // all that were ever asked, ascending by name
  // Moves whenever what shared_feeds() gives changes.
  std::uint64_t shared_feeds_version() const { return portfolio_->shared_feeds_version; }
  // The repositories' feeds that a shared feed is asked for now, or that a poll under way is for.
  std::vector<std::string> repositories_of(std::string_view shared_feed) const;

  // --- a round ---
  // What is planned and remembered was so by the clock as it was then. Where it has gone back, by a person or a time
  // server, waits go on for as long as they would have, and nothing lies ahead that was said to be past. True: it has.
  // next() and absorb() do it too.
  bool watch_clock(core::Timestamp now);
  Decision next(core::Timestamp now);
  // Would next() ask something now? It may be called at any time between two rounds.
  bool wants_to_ask(core::Timestamp now);
  // False: the feed that the last next() asked was removed since. Then there is nothing to absorb.
  bool awaits_answer() const { return portfolio_->schedule.asked().has_value(); }
  const std::string& asked_feed() const { return *portfolio_->schedule.asked(); }
  // created_at of the oldest event that the poll under way of a repository's feed has met so far.
  std::optional<core::EventTime> oldest_met() const;
  Step absorb(const core::Answer& answer, const Known& known, core::Timestamp now);
  void confirm();
  // The answer to an AskProbe. Nothing of it is to be stored, and no confirm() follows. Gives the feeds whose due times
  // have moved.
  std::vector<std::string> absorb_probe(const core::ProbeAnswer& answer, core::Timestamp now);
  // The step could not be stored and never will be: the feed is as it was before the request. It is asked again from
  // its first page, after its floor.
  void abandon(core::Timestamp now);

  // --- for all feeds ---
  // Events may wait that long on average from now on. All feeds are planned anew: at once, or where a round is under
  // way by the next one.
  void set_freshness(core::Millis freshness, core::Timestamp now);
  // Requests carry another token: what rests because the last one was refused is asked again, as far as floors that
  // GitHub told permit. The states of feeds that changed are as state() says.
  void renew_token(core::Timestamp now);
  // The token that GitHub refused is not used any more, and the next one may see the same as it did: nothing waits for
  // the refusal to end, and what rests because GitHub does not show it rests on.
  void lift_refusal(core::Timestamp now);
  // The answer to a request that was no poll, and was counted against the same quota.
  void heed_answer(const core::Answer& answer, core::Timestamp now) { budget_.absorb(answer, now); }
  // Is a walk through the pages of a feed under way?
  bool walks() const { return portfolio_->schedule.walking().has_value(); }
  // A limit that holds for all requests, met by one that was no poll.
  void heed_limit(core::Answer answer, core::Timestamp now);
  const Budget& budget() const { return budget_; }
  const Budget& probe_budget() const { return probe_budget_; }  // of GraphQL, in points
  ProbesView probes(core::Timestamp now) const { return probes_->view(now); }
  ReceivedView received() const { return sources_.received(); }
  HintsView hints() const { return portfolio_->hints.view(); }
  const Policy& policy() const { return *policy_; }
  // What must survive a restart beside the feeds, as small named texts.
  std::vector<std::pair<std::string, std::string>> save() const;
  void restore(std::span<const std::pair<std::string, std::string>> notes);

 private:
  void review(const Feed& feed, core::Timestamp now);
  void review_after_poll(Feed& feed, core::Timestamp now);
  bool may_be_probed(std::string_view name) const;
  void hurry(Feed& feed, core::Timestamp now);
  Feed* find(std::string_view name);  // a repository's or an open organisation's; nullptr: it is not polled
  void remember_floor(const core::FeedState& state);
  struct Entered {
    std::string feed;
    core::Timestamp due{};
    std::optional<core::Timestamp> planned;  // before a restart
  };
  void enter(core::FeedState state, std::span<const core::EventTime> history, core::Timestamp now);
  void settle(const Entered& entered, core::Timestamp now);
  void stop_waiting_for_history(std::string_view name);
  void plan_with_history(Feed& feed, std::optional<core::Timestamp> planned, core::Timestamp now);
  void absorb_own(Feed& feed, const core::Answer& answer, const Known& known, Step& step, core::Timestamp now);
  void begin_anew(Feed& feed, const core::Answer& answer, const Known& known, core::Timestamp now);
  void change_hinted(const Feed& feed, bool failed, core::Timestamp now);
  void finish_own(Feed& feed, const core::Answer& answer, const Known& known, Step& step, core::Timestamp now);
  void absorb_look(Feed& feed, const core::Answer& answer, const Known& known, Step& step, core::Timestamp now);
  LateEvents::Pace pace(core::Timestamp now) const;
  bool is_for_look_alone(const Feed& feed, core::Timestamp now) const;
  void keep_memory(Feed& feed);
  void absorb_shared(SharedFeed& source, const core::Answer& answer, const Known& known, Step& step,
                     core::Timestamp now);
  void apply(const Finding& finding, const Known& known, Step& step, core::Timestamp now);
  void absorb_received(const SourceStep& taken, const core::Answer& answer, Step& step, core::Timestamp now);
  void apply_partly(const Finding& finding, core::Timestamp now);
  void clock_went_back(core::Millis step, core::Timestamp now);
  void bring_back(Feed& feed, core::Millis step, core::Timestamp now);
  PollObservation with_arrivals(PollObservation poll, Feed& feed, core::Timestamp now);
  // Of `poll`, the times and arrivals are filled in.
  void observe(Feed& feed, PollObservation poll, core::Timestamp now);
  std::variant<NothingDue, Schedule::Entry> due(core::Timestamp now);
  Decision ask_probe(const Schedule::Entry& entry, core::Timestamp now);
  Decision ask_feed(const Schedule::Entry& entry, core::Timestamp now);
  void move_due(const std::vector<std::string>& names);
  void replan(core::Timestamp now);
  void replan_all(core::Timestamp now);
  void share_time(const core::Answer& answer, Step& step, core::Timestamp now);

  // On the heap, since parts refer to them and a poller can be moved.
  std::unique_ptr<Policy> policy_;
  std::unique_ptr<Portfolio> portfolio_;
  PollerSettings settings_;
  Budget budget_;
  Plan plan_;
  std::unique_ptr<ReceivedFeed> received_;
  std::unique_ptr<ChangeProbes> probes_;
  SharedSources sources_;
  Budget probe_budget_;
  std::map<std::string, core::Timestamp, std::less<>> planned_;  // of these feeds: due times from before a restart
  std::map<std::string, core::Millis, std::less<>> floors_;      // that GitHub told of feeds that were removed lately
  std::optional<std::vector<Entered>> entering_;                 // by the add_many() that runs
  std::set<std::string> to_replan_;                              // feeds of which the policy may wish otherwise now
  bool replans_all_ = false;                                     // of all feeds, before the next question
  std::optional<core::Timestamp> latest_;                        // what the clock has shown; it may go back
};

}  // namespace repopulse::polling
