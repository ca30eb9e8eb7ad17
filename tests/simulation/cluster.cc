#include "tests/simulation/cluster.h"

#include <algorithm>
#include <cmath>

#include "base/text.h"
#include "core/feed_name.h"
#include "monitor/shard.h"
#include "polling/feed_memory.h"
#include "polling/late_events.h"
#include "polling/policy_table.h"
#include "sim/activity.h"
#include "sim/probe_executor.h"
#include "tests/simulation/app.h"
#include "tests/simulation/probes.h"

namespace repopulse::simulation {
namespace {

using namespace std::chrono_literals;
using core::Millis;
using core::Timestamp;

constexpr Timestamp kStart{std::chrono::seconds(1'760'000'000)};
constexpr Millis kHistory = 72h;
constexpr Millis kCalm = 40h;
constexpr Millis kShortestAnswer = 20ms;
constexpr Millis kLongestAnswer = 1s;  // with kLongestError well below the margin of a lease
constexpr Millis kRenew = 5500ms;      // at most, beyond 500 ms: now and then a server hardly renews its lease in time
constexpr Millis kKeepUp = 12s;        // the same; it should be twice a second, and reading a long list takes time
constexpr Millis kKeepUpInCalm = 20s;  // where nothing happens for long
constexpr Millis kCheckStore = 10s;
constexpr Millis kLongestWait = 30s;  // of the poller's thread
constexpr Millis kCheckWaits = 1h;
constexpr Millis kKnownEverywhere = 2min;  // a change of the repositories
constexpr Millis kLeaseIsSafe = 4s;        // of a server that does nothing
constexpr int kMagnitudes = 3;
constexpr int kLateMagnitudes = 1;    // so busy that what comes late stands on any page
constexpr double kBusiestLate = 200;  // events an hour: of more, few that come late are shown at all
constexpr Millis kShortestLatency = 30s;
constexpr Millis kLongestLatency = 6h;

std::string name_of(int i) {
  return "Org" + std::to_string(i % 3) + "/repo-" + std::to_string(i);
}

// The feed that a request asks for under its name in the store; empty: it asks under the address of a redirect.
std::string feed_asked_by_name(const std::string& url) {
  const std::string path = base::to_lower(url.substr(sim::SimulatorSettings().base_url.size() + 1));
  const bool by_name = path.starts_with("repos/") || path.starts_with("orgs/");
  return by_name ? path.substr(0, path.find("/events")) : std::string();
}

sim::SimulatorSettings simulator_settings(const ClusterSettings& settings) {
  sim::SimulatorSettings out;
  out.seed = settings.seed;
  out.fault_rate = settings.github_faults;
  return out;
}

}  // namespace

Cluster::Cluster(const ClusterSettings& settings)
    : settings_(settings),
      random_(settings.seed * 104'729),
      start_(kStart),
      now_(kStart),
      end_(kStart + std::chrono::days(settings.days)),
      github_(simulator_settings(settings)) {
  github_.set_now(now_);
  github_.set_executor(&sim::execute_probe);
  if (settings.app) github_.set_app(app_at_github(settings.token_life > 0ms ? settings.token_life : 1h));
  github_.log().set_tolerance(2 * settings_.clock_error);  // one server asked while its clock was slow, another is fast
  for (int i = 0; i < settings_.repositories; ++i) add_activity(name_of(i), start_ - kHistory);
  store_.set_faults([this](std::string_view) { return meet_fault(); });
  store_.on_end([this](std::string_view call) { answer_late(call); });
  store_.write_in_steps({[this] { return now_; }, [this](std::string_view, int) { return meet_fault(); }});
  for (int i = 0; i < settings_.servers; ++i) {
    auto server = std::make_unique<Server>();
    server->number = i;
    server->boot_at = now_ + Millis(random_.below(5'000));
    servers_.push_back(std::move(server));
  }
  next_trouble_ = after(settings_.trouble_every);
  next_operation_ = after(settings_.operator_every);
  next_own_ = after(settings_.owners_every);
  next_import_ = after(settings_.imports_every);
  next_lie_ = after(settings_.lies_every);
  next_check_ = now_ + kCheckWaits;
}

void Cluster::add_activity(const std::string& name, Timestamp from) {
  const bool late = settings_.late_share > 0 && (github_.repositories().empty() || chance(0.5));
  const int magnitudes = late ? kLateMagnitudes : kMagnitudes;
  const double busiest = late ? std::min(settings_.busiest_per_hour, kBusiestLate) : settings_.busiest_per_hour;
  const double rate = busiest * std::pow(10, -magnitudes * random_.unit());
  const sim::Rhythm rhythm{rate, 0.7 * random_.unit(), random_.unit()};
  auto drafts = sim::synthetic_activity(rhythm, core::to_event_time(from), core::to_event_time(end_ + kCalm + 8h),
                                        random_.bits());
  for (sim::Draft& draft : drafts) {
    if (!late || !chance(settings_.late_share)) continue;
    const double times = static_cast<double>(kLongestLatency.count()) / static_cast<double>(kShortestLatency.count());
    const double millis = static_cast<double>(kShortestLatency.count()) * std::pow(times, random_.unit());
    draft.latency = Millis(static_cast<std::int64_t>(millis));
  }
  github_.add_events(name, std::move(drafts));
}

void Cluster::run() {
  live_until(start_ + 20s);
  std::vector<store::NewRepository> wanted;
  for (int i = 0; i < settings_.repositories; ++i) wanted.push_back({*core::RepoName::parse(name_of(i)), true});
  for (bool added = false; !added && complaints_.empty(); live_until(now_ + 1s)) {
    Server* server = any_server();
    if (server == nullptr || !server->monitor) continue;
    within(*server, [&] { added = server->monitor->add(wanted, clock_of(*server)).has_value(); });
  }
  for (const store::NewRepository& one : wanted) waiting_since_[one.name.key()] = now_;
  while (now_ < end_ && complaints_.empty()) {
    live_until(std::min(now_ + 24h, end_));
    check_in_calm();
  }
  calm_down();
  check_end();
}

// --- time -----------------------------------------------------------------------------------------------------------

Timestamp Cluster::clock_of(const Server& server) const {
  const auto drifted = static_cast<double>((now_ - server.drifts_from).count()) * server.drift;
  const Millis error = server.clock_error + Millis(static_cast<std::int64_t>(drifted));
  return now_ + std::clamp(error, -settings_.clock_error, settings_.clock_error);
}

Timestamp Cluster::due(const Server& server) const {
  const Timestamp wanted =
      server.monitor ? std::min({server.poll_at, server.renew_at, server.keep_up_at, server.check_at}) : server.boot_at;
  return std::max(wanted, server.sleeps_until);
}

void Cluster::set_now(Timestamp now) {
  now_ = std::max(now_, now);
  github_.set_now(now_);
}

void Cluster::live_until(Timestamp end) {
  while (now_ < end && complaints_.size() < kComplaints) {
    Server* next = nullptr;
    Timestamp at = end;
    for (const auto& server : servers_) {
      if (server->busy || due(*server) >= at) continue;
      next = server.get();
      at = due(*server);
    }
    if (act_at(at)) continue;
    set_now(at);
    if (next != nullptr) work(*next);
  }
}

// While the innermost call waits, the other servers go on.
void Cluster::pass(Millis span) {
  ++late_;
  // Another server takes over, and cannot know what this one was told last.
  for (const Server* waiting : calling_) {
    if (now_ + span - waiting->called_at > kLeaseIsSafe) forget_last_answer(*waiting);
  }
  live_until(now_ + span);
}

sim::StoreFault Cluster::meet_fault() {
  if (checking_ || calm_ || calling_.empty()) return sim::StoreFault::kNone;
  if (chance(settings_.late_calls)) pass(a_while());
  if (chance(settings_.store_faults)) return sim::StoreFault::kUnavailable;
  if (!chance(settings_.crashes)) return sim::StoreFault::kNone;
  return chance(0.5) ? sim::StoreFault::kCrashBefore : sim::StoreFault::kCrashAfter;
}

void Cluster::answer_late(std::string_view call) {
  if (checking_ || calling_.empty()) return;
  Ear& ear = calling_.back()->ear;
  if (call == "settled_sequence" && !ear.from) {  // what the process follows begins there
    checking_ = true;
    ear.from = ear.last = store_.settled_sequence().value();
    checking_ = false;
  }
  if (!calm_ && chance(settings_.late_calls)) pass(a_while());
}

Millis Cluster::a_while() {
  return Millis(random_.below(static_cast<std::uint64_t>(settings_.latest_call.count())));
}

Timestamp Cluster::after(Millis mean) {
  if (mean == 0ms) return Timestamp::max();
  return now_ + 1s + Millis(static_cast<std::int64_t>(random_.exponential(static_cast<double>(mean.count()))));
}

// Something happens before `latest`. One thing at a time.
bool Cluster::act_at(Timestamp latest) {
  const Timestamp at = std::min({next_trouble_, next_operation_, next_own_, next_import_, next_lie_, next_check_});
  if (acting_ || calm_ || at > latest) return false;
  set_now(at);
  acting_ = true;
  if (now_ >= next_check_) {
    check_waits();
    next_check_ = now_ + kCheckWaits;
  } else if (now_ >= next_trouble_) {
    make_trouble();
    next_trouble_ = after(settings_.trouble_every);
  } else if (now_ >= next_operation_) {
    operate();
    next_operation_ = after(settings_.operator_every);
  } else if (now_ >= next_own_) {
    own();
    next_own_ = after(settings_.owners_every);
  } else if (now_ >= next_lie_) {
    make_mischief(github_, random_);
    next_lie_ = after(settings_.lies_every);
  } else {
    import();
    next_import_ = after(settings_.imports_every);
  }
  acting_ = false;
  return true;
}

// --- a server's life
// --------------------------------------------------------------------------------------------------

void Cluster::within(Server& server, const std::function<void()>& job) {
  server.busy = true;
  server.called_at = now_;
  calling_.push_back(&server);
  try {
    job();
  } catch (const sim::Crash&) {
    ++crashes_;
    die(server);
  }
  calling_.pop_back();
  server.busy = false;
}

void Cluster::work(Server& server) {
  within(server, [&] {
    if (!server.monitor) return boot(server);
    const auto soon = [&](Millis longest) {
      return now_ + 500ms + Millis(random_.below(static_cast<std::uint64_t>(longest.count())));
    };
    if (server.keep_up_at <= now_) {
      server.keep_up_at = idle_ ? now_ + kKeepUpInCalm : soon(calm_ ? kRenew : kKeepUp);
      server.renew_at = soon(kRenew);
      (void)server.monitor->keep_up(clock_of(server));
    } else if (server.renew_at <= now_) {
      server.renew_at = soon(kRenew);
      (void)server.monitor->renew_leases(clock_of(server));
    } else if (server.check_at <= now_) {
      server.check_at = now_ + kCheckStore;
      (void)server.monitor->check_store(clock_of(server));
    } else {
      poll(server);
    }
  });
}

void Cluster::boot(Server& server) {
  ++starts_;
  ++server.starts;
  look_at_token(server);
  monitor::MonitorSettings settings;
  if (settings_.app) {
    settings.app = app_of_the_simulation();
  } else {
    settings.github.token = server.token;
  }
  settings.token_fingerprint = "of " + server.token;
  settings.max_active = 100;
  settings.seed = settings_.seed + static_cast<std::uint64_t>(starts_);
  settings.organisation_feeds = settings_.organisation_feeds;
  settings.change_probes = settings_.change_probes;
  settings.freshness = settings_.freshness;
  settings.replica =
      monitor::ReplicaSettings{"server " + std::to_string(server.number) + "." + std::to_string(server.starts),
                               settings_.shards, [this] { return now_.time_since_epoch(); }};
  server.ear = {};
  server.answer.reset();
  const polling::PolicySettings policy{settings.freshness, settings.window};
  auto monitor = std::make_unique<monitor::Monitor>(store_, *polling::make_policy(settings_.policy, policy), settings);
  server.boot_at = now_ + 5s;
  if (!monitor->start(clock_of(server))) return;
  server.monitor = std::move(monitor);
  server.poll_at = server.renew_at = server.keep_up_at = server.check_at = now_;
  server.monitor->on_wake([&server] { server.woken = true; });
  server.monitor->on_stored([this, &server] { server.keep_up_at = std::min(server.keep_up_at, now_); });
  monitor::Subscriber subscriber;
  subscriber.on_event = [this, &server](const store::StoredEvent& event, const core::RepoName&) {
    hear(server, event);
  };
  subscriber.on_poll = [this, &server](const monitor::PollReport& report) { hear_poll(server, report); };
  server.monitor->subscribe(subscriber);
}

void Cluster::die(Server& server) {
  forget_last_answer(server);
  server.monitor.reset();
  server.answer.reset();
  server.boot_at = now_ + 1s + Millis(random_.below(30'000));
}

// A request that is under way is cancelled first.
void Cluster::stop(Server& server) {
  std::erase_if(under_way_, [&](const UnderWay& request) { return request.server == &server; });
  within(server, [&] { (void)server.monitor->release_leases(); });
  die(server);
}

void Cluster::look_at_token(Server& server) {
  if (settings_.app) {
    server.token = sim::kInstallationAccount;
    return;
  }
  const bool own = settings_.shards > 1 || settings_.token_life > 0ms;
  if (!own) {
    server.token = "the-token-of-all";
    return;
  }
  if (!server.token.empty() && (settings_.token_life == 0ms || now_ < server.next_token)) return;
  server.token = "token-" + std::to_string(server.number) + "-" + std::to_string(++server.tokens);
  if (settings_.token_life > 0ms) {
    github_.end_token(server.token, now_ + settings_.token_life);
    const Millis after = calm_ ? 0min : Millis(random_.below(8 * 60'000));  // in calm, none comes too late
    server.next_token = now_ + settings_.token_life - 5min + after;
  }
  if (server.monitor) server.monitor->renew_token(server.token, "of " + server.token, clock_of(server));
}

void Cluster::poll(Server& server) {
  if (server.answer) {
    const github::HttpResult answer = *std::exchange(server.answer, std::nullopt);
    server.poll_at = now_;
    return server.monitor->absorb(answer, clock_of(server));
  }
  look_at_token(server);
  const monitor::Action action = server.monitor->next(clock_of(server));
  if (const auto* request = std::get_if<github::HttpRequest>(&action)) {
    return send(server, *request);
  }
  const Millis span = std::get<monitor::CallAgain>(action).at - clock_of(server);
  server.poll_at = now_ + (server.woken ? 1ms : std::clamp<Millis>(span, 1ms, kLongestWait));
  server.woken = false;
}

void Cluster::send(Server& server, const github::HttpRequest& request) {
  const std::vector<std::string> asked = asked_about(request);
  if (is_probe(request)) check_probe(server, asked);
  const github::HttpResult result = github_.send(request);
  const std::string& feed = server.asked_feed = github_.log().requests().back().feed;
  check_rules(server, feed);
  const std::string by_name = feed_asked_by_name(request.url);
  const int shard = monitor::shard_of(by_name, settings_.shards);
  std::erase_if(under_way_, [&](const UnderWay& other) { return other.until <= now_; });
  for (const UnderWay& other : under_way_) {
    if (!by_name.empty() && other.shard == shard && clocks_agree()) {
      complain("servers " + std::to_string(server.number) + " and " + std::to_string(other.server->number) +
               " ask GitHub at the same time for shard " + std::to_string(shard));
    }
  }
  const Millis took =
      kShortestAnswer + Millis(random_.below(static_cast<std::uint64_t>((kLongestAnswer - kShortestAnswer).count())));
  if (!by_name.empty()) under_way_.push_back({&server, shard, now_ + took});
  if (asked.empty()) note_question(feed);
  for (const std::string& name : asked) note_question("repos/" + base::to_lower(name));
  server.answer = result;
  server.poll_at = now_ + (github_.last_fault() == sim::Fault::kTimeout ? request.time_limit : took);
}

// A probe asks about what this server polls, and about nothing that another server asks for just now.
void Cluster::check_probe(const Server& server, const std::vector<std::string>& asked) {
  checking_ = true;
  const auto leases = store_.leases();
  checking_ = false;
  const std::string holder = "server " + std::to_string(server.number) + "." + std::to_string(server.starts);
  const auto polled = [&](const std::string& name) {
    const auto view = server.monitor->snapshot()->find(name);
    if (!view || !view->repository.active) return false;
    const int shard = monitor::shard_of("repos/" + base::to_lower(name), settings_.shards);
    const bool elsewhere = std::ranges::any_of(under_way_, [&](const UnderWay& other) {
      return other.until > now_ && other.shard == shard && other.server != &server;
    });
    const auto lease = std::ranges::find(*leases, shard, [](const store::HeldLease& held) { return held.lease.shard; });
    return !clocks_agree() || (lease != leases->end() && lease->holder == holder && !elsewhere);
  };
  if (const auto fault = find_fault(asked, polled)) complain("server " + std::to_string(server.number) + ": " + *fault);
}

// What it was told last may be in no store, and another server takes over.
void Cluster::forget_last_answer(const Server& server) {
  github_.log().forget_told(server.asked_feed, server.token);
}

// It is removed or added: until every server knows, one that polls it goes on, and another begins.
void Cluster::forget_floor(const std::string& name) {
  floor_unknown_until_[github_.feed_of(name)] = now_ + kKnownEverywhere;
}

// GitHub's rules. With clocks that are wrong by more than what is documented no floor can be kept; and it holds for one
// of several names of one repository: that they are one is not known before both were asked.
void Cluster::check_rules(const Server& server, const std::string& feed) {
  const std::vector<std::string>& breaches = github_.log().breaches();
  if (breaches_ == breaches.size()) return;
  const auto unknown = floor_unknown_until_.find(feed);
  const bool known = unknown == floor_unknown_until_.end() || unknown->second < now_;
  if (clocks_agree() && known && names_of(feed) < 2) {
    complain("breach by server " + std::to_string(server.number) + ": " + breaches.back());
  }
  breaches_ = breaches.size();
}

// How many repositories of the store the feed is that of.
std::size_t Cluster::names_of(const std::string& feed) {
  checking_ = true;
  const auto known = store_.repositories();
  checking_ = false;
  return static_cast<std::size_t>(std::ranges::count_if(*known, [&](const store::Repository& repository) {
    return github_.feed_of(repository.name.full_name()) == feed;
  }));
}

// Every repository that the feed shows waits anew.
void Cluster::note_question(const std::string& feed) {
  if (feed.empty()) return;
  const std::string_view subject = core::subject_of(feed);
  for (auto& [name, since] : waiting_since_) {
    const bool shown = core::is_organisation_feed(feed) ? name.starts_with(std::string(subject) + "/")
                                                        : github_.number_of(name) == github_.number_of(subject);
    if (shown) since = std::max(since, now_);
  }
}

void Cluster::hear(Server& server, const store::StoredEvent& event) {
  ++heard_;
  Ear& ear = server.ear;
  const std::string who = "server " + std::to_string(server.number) + ": event " + std::to_string(event.event.key.id) +
                          " of " + event.event.repository;
  if (event.sequence <= ear.last) complain(who + " was told out of order");
  ear.last = event.sequence;
  if (!ear.heard.emplace(event.repository, event.event.key).second) complain(who + " was told twice");
}

void Cluster::hear_poll(Server& server, const monitor::PollReport& report) {
  if (report.repository.empty()) return;
  const auto view = server.monitor->snapshot()->find(report.repository);
  if (!view) return;
  if (settings_.late_share > 0) note_looks(server, *view);
  // "Not modified" comes first where it was the second name of a repository when it was read.
  if (report.status != 200 && report.status != 304) return;
  if (view->same_as.empty()) {
    since_.emplace(view->repository.id, now_);
  } else {
    since_.erase(view->repository.id);  // the first contact ended early, since another name brings the events
  }
}

void Cluster::note_looks(const Server& server, const monitor::RepositoryView& polled) {
  polling::LateEvents late;
  late.restore(polling::split_memory(polled.feed.policy_state).late_events);
  note_looks(polled.repository.id, late.wanted_at().has_value());
  for (const auto& view : server.monitor->snapshot()->repositories) {
    if (!view->same_as.empty()) note_looks(view->repository.id, false);  // another name has its looks
  }
}

void Cluster::note_looks(core::RepoId repository, bool go_on) {
  auto& noted = looks_[repository];
  if (noted.empty() || noted.back().second != go_on) noted.emplace_back(now_, go_on);
}

}  // namespace repopulse::simulation
