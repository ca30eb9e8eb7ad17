// Looks after the change probes of a portfolio: requests that tell for many repositories at once whether there is news.
// It decides which feeds are probed, which of these are read only when there is news, and when each probe and each such
// read is due. A probe proves nothing: gaps, overlap and completeness rest on feeds alone, and each probed feed is read
// by itself within the bounds of Plan::probed_due().
//
// A probe is a shared source like an organisation's feed. The arithmetic of when it is worth its request is the
// policy's (waiting_cost_policy.h, probe_cost.h).
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
#include "polling/news_lag.h"
#include "polling/plan.h"
#include "polling/policy.h"
#include "polling/portfolio.h"
#include "polling/probe_trust.h"
#include "polling/probed_feed.h"
#include "polling/received_feed.h"
#include "polling/shared_source.h"

namespace repopulse::polling {

// One probe: one request about at most core::kMostProbed repositories.
class ChangeProbe {
 public:
  explicit ChangeProbe(std::string name) : name_(std::move(name)) {}
  const std::string& name() const { return name_; }
  // Of the feeds that it asks about: those that are read only when it has news of them. Ascending. They gain from it
  // (gainers_), and what it tells can be compared with what was read.
  std::span<const std::string> informs() const { return informs_; }
  bool informing() const { return informing_; }
  core::Millis looked_back() const { return core::Millis(0); }

 private:
  friend class ChangeProbes;
  std::string name_;
  std::vector<std::string> asks_about_;  // ascending, as the next three
  std::vector<std::string> gainers_;
  std::vector<std::string> informs_;
  std::vector<std::string> asked_;             // by the question under way
  bool open_ = false;                          // it is asked: the schedule has it
  bool informing_ = false;                     // the last answer was good, and the next one is not put off
  int failures_ = 0;                           // in a row
  bool refused_ = false;                       // the last answer was one that ends with a new token alone
  std::optional<core::Timestamp> planned_at_;  // nullopt: to be planned
  core::Timestamp answered_at_{};
  double expected_ = 0;  // events since the last news of any feed, or the last doubt
  int doubts_ = 0;       // since the last news
};
static_assert(SharedSource<ChangeProbe>);

// Whether what probes tell is believed.
enum class ProbeBelief {
  kUnproven,  // they have told of too few events before these were read
  kBelieved,
  kDistrusted,  // reads showed that they tell the wrong thing: they rest
};
std::string_view to_string(ProbeBelief belief);  // `unproven`, `believed`, `distrusted`

// What people are shown.
struct ProbesView {
  bool enabled = false;         // probes may be asked: they are wanted, and there is a token
  std::size_t asked_about = 0;  // repositories that probes ask about; 0: no probe is asked
  std::size_t informed = 0;     // of these, the ones that are read only when there is news of them
  std::optional<core::Timestamp> asked_at;
  std::optional<core::Timestamp> next_at;  // as planned: a limit may delay it
  // Since the first start. Of several servers on one store, the one that wrote last counts.
  std::uint64_t requests = 0;
  std::uint64_t failures = 0;  // of these, answered with an error or not at all
  std::uint64_t points = 0;    // of the GraphQL quota, as the answers told
  std::string trouble;         // the last answer, when it was an error: for people; else empty
  std::uint64_t told = 0;      // how often they told of news of a repository, since this poller was made
  ProbeBelief belief = ProbeBelief::kUnproven;
};

class ChangeProbes {
 public:
  // Policy, portfolio and what is known of the received feed must outlive it. `enabled` false: there is no probe.
  ChangeProbes(Policy& policy, const Plan& plan, Portfolio& portfolio, const ReceivedFeed& received, bool enabled)
      : policy_(&policy), plan_(plan), portfolio_(&portfolio), received_(&received), enabled_(enabled) {}

  static bool is_probe(std::string_view name) { return name.starts_with("probes/"); }

  // --- which feeds ---
  void leave(std::string_view feed);
  // To be called when a feed came in, was read, or something about it has changed. `alone`: no other source informs it.
  void review(const Feed& feed, bool alone, core::Timestamp now);
  // It is read when a probe has news.
  bool informs(std::string_view feed) const;
  core::Timestamp own_due(const Feed& feed, core::Timestamp now) const;
  // When the probe of an informed feed is due.
  core::Timestamp probe_due_of(std::string_view feed) const;
  // After a restart, of a feed that came in: true where a probe informed it before. What was planned for it then stays
  // planned until the probe is answered.
  bool await_answer(std::string_view feed, core::Timestamp now);
  // What these feeds would cost more, in requests a second, with the waiting at its price, if probes asked about them
  // too; nullopt: none would. They are of one owner.
  std::optional<double> added_cost(std::span<const std::string> feeds, core::Timestamp now);
  // Until feeds show what probes tell of; nullopt: probes are not to be asked, or not proven.
  std::optional<core::Millis> lag_if_told(core::Timestamp now) const;
  ProbesView view(core::Timestamp now) const;

