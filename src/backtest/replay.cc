#include "backtest/replay.h"

#include <algorithm>
#include <map>
#include <numeric>
#include <optional>
#include <random>

#include "core/events_feed.h"
#include "core/feed_name.h"
#include "polling/policy_table.h"
#include "polling/poller.h"

namespace repopulse::backtest {
namespace {

using namespace std::chrono_literals;
using core::Answer;
using core::AnswerKind;
using core::Millis;
using core::Timestamp;

double seconds(Millis span) {
  return std::chrono::duration<double>(span).count();
}

std::string feed_of(const Trace& trace) {
  return core::repository_feed(trace.name);
}

// The part that the monitor and the store play in the service: asks, remembers, measures.
class Replayer {
 public:
  Replayer(std::span<const Trace> traces, std::unique_ptr<polling::Policy> policy, Millis freshness,
           const ReplaySettings& settings)
      : traces_(traces),
        github_(traces, settings.github),
        poller_(std::move(policy), {.authenticated = settings.github.authenticated,
                                    .seed = settings.github.seed,
                                    .organisation_feeds = settings.organisation_feeds,
                                    .change_probes = settings.change_probes,
                                    .received_feed = std::string(settings.received ? kReceivedFeed : ""),
                                    .late_within = settings.deep_looks ? polling::late_within(freshness) : Millis(0)}),
        late_within_(polling::late_within(freshness)),
        period_(period_of(github_, settings)),
        sequences_(github_.events().size()),
        young_(traces.size()) {
    if (settings.hints) draw_hints(settings);
  }

  Run run() {
    Timestamp now = period_.begin;
    for (const Trace& trace : traces_) {
      core::FeedState state;
      state.feed = feed_of(trace);
      poller_.add(std::move(state), {}, now);
    }
    while (now <= period_.end || !all_read_to_the_end()) {
      hint(now);
      const polling::Decision decision = poller_.next(now);
      if (const auto* wait = std::get_if<polling::NothingDue>(&decision)) {
        now = std::min(wait->until, next_hint());
      } else if (const auto* probe = std::get_if<polling::AskProbe>(&decision)) {
        ask(*probe, now);
      } else {
        ask(std::get<polling::Ask>(decision), now);
      }
    }
    return result();
  }

 private:
  struct Hint {
    Timestamp at{};
    std::uint32_t trace = 0;
    std::uint32_t position = 0;
  };

  // When the forecasts of a repository are judged.
  struct Young {
    std::optional<Timestamp> known_since;
    Timestamp next_forecast{};
  };

  // One for each event, at the moment at which it happens; some are lost.
  void draw_hints(const ReplaySettings& settings) {
    std::mt19937_64 random(settings.github.seed);
    std::bernoulli_distribution lost(settings.hints_lost);
    for (const SimulatedEvent& event : github_.events()) {
      if (!lost(random)) hints_.push_back({core::to_timestamp(event.created_at), event.trace, event.position});
    }
    std::ranges::stable_sort(hints_, {}, &Hint::at);
  }

  Timestamp next_hint() const { return hinted_ < hints_.size() ? hints_[hinted_].at : Timestamp::max(); }

  void hint(Timestamp now) {
    for (; next_hint() <= now; ++hinted_) {
      const Hint& hint = hints_[hinted_];
      const Trace& trace = traces_[hint.trace];
      poller_.hint(feed_of(trace), {.kind = std::string(trace.events[hint.position].kind)}, hint.at);
    }
  }

  // A walk through several pages is read to the end when it is over.
  bool all_read_to_the_end() const {
    return std::ranges::all_of(traces_, [this](const Trace& trace) {
      const core::FeedState state = poller_.shown_state(feed_of(trace));
      return state.last_polled_at && *state.last_polled_at >= period_.end && !state.overlap_boundary;
    });
  }

