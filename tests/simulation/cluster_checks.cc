// What must hold in a cluster, whatever happened.
#include <algorithm>
#include <limits>

#include "core/clock.h"
#include "core/clock_skew.h"
#include "core/feed_name.h"
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
constexpr Millis kLongestPause = 45min;   // of a feed that is due every ten minutes: deaths, takeovers, back-offs

// GitHub's id of the repository that an event of the simulated GitHub names.
std::uint64_t number_in(const std::string& json) {
  constexpr std::string_view kBefore = "\"repo\":{\"id\":";
  const std::size_t at = json.find(kBefore);
  return at == std::string::npos ? 0 : std::strtoull(json.c_str() + at + kBefore.size(), nullptr, 10);
}

}  // namespace

// A feed that is due every few minutes is asked, whatever happens to clocks, servers and the store.
void Cluster::check_waits() {
  if (settings_.github_faults > 0 && !calm_) return;
  const Millis longest = settings_.policy == "fixed" ? kLongestPause : kLongestInterval + kLongestPause;
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
  check_ears();
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

// Each process has told its subscriber all that was stored since it started.
void Cluster::check_ears() {
  checking_ = true;
  for (const auto& server : servers_) {
    if (!server->monitor || server->sleeps_until > now_ || !server->ear.from) continue;
    const auto stored = store_.events_after(*server->ear.from, std::numeric_limits<std::size_t>::max());
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
    (void)store_.visit_newest(view.repository.id, most, [&](const core::EventKey& key, std::string_view type) {
      newest.push_back({key, std::string(type)});
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
                            [&](const core::EventKey& key, std::string_view) { stored.insert(key); });
  const Kept kept{stored, repository.gaps, since->second, *read};
  if (const auto missing = find_missing(github_.shown(name), kept)) complain(name + ": " + *missing);
  for (const Former& former : former_[name]) {
    const Kept before{stored, repository.gaps, since->second, former.read};
    if (const auto missing = find_missing(former.shown, before))
      complain(name + ", before it was given away: " + *missing);
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
        std::pair("late calls", settings_.late_calls)}) {
    if (share > 0) out += ", " + std::string(name) + " " + std::to_string(share);
  }
  for (const auto& [name, span] :
       {std::pair("late up to", settings_.latest_call), std::pair("trouble every", settings_.trouble_every),
        std::pair("sleeps up to", settings_.longest_sleep), std::pair("clocks wrong by up to", settings_.clock_error),
        std::pair("operators every", settings_.operator_every), std::pair("owners every", settings_.owners_every),
        std::pair("imports every", settings_.imports_every), std::pair("tokens last", settings_.token_life)}) {
    if (span > 0ms) out += ", " + std::string(name) + " " + text(span);
  }
  return out + (settings_.organisation_feeds ? "" : ", no organisations' feeds");
}

std::string Cluster::summary() const {
  return std::to_string(github_.log().requests().size()) + " requests, " +
         std::to_string(github_.log().not_modified()) + " of them 304, " + std::to_string(heard_) + " events heard, " +
         std::to_string(imported_) + " imported, " + std::to_string(gaps_) + " gaps, " + std::to_string(starts_) +
         " starts, " + std::to_string(crashes_) + " crashes, " + std::to_string(late_) + " late calls";
}

}  // namespace repopulse::simulation
