#include "alerts/judge.h"

#include <algorithm>
#include <chrono>

#include "core/clock_skew.h"
#include "core/humanise.h"

namespace repopulse::alerts {
namespace {

using namespace std::chrono_literals;
using core::EventTime;
using core::Millis;
using core::RepoStatus;
using core::Timestamp;
using monitor::PollerCondition;
using monitor::RepositoryView;

constexpr Millis kSilenceLasts = 1h;
constexpr Millis kFailingLasts = 30min;
constexpr Millis kPollerLasts = 10min;

double seconds(Millis span) {
  return std::chrono::duration<double>(span).count();
}

std::string duration(Millis span) {
  return core::humanise_seconds(static_cast<double>(std::chrono::floor<core::Seconds>(span).count()));
}

std::string key_of(const Rule& rule, const RepositoryView& view) {
  std::string key(to_string(rule.kind));
  if (!rule.type.empty()) key.append(" ").append(rule.type);
  return key.append(" ").append(view.repository.name.key());
}

bool uses_series(RuleKind kind) {
  return kind == RuleKind::kSilence || kind == RuleKind::kBurst;
}

// Its stored events are all that there were up to its last poll.
bool is_judged(const RepositoryView& view) {
  return view.repository.active && view.feed.last_polled_at.has_value();
}

std::string events_of(const Rule& rule) {
  return rule.type.empty() ? std::string("event") : rule.type;
}

bool is_trouble(RepoStatus status) {
  return status != RepoStatus::kOk && status != RepoStatus::kPending;
}

// For how long a trouble may last that often passes by itself.
Millis patience(RepoStatus status) {
  return status == RepoStatus::kFailing ? kFailingLasts : Millis(0);
}

std::string_view words_for(RepoStatus status) {
  switch (status) {
    case RepoStatus::kNotFound:
      return "GitHub does not find it";
    case RepoStatus::kMoved:
      return "it has another name at GitHub";
    case RepoStatus::kReplaced:
      return "its name was given to another repository";
    case RepoStatus::kForbidden:
      return "GitHub refuses to show it";
    case RepoStatus::kBlocked:
      return "GitHub has blocked it";
    default:
      return "GitHub answers with errors";
  }
}

bool is_trouble(PollerCondition condition) {
  return condition == PollerCondition::kBadToken || condition == PollerCondition::kRateLimited ||
         condition == PollerCondition::kStoreAway;
}

std::string_view words_for(PollerCondition condition) {
  switch (condition) {
    case PollerCondition::kBadToken:
      return "GitHub does not accept the token or the GitHub App";
    case PollerCondition::kRateLimited:
      return "GitHub's limit of requests is reached";
    default:
      return "the store is not available";
  }
}

}  // namespace

// --- series ---

std::vector<Judge::Wanted> Judge::wanted(const monitor::Snapshot& snapshot) const {
  std::vector<Wanted> out;
  std::set<SeriesId> listed;
  for (const Rule& rule : rules_) {
    if (!uses_series(rule.kind)) continue;
    for (const auto& view : snapshot.repositories) {
      const core::RepoId id = view->repository.id;
      if (!is_judged(*view) || !rule.covers(view->repository.name.key()) || watched_.contains({id, rule.type}))
        continue;
      if (listed.emplace(id, rule.type).second) out.push_back({id, rule.type});
    }
  }
  return out;
}

void Judge::give_history(const Wanted& series, std::span<const EventTime> history) {
  Watched& watched = watched_[{series.repository, series.type}];
  if (!history.empty()) watched.series.emplace(history);
}

void Judge::bring_up_to_date(Watched& watched, const monitor::Snapshot& snapshot, const RepositoryView& view,
                             std::string_view type, Timestamp now) {
  watched.seen = true;
  if (view.feed.status == RepoStatus::kOk || view.feed.status == RepoStatus::kMoved) {
    Timestamp until = *view.feed.last_polled_at;
    // A repository that a probe informs is read when there is news: the probe says that there was none.
    const polling::ProbesView& probes = snapshot.poller.probes;
    if (probes.informed > 0 && probes.asked_at) until = std::max(until, *probes.asked_at);
    // One that hints inform of is read when they tell of news, and hints do come.
    const polling::HintsView& hints = snapshot.poller.hints;
    if (hints.informed > 0 && hints.heard_at) until = std::max(until, *hints.heard_at);
    watched.known_until = std::max(watched.known_until, std::min(until, now));
  }
  if (watched.events_version == view.events_version) return;
  watched.events_version = view.events_version;
  std::vector<EventTime> arrivals = view.window.arrivals(now, type);
  if (watched.series) {
    const EventTime newest = watched.series->newest();
    std::erase_if(arrivals, [newest](EventTime at) { return at <= newest; });
    watched.series->add(arrivals);
  } else if (!arrivals.empty()) {
    watched.series.emplace(arrivals);
  }
}

void Judge::judge_series(const Rule& rule, const monitor::Snapshot& snapshot, const RepositoryView& view, Timestamp now,
                         Judgement& out) {
  std::string key = key_of(rule, view);
  const auto found = watched_.find({view.repository.id, rule.type});
  if (!is_judged(view) || found == watched_.end()) {
    out.open.insert(std::move(key));
    return;
  }
  Watched& watched = found->second;
  bring_up_to_date(watched, snapshot, view, rule.type, now);
  if (!watched.series) return;
  if (rule.kind == RuleKind::kSilence) {
    judge_silence(rule, view, watched, std::move(key), out);
  } else {
    judge_burst(rule, view, watched, std::move(key), now, out);
  }
}

void Judge::judge_silence(const Rule& rule, const RepositoryView& view, const Watched& watched, std::string key,
                          Judgement& out) const {
  const Series& series = *watched.series;
  const double usual = std::min(kUsualProbability, series.rare_probability());
  const auto by_forecast = series.allowed_silence(rule.probability.value_or(usual));
  if (!by_forecast) return;
  const Millis allowed = std::max<Millis>(*by_forecast, rule.lasting.value_or(kSilenceLasts));
  const EventTime newest = series.newest();
  const Millis silent = watched.known_until - core::to_timestamp(newest);
  if (silent < allowed) return;
  out.findings.push_back({std::move(key), view.repository.name.full_name(), rule.kind,
                          "No " + events_of(rule) + " for " + duration(silent) + ", since " +
                              core::format_rfc3339(newest) + "; as a rule one comes within " + duration(allowed),
                          seconds(silent), seconds(allowed)});
}

void Judge::judge_burst(const Rule& rule, const RepositoryView& view, const Watched& watched, std::string key,
                        Timestamp now, Judgement& out) const {
  // The hour before counts too: an alert would end at each full hour, and events come late.
  const EventTime present = std::chrono::floor<std::chrono::hours>(now);
  for (const EventTime from : {present, present - 1h}) {
    const Series::Hour* hour = watched.series->hour(from);
    if (hour == nullptr) continue;
    std::int64_t allowed = hour->allowed(rule.probability.value_or(kUsualProbability));
    if (!rule.probability) allowed = std::max(allowed, hour->usual_most);
    if (hour->events <= allowed) continue;
    const auto events = static_cast<double>(hour->events);
    out.findings.push_back({std::move(key), view.repository.name.full_name(), rule.kind,
                            core::humanise_count(static_cast<std::uint64_t>(hour->events)) + " " + events_of(rule) +
                                "s in the hour from " + core::format_rfc3339(from) + "; as a rule there are at most " +
                                core::humanise_count(static_cast<std::uint64_t>(allowed)),
                            events, static_cast<double>(allowed)});
    return;
  }
}

// --- what the snapshot says as it is ---

void Judge::judge_gaps(const RepositoryView& view, Timestamp now, Judgement& out) {
  // Older ones touch no statistic of the window any more.
  const Timestamp oldest = now - std::chrono::days(view.window.rule().days);
  for (const core::Gap& gap : view.repository.gaps) {
    if (core::to_timestamp(gap.to) < oldest) continue;
    out.findings.push_back(
        {"gap " + view.repository.name.key() + " " + std::to_string(core::unix_seconds(gap.from)),
         view.repository.name.full_name(), RuleKind::kGap,
         "Events may be missing from " + core::format_rfc3339(gap.from) + " to " + core::format_rfc3339(gap.to),
         seconds(gap.to - gap.from), 0});
  }
}

Millis Judge::lasting(const std::string& key, std::string_view what, Timestamp now) {
  const auto [at, is_new] = lasting_.try_emplace(key, Lasting{now, std::string(what), true});
  Lasting& trouble = at->second;
  if (trouble.what != what) trouble = {now, std::string(what), true};
  trouble.seen = true;
  return std::max(now - trouble.since, Millis(0));
}

void Judge::judge_status(const Rule& rule, const RepositoryView& view, Timestamp now, Judgement& out) {
  const RepoStatus status = view.feed.status;
  if (!is_trouble(status)) return;
  std::string key = key_of(rule, view);
  const Millis lasts = lasting(key, core::to_string(status), now);
  const Millis patience_for_it = rule.lasting.value_or(patience(status));
  if (lasts < patience_for_it) {
    // After a restart it is not known since when; an alert of before goes on.
    out.open.insert(std::move(key));
    return;
  }
  std::string summary = "Status " + std::string(core::to_string(status)) + ": " + std::string(words_for(status));
  out.findings.push_back({std::move(key), view.repository.name.full_name(), rule.kind, std::move(summary),
                          seconds(lasts), seconds(patience_for_it)});
}

void Judge::judge_poller(const Rule& rule, const monitor::Snapshot& snapshot, Timestamp now, Judgement& out) {
  PollerCondition condition = snapshot.poller.condition;
  if (!snapshot.store_ok) condition = PollerCondition::kStoreAway;
  if (!is_trouble(condition)) return;
  const std::string key(to_string(rule.kind));
  const Millis lasts = lasting(key, monitor::to_string(condition), now);
  const bool at_once = condition == PollerCondition::kBadToken;
  const Millis patience_for_it = rule.lasting.value_or(at_once ? Millis(0) : kPollerLasts);
  if (lasts < patience_for_it) {
    out.open.insert(key);
    return;
  }
  out.findings.push_back({key,
                          {},
                          rule.kind,
                          "The poller is in trouble (" + std::string(monitor::to_string(condition)) +
                              "): " + std::string(words_for(condition)),
                          seconds(lasts),
                          seconds(patience_for_it)});
}

// Nothing is lost by it: these repositories are polled as without hints.
void Judge::judge_hints(const Rule& rule, const monitor::Snapshot& snapshot, Timestamp now, Judgement& out) {
  const std::size_t failing = snapshot.poller.hints.failing;
  if (failing == 0) return;
  const std::string key = std::string(to_string(rule.kind)) + " hints";
  const Millis lasts = lasting(key, "hints", now);
  const Millis patience_for_it = rule.lasting.value_or(kPollerLasts);
  if (lasts < patience_for_it) {
    out.open.insert(key);
    return;
  }
  out.findings.push_back({key,
                          {},
                          rule.kind,
                          "Webhooks told of " + std::to_string(failing) +
                              (failing == 1 ? " repository" : " repositories") +
                              ", and have stopped: polling goes on as without them",
                          seconds(lasts),
                          seconds(patience_for_it)});
}

Judgement Judge::judge(const monitor::Snapshot& snapshot, Timestamp now) {
  const Timestamp github_now = core::corrected(snapshot.poller.clock_skew, now);
  Judgement out;
  for (auto& [id, watched] : watched_) watched.seen = false;
  for (auto& [key, trouble] : lasting_) trouble.seen = false;
  for (const Rule& rule : rules_) {
    if (rule.kind == RuleKind::kPoller) {
      judge_poller(rule, snapshot, now, out);
      judge_hints(rule, snapshot, now, out);
      continue;
    }
    for (const auto& view : snapshot.repositories) {
      if (!view->repository.active || !rule.covers(view->repository.name.key())) continue;
      if (uses_series(rule.kind)) judge_series(rule, snapshot, *view, github_now, out);
      if (rule.kind == RuleKind::kGap) judge_gaps(*view, github_now, out);
      if (rule.kind == RuleKind::kStatus) judge_status(rule, *view, now, out);
    }
  }
  std::erase_if(watched_, [](const auto& entry) { return !entry.second.seen; });
  std::erase_if(lasting_, [](const auto& entry) { return !entry.second.seen; });
  // Two rules may say the same of one repository.
  std::ranges::stable_sort(out.findings, {}, &Finding::key);
  const auto same = std::ranges::unique(out.findings, {}, &Finding::key);
  out.findings.erase(same.begin(), same.end());
  return out;
}

}  // namespace repopulse::alerts
