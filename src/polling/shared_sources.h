// Looks after the feeds that are shared sources of a portfolio, organisations' feeds and the one that an account
// receives: which there are, which of them are asked, and which feeds they inform. It opens a source where the plan
// finds it worth its requests, has it inform feeds once it is proven, and ends that after trouble. It writes due times
// and tells the policy which feeds are asked together, and of which a part is shown; it counts no request, and learns
// no arrivals: the poller applies a source's findings.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/answer.h"
#include "core/feed_state.h"
#include "core/time.h"
#include "polling/change_probes.h"
#include "polling/plan.h"
#include "polling/policy.h"
#include "polling/portfolio.h"
#include "polling/received_feed.h"
#include "polling/round.h"
#include "polling/shared_feed.h"

namespace repopulse::polling {

// What people are shown of the feed that an account receives.
struct ReceivedView {
  std::string feed;              // `users/login`; empty: there is none
  std::size_t repositories = 0;  // of which it informs
};

class SharedSources {
 public:
  // Policy, portfolio, probes and `received` must outlive it. `organisations` false: no organisation's feed is asked.
  SharedSources(Policy& policy, const Plan& plan, Portfolio& portfolio, ChangeProbes& probes, ReceivedFeed& received,
                bool organisations);

  // --- which there are ---
  // What was stored of a source before a restart; before the feeds that it may inform come in.
  void remember(core::FeedState stored);
  std::vector<core::FeedState> states() const;           // all that were ever asked, ascending by name
  SharedFeed* find(std::string_view name);               // an open one; nullptr: there is none
  const SharedFeed* known(std::string_view name) const;  // open or not
  // The organisation's feed that informs of it now; nullptr: the feed is polled alone, or an account's feed shows a
  // part of it.
  SharedFeed* informing(std::string_view feed);
  const SharedFeed* informing(std::string_view feed) const;

  std::vector<SharedFeed*> open_ones();

  // --- which feeds they inform ---
  // The policy begins anew: it is told again which feeds are asked together, and of which a part is shown.
  void tell_policy();
  // Another repository has the feed's name now.
  void begin_anew(const Feed& feed) { received_->begin_anew(feed.name()); }
  void join(Feed& feed, core::Timestamp now);         // it came into the portfolio; review() follows
  void leave(const Feed& feed, core::Timestamp now);  // before it leaves the portfolio
  // After a restart: what an account receives informed of it before, so that what was planned for it stays planned.
  bool keeps_plan(const Feed& feed) const { return awaited_.contains(feed.name()); }
  // The policy was given the history of a feed.
  void take_history() { received_changed_ = true; }
  // To be called whenever the answer to "should this feed be informed by a source?" may have changed.
  void review(std::string_view feed, core::Timestamp now);
  // The same of many feeds, all of repositories, with one look at each organisation.
  void review_all(std::span<const std::string> feeds, core::Timestamp now);

  // --- when ---
  // When a repository's own feed is due, and when an organisation's is.
  core::Timestamp own_due(const Feed& feed, core::Timestamp now) const;
  core::Timestamp due(const SharedFeed& source, core::Timestamp now) const;
  // Brings the plan up to date: whether the feed that an account receives is asked, and of which repositories it
  // informs. Before each question.
  void plan_due(core::Timestamp now);

  // --- a poll of a source ---
  void ask(SharedFeed& source);         // its next question is about to be sent
  void begin_poll(SharedFeed& source);  // with its first answer
  SourceStep take(SharedFeed& source, const core::Answer& answer, const Known& known, bool charged, std::uint64_t seed,
                  core::Timestamp now);
  void finish_poll(SharedFeed& source, core::Timestamp now);
  void take_trouble(SharedFeed& source, core::AnswerKind trouble, core::Timestamp now);
  // What the answer brought is not stored. The question is closed.
  void abandon(SharedFeed& source, core::Timestamp now);

  // --- a feed's own poll ---
  // An event that was not stored.
  void hear(std::string_view feed, const core::Event& event);
  // It was read to the end. Where it shows what its source should have shown, the source rests, and all that it
  // informed is read again: `step` gets these states.
  // Gives how many of its events the account's feed would have brought.
  std::size_t take_own_read(Feed& feed, const core::Answer& answer, const Known& known, Step& step,
                            core::Timestamp now);

  // --- the feed that an account receives ---
  // A finding of its poll about this repository.
  void take_finding(const Finding& finding, core::Timestamp now);
  // It informs of the repository, and so many events were expected that it would show.
  void expect(const Feed& feed, double events) {
    received_->expect(feed.name(), events, !feed.arrivals().fresh().empty());
  }
  ReceivedView received() const;

 private:
  bool is_ready(const Feed& feed) const;
  void open(SharedFeed& source, core::Timestamp now);
  void close(SharedFeed& source, core::Timestamp now);
  void start_informing(SharedFeed& source, core::Timestamp now);
  void stop_informing(SharedFeed& source, core::Timestamp now);
  core::Timestamp hinted_due(const Feed& feed, core::Timestamp now) const;
  core::Timestamp alone_due(const Feed& feed, core::Timestamp now) const;
  void join_organisation(Feed& feed);
  void join_received(const Feed& feed, core::Timestamp now);
  void stop_awaiting(core::Timestamp now);
  void review_organisation(std::string_view feed, core::Timestamp now);
  void review_received(const Feed& feed);
  SharedFeed* received_source();
  const core::FeedState* state_of(std::string_view name) const;
  void plan_received(SharedFeed& source, core::Timestamp now);
  void show_parts(SharedFeed& source, std::vector<PartlyShown> parts, core::Timestamp now);
  core::Timestamp received_due(const SharedFeed& source, core::Timestamp now) const;
  void finish_received(SharedFeed& source, core::Timestamp now);
  void distrust_received(SharedFeed& source, core::Timestamp now);
  void doubt_all();
  void mark(const SharedFeed& source);
  core::Millis comparison_pause(const core::FeedState& state) const;
  core::Timestamp next_comparison() const;
  void set_due_anew(const std::string& feed, core::Timestamp now);
  bool is_wanted(const SharedFeed& source, std::span<const std::string> ready, core::Timestamp now);
  void rest(SharedFeed& source, const std::string& why, core::Timestamp now);
  void distrust(SharedFeed& source, Step& step, core::Timestamp now);

  Policy* policy_;
  Plan plan_;
  Portfolio* portfolio_;
  ChangeProbes* probes_;  // asked what they would cost in a source's place
  ReceivedFeed* received_;
  bool organisations_;
  std::map<std::string, SharedFeed, std::less<>> sources_;          // of every owner of a feed, and of the account
  std::map<std::string, core::FeedState, std::less<>> remembered_;  // of those that are not open
  // Of the feed that an account receives.
  std::vector<PartlyShown> parts_;  // of which it informs, ascending
  std::optional<core::Timestamp> received_planned_at_;
  bool received_changed_ = true;                // it is to be planned anew
  int comparisons_ = 0;                         // its polls in a row that informed of nothing
  bool received_refuted_ = false;               // by the poll under way
  std::set<std::string, std::less<>> awaited_;  // see keeps_plan()
};

}  // namespace repopulse::polling
