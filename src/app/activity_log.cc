#include "app/activity_log.h"

#include <algorithm>
#include <chrono>

#include "core/answer.h"
#include "core/clock.h"

namespace repopulse::app {
namespace {

using monitor::PollerCondition;

LogLevel level_of(PollerCondition condition) {
  switch (condition) {
    case PollerCondition::kOk:
    case PollerCondition::kFollowing:
      return LogLevel::kInfo;
    case PollerCondition::kRateLimited:
    case PollerCondition::kBackingOff:
      return LogLevel::kWarn;
    case PollerCondition::kBadToken:
    case PollerCondition::kStoreAway:
      return LogLevel::kError;
  }
  return LogLevel::kInfo;
}

bool is_trouble(const monitor::PollReport& poll) {
  using core::AnswerKind;
  for (const AnswerKind kind :
       {AnswerKind::kEvents, AnswerKind::kNotModified, AnswerKind::kEndOfFeed, AnswerKind::kRedirect}) {
    if (poll.outcome == core::to_string(kind)) return false;
  }
  return true;
}

}  // namespace

void log_poll(Log& log, const monitor::PollReport& poll) {
  if (poll.malformed > 0) {
    log.write(LogLevel::kWarn, "skipped entries of the feed that are not events of GitHub",
              {{"feed", poll.feed}, {"entries", poll.malformed}});
  }
  const bool trouble = is_trouble(poll);
  const LogLevel level = trouble ? LogLevel::kWarn : poll.new_events > 0 ? LogLevel::kInfo : LogLevel::kDebug;
  if (!log.wants(level)) return;
  const std::string next =
      poll.next_poll_at ? core::format_rfc3339(core::to_event_time(*poll.next_poll_at)) : std::string();
  log.write(level, trouble ? "poll failed" : "polled",
            {{"feed", poll.feed},
             {"outcome", poll.outcome},
             {"status", poll.status},
             {"new_events", poll.new_events},
             {"took_ms", poll.took.count()},
             {"next_poll_at", next},
             {"detail", trouble ? poll.detail : std::string()}});
}

void log_probe(Log& log, const monitor::ProbeReport& probe) {
  log.write(probe.good ? LogLevel::kDebug : LogLevel::kWarn, probe.good ? "probed" : "change probe failed",
            {{"outcome", probe.outcome},
             {"status", probe.status},
             {"repositories", probe.repositories},
             {"points", probe.cost},
             {"took_ms", probe.took.count()},
             {"detail", probe.detail}});
}

void log_token(Log& log, const monitor::TokenReport& token) {
  const auto text_of = [](core::Timestamp at) { return core::format_rfc3339(core::to_event_time(at)); };
  const std::string ends = token.ends_at ? text_of(*token.ends_at) : std::string();
  const std::string next = token.good ? std::string() : text_of(token.next_try);
  log.write(token.good ? LogLevel::kInfo : LogLevel::kWarn,
            token.good ? "got a token of the GitHub App" : "cannot get a token of the GitHub App",
            {{"status", token.status},
             {"ends_at", ends},
             {"next_try_at", next},
             {"took_ms", token.took.count()},
             {"detail", token.detail}});
}

void log_owner(Log& log, const monitor::OwnerReport& owner) {
  const bool trouble = !owner.detail.empty();
  const LogLevel level = trouble ? LogLevel::kWarn : owner.added > 0 ? LogLevel::kInfo : LogLevel::kDebug;
  log.write(level, trouble ? "could not read the list of an owner's repositories" : "read an owner's repositories",
            {{"owner", owner.owner},
             {"outcome", owner.outcome},
             {"status", owner.status},
             {"added", owner.added},
             {"activated", owner.activated},
             {"took_ms", owner.took.count()},
             {"next_at", core::format_rfc3339(core::to_event_time(owner.next_at))},
             {"detail", owner.detail}});
  if (owner.malformed > 0) {
    log.write(LogLevel::kWarn, "skipped entries of an owner's list that are not repositories",
              {{"owner", owner.owner}, {"entries", owner.malformed}});
  }
  if (owner.over_limit > 0) {
    log.write(LogLevel::kWarn, "added repositories without activating them: the limit is reached (--max-active)",
              {{"owner", owner.owner}, {"repositories", owner.over_limit}});
  }
}

void log_access(Log& log, const http::Access& access) {
  const bool reads = access.method == "GET" || access.method == "HEAD";
  const bool good = access.status < 400;
  const LogLevel level = access.status >= 500 ? LogLevel::kWarn : good && reads ? LogLevel::kDebug : LogLevel::kInfo;
  if (!log.wants(level)) return;
  log.write(level, "request",
            {{"request_id", access.request_id},
             {"method", access.method},
             {"path", access.target.substr(0, access.target.find('?'))},
             {"status", access.status},
             {"bytes", access.bytes},
             {"ms", static_cast<double>(access.took.count()) / 1000},
             {"remote", access.remote_address}});
}

std::string status_sentence(const monitor::Snapshot& snapshot) {
  const auto is_active = [](const auto& view) { return view->repository.active; };
  const auto active = std::ranges::count_if(snapshot.repositories, is_active);
  const std::string noun = active == 1 ? " repository" : " repositories";
  if (snapshot.poller.condition != PollerCondition::kOk) {
    return std::to_string(active) + " active" + noun + "; " + snapshot.poller.detail;
  }
  return active == 0 ? "Nothing to poll yet" : "Polling " + std::to_string(active) + noun;
}

void ConditionLog::update(const monitor::PollerView& poller) {
  compare_clocks(poller);
  if (poller.condition == known_) return;
  known_ = poller.condition;
  log_.write(level_of(known_), "poller state changed",
             {{"condition", monitor::to_string(known_)}, {"detail", poller.detail}});
}

void ConditionLog::compare_clocks(const monitor::PollerView& poller) {
  if (!poller.clock_skew) return;
  const bool was_wrong = skew_ != core::Millis(0);
  // A clock at the bound itself is not logged again and again.
  const core::Millis bound = was_wrong ? core::kClockTolerance / 2 : core::kClockTolerance;
  const bool wrong = std::chrono::abs(*poller.clock_skew) > bound;
  const core::Millis skew = wrong ? *poller.clock_skew : core::Millis(0);
  if (wrong == was_wrong && std::chrono::abs(skew - skew_) <= core::kClockTolerance) return;
  skew_ = skew;
  log_.write(wrong ? LogLevel::kWarn : LogLevel::kInfo,
             wrong ? "this machine's clock is not GitHub's; windows and retention go by GitHub's"
                   : "this machine's clock agrees with GitHub's again",
             {{"clock_skew_seconds", *poller.clock_skew / core::Seconds(1)}});
}

}  // namespace repopulse::app
