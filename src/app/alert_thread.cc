#include "app/alert_thread.h"

#include <algorithm>
#include <set>
#include <utility>

#include "app/clock.h"
#include "app/random_source.h"

namespace repopulse::app {
namespace {

using namespace std::chrono_literals;
using core::Status;
using core::Timestamp;

constexpr core::Millis kAlertsEvery = 2s;
constexpr core::Millis kCleanEvery = 1h;
constexpr core::Millis kKept = 365 * 24h;  // alerts that have ended

std::vector<std::string> ids_of(const std::vector<notify::Target>& targets) {
  std::vector<std::string> ids;
  for (const notify::Target& target : targets) ids.push_back(target.id());
  return ids;
}

store::Alert alert_of(const alerts::Finding& finding) {
  store::Alert alert;
  alert.key = finding.key;
  alert.repository = finding.repository;
  alert.rule = to_string(finding.rule);
  alert.summary = finding.summary;
  alert.value = finding.value;
  alert.threshold = finding.threshold;
  return alert;
}

}  // namespace

AlertThread::AlertThread(const monitor::Monitor& monitor, store::Store& store, notify::Sender& sender,
                         notify::DeliveryCounts& counts, AlertSettings settings, Log& log)
    : monitor_(monitor),
      store_(store),
      sender_(sender),
      counts_(counts),
      settings_(std::move(settings)),
      log_(log),
      thread_([this] { run(); }) {}

AlertThread::~AlertThread() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    changed_.notify_all();
  }
  sender_.cancel();
  thread_.join();
}

bool AlertThread::stopping() const {
  const std::lock_guard lock(mutex_);
  return stopping_;
}

void AlertThread::run() {
  while (true) {
    turn();
    std::unique_lock lock(mutex_);
    if (changed_.wait_for(lock, kAlertsEvery, [this] { return stopping_; })) return;
  }
}

void AlertThread::set(AlertSettings settings) {
  const std::lock_guard lock(mutex_);
  next_settings_ = std::move(settings);
}

void AlertThread::take_settings() {
  {
    const std::lock_guard lock(mutex_);
    if (!next_settings_) return;
    settings_ = *std::exchange(next_settings_, std::nullopt);
  }
  if (outbox_) outbox_->set_targets(ids_of(settings_.targets));
  if (judge_) judge_->set_rules(settings_.rules);
}

// A server whose store is away holds no lease any more, and says so nevertheless: it is the one that polled.
bool AlertThread::leads(const monitor::Snapshot& snapshot) {
  return snapshot.polls_first_shard || (!snapshot.store_ok && outbox_.has_value());
}

void AlertThread::turn() {
  take_settings();
  const auto snapshot = monitor_.snapshot();
  if (!snapshot->ready) return;
  if (!leads(*snapshot)) {
    judge_.reset();
    outbox_.reset();
    return;
  }
  const Timestamp now = clock_now();
  if (!outbox_) {
    notify::Outbox outbox(store_, ids_of(settings_.targets), &make_delivery_id);
    if (const Status loaded = outbox.load(); !loaded) return note(loaded);
    outbox_.emplace(std::move(outbox));
    judge_.emplace(settings_.rules);
  }
  Status done = judge(*snapshot, now);
  if (done) done = send_due();
  if (done) done = clean_up(now);
  note(done);
}

// Another server may have changed what is open: it is read again.
void AlertThread::note(const Status& done) {
  if (!done && done.error().kind == core::ErrorKind::kStale && outbox_) {
    if (!outbox_->load()) outbox_.reset();
    return;
  }
  if (!done && !failed_) {
    log_.write(LogLevel::kWarn, "cannot keep the state of alerts; trying again", {{"error", done.error().message}});
  }
  failed_ = !done;
}

