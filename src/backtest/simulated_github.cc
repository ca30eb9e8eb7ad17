#include "backtest/simulated_github.h"

#include <algorithm>
#include <cmath>
#include <random>
#include <ranges>
#include <utility>

#include "core/events_feed.h"
#include "core/feed_name.h"

namespace repopulse::backtest {
namespace {

using namespace std::chrono_literals;
using core::Answer;
using core::AnswerKind;
using core::Millis;
using core::Timestamp;

constexpr Millis kLimitWindow = 1h;
constexpr std::int64_t kLimitWithToken = 5000;
constexpr std::int64_t kLimitWithout = 60;

// A uniform number in (0, 1) that is the same with every standard library.
double uniform(std::mt19937_64& random) {
  return (static_cast<double>(random() >> 11) + 0.5) * 0x1p-53;
}

Millis draw_latency(std::mt19937_64& random, const GitHubSettings& settings) {
  if (settings.latency == 0ms) return 0ms;
  const bool late = uniform(random) < settings.late_share;
  const double share = uniform(random);
  const double millis = late ? share * static_cast<double>(settings.latest.count())
                             : -std::log(share) * static_cast<double>(settings.latency.count());
  return std::min(Millis(static_cast<std::int64_t>(millis)), settings.latest);
}

// GitHub's number of the repository.
std::uint64_t github_id(std::uint32_t trace) {
  return 1'000 + trace;
}
constexpr std::uint64_t kWrongId = 1;

}  // namespace

SimulatedGitHub::Probed SimulatedGitHub::nothing_happened(std::uint32_t trace) {
  Probed probed;
  probed.trace = trace;
  probed.told.github_id = github_id(trace);
  probed.told.finding = core::ProbeFinding::kTold;
  for (const auto signal : {core::Signal::kPushes, core::Signal::kIssues, core::Signal::kPullRequests}) {
    probed.told.signals[static_cast<std::size_t>(signal)] = core::SignalValue{{}, core::EventTime{}};
  }
  for (const auto signal :
       {core::Signal::kStars, core::Signal::kForks, core::Signal::kReleases, core::Signal::kCommitComments}) {
    probed.told.signals[static_cast<std::size_t>(signal)] = core::SignalValue{0, {}};
  }
  return probed;
}

SimulatedGitHub::SimulatedGitHub(std::span<const Trace> traces, const GitHubSettings& settings)
    : traces_(traces), settings_(settings) {
  std::mt19937_64 random(settings.seed);
  Feed& received = feeds_[std::string(kReceivedFeed)];
  received.shared = true;
  for (std::uint32_t t = 0; t < traces.size(); ++t) {
    probed_[core::repository_feed(traces[t].name)] = nothing_happened(t);
    Feed& own = feeds_[core::repository_feed(traces[t].name)];
    Feed& of_owner = feeds_[core::organisation_feed(traces[t].name.owner_key())];
    of_owner.shared = true;
    for (std::uint32_t i = 0; i < traces[t].events.size(); ++i) {
      const core::EventTime at = traces[t].events[i].at;
      const auto index = static_cast<std::uint32_t>(events_.size());
      events_.push_back({at, core::to_timestamp(at) + draw_latency(random, settings), t, i, {}});
      own.order.push_back(index);
      of_owner.order.push_back(index);
      if (core::is_received(traces[t].events[i].kind)) received.order.push_back(index);
    }
  }
  for (auto& [name, feed] : feeds_) {
    std::ranges::stable_sort(feed.order, {}, [this](std::uint32_t index) { return events_[index].visible_at; });
  }
}

// False when the rate limit is used up.
bool SimulatedGitHub::charge(Answer& answer, bool free, Timestamp now) {
  const std::int64_t limit = settings_.authenticated ? kLimitWithToken : kLimitWithout;
  if (now >= limit_resets_) {
    used_ = 0;
    limit_resets_ = now + kLimitWindow;
  }
  const bool granted = free || used_ < limit;
  if (granted && !free) ++used_;
  answer.rate_limit = core::RateLimit{limit, limit - used_, used_, core::to_event_time(limit_resets_), "core"};
  return granted;
}

void SimulatedGitHub::show(Feed& feed, Timestamp now) {
  const auto place = [this](std::uint32_t index) { return std::pair(events_[index].created_at, index); };
  while (feed.visible < feed.order.size() && events_[feed.order[feed.visible]].visible_at <= now) {
    const std::uint32_t index = feed.order[feed.visible++];
    if (settings_.order == FeedOrder::kCreated) {
      feed.shown.insert(std::ranges::upper_bound(feed.shown, place(index), {}, place), index);
    }
    if (feed.shared || feed.visible <= core::kFeedDepth) continue;
    const auto& all = settings_.order == FeedOrder::kArrival ? feed.order : feed.shown;
    // What this one pushes out, or, where it stands too deep, itself: the others below left before.
    SimulatedEvent& left = events_[all[feed.visible - 1 - core::kFeedDepth]];
    (left.left_at ? events_[index] : left).left_at = events_[index].visible_at;
  }
}

void SimulatedGitHub::advance(Timestamp now) {
  for (auto& [name, feed] : feeds_) show(feed, now);
}

// What the page shows, the top of it last.
std::span<const std::uint32_t> SimulatedGitHub::page_of(const Feed& feed, int page) const {
  const std::size_t depth = std::min(feed.visible, core::kFeedDepth);
  const std::size_t first = std::min(depth, core::kEventsPerPage * static_cast<std::size_t>(page - 1));
  const std::size_t last = std::min(depth, first + core::kEventsPerPage);
  const auto& all = settings_.order == FeedOrder::kArrival ? feed.order : feed.shown;
  return std::span(all).subspan(feed.visible - last, last - first);
}

// In the order of arrival all pages change with each event. In that of creation a page keeps its validator while it
// shows the same.
std::string SimulatedGitHub::etag_of(const Feed& feed, int page) const {
  if (settings_.order == FeedOrder::kArrival) return "\"" + std::to_string(feed.visible) + "\"";
  std::uint64_t hash = 14'695'981'039'346'656'037U;  // FNV-1a
  for (const std::uint32_t index : page_of(feed, page)) hash = (hash ^ index) * 1'099'511'628'211U;
  return "\"" + std::to_string(hash) + "\"";
}

void SimulatedGitHub::fill_page(const Feed& feed, int page, Answer& answer) const {
  const std::span<const std::uint32_t> shown = page_of(feed, page);
  answer.events.reserve(shown.size());
  for (const std::uint32_t index : std::views::reverse(shown)) {
    const SimulatedEvent& event = events_[index];
    const Trace& trace = traces_[event.trace];
    answer.events.push_back({{index + std::uint64_t{1}, event.created_at},
                             trace.events[event.position].kind,
                             {},
                             trace.name.full_name(),
                             {},
                             github_id(event.trace)});
  }
  answer.page_entries = answer.events.size();
  answer.has_next = core::kEventsPerPage * static_cast<std::size_t>(page) < std::min(feed.visible, core::kFeedDepth);
}

core::ProbeAnswer SimulatedGitHub::probe(std::span<const std::string> feeds, Timestamp now) {
  core::ProbeAnswer answer;
  answer.kind = AnswerKind::kEvents;
  answer.status = 200;
  answer.cost = core::probe_points(feeds.size());
  answer.date = core::to_event_time(now);
  if (first_probe_ == Timestamp{}) first_probe_ = now;
  const ProbeFault fault =
      now - first_probe_ >= settings_.probe_fault_after ? settings_.probe_fault : ProbeFault::kNone;
  if (fault == ProbeFault::kRefused) {
    answer.kind = AnswerKind::kForbidden;
    answer.status = 403;
    return answer;
  }
  for (const std::string& name : feeds) {
    const auto at = probed_.find(name);
    if (at == probed_.end()) {
      answer.repositories.emplace_back().finding = core::ProbeFinding::kNotFound;
      continue;
    }
    Probed& probed = at->second;
    const std::vector<TraceEvent>& events = traces_[probed.trace].events;
    if (fault == ProbeFault::kWrongId) probed.told.github_id = kWrongId;
    if (fault == ProbeFault::kAlwaysNew) {
      ++*probed.told.signals[static_cast<std::size_t>(core::Signal::kStars)]->count;
      probed.told.signals[0]->at = answer.date;
    }
    for (; fault != ProbeFault::kStuck && probed.happened < events.size() &&
           core::to_timestamp(events[probed.happened].at) <= now;
         ++probed.happened) {
      const auto signals = core::signals_of(events[probed.happened].kind);
      if (signals.empty()) continue;
      auto& signal = probed.told.signals[static_cast<std::size_t>(signals.front())];
      if (!signal) continue;
      if (signal->count) ++*signal->count;
      if (signal->at) signal->at = events[probed.happened].at;
    }
    answer.repositories.push_back(probed.told);
  }
  return answer;
}

Answer SimulatedGitHub::answer(std::string_view name, int page, const core::Validator& validator, Timestamp now) {
  Answer answer;
  answer.date = core::to_event_time(now);
  answer.poll_interval = core::kUsualPollInterval;
  const auto at = feeds_.find(name);
  if (at != feeds_.end()) show(at->second, now);
  const std::string etag = at == feeds_.end() ? std::string() : etag_of(at->second, page);
  const bool unchanged = !etag.empty() && validator.etag == etag;
  if (!charge(answer, unchanged && settings_.authenticated, now)) {
    answer.kind = AnswerKind::kPrimaryLimit;
    answer.status = 403;
  } else if (at == feeds_.end()) {
    answer.kind = AnswerKind::kNotFound;
    answer.status = 404;
  } else if (unchanged) {
    answer.kind = AnswerKind::kNotModified;
    answer.status = 304;
  } else {
    answer.kind = AnswerKind::kEvents;
    answer.status = 200;
    answer.validator.etag = etag;
    fill_page(at->second, page, answer);
  }
  return answer;
}

}  // namespace repopulse::backtest