  // --- a probe ---
  // Brings the plan up to date: which feeds gain, and which probes there are. Before each question.
  void plan_due(core::Timestamp now);
  // The policy's wishes have changed: every probe is due as they are now, and planned anew before the next question.
  // No question is under way.
  void plan_anew(core::Timestamp now);
  std::vector<std::string> ask(std::string_view probe);
  // Gives the feeds of which it told something: they are due anew.
  std::vector<std::string> take(std::string_view probe, const core::ProbeAnswer& answer, core::Timestamp not_before,
                                core::Timestamp now);
  // Its quota permits no question until then. Where that is long, its feeds are polled alone meanwhile.
  void put_off(std::string_view probe, core::Timestamp until, core::Timestamp now);
  // The question that is under way will not be sent.
  void abandon(std::string_view probe, core::Timestamp now);
  // Requests carry another token: what was refused is asked again.
  void renew_token(core::Timestamp now);

  // --- a feed's own read ---
  // The time that passes, at least and mostly, until a feed shows what happened.
  core::Millis least_lag() const { return lag_.least(); }
  void hear(std::string_view feed, const core::Event& event);
  void hear_elsewhere(std::string_view feed, const core::Event& event);  // the received feed brought it
  void forget_heard(std::string_view feed);
  // It was read to the end. Gives what that says of the probe.
  ProbedFeed::Read finish_read(const Feed& feed, core::Timestamp told, core::Timestamp now);

  // --- over a restart, and where the clock has gone back ---
  std::string save_feed(std::string_view feed) const;  // for FeedMemory::probes
  std::string save() const;
  void restore(std::string_view saved);
  // The policy began anew: it is told again which feeds are informed.
  void clock_went_back(core::Millis step, core::Timestamp now);

 private:
  struct Member {
    ProbedFeed told;
    std::string probe;     // that asks about it
    bool doubted = false;  // it is to be read because the probe may be stuck …
    bool for_all = false;  // … for all feeds
    bool awaited = false;  // see await_answer()
    double expected = 0;   // events since the last news, or the last read
  };
  struct Cost {
    core::Timestamp at{};
    std::optional<double> added;
  };
  ChangeProbe& probe_of(std::string_view feed);
  const ChangeProbe& probe_of(std::string_view feed) const;
  ChangeProbe& free_probe();
  void join(const Feed& feed);
  std::vector<std::string> regroup(core::Timestamp now);
  void plan(ChangeProbe& probe, core::Timestamp now);
  void close(ChangeProbe& probe);
  std::vector<std::string> find_gainers(const ChangeProbe& probe, core::Timestamp now);
  std::vector<std::string> take_each(ChangeProbe& probe, std::span<const std::string> asked,
                                     const core::ProbeAnswer& answer, core::Timestamp now);
  core::Timestamp next_probe_at() const;
  void rest_others();
  void stop_awaiting(ChangeProbe& probe, core::Timestamp now);
  void plan_next(ChangeProbe& probe, const core::ProbeAnswer& answer, core::Timestamp not_before, core::Timestamp now);
  void set_due(const ChangeProbe& probe, core::Timestamp due);
  void doubt(ChangeProbe& probe);
  void distrust(core::Timestamp now);
  void update_informs(ChangeProbe& probe, core::Timestamp now);
  void set_due_anew(const std::string& feed, core::Timestamp now);
  core::Millis floor_of(const ChangeProbe& probe) const;
  core::Timestamp probe_due(const ChangeProbe& probe, core::Timestamp now) const;
  core::Timestamp news_due(const ProbedFeed& told) const;
  void count(const core::ProbeAnswer& answer, core::Timestamp now);

  Policy* policy_;
  Plan plan_;
  Portfolio* portfolio_;
  const ReceivedFeed* received_;
  bool enabled_;
  std::map<std::string, ChangeProbe, std::less<>> probes_;
  std::map<std::string, Member, std::less<>> members_;   // by feed
  std::map<std::string, Cost, std::less<>> added_cost_;  // by the first of the feeds
  std::size_t batch_ = core::kMostProbed;
  core::Timestamp batch_since_{};              // it was too much, or grew
  std::optional<core::Timestamp> grouped_at_;  // nullopt: to be grouped anew
  ProbeTrust trust_;
  NewsLag lag_;
  core::Timestamp not_before_{};  // no probe is asked: GitHub asked to wait, or probes rested before a restart
  ProbesView counted_;            // its sums, and the last answer
};

}  // namespace repopulse::polling
