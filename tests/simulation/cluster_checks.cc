// What must hold in a cluster, whatever happened.
#include <algorithm>
#include <limits>

#include "core/clock.h"
#include "core/clock_skew.h"
#include "core/events_feed.h"
#include "core/feed_name.h"
#include "polling/poller.h"
#include "tests/simulation/checks.h"
#include "tests/simulation/cluster.h"

namespace repopulse::simulation {
namespace {

using namespace std::chrono_literals;
using core::Millis;
using core::Timestamp;

constexpr Millis kSettled = 40s;  // until every server knows what was stored, and what dead writers left is closed
constexpr int kMoreLooks = 30;
constexpr Millis kBetweenLooks = 500ms;
constexpr Millis kLongestWalk = 2min;     // of all pages of a poll
constexpr Millis kLongestInterval = 24h;  // of any policy
constexpr Millis kLongestOfMean = 6h;     // of `mean`
constexpr Millis kLongestRest = 90min;    // after GitHub's limits and errors, as often as they come here
constexpr Millis kLongestPause = 45min;   // of a feed that is due every ten minutes: deaths, takeovers, back-offs
constexpr Millis kLookTakes = 3min;       // its floor, and the requests before it
constexpr Millis kTroubles = 1h;          // that keep looks from finding what is shown

// GitHub's id of the repository that an event of the simulated GitHub names.
std::uint64_t number_in(const std::string& json) {
  constexpr std::string_view kBefore = "\"repo\":{\"id\":";
  const std::size_t at = json.find(kBefore);
  return at == std::string::npos ? 0 : std::strtoull(json.c_str() + at + kBefore.size(), nullptr, 10);
}

}  // namespace

// A feed that is due every few minutes is asked, whatever happens to clocks, servers and the store.
void Cluster::check_waits() {
  const Millis interval = settings_.policy == "fixed"  ? 0h
                          : settings_.policy == "mean" ? kLongestOfMean
                                                       : kLongestInterval;
  // A server that goes on where another left off reads its times by its own clock: a feed that was asked by a clock
  // that is ahead is due that much later, where the next server takes over just then.
  const Millis misread = std::min(2 * settings_.clock_error, interval);
  const Millis longest = interval + misread + kLongestPause + (settings_.github_faults > 0 ? kLongestRest : 0h);
  checking_ = true;
  const auto repositories = store_.repositories();
  checking_ = false;
  for (const store::Repository& repository : *repositories) {
    const std::string name = repository.name.full_name();
    const auto since = waiting_since_.find(repository.name.key());
    if (!repository.active || since == waiting_since_.end() || github_.number_of(name) == 0) continue;
    if (now_ - since->second > longest + settings_.longest_sleep) {
      complain(name + " was asked " + std::to_string((now_ - since->second) / 1min) + " min ago");
    }
  }
}

// Once a day, for less than a minute.
void Cluster::check_in_calm() {
  calm_ = true;
  live_until(now_ + kSettled);
  // What was stored just now is not known everywhere.
  for (int more = 0; more < kMoreLooks && !all_is_told(); ++more) live_until(now_ + kBetweenLooks);
  check_ears(now_ > end_);
  check_windows();
  calm_ = false;
}

bool Cluster::all_is_told() {
  checking_ = true;
  const store::Sequence last = store_.last_sequence().value();
  checking_ = false;
  return std::ranges::all_of(servers_, [&](const auto& server) {
    return !server->monitor || server->sleeps_until > now_ || server->ear.last >= last;
  });
}

void Cluster::check_end() {
  check_in_calm();
  checking_ = true;
  const auto repositories = store_.repositories();
  for (const store::Repository& repository : *repositories) {
    check_views(repository);
    if (github_.number_of(repository.name.full_name()) != 0) check_kept(repository);
    gaps_ += repository.gaps.size();
  }
  checking_ = false;
}

// Each process has told its subscriber all that was stored since it started; unless `all`, since the last check.
void Cluster::check_ears(bool all) {
  checking_ = true;
  for (const auto& server : servers_) {
    if (!server->monitor || server->sleeps_until > now_ || !server->ear.from) continue;
    const store::Sequence from = all ? *server->ear.from : std::max(*server->ear.from, server->ear.checked);
    server->ear.checked = server->ear.last;
    const auto stored = store_.events_after(from, std::numeric_limits<std::size_t>::max());
    std::size_t unheard = 0;
    store::Sequence first = 0;
    for (const store::StoredEvent& event : *stored) {
      if (server->ear.heard.contains({event.repository, event.event.key})) continue;
      if (unheard++ == 0) first = event.sequence;
    }
    if (unheard > 0) {
      complain("server " + std::to_string(server->number) + " has not told " + std::to_string(unheard) +
               " events, the first of which has number " + std::to_string(first) + "; it follows since " +
               std::to_string(*server->ear.from) + " and told " + std::to_string(server->ear.last) + " last");
    }
  }
  checking_ = false;
}

void Cluster::check_windows() {
  checking_ = true;
  for (const auto& server : servers_) {
    if (!server->monitor || server->sleeps_until > now_) continue;
    if (std::chrono::abs(clock_of(*server) - now_) > 1min) continue;  // it may not know
    for (const auto& view : server->monitor->snapshot()->repositories) check_window(*server, *view);
  }
  checking_ = false;
}

// The window has the newest events of the repository that the name leads to, and of no other.
void Cluster::check_window(const Server& server, const monitor::RepositoryView& view) {
  std::vector<TypedEvent> newest;
  const std::size_t most = view.window.rule().max_events;
  if (!former_.contains(view.repository.name.full_name())) {
    (void)store_.visit_newest(view.repository.id, most, [&](const core::EventKey& key, std::string_view type, auto) {
      newest.push_back({key, std::string(type)});
      return true;
    });
  } else {
    std::vector<TypedEvent> own;
    (void)store_.visit_events(view.repository.id, {}, [&](const store::StoredEvent& event) {
      if (view.feed.github_id == 0 || number_in(event.event.json) == view.feed.github_id) {
        own.push_back({event.event.key, event.event.type});
      }
      return true;
    });
    newest.assign(own.size() > most ? own.end() - static_cast<std::ptrdiff_t>(most) : own.begin(), own.end());
  }
  const Timestamp now = core::corrected(server.monitor->snapshot()->poller.clock_skew, clock_of(server));
  const std::vector<std::string> differences = compare_window(view.window, newest, now);
  if (differences.empty()) return;
  complain("server " + std::to_string(server.number) + ", " + view.repository.name.full_name() + ": " +
           differences.front() + ", and " + std::to_string(differences.size() - 1) + " more");
}

// All servers show the same, and it is what the store has.
void Cluster::check_views(const store::Repository& repository) {
  for (const auto& server : servers_) {
    const std::string where = "server " + std::to_string(server->number) + ", " + repository.name.full_name() + ": ";
    const auto view = server->monitor->snapshot()->find(repository.name.full_name());
    if (!view || view->repository.id != repository.id) {
      complain(where + "is not known");
      continue;
    }
    if (view->repository.events_stored != repository.events_stored) {
      complain(where + "events_stored is " + std::to_string(view->repository.events_stored) + ", and the store has " +
               std::to_string(repository.events_stored));
    }
    if (view->repository.gaps != repository.gaps) complain(where + "shows other gaps than the store");
    if (view->repository.active != repository.active) complain(where + "active is wrong");
    const core::RepoStatus status = view->feed.status;
    const bool well =
        status == core::RepoStatus::kOk || status == core::RepoStatus::kMoved || status == core::RepoStatus::kReplaced;
    if (!well && view->same_as.empty() && github_.number_of(repository.name.full_name()) != 0) {
      complain(where + "is " + std::string(core::to_string(status)) +
               " though all is calm: " + view->feed.status_detail);
    }
  }
}

// The last question for the first page, before `before`, that was answered and whose poll has ended since.
std::optional<Timestamp> Cluster::read_at(const std::string& name, Timestamp before) const {
  const std::uint64_t number = github_.number_of(name);
  const std::vector<sim::LoggedRequest>& requests = github_.log().requests();
  for (auto request = requests.rbegin(); request != requests.rend(); ++request) {
    if (request->page != 1 || request->at + kLongestWalk > before) continue;
    if (request->status != 200 && request->status != 304) continue;
    if (!core::is_repository_feed(request->feed) || github_.number_of(core::subject_of(request->feed)) != number) {
      continue;
    }
    return request->at;
  }
  return std::nullopt;
}

// Every event that GitHub showed is stored, or lies in a recorded gap, or left the feed before repopulse first looked.
void Cluster::check_kept(const store::Repository& repository) {
  const std::string name = repository.name.full_name();
  const auto since = since_.find(repository.id);
  const auto read = read_at(name, now_);
  Server& any = *servers_.front();
  const auto view = any.monitor->snapshot()->find(name);
  if (view && !view->same_as.empty()) return;  // the other name has its events
  if (since == since_.end() || !read) return complain(name + ": was never read");
  std::set<core::EventKey> stored;
  (void)store_.visit_newest(repository.id, std::numeric_limits<std::size_t>::max(),
                            [&](const core::EventKey& key, auto, auto) {
                              stored.insert(key);
                              return true;
                            });
  const std::vector<sim::Shown> shown = github_.shown(name);
  std::vector<Former> all = former_[name];
  all.push_back({shown, *read});
  for (const Former& one : all) {
    const LateEvents late(one.shown, stored, since->second + kFirstWalk);
    const auto must = [&](const sim::Shown& event) { return must_be_found(repository.id, late, event, one.read); };
    const auto missing = find_missing(one.shown, {stored, repository.gaps, since->second, one.read, must});
    if (missing) complain(name + (&one == &all.back() ? ": " : ", before it was given away: ") + *missing);
    count_late(one.shown, stored, late, must);
  }
}

// --- events that became visible late ---

bool Cluster::all_goes_well() const {
  return settings_.github_faults == 0 && settings_.store_faults == 0 && settings_.crashes == 0 &&
         settings_.late_calls == 0 && settings_.trouble_every == 0ms && settings_.operator_every == 0ms &&
         settings_.owners_every == 0ms && settings_.token_life == 0ms && !settings_.app;
}

// It is found within a hundred times the freshness, at least a minute, while such events come: docs/polling.md. Not
// known to come are those after a day without any, and all while the repository is not asked. Where all goes well,
// also what stood on page 2 is found, however soon newer events push it out, and what an answer showed is stored.
//
// Each look that troubles prevent costs half of that time more, and nobody looks while all servers sleep. What
// repopulse has learned may be lost with a server, and from an organisation's feed it learns only what is on none of
// its pages: then its own word is taken for it that late events come.
bool Cluster::must_be_found(core::RepoId repository, const LateEvents& late, const sim::Shown& event,
                            Timestamp read) const {
  const Millis within = polling::late_within(settings_.freshness);
  const Millis bound = all_goes_well() ? within + kLookTakes : 2 * within + kTroubles + 2 * settings_.longest_sleep;
  const Millis shown = std::min(event.until.value_or(read), read) - event.from;
  if (shown <= bound) {
    if (!all_goes_well()) return false;
    if (event.served) return true;
    if (settings_.organisation_feeds || late.stood_behind(event) >= 2 * core::kEventsPerPage) return false;
  }
  if (all_goes_well() && !settings_.organisation_feeds && late.known_to_come(event.from, bound)) return true;
  return looks_went_on(repository, event.from, event.from + std::min(shown, bound));
}

bool Cluster::looks_went_on(core::RepoId repository, Timestamp from, Timestamp until) const {
  const auto noted = looks_.find(repository);
  if (noted == looks_.end()) return false;
  bool at_begin = false;
  bool always = true;
  for (const auto& [at, go_on] : noted->second) {
    if (at <= from) at_begin = go_on;
    if (at > from && at <= until) always = always && go_on;
  }
  return at_begin && always;
}

void Cluster::count_late(const std::vector<sim::Shown>& shown, const std::set<core::EventKey>& stored,
                         const LateEvents& late, const std::function<bool(const sim::Shown&)>& must_be_found) {
  for (const sim::Shown& event : shown) {
    const bool showed = !event.until || *event.until > event.from;  // else below all that the feed shows
    if (!is_late(event) || event.from == start_ || !showed) continue;
    ++shown_late_;
    if (late.stood_behind(event) < core::kEventsPerPage) continue;
    ++shown_deep_;
    stored_deep_ += stored.contains(event.key);
    due_deep_ += must_be_found(event);
  }
}

void Cluster::complain(const std::string& what) {
  if (complaints_.size() == kComplaints) return;
  complaints_.push_back(core::format_rfc3339(core::to_event_time(now_)) + " " + what);
}

double Cluster::server_days() const {
  return settings_.servers * static_cast<double>((now_ - start_) / 1min) / (24 * 60);
}

std::string Cluster::circumstances() const {
  const auto text = [](Millis span) { return std::to_string(span / 1s) + " s"; };
  std::string out = std::to_string(settings_.servers) + " servers, " + std::to_string(settings_.shards) + " shards, " +
                    std::to_string(settings_.repositories) + " repositories, " + std::to_string(settings_.days) +
                    " days, policy " + settings_.policy;
  for (const auto& [name, share] :
       {std::pair("faults of GitHub", settings_.github_faults),
        std::pair("faults of the store", settings_.store_faults), std::pair("crashes", settings_.crashes),
        std::pair("late calls", settings_.late_calls), std::pair("late events", settings_.late_share)}) {
    if (share > 0) out += ", " + std::string(name) + " " + std::to_string(share);
  }
  for (const auto& [name, span] :
       {std::pair("late up to", settings_.latest_call), std::pair("trouble every", settings_.trouble_every),
        std::pair("sleeps up to", settings_.longest_sleep), std::pair("clocks wrong by up to", settings_.clock_error),
        std::pair("operators every", settings_.operator_every), std::pair("owners every", settings_.owners_every),
        std::pair("imports every", settings_.imports_every), std::pair("tokens last", settings_.token_life),
        std::pair("GraphQL lies every", settings_.lies_every), std::pair("freshness", settings_.freshness)}) {
    if (span > 0ms) out += ", " + std::string(name) + " " + text(span);
  }
  if (settings_.change_probes) out += ", change probes";
  if (settings_.app) out += ", a GitHub App";
  return out + (settings_.organisation_feeds ? "" : ", no organisations' feeds");
}

std::string Cluster::summary() const {
  return std::to_string(github_.log().requests().size()) + " requests, " +
         std::to_string(github_.log().not_modified()) + " of them 304, " + std::to_string(github_.log().probes()) +
         " probes, " + std::to_string(heard_) + " events heard, " + std::to_string(imported_) + " imported, " +
         std::to_string(gaps_) + " gaps, " + std::to_string(starts_) + " starts, " + std::to_string(crashes_) +
         " crashes, " + std::to_string(late_) + " late calls, " + std::to_string(shown_late_) + " events shown late, " +
         std::to_string(shown_deep_) + " of them behind the first page, of which " + std::to_string(due_deep_) +
         " had to be found and " + std::to_string(stored_deep_) + " were";
}

}  // namespace repopulse::simulation
