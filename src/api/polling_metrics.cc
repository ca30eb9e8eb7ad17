#include "api/polling_metrics.h"

#include <algorithm>
#include <chrono>
#include <optional>

namespace repopulse::api {
namespace {

using namespace std::chrono_literals;
using core::AnswerKind;
using core::RepoStatus;
using monitor::PollerCondition;

constexpr std::array<core::DurationHistogram::Duration, 10> kRoundTripBounds = {50ms, 100ms, 250ms, 500ms, 1s,
                                                                                2s,   5s,    10s,   30s,   60s};
constexpr std::array<core::DurationHistogram::Duration, 13> kWaitBounds = {
    5s, 15s, 30s, 60s, 120s, 180s, 300s, 600s, 1200s, 1800s, 3600s, 7200s, 21600s};

constexpr std::array kAnswers = {AnswerKind::kEvents,         AnswerKind::kNotModified,  AnswerKind::kEndOfFeed,
                                 AnswerKind::kRedirect,       AnswerKind::kUnauthorized, AnswerKind::kNotFound,
                                 AnswerKind::kBlocked,        AnswerKind::kForbidden,    AnswerKind::kPrimaryLimit,
                                 AnswerKind::kSecondaryLimit, AnswerKind::kServerError,  AnswerKind::kBadAnswer,
                                 AnswerKind::kNoAnswer};
constexpr std::array kStatuses = {RepoStatus::kPending, RepoStatus::kOk,       RepoStatus::kNotFound,
                                  RepoStatus::kMoved,   RepoStatus::kReplaced, RepoStatus::kForbidden,
                                  RepoStatus::kBlocked, RepoStatus::kFailing};
constexpr std::array kConditions = {PollerCondition::kOk,        PollerCondition::kRateLimited,
                                    PollerCondition::kBadToken,  PollerCondition::kBackingOff,
                                    PollerCondition::kStoreAway, PollerCondition::kFollowing};

const std::string kOther = "other";

double seconds(core::Millis span) {
  return std::chrono::duration<double>(span).count();
}

void collect_quota(MetricFamilies& families, const polling::Budget::View& budget) {
  if (budget.limit) {
    families.gauge("repopulse_github_quota_limit", "Requests that GitHub allows per hour.")
        .add(static_cast<double>(*budget.limit));
  }
  if (budget.remaining) {
    families.gauge("repopulse_github_quota_remaining", "Requests left until the quota is reset.")
        .add(static_cast<double>(*budget.remaining));
  }
  families.gauge("repopulse_github_quota_reserve", "Requests kept in reserve for other users of the same token.")
      .add(static_cast<double>(budget.reserve));
  if (budget.reset_at) {
    families.gauge("repopulse_github_quota_reset_timestamp_seconds", "Time when the quota is reset.")
        .add(seconds(budget.reset_at->time_since_epoch()));
  }
}

void collect_graphql_quota(MetricFamilies& families, const polling::Budget::View& budget) {
  if (budget.limit) {
    families.gauge("repopulse_github_graphql_quota_limit", "Points that GitHub's GraphQL API allows per hour.")
        .add(static_cast<double>(*budget.limit));
  }
  if (budget.remaining) {
    families.gauge("repopulse_github_graphql_quota_remaining", "Points left until the GraphQL quota is reset.")
        .add(static_cast<double>(*budget.remaining));
  }
  families.gauge("repopulse_github_graphql_quota_reserve", "Points kept in reserve for other users of the same token.")
      .add(static_cast<double>(budget.reserve));
  if (budget.reset_at) {
    families.gauge("repopulse_github_graphql_quota_reset_timestamp_seconds", "Time when the GraphQL quota is reset.")
        .add(seconds(budget.reset_at->time_since_epoch()));
  }
}

void collect_probes(MetricFamilies& families, const polling::ProbesView& probes) {
  families.counter("repopulse_github_probes_total", "Change probes sent to GitHub since the first start.")
      .add(static_cast<double>(probes.requests));
  families.counter("repopulse_github_probe_failures_total", "Change probes answered with an error or not at all.")
      .add(static_cast<double>(probes.failures));
  families.counter("repopulse_github_probe_points_total", "Points of the GraphQL quota that change probes cost.")
      .add(static_cast<double>(probes.points));
  families.gauge("repopulse_repositories_probed", "Repositories that change probes ask about.")
      .add(static_cast<double>(probes.asked_about));
  families.gauge("repopulse_repositories_informed", "Repositories that are read when a change probe has news of them.")
      .add(static_cast<double>(probes.informed));
}

void collect_received(MetricFamilies& families, const polling::ReceivedView& received) {
  families
      .gauge("repopulse_repositories_received",
             "Repositories of which the feed that an account receives shows a part of the events.")
      .add(static_cast<double>(received.repositories));
}

void collect_hints(MetricFamilies& families, const polling::HintsView& hints) {
  families
      .gauge("repopulse_repositories_hinted", "Repositories that are read when hints, such as webhooks, tell of news.")
      .add(static_cast<double>(hints.informed));
  families.gauge("repopulse_repositories_hints_failing", "Repositories whose hints told of all events, and stopped.")
      .add(static_cast<double>(hints.failing));
}

// How late the most overdue feed is.
core::Millis poll_lag(const monitor::Snapshot& snapshot, core::Timestamp now) {
  core::Millis lag{0};
  if (snapshot.poller.condition == PollerCondition::kFollowing) return lag;  // another server polls
  const auto look_at = [&](const core::FeedState& feed) {
    if (feed.next_poll_at) lag = std::max(lag, now - *feed.next_poll_at);
  };
  for (const auto& view : snapshot.repositories) {
    if (view->repository.active && view->same_as.empty()) look_at(view->feed);
  }
  for (const core::FeedState& feed : *snapshot.shared_feeds) look_at(feed);
  return lag;
}

void collect_repositories(MetricFamilies& families, const monitor::Snapshot& snapshot) {
  std::map<RepoStatus, std::size_t> by_status;
  std::size_t active = 0;
  std::size_t gaps = 0;
  for (const auto& view : snapshot.repositories) {
    if (view->same_as.empty()) gaps += view->repository.gaps.size();
    if (!view->repository.active || !view->same_as.empty()) continue;
    ++active;
    ++by_status[view->feed.status];
  }
  for (const core::FeedState& feed : *snapshot.shared_feeds) ++by_status[feed.status];
  MetricFamily feeds = families.gauge("repopulse_feeds", "Polled feeds, by the status of the last answer.");
  for (const RepoStatus status : kStatuses) {
    feeds.add(static_cast<double>(by_status[status]), {{"status", std::string(core::to_string(status))}});
  }
  families.gauge("repopulse_repositories", "Repositories in the store.")
      .add(static_cast<double>(snapshot.repositories.size()));
  families.gauge("repopulse_repositories_active", "Active repositories.").add(static_cast<double>(active));
  families.gauge("repopulse_gaps", "Recorded gaps of all repositories: periods in which events are or may be missing.")
      .add(static_cast<double>(gaps));
}

void collect_poller(MetricFamilies& families, const monitor::Snapshot& snapshot, core::Timestamp now) {
  MetricFamily states = families.gauge("repopulse_poller_state", "1 for the current state of the poller, else 0.");
  for (const PollerCondition condition : kConditions) {
    states.add(condition == snapshot.poller.condition ? 1 : 0, {{"state", std::string(to_string(condition))}});
  }
  families.gauge("repopulse_poll_lag_seconds", "How late the most overdue feed is.")
      .add(seconds(poll_lag(snapshot, now)));
  if (snapshot.poller.clock_skew) {
    families
        .gauge("repopulse_clock_skew_seconds", "How far this machine's clock is ahead of GitHub's; below 0: behind.")
        .add(seconds(*snapshot.poller.clock_skew));
  }
  families.gauge("repopulse_freshness_target_seconds", "Mean time that an event may wait at GitHub (--freshness).")
      .add(seconds(snapshot.poller.freshness));
  families.gauge("repopulse_ready", "1 if the windows are loaded, else 0.").add(snapshot.ready ? 1 : 0);
}

}  // namespace

PollingMetrics::PollingMetrics(Context& context)
    : context_(context), round_trips_(kRoundTripBounds), waits_(kWaitBounds) {
  monitor::Subscriber subscriber;
  subscriber.on_event = [this](const store::StoredEvent& event, const core::RepoName& name) {
    count_event(event, name);
  };
  subscriber.on_poll = [this](const monitor::PollReport& poll) { count_poll(poll); };
  subscriber.on_owner = [this](const monitor::OwnerReport& list) { count_request(list.outcome, list.took); };
  subscription_ = context_.monitor.subscribe(std::move(subscriber));
}

PollingMetrics::~PollingMetrics() {
  context_.monitor.unsubscribe(subscription_);
}

void PollingMetrics::count_event(const store::StoredEvent& event, const core::RepoName& name) {
  const std::lock_guard lock(mutex_);
  const bool known_type = types_.contains(event.event.type) || types_.size() < kTypesMax;
  const std::string& type = known_type ? *types_.insert(event.event.type).first : kOther;
  const bool known_repository = events_.contains(name.key()) || events_.size() < kRepositoriesMax;
  ++events_[known_repository ? name.key() : kOther][type];
}

void PollingMetrics::count_request(const std::string& outcome, core::Millis took) {
  round_trips_.add(took);
  const std::lock_guard lock(mutex_);
  ++requests_[outcome];
}

void PollingMetrics::count_poll(const monitor::PollReport& poll) {
  count_request(poll.outcome, poll.took);
  for (const core::Millis wait : poll.waits) waits_.add(std::max(wait, core::Millis(0)));
  const std::lock_guard lock(mutex_);
  malformed_ += poll.malformed;
}

void PollingMetrics::collect(MetricFamilies& families) const {
  const auto snapshot = context_.monitor.snapshot();
  collect_requests(families);
  collect_quota(families, snapshot->poller.budget);
  collect_graphql_quota(families, snapshot->poller.probe_budget);
  collect_probes(families, snapshot->poller.probes);
  collect_received(families, snapshot->poller.received);
  collect_hints(families, snapshot->poller.hints);
  collect_poller(families, *snapshot, context_.clock());
  collect_repositories(families, *snapshot);
  collect_events(families, *snapshot);
}

void PollingMetrics::collect_requests(MetricFamilies& families) const {
  MetricFamily requests = families.counter("repopulse_github_requests_total", "Requests to GitHub, by result.");
  {
    const std::lock_guard lock(mutex_);
    for (const AnswerKind kind : kAnswers) {
      const auto count = requests_.find(core::to_string(kind));
      requests.add(count == requests_.end() ? 0 : static_cast<double>(count->second),
                   {{"result", std::string(core::to_string(kind))}});
    }
  }
  {
    const std::lock_guard lock(mutex_);
    families
        .counter("repopulse_github_malformed_entries_total",
                 "Entries of GitHub's pages that are no events or could not be read.")
        .add(static_cast<double>(malformed_));
  }
  families.histogram("repopulse_github_request_duration_seconds", "Time from a request to GitHub until its answer.")
      .add(round_trips_.view());
  families
      .histogram("repopulse_event_staleness_seconds",
                 "Time from the creation of an event until it was stored, without the first poll "
                 "of each repository.")
      .add(waits_.view());
}

// Repositories that are no longer active are left out; active again, they continue with the count they had.
void PollingMetrics::collect_events(MetricFamilies& families, const monitor::Snapshot& snapshot) const {
  MetricFamily stored =
      families.counter("repopulse_events_stored_total", "Events of active repositories stored since the start.");
  const std::lock_guard lock(mutex_);
  for (const auto& [repository, types] : events_) {
    const auto view = snapshot.find(repository);
    if (repository != kOther && (!view || !view->repository.active || !view->same_as.empty())) continue;
    for (const auto& [type, count] : types) {
      stored.add(static_cast<double>(count), {{"repository", repository}, {"type", type}});
    }
  }
}

}  // namespace repopulse::api
