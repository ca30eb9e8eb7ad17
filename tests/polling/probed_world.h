// A small GitHub with events at chance, whose feeds and change probes answer at once, and a poller with a store that
// asks it in virtual time.
#pragma once

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <ostream>
#include <random>
#include <set>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "core/events_feed.h"
#include "core/feed_name.h"
#include "polling/policy_table.h"
#include "polling/poller.h"

namespace repopulse::polling {

// What an account receives that watches all repositories, unless told otherwise.
inline const std::string kReceived = "users/w";
inline constexpr core::Timestamp kWorldStart{std::chrono::seconds(1'700'000'000)};

struct WorldSettings {
  std::vector<std::pair<std::string, double>> repositories;  // full name, events a day
  std::string policy = "adaptive";
  bool change_probes = true;
  bool authenticated = true;
  bool organisation_feeds = false;
  bool received = false;  // kReceived may be asked
  core::Millis freshness = std::chrono::minutes(5);
  std::vector<std::string> kinds = {"PushEvent", "WatchEvent", "IssuesEvent", "IssueCommentEvent", "ForkEvent"};
  std::uint64_t seed = 1;
};

// The first request in which two worlds differ, for people; empty: there is none.
template <typename Requests>
std::string first_difference(const Requests& one, const Requests& other) {
  const auto [a, b] = std::ranges::mismatch(one, other);
  if (a == one.end() && b == other.end()) return {};
  std::ostringstream out;
  out << "request " << (a - one.begin()) << ": ";
  if (a != one.end()) out << *a;
  out << " and ";
  if (b != other.end()) out << *b;
  return out.str();
}

// `number` repositories of as many owners.
inline std::vector<std::pair<std::string, double>> quiet_ones(int number, double per_day = 4) {
  std::vector<std::pair<std::string, double>> made;
  for (int i = 0; i < number; ++i) made.emplace_back("o" + std::to_string(i) + "/r", per_day);
  return made;
}

class ProbedWorld {
 public:
  static constexpr auto kPast = std::chrono::days(20);
  static constexpr auto kFuture = std::chrono::days(40);

  struct Request {
    core::Timestamp at;
    std::string feed;                // or probe
    std::vector<std::string> feeds;  // of a probe
    friend bool operator==(const Request&, const Request&) = default;
    friend std::ostream& operator<<(std::ostream& out, const Request& request) {
      return out << request.feed << " after " << (request.at - kWorldStart).count() << " ms";
    }
  };

  explicit ProbedWorld(const WorldSettings& settings) : settings_(settings), random_(settings.seed) {
    for (const auto& [name, per_day] : settings.repositories) make_repository(name, per_day);
    boot();
    for (const auto& [name, repository] : repositories_) add(name);
  }

  // --- what happens ---
  void live(core::Millis span) {
    const core::Timestamp end = now + span;
    while (true) {
      tell_hints();
      const Decision decision = poller->next(now + clock_error);
      if (const auto* wait = std::get_if<NothingDue>(&decision)) {
        const core::Timestamp until = std::min(wait->until - clock_error, next_hint());
        if (until >= end) break;
        now = until;
      } else if (const auto* probe = std::get_if<AskProbe>(&decision)) {
        requests.push_back({now, probe->probe, probe->feeds});
        core::ProbeAnswer answer = probe_answer(probe->feeds);
        if (on_probe) on_probe(probe->feeds, answer);
        poller->absorb_probe(answer, now + clock_error);
      } else {
        ask(std::get<Ask>(decision));
      }
    }
    now = end;
  }
  void remove(const std::string& name) { poller->remove(feed_name(name), now + clock_error); }
  void add(const std::string& name) {
    const std::string feed = feed_name(name);
    core::FeedState state;
    state.feed = feed;
    if (states.contains(feed)) state = states[feed];
    if (histories_come_later) {
      poller->add_without_history(state, {}, now + clock_error);
    } else {
      poller->add(state, past_of(name), now + clock_error);
    }
  }
  void give_histories() {
    for (const auto& [name, repository] : repositories_)
      poller->give_history(feed_name(name), past_of(name), now + clock_error);
  }
  void restart(bool change_probes = true) {
    settings_.change_probes = change_probes;
    const auto notes = poller->save();
    boot();
    poller->restore(notes);
    for (const auto& [name, state] : states) {
      if (core::is_received_feed(name)) poller->remember(state);
    }
    for (const auto& [name, repository] : repositories_) add(name);
  }

  // --- what was asked ---
  std::vector<Request> probes() const {
    std::vector<Request> probes;
    std::ranges::copy_if(requests, std::back_inserter(probes), [](const Request& r) { return !r.feeds.empty(); });
    return probes;
  }
  std::vector<Request> polls() const {
    std::vector<Request> polls;
    std::ranges::copy_if(requests, std::back_inserter(polls), [](const Request& r) { return r.feeds.empty(); });
    return polls;
  }
  // Events that happened more than so long ago and are not stored.
  std::size_t unread(core::Millis age) const {
    std::size_t count = 0;
    for (const auto& [name, repository] : repositories_) {
      for (const core::Event& event : repository.events) {
        count += core::to_timestamp(event.key.created_at) + age < now && !stored_.contains(event.key.id) ? 1 : 0;
      }
    }
    return count;
  }
  // Of these, the ones since the world began: a feed is not as deep as what happened before.
  std::size_t lost(core::Millis age) const {
    std::size_t count = 0;
    for (const auto& [name, repository] : repositories_) {
      for (const core::Event& event : repository.events) {
        const core::Timestamp at = core::to_timestamp(event.key.created_at);
        count += at >= kWorldStart && at + age < now && !stored_.contains(event.key.id) ? 1 : 0;
      }
    }
    return count;
  }
  double mean_wait() const { return wait_ / static_cast<double>(std::max<std::size_t>(1, waits_)); }  // seconds

  core::Timestamp now = kWorldStart;
  core::Millis clock_error{0};        // of the poller's clock
  bool histories_come_later = false;  // with give_histories(), and not with add()
  std::vector<Request> requests;
  std::unique_ptr<Poller> poller;
  std::map<std::string, core::FeedState> states;
  std::function<void(const std::vector<std::string>& feeds, core::ProbeAnswer&)> on_probe;
  std::function<void(const std::string& feed, core::Answer&)> on_poll;
  // How long after an event hints of it come; empty: none does.
  std::function<std::vector<core::Millis>(const core::Event&)> hints;
  void hint(const std::string& name, const std::string& kind) {
    poller->hint(feed_name(name), {.kind = kind}, now + clock_error);
  }
  std::string account = kReceived;                                // that the poller knows from the next restart on
  std::set<std::string> unwatched;                                // by the account
  std::set<std::string> not_received{"WatchEvent", "ForkEvent"};  // kinds that it is not shown

 private:
  struct Repository {
    std::uint64_t id = 0;
    std::vector<core::Event> events;  // ascending
  };

  std::vector<core::EventTime> past_of(const std::string& name) const {
    std::vector<core::EventTime> past;
    for (const core::Event& event : repositories_.at(name).events) {
      if (core::to_timestamp(event.key.created_at) < now) past.push_back(event.key.created_at);
    }
    return past;
  }
  static std::string feed_name(const std::string& name) { return "repos/" + name; }
  double uniform() { return (static_cast<double>(random_() >> 11) + 0.5) * 0x1p-53; }

  void boot() {
    poller = std::make_unique<Poller>(*make_policy(settings_.policy, {.freshness = settings_.freshness, .window = {}}),
                                      PollerSettings{.authenticated = settings_.authenticated,
                                                     .seed = 1,
                                                     .organisation_feeds = settings_.organisation_feeds,
                                                     .change_probes = settings_.change_probes,
                                                     .received_feed = settings_.received ? account : ""});
  }

  void make_repository(const std::string& name, double per_day) {
    Repository& repository = repositories_[name];
    repository.id = repositories_.size() + 1'000;
    for (core::Timestamp at = kWorldStart - kPast; per_day > 0;) {
      at += core::Millis(static_cast<std::int64_t>(-std::log(uniform()) * 86'400'000 / per_day));
      if (at > kWorldStart + kFuture) break;
      core::Event event;
      event.key = {++last_id_, core::to_event_time(at)};
      event.type = settings_.kinds[random_() % settings_.kinds.size()];
      event.repository = name;
      event.github_id = repository.id;
      repository.events.push_back(std::move(event));
    }
  }

  struct Shown {
    std::vector<const core::Event*> newest;  // as deep as the feed goes, newest first
    std::size_t all = 0;
  };
  Shown shown(const std::string& feed) const {
    Shown shown;
    for (const auto& [name, repository] : repositories_) {
      const bool received = core::is_received_feed(feed) && !unwatched.contains(name);
      if (feed != feed_name(name) && feed != "orgs/" + name.substr(0, name.find('/')) && !received) continue;
      const auto& events = repository.events;
      const auto end = std::ranges::upper_bound(events, core::to_event_time(now), {},
                                                [](const core::Event& event) { return event.key.created_at; });
      std::size_t depth = 0;
      for (auto at = end; at != events.begin();) {
        --at;
        if (received && not_received.contains(at->type)) continue;
        ++shown.all;
        if (++depth <= core::kFeedDepth) shown.newest.push_back(&*at);
      }
    }
    std::ranges::sort(shown.newest, std::ranges::greater{},
                      [](const core::Event* event) { return std::pair(event->key.created_at, event->key.id); });
    shown.newest.resize(std::min(shown.newest.size(), core::kFeedDepth));
    return shown;
  }

  // When the next hint comes, or an event of which there may be one.
  core::Timestamp next_hint() {
    if (!hints) return core::Timestamp::max();
    core::Timestamp next = awaited_hints_.empty() ? core::Timestamp::max() : awaited_hints_.begin()->first;
    for (const auto& [name, repository] : repositories_) {
      const std::size_t at = happened_[name];
      if (at < repository.events.size())
        next = std::min(next, core::to_timestamp(repository.events[at].key.created_at));
    }
    return next;
  }
  void tell_hints() {
    for (const auto& [name, repository] : repositories_) {
      for (std::size_t& at = happened_[name]; at < repository.events.size(); ++at) {
        const core::Event& event = repository.events[at];
        const core::Timestamp created = core::to_timestamp(event.key.created_at);
        if (created > now) break;
        if (!hints || created < kWorldStart) continue;
        for (const core::Millis after : hints(event)) awaited_hints_.emplace(created + after, &event);
      }
    }
    while (!awaited_hints_.empty() && awaited_hints_.begin()->first <= now) {
      const core::Event& event = *awaited_hints_.begin()->second;
      hint(event.repository, event.type);
      awaited_hints_.erase(awaited_hints_.begin());
    }
  }

  void ask(const Ask& ask) {
    requests.push_back({now, ask.feed, {}});
    core::Answer answer;
    answer.date = core::to_event_time(now);
    answer.poll_interval = std::chrono::seconds(60);
    const Shown all = shown(ask.feed);
    const std::string etag = "\"" + std::to_string(all.all) + "\"";
    if (ask.validator.etag == etag) {
      answer.kind = core::AnswerKind::kNotModified;
    } else {
      answer.kind = core::AnswerKind::kEvents;
      answer.validator.etag = etag;
      const std::size_t depth = all.newest.size();
      const std::size_t first = std::min(depth, static_cast<std::size_t>(ask.page - 1) * core::kEventsPerPage);
      const std::size_t last = std::min(depth, first + core::kEventsPerPage);
      for (std::size_t i = first; i < last; ++i) answer.events.push_back(*all.newest[i]);
      answer.page_entries = answer.events.size();
      answer.has_next = last < depth;
    }
    if (on_poll) on_poll(ask.feed, answer);
    absorb(ask, answer);
  }

  void absorb(const Ask& ask, const core::Answer& answer) {
    Known known;
    known.last_sequence = static_cast<std::int64_t>(stored_.size());
    for (const core::Event& event : answer.events) {
      const auto at = stored_.find(event.key.id);
      known.sequences.push_back(at == stored_.end() ? std::nullopt : std::optional(at->second));
    }
    if (const auto own = newest_.find(ask.feed); own != newest_.end()) {
      known.newest = own->second;
    } else {
      known.newest_by_feed = newest_;
    }
    const bool first = !poller->state(ask.feed) || !poller->state(ask.feed)->last_full_at;
    const Step step = poller->absorb(answer, known, now + clock_error);
    for (const std::size_t i : step.fresh) store(answer.events[i], !first);
    states[ask.feed] = step.state;
    for (const core::FeedState& other : step.others) states[other.feed] = other;
    poller->confirm();
  }

  void store(const core::Event& event, bool counts) {
    stored_.emplace(event.key.id, static_cast<std::int64_t>(stored_.size()) + 1);
    core::EventTime& newest = newest_[feed_name(event.repository)];
    newest = std::max(newest, event.key.created_at);
    if (!counts) return;
    ++waits_;
    wait_ += std::chrono::duration<double>(now - core::to_timestamp(event.key.created_at)).count();
  }

  core::ProbeAnswer probe_answer(const std::vector<std::string>& feeds) const {
    core::ProbeAnswer answer;
    answer.kind = core::AnswerKind::kEvents;
    answer.status = 200;
    answer.cost = 1;
    answer.date = core::to_event_time(now);
    for (const std::string& feed : feeds) {
      const std::string name(core::subject_of(feed));
      const Repository& repository = repositories_.at(name);
      core::ProbedRepository& told = answer.repositories.emplace_back();
      told.finding = core::ProbeFinding::kTold;
      told.github_id = repository.id;
      told.full_name = name;
      for (auto& signal : told.signals) signal = core::SignalValue{0, core::EventTime{}};
      for (const core::Signal counted : {core::Signal::kStars, core::Signal::kForks, core::Signal::kCommitComments}) {
        told.signals[static_cast<std::size_t>(counted)]->at.reset();
      }
      told.signals[static_cast<std::size_t>(core::Signal::kPushes)]->count.reset();
      for (const core::Event& event : repository.events) {
        if (core::to_timestamp(event.key.created_at) > now) break;
        const auto moved = core::signals_of(event.type);
        if (moved.empty()) continue;
        core::SignalValue& value = *told.signals[static_cast<std::size_t>(moved.front())];
        if (value.at) value.at = event.key.created_at;
        if (value.count) ++*value.count;
      }
    }
    return answer;
  }

  WorldSettings settings_;
  std::mt19937_64 random_;
  std::map<std::string, Repository> repositories_;
  std::uint64_t last_id_ = 0;
  std::map<std::uint64_t, std::int64_t> stored_;  // by event
  std::map<std::string, core::EventTime, std::less<>> newest_;
  std::map<std::string, std::size_t> happened_;  // by repository: events of which hints were asked for
  std::multimap<core::Timestamp, const core::Event*> awaited_hints_;
  double wait_ = 0;
  std::size_t waits_ = 0;
};

}  // namespace repopulse::polling