Status AlertThread::learn(const monitor::Snapshot& snapshot, Timestamp now) {
  for (const alerts::Judge::Wanted& series : judge_->wanted(snapshot)) {
    store::EventFilter filter;
    if (!series.type.empty()) filter.types = {series.type};
    filter.since = core::to_event_time(now - alerts::kHistory);
    filter.until = core::to_event_time(now);
    std::vector<core::EventTime> history;
    const Status read = store_.visit_times(series.repository, filter,
                                           [&](core::EventTime at, std::string_view) { history.push_back(at); });
    if (!read) return read;
    judge_->give_history(series, history);
    if (stopping()) return {};
  }
  return {};
}

Status AlertThread::judge(const monitor::Snapshot& snapshot, Timestamp now) {
  // What has no history yet stays as it is; the rest is judged, above all that the store is away.
  const Status learned = learn(snapshot, now);
  const alerts::Judgement judgement = judge_->judge(snapshot, now);
  std::set<std::string> holding = judgement.open;
  Status first = learned;
  const auto keep = [&](const Status& done) {
    if (!done && (first || done.error().kind == core::ErrorKind::kStale)) first = done;
  };
  for (const alerts::Finding& finding : judgement.findings) {
    holding.insert(finding.key);
    if (outbox_->holds(finding.key)) continue;
    const bool is_poller = finding.rule == alerts::RuleKind::kPoller;
    const Status begun = outbox_->begin(alert_of(finding), now, is_poller);
    keep(begun);
    if (begun) {
      log_.write(LogLevel::kInfo, "alert",
                 {{"rule", to_string(finding.rule)}, {"repository", finding.repository}, {"summary", finding.summary}});
    }
  }
  std::vector<std::string> ended;
  for (const store::Alert& alert : outbox_->open()) {
    if (!alert.resolved_at && !holding.contains(alert.key)) ended.push_back(alert.key);
  }
  for (const std::string& key : ended) {
    const Status done = outbox_->end(key, now);
    keep(done);
    if (done) log_.write(LogLevel::kInfo, "alert resolved", {{"alert", key}});
  }
  // Messages that need the store wait by themselves.
  if (!first && first.error().kind == core::ErrorKind::kUnavailable) {
    note(first);
    return {};
  }
  return first;
}

const notify::Target* AlertThread::target(const std::string& id) const {
  const auto found = std::ranges::find_if(settings_.targets, [&](const auto& each) { return each.id() == id; });
  return found == settings_.targets.end() ? nullptr : &*found;
}

Status AlertThread::send_due() {
  while (!stopping()) {
    auto message = outbox_->next(clock_now());
    // That the store is away is told nevertheless.
    if (!message && message.error().kind == core::ErrorKind::kUnavailable) {
      const auto unstored = outbox_->next(clock_now(), true);
      if (unstored && *unstored) message = unstored;
    }
    if (!message) return tl::unexpected(message.error());
    if (!*message) return {};
    const notify::Target* to = target((*message)->target);
    if (to == nullptr) return {};
    const notify::SendResult result = sender_.send(*to, **message, clock_now());
    if (!result.sent && stopping()) return {};
    auto& counted = counts_.of(to->kind);
    ++(result.sent ? counted.sent : counted.failed);
    log_.write(result.sent ? LogLevel::kInfo : LogLevel::kWarn,
               result.sent ? "a message about alerts was sent" : "a message about alerts was not sent; trying again",
               {{"target", to->name}, {"delivery", (*message)->delivery}, {"detail", result.detail}});
    if (!result.sent) continue;
    if (const Status noted = outbox_->note_sent(**message); !noted) return noted;
  }
  return {};
}

Status AlertThread::clean_up(Timestamp now) {
  if (const Status stored = outbox_->store_unstored(); !stored) return stored;
  const auto given_up = outbox_->give_up(now);
  if (!given_up) return tl::unexpected(given_up.error());
  for (const std::string& id : *given_up) {
    const notify::Target* to = target(id);
    if (to == nullptr) continue;
    ++counts_.of(to->kind).given_up;
    log_.write(LogLevel::kError, "a message about an alert was given up after a day", {{"target", to->name}});
  }
  if (now - cleaned_at_ < kCleanEvery) return {};
  cleaned_at_ = now;
  return store_.forget_alerts(now - kKept);
}

}  // namespace repopulse::app