  void ask(const polling::Ask& ask, Timestamp now) {
    const Answer answer = github_.answer(ask.feed, ask.page, ask.validator, now);
    count(ask, answer, now);
    polling::Known known;
    known.last_sequence = last_sequence_;
    for (const core::Event& event : answer.events) {
      const std::int64_t sequence = sequences_[event.key.id - 1];
      known.sequences.push_back(sequence > 0 ? std::optional(sequence) : std::nullopt);
    }
    if (const auto own = newest_.find(ask.feed); own != newest_.end()) {
      known.newest = own->second;
    } else {
      known.newest_by_feed = newest_;
    }
    const polling::Step step = poller_.absorb(answer, known, now);
    for (const std::size_t index : step.fresh) store(answer.events[index], now);
    poller_.confirm();
    if (!step.poll_finished) return;
    if (now >= next_forecasts_) forecast(now);
    forecast_by_age(now);
  }

  void ask(const polling::AskProbe& ask, Timestamp now) {
    const core::ProbeAnswer answer = github_.probe(ask.feeds, now);
    poller_.absorb_probe(answer, now);
    if (now < period_.counted_from || now > period_.end) return;
    ++run_.requests;
    ++run_.probes;
    run_.points += static_cast<std::uint64_t>(answer.cost.value_or(0));
  }

  // Once a day: what the policy expects of the next.
  void forecast(Timestamp now) {
    next_forecasts_ = now + 24h;
    if (now < period_.counted_from || now + 24h > period_.end) return;
    for (const Trace& trace : traces_) {
      const auto hours = poller_.policy().forecast(feed_of(trace), now, 24);
      if (!hours) continue;
      for (const polling::HourForecast& hour : *hours) judge(trace, hour, run_.forecasts);
    }
  }

  // As if somebody looked at the forecast of each repository from its second hour on.
  void forecast_by_age(Timestamp now) {
    for (std::size_t i = 0; i < traces_.size(); ++i) {
      Young& young = young_[i];
      if (!young.known_since || now < young.next_forecast) continue;
      const Millis known = now - *young.known_since;
      const auto older = std::ranges::upper_bound(kKnownFor, known);
      if (older == kKnownFor.begin()) continue;
      young.next_forecast = now + std::clamp<Millis>(known / 4, 1h, 24h);
      const auto hours = poller_.policy().forecast(feed_of(traces_[i]), now, 24);
      if (!hours) continue;
      ForecastRecord& record = run_.forecasts_by_age[static_cast<std::size_t>(older - kKnownFor.begin()) - 1];
      for (const polling::HourForecast& hour : *hours) {
        if (core::to_timestamp(hour.from) + 1h <= period_.end) judge(traces_[i], hour, record);
      }
    }
  }

  static void judge(const Trace& trace, const polling::HourForecast& hour, ForecastRecord& record) {
    const auto begin = std::ranges::lower_bound(trace.events, hour.from, {}, &TraceEvent::at);
    const auto end = std::ranges::lower_bound(trace.events, hour.from + 1h, {}, &TraceEvent::at);
    const auto came = static_cast<double>(end - begin);
    const bool held = hour.low <= came && came <= hour.high;
    const bool busy = hour.expected >= kManyExpected;
    record += {1, held ? 1U : 0U, busy ? 1U : 0U, busy && held ? 1U : 0U, hour.expected, came};
  }

  void count(const polling::Ask& ask, const Answer& answer, Timestamp now) {
    if (now < period_.counted_from || now > period_.end) return;
    ++run_.requests;
    if (ask.feed == kReceivedFeed) ++run_.received;
    if (answer.kind == AnswerKind::kNotModified) ++run_.not_modified;
    if (poller_.budget().charged(answer.kind)) ++run_.quota_spent;
  }

  void store(const core::Event& event, Timestamp now) {
    const SimulatedEvent& simulated = github_.events()[event.key.id - 1];
    sequences_[event.key.id - 1] = ++last_sequence_;
    core::EventTime& newest = newest_[feed_of(traces_[simulated.trace])];
    newest = std::max(newest, event.key.created_at);
    std::optional<Timestamp>& since = young_[simulated.trace].known_since;
    since = std::min(since.value_or(Timestamp::max()), core::to_timestamp(event.key.created_at));
    if (simulated.visible_at >= period_.counted_from) waits_.push_back(seconds(now - simulated.visible_at));
  }

