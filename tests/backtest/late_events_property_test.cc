// Late events against brute force: random rates, latencies, troubles and restarts, the production poller, and a
// GitHub whose feeds are ordered by `created_at`. REPOPULSE_SEED=N runs one history, REPOPULSE_SEEDS=N so many.
#include <gtest/gtest.h>

#include <cstdlib>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "backtest/replay.h"
#include "core/feed_name.h"
#include "polling/feed_memory.h"
#include "polling/late_events.h"
#include "polling/policy_table.h"
#include "polling/poller.h"
#include "tests/backtest/traces.h"

namespace repopulse::backtest {
namespace {

using namespace std::chrono_literals;
using core::Millis;
using core::Timestamp;

std::uint64_t number_from(const char* name, std::uint64_t otherwise) {
  const char* text = std::getenv(name);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

struct Plan {
  std::vector<Trace> traces;
  GitHubSettings github;
  bool organisation_feeds = false;
  double troubles = 0;  // share of requests that fail, of answers that cannot be stored, and of restarts
  Millis freshness{0};
};

Plan draw_plan(std::uint64_t seed) {
  std::mt19937_64 random(seed);
  const auto uniform = [&random](double low, double high) {
    return low + (high - low) * (static_cast<double>(random() >> 11) * 0x1p-53);
  };
  Plan plan;
  plan.organisation_feeds = seed % 3 == 0;
  const int repositories = plan.organisation_feeds ? 3 : 1;
  for (int i = 0; i < repositories; ++i) {
    const double per_hour = std::exp(uniform(std::log(10), std::log(plan.organisation_feeds ? 100 : 800)));
    plan.traces.push_back(random_trace("o/r" + std::to_string(i), per_hour * 24 / 2.5, 4, random()));
  }
  plan.github.order = FeedOrder::kCreated;
  plan.github.seed = seed;
  plan.github.authenticated = seed % 4 != 1;
  plan.github.latency = Millis(static_cast<std::int64_t>(1e3 * std::exp(uniform(std::log(10), std::log(3600)))));
  plan.github.latest = Millis(static_cast<std::int64_t>(3.6e6 * uniform(0.5, 12)));
  plan.github.late_share = uniform(0, 0.2);
  plan.troubles = seed % 2 == 0 ? uniform(0.002, 0.03) : 0;
  plan.freshness = Millis(1000) * static_cast<int>(std::exp(uniform(std::log(20), std::log(600))));
  return plan;
}

class History {
 public:
  explicit History(std::uint64_t seed)
      : plan_(draw_plan(seed)),
        random_(seed),
        github_(plan_.traces, plan_.github),
        period_(period_of(github_, {})),
        sequences_(github_.events().size()) {
    for (const Trace& trace : plan_.traces) {
      core::FeedState state;
      state.feed = core::repository_feed(trace.name);
      states_[state.feed] = state;
    }
  }

  void run() {
    now_ = period_.begin + 12h;
    begin_ = now_;
    restart();
    const Timestamp end = period_.end + 3 * within();
    while (now_ < end) {
      if (chance(plan_.troubles / 20)) restart();
      const polling::Decision decision = poller_->next(now_);
      if (const auto* wait = std::get_if<polling::NothingDue>(&decision)) {
        now_ = wait->until;
      } else {
        ask(std::get<polling::Ask>(decision));
      }
    }
    github_.advance(period_.end);
  }

  // An event that was shown for longer than the bound, while late ones were known to come, is stored or in a gap.
  std::string complaints() const {
    std::string out;
    const bool calm = plan_.troubles == 0 && plan_.github.authenticated;
    for (std::uint32_t i = 0; i < sequences_.size(); ++i) {
      const SimulatedEvent& event = github_.events()[i];
      if (sequences_[i] != 0 || event.visible_at < begin_ + 1h || in_gap(event)) continue;
      const Millis shown = event.left_at.value_or(period_.end + within()) - event.visible_at;
      // Each look that fails, or finds the quota of the hour used up, costs one more interval.
      const Millis bound = calm ? within() + 3min : 3 * within() + 2h;
      const bool must = shown > bound || (calm && !plan_.organisation_feeds && is_on_second_page(i));
      if (!must || !coming(event, event.visible_at, event.visible_at + std::min(bound, shown))) continue;
      out += "\n  event " + std::to_string(i) + " of " + core::format_rfc3339(event.created_at) + ", shown from " +
             core::format_rfc3339(core::to_event_time(event.visible_at)) + " for " + std::to_string(shown / 1s) +
             " s, is not stored";
    }
    return out;
  }

  std::string summary() const {
    std::size_t never = 0;
    std::size_t briefly = 0;
    std::size_t lost = 0;
    for (std::size_t i = 0; i < sequences_.size(); ++i) {
      const SimulatedEvent& event = github_.events()[i];
      if (sequences_[i] != 0 || event.visible_at < begin_ + 1h || !event.left_at) continue;
      const Millis shown = *event.left_at - event.visible_at;
      ++(shown == 0ms ? never : shown < 2min ? briefly : lost);
    }
    return std::to_string(sequences_.size()) + " events, " + std::to_string(never) + " never shown; lost " +
           std::to_string(briefly) + " that were shown for less than 2 min and " + std::to_string(lost) + " more; " +
           std::to_string(requests_) + " requests, " + std::to_string(looks_) + " of them looks that found " +
           std::to_string(found_) + ", " + std::to_string(gaps_) + " gaps, " + std::to_string(restarts_) + " starts, " +
           std::to_string(within() / 1s) + " s to find one";
  }
  std::size_t found() const { return found_; }

 private:
  Millis within() const { return polling::late_within(plan_.freshness); }
  bool chance(double share) { return static_cast<double>(random_() >> 11) * 0x1p-53 < share; }

  void restart() {
    ++restarts_;
    const auto notes = poller_ ? poller_->save() : decltype(poller_->save()){};
    poller_.emplace(*polling::make_policy("adaptive", {.freshness = plan_.freshness, .window = {}}),
                    polling::PollerSettings{.authenticated = plan_.github.authenticated,
                                            .organisation_feeds = plan_.organisation_feeds,
                                            .late_within = within()});
    poller_->restore(notes);
    for (const auto& [name, state] : states_) {
      if (core::is_shared_feed(name)) poller_->remember(state);
    }
    for (const auto& [name, state] : states_) {
      if (!core::is_shared_feed(name)) poller_->add(state, history_of(name), now_);
    }
  }

  std::vector<core::EventTime> history_of(const std::string& feed) const {
    std::vector<core::EventTime> history;
    for (std::size_t i = 0; i < sequences_.size(); ++i) {
      if (sequences_[i] != 0 && feed_of(i) == feed) history.push_back(github_.events()[i].created_at);
    }
    std::ranges::sort(history);
    return history;
  }

  std::string feed_of(std::size_t event) const {
    return core::repository_feed(plan_.traces[github_.events()[event].trace].name);
  }

  core::Answer answer(const polling::Ask& ask) {
    if (chance(plan_.troubles)) {
      core::Answer trouble;
      constexpr core::AnswerKind kKinds[] = {core::AnswerKind::kServerError, core::AnswerKind::kNoAnswer,
                                             core::AnswerKind::kSecondaryLimit, core::AnswerKind::kBadAnswer};
      trouble.kind = kKinds[random_() % 4];
      return trouble;
    }
    return github_.answer(ask.feed, ask.page, ask.validator, now_);
  }

  void ask(const polling::Ask& ask) {
    now_ += Millis(50 + random_() % 1000);
    ++requests_;
    const core::Answer answer = this->answer(ask);
    polling::Known known;
    known.last_sequence = last_sequence_;
    for (const core::Event& event : answer.events) {
      const std::int64_t sequence = sequences_[event.key.id - 1];
      known.sequences.push_back(sequence > 0 ? std::optional(sequence) : std::nullopt);
    }
    if (core::is_shared_feed(ask.feed)) known.newest_by_feed = newest_;
    if (const auto own = newest_.find(ask.feed); own != newest_.end()) known.newest = own->second;
    const core::EventTime newest_before = newest_[ask.feed];
    const polling::Step step = poller_->absorb(answer, known, now_);
    if (chance(plan_.troubles)) {
      poller_->abandon(now_);
      return;
    }
    for (const std::size_t index : step.fresh) store(answer.events[index]);
    if (step.gap) gaps_of_[ask.feed].push_back(*step.gap);
    if (step.gap) ++gaps_;
    states_[ask.feed] = step.state;
    for (const core::FeedState& other : step.others) states_[other.feed] = other;
    poller_->confirm();
    polling::LateEvents late;
    late.restore(polling::split_memory(step.state.policy_state).late_events);
    coming_[ask.feed].emplace_back(now_, late.wanted_at().has_value());
    if (ask.page == 1 || core::is_shared_feed(ask.feed)) return;
    ++looks_;
    for (const std::size_t index : step.fresh) {
      if (answer.events[index].key.created_at >= newest_before || step.gap) continue;
      ++found_;
    }
  }

  void store(const core::Event& event) {
    EXPECT_EQ(sequences_[event.key.id - 1], 0) << "stored twice";
    sequences_[event.key.id - 1] = ++last_sequence_;
    core::EventTime& newest = newest_[feed_of(event.key.id - 1)];
    newest = std::max(newest, event.key.created_at);
  }

  bool in_gap(const SimulatedEvent& event) const {
    const auto gaps = gaps_of_.find(core::repository_feed(plan_.traces[event.trace].name));
    return gaps != gaps_of_.end() && std::ranges::any_of(gaps->second, [&](const core::Gap& gap) {
             return gap.from <= event.created_at && event.created_at <= gap.to;
           });
  }

  // By what is stored of its feed: from `from` to `to`, late events were known to come.
  bool coming(const SimulatedEvent& event, Timestamp from, Timestamp to) const {
    const auto told = coming_.find(core::repository_feed(plan_.traces[event.trace].name));
    if (told == coming_.end()) return false;
    bool at_begin = false;
    bool always = true;
    for (const auto& [at, comes] : told->second) {
      if (at <= from) at_begin = comes;
      if (at > from && at <= to) always = always && comes;
    }
    return at_begin && always;
  }

  // Brute force: how many events stood above it when it became visible.
  bool is_on_second_page(std::uint32_t index) const {
    const SimulatedEvent& own = github_.events()[index];
    std::size_t above = 0;
    for (std::uint32_t i = 0; i < sequences_.size(); ++i) {
      const SimulatedEvent& event = github_.events()[i];
      const bool higher = std::pair(event.created_at, i) > std::pair(own.created_at, index);
      if (event.trace == own.trace && event.visible_at <= own.visible_at && higher) ++above;
    }
    return above < 200;
  }

  Plan plan_;
  std::mt19937_64 random_;
  SimulatedGitHub github_;
  Period period_;
  std::vector<std::int64_t> sequences_;
  std::optional<polling::Poller> poller_;
  std::map<std::string, core::FeedState> states_;
  std::map<std::string, core::EventTime, std::less<>> newest_;
  std::map<std::string, std::vector<core::Gap>> gaps_of_;
  std::map<std::string, std::vector<std::pair<Timestamp, bool>>> coming_;
  std::int64_t last_sequence_ = 0;
  Timestamp begin_{};
  Timestamp now_{};
  std::size_t requests_ = 0;
  std::size_t looks_ = 0;
  std::size_t found_ = 0;
  std::size_t gaps_ = 0;
  std::size_t restarts_ = 0;
};

TEST(LateEventsProperty, what_is_shown_for_longer_than_the_bound_is_stored_or_in_a_gap) {
  const std::uint64_t only = number_from("REPOPULSE_SEED", 0);
  const std::uint64_t first = only != 0 ? only : 1;
  const std::uint64_t seeds = only != 0 ? 1 : number_from("REPOPULSE_SEEDS", 24);
  std::size_t found = 0;
  for (std::uint64_t seed = first; seed < first + seeds; ++seed) {
    History history(seed);
    history.run();
    ASSERT_EQ(history.complaints(), "") << "REPOPULSE_SEED=" << seed << ": " << history.summary();
    if (only != 0 || std::getenv("REPOPULSE_SEEDS")) std::printf("seed %lu: %s\n", seed, history.summary().c_str());
    found += history.found();
  }
  EXPECT_TRUE(only != 0 || found > 100 * seeds) << "it was tried";
}

}  // namespace
}  // namespace repopulse::backtest
