// Looks after the shared sources of a portfolio: which there are, which of them are asked, and which feeds they inform.
// It opens a source where the plan finds it worth its requests, has it inform feeds once it is proven, and ends that
// after trouble. It writes due times and tells the policy which feeds are asked together; it counts no request, and
// learns no arrivals: the poller applies a source's findings.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/answer.h"
#include "core/feed_state.h"
#include "core/time.h"
#include "polling/change_probes.h"
#include "polling/organisation_feed.h"
#include "polling/plan.h"
#include "polling/policy.h"
#include "polling/portfolio.h"
#include "polling/round.h"

namespace repopulse::polling {

class SharedSources {
 public:
  // Policy, portfolio and probes must outlive it. `enabled` false: every feed is polled alone.
  SharedSources(Policy& policy, const Plan& plan, Portfolio& portfolio, ChangeProbes& probes, bool enabled);

  // --- which there are ---
  // What was stored of a source before a restart; before the feeds that it may inform come in.
  void remember(core::FeedState stored);
  std::vector<core::FeedState> states() const;                 // all that were ever asked, ascending by name
  OrganisationFeed* find(std::string_view name);               // an open one; nullptr: there is none
  const OrganisationFeed* known(std::string_view name) const;  // open or not
  // The source that informs the feed now; nullptr: the feed is polled alone.
  OrganisationFeed* informing(std::string_view feed);
  const OrganisationFeed* informing(std::string_view feed) const;

  std::vector<OrganisationFeed*> open_ones();

  // --- which feeds they inform ---
  // The policy begins anew: it is told again which feeds are asked together.
  void tell_policy();
  void join(Feed& feed);                              // it came into the portfolio; review() follows
  void leave(const Feed& feed, core::Timestamp now);  // before it leaves the portfolio
  // To be called whenever the answer to "should this feed be informed by a source?" may have changed.
  void review(std::string_view feed, core::Timestamp now);

  // --- when ---
  core::Timestamp own_due(const Feed& feed, core::Timestamp now) const;
  core::Timestamp due(const OrganisationFeed& source, core::Timestamp now) const;

  // --- a poll of a source ---
  void ask(OrganisationFeed& source);         // its next question is about to be sent
  void begin_poll(OrganisationFeed& source);  // with its first answer
  void finish_poll(OrganisationFeed& source, core::Timestamp now);
  void take_trouble(OrganisationFeed& source, core::AnswerKind trouble, core::Timestamp now);
  // What the answer brought is not stored. The question is closed.
  void abandon(OrganisationFeed& source, core::Timestamp now);

  // --- a feed's own poll ---
  // It was read to the end. Where it shows what its source should have shown, the source rests, and all that it
  // informed is read again: `step` gets these states.
  void take_own_read(Feed& feed, const core::Answer& answer, const Known& known, Step& step, core::Timestamp now);

 private:
  bool is_ready(const Feed& feed) const;
  void open(OrganisationFeed& source, core::Timestamp now);
  void close(OrganisationFeed& source, core::Timestamp now);
  void start_informing(OrganisationFeed& source, core::Timestamp now);
  void stop_informing(OrganisationFeed& source, core::Timestamp now);
  bool is_wanted(const OrganisationFeed& source, std::span<const std::string> ready, core::Timestamp now);
  void rest(OrganisationFeed& source, const std::string& why, core::Timestamp now);
  void distrust(OrganisationFeed& source, Step& step, core::Timestamp now);

  Policy* policy_;
  Plan plan_;
  Portfolio* portfolio_;
  ChangeProbes* probes_;  // asked what they would cost in a source's place
  bool enabled_;
  std::map<std::string, OrganisationFeed, std::less<>> organisations_;  // of every owner of a feed
  std::map<std::string, core::FeedState, std::less<>> remembered_;      // of those that are not open
};

}  // namespace repopulse::polling