  Run result() {
    github_.advance(period_.end);
    for (std::size_t i = 0; i < sequences_.size(); ++i) {
      const SimulatedEvent& event = github_.events()[i];
      if (event.visible_at < period_.counted_from) continue;
      if (sequences_[i] != 0) {
        ++run_.events;
      } else if (event.left_at || period_.end - event.visible_at > late_within_) {
        count_missing(event.left_at.value_or(period_.end) - event.visible_at);
      }  // else it would still be found
    }
    summarise_staleness(std::move(waits_), run_);
    return std::move(run_);
  }

  // `shown`: for how long it was.
  void count_missing(Millis shown) {
    if (shown == 0ms) {
      ++run_.never_shown;
      return;
    }
    ++run_.events;
    ++run_.lost;
    run_.lost_briefly_shown += shown < core::kUsualPollInterval ? 1 : 0;
    run_.lost_shown_longest = std::max(run_.lost_shown_longest, seconds(shown));
  }

  std::span<const Trace> traces_;
  SimulatedGitHub github_;
  polling::Poller poller_;
  Millis late_within_;
  Period period_;
  std::vector<std::int64_t> sequences_;  // by event: under which number it is stored; 0: it is not
  std::map<std::string, core::EventTime, std::less<>> newest_;  // by feed
  std::int64_t last_sequence_ = 0;
  std::vector<double> waits_;
  Timestamp next_forecasts_{};
  std::vector<Young> young_;  // by trace
  std::vector<Hint> hints_;   // ascending by time
  std::size_t hinted_ = 0;    // of these, how many were told
  Run run_;
};

}  // namespace

ForecastRecord& ForecastRecord::operator+=(const ForecastRecord& other) {
  hours += other.hours;
  held += other.held;
  busy_hours += other.busy_hours;
  busy_held += other.busy_held;
  expected += other.expected;
  came += other.came;
  return *this;
}

Period period_of(const SimulatedGitHub& github, const ReplaySettings& settings) {
  Period period{Timestamp::max(), {}, Timestamp::min()};
  for (const SimulatedEvent& event : github.events()) {
    period.begin = std::min(period.begin, core::to_timestamp(event.created_at));
    period.end = std::max(period.end, event.visible_at);
  }
  period.begin += settings.before;
  period.counted_from = period.begin + settings.warm_up;
  return period;
}

core::Result<Run> replay(std::span<const Trace> traces, std::string_view policy, Millis freshness,
                         const ReplaySettings& settings) {
  auto made = polling::make_policy(policy, {.freshness = freshness, .window = {}});
  if (!made) return tl::unexpected(made.error());
  const bool counted = std::ranges::any_of(traces, [](const Trace& trace) { return !trace.events.empty(); });
  if (!counted) return core::fail(core::ErrorKind::kBadInput, "the traces hold no event");
  Run run = Replayer(traces, *std::move(made), freshness, settings).run();
  if (run.events == 0) return core::fail(core::ErrorKind::kBadInput, "no event comes after the warm-up");
  run.policy = policy;
  run.freshness = freshness;
  run.order = settings.github.order;
  return run;
}

void summarise_staleness(std::vector<double> waits, Run& run) {
  if (waits.empty()) return;
  std::ranges::sort(waits);
  const auto quantile = [&](double share) {
    return waits[static_cast<std::size_t>(share * static_cast<double>(waits.size() - 1))];
  };
  run.staleness_mean = std::accumulate(waits.begin(), waits.end(), 0.0) / static_cast<double>(waits.size());
  run.staleness_median = quantile(0.5);
  run.staleness_p95 = quantile(0.95);
  run.staleness_max = waits.back();
}

}  // namespace repopulse::backtest
