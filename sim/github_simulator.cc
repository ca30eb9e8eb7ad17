#include "sim/github_simulator.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <cstdio>

#include "base/text.h"
#include "core/feed_name.h"
#include "core/repo_name.h"
#include "sim/exchange.h"

namespace repopulse::sim {
namespace {

using namespace std::chrono_literals;
using core::EventTime;
using core::Millis;
using core::Seconds;
using core::Timestamp;
using github::Headers;
using github::HttpResponse;
using github::HttpResult;
using github::TransportError;
using github::TransportFailure;

constexpr std::uint64_t kHighIds = 1'000'000'000'000;  // of pushes, created and deleted branches
constexpr std::uint64_t kIdsASecond = 1000;
constexpr std::uint64_t kFall = 100'000'000'000;
constexpr std::int64_t kIdEpoch = 1'293'840'000;  // 2011; ids grow with time from here
constexpr Millis kTiesRest = 10min;               // how long events of one second keep their places
constexpr Millis kStuckFor = 30min;
constexpr Millis kRevisedAfter = 10min;  // mean
constexpr Seconds kSkew = 5h;
constexpr std::string_view kInstallations = "/app/installations/";

bool has_high_id(std::string_view type) {
  return type == "PushEvent" || type == "CreateEvent" || type == "DeleteEvent";
}

// 64 hexadecimal digits, as GitHub's.
std::string weak_etag(std::uint64_t hash) {
  std::string text = "W/\"";
  Random digits(hash);
  for (int i = 0; i < 4; ++i) {
    char part[17];
    std::snprintf(part, sizeof part, "%016llx", static_cast<unsigned long long>(digits.bits()));
    text += part;
  }
  return text + "\"";
}

std::uint64_t mix(std::uint64_t hash, std::uint64_t value) {
  return Random(hash ^ (value * 0xD6E8FEB86659FD93ULL)).bits();
}

// Empty when everything is on one page.
std::string links(const std::string& url, int page, int per_page, std::size_t events) {
  const auto pages =
      static_cast<int>((events + static_cast<std::size_t>(per_page) - 1) / static_cast<std::size_t>(per_page));
  std::string text;
  const auto add = [&](int to, std::string_view relation) {
    text += text.empty() ? "<" : ", <";
    text += url + "?per_page=" + std::to_string(per_page) + "&page=" + std::to_string(to) + ">; rel=\"";
    text += std::string(relation) + "\"";
  };
  if (page > 1) add(page - 1, "prev");
  if (page < pages) add(page + 1, "next");
  if (page < pages) add(pages, "last");
  if (page > 1) add(1, "first");
  return text;
}

std::string owner_of(std::string_view full_name) {
  return base::to_lower(full_name.substr(0, full_name.find('/')));
}

}  // namespace

Quirks Quirks::as_observed() {
  Quirks quirks;
  quirks.ties_move = true;
  quirks.revised = 0.02;
  quirks.strong_304 = 0.2;
  quirks.silent_304 = 0.1;
  quirks.latency_min = 30s;
  quirks.latency_max = 6h;
  return quirks;
}

GitHubSimulator::GitHubSimulator(const SimulatorSettings& settings) : settings_(settings), random_(settings.seed) {}

// --- the world ---

std::uint64_t GitHubSimulator::add_repository(std::string_view full_name, bool of_organisation) {
  const std::string key = base::to_lower(full_name);
  const auto known = names_.find(key);
  const bool taken = known != names_.end() && !known->second.moved && !repositories_[known->second.repository].gone;
  if (taken) return repositories_[known->second.repository].facts.id;
  Repository repository;
  repository.facts = {40'000'000 + 1009 * repositories_.size(), std::string(full_name), of_organisation};
  repository.feed.name = core::repository_feed(key);
  repository.feed.id_path = "/repositories/" + std::to_string(repository.facts.id) + "/events";
  names_[key] = {repositories_.size(), false};
  repositories_.push_back(std::move(repository));
  organisation(full_name);
  owners_.insert(owner_of(full_name));
  for (auto& [login, account] : accounts_) {
    if (account.watches_all) account.watched.insert(repositories_.size() - 1);
  }
  return repositories_.back().facts.id;
}

bool GitHubSimulator::has_repository(std::string_view full_name) const {
  return present(full_name).has_value();
}

std::optional<std::size_t> GitHubSimulator::present(std::string_view full_name) const {
  const auto at = names_.find(base::to_lower(full_name));
  const bool there = at != names_.end() && !at->second.moved && !repositories_[at->second.repository].gone;
  return there ? std::optional(at->second.repository) : std::nullopt;
}

std::vector<std::string> GitHubSimulator::repositories() const {
  std::vector<std::string> names;
  for (const Repository& repository : repositories_) names.push_back(repository.facts.full_name);
  return names;
}

GitHubSimulator::Feed& GitHubSimulator::organisation(std::string_view full_name) {
  const std::string owner = owner_of(full_name);
  const auto [at, added] = organisations_.try_emplace(owner);
  if (added) {
    at->second.name = core::organisation_feed(owner);
    at->second.id_path = "/organizations/" + std::to_string(9000 + organisations_.size()) + "/events";
  }
  return at->second;
}

std::uint64_t GitHubSimulator::draw_id(const Draft& draft) {
  if (draft.id) return *draft.id;
  const auto seconds =
      static_cast<std::uint64_t>(std::max<std::int64_t>(core::unix_seconds(draft.created_at) - kIdEpoch, 0));
  while (true) {
    std::uint64_t id = kFall + seconds * kIdsASecond + ids_drawn_++ % kIdsASecond;
    if (settings_.quirks.ids_fall_at && draft.created_at >= *settings_.quirks.ids_fall_at) id -= kFall;
    if (settings_.quirks.two_id_ranges && has_high_id(draft.type)) id += kHighIds;
    if (ids_.insert(id).second) return id;  // another repository may have had it in the same second
  }
}

void GitHubSimulator::add_events(std::string_view full_name, std::vector<Draft> drafts) {
  add_repository(full_name);
  const std::size_t repository = names_.find(base::to_lower(full_name))->second.repository;
  const Quirks& quirks = settings_.quirks;
  for (Draft& draft : drafts) {
    Record record;
    record.key = {draw_id(draft), draft.created_at};
    record.type = std::move(draft.type);
    record.actor = std::move(draft.actor);
    record.recorded = std::move(draft.json);
    record.repository = repository;
    Millis latency = draft.latency.value_or(0ms);
    if (!draft.latency && quirks.latency_max > 0ms) {
      const double low = std::log(static_cast<double>(std::max<Millis>(quirks.latency_min, 1ms).count()));
      const double high = std::log(static_cast<double>(quirks.latency_max.count()));
      latency = Millis(static_cast<std::int64_t>(std::exp(low + random_.unit() * (high - low))));
    }
    record.from = std::max(core::to_timestamp(draft.created_at) + latency, now_);
    if (quirks.revised > 0 && random_.chance(quirks.revised)) {
      const double after = random_.exponential(static_cast<double>(kRevisedAfter.count()));
      record.revised_at = record.from + Millis(static_cast<std::int64_t>(after));
    }
    happening_.emplace(core::to_timestamp(record.key.created_at), records_.size());
    pending_.emplace(record.from, records_.size());
    records_.push_back(std::move(record));
  }
  set_now(now_);
}

bool GitHubSimulator::move_repository(std::string_view from, std::string_view to) {
  const auto at = names_.find(base::to_lower(from));
  const std::string new_key = base::to_lower(to);
  if (at == names_.end() || at->second.moved || has_repository(to)) return false;
  const std::size_t index = at->second.repository;
  at->second.moved = true;
  names_[new_key] = {index, false};
  Repository& repository = repositories_[index];
  repository.facts.full_name = to;
  log_.rename(repository.feed.name, core::repository_feed(new_key));
  repository.feed.name = core::repository_feed(new_key);
  organisation(to);
  owners_.insert(owner_of(to));
  return true;
}

bool GitHubSimulator::delete_repository(std::string_view full_name) {
  const auto at = names_.find(base::to_lower(full_name));
  if (at == names_.end()) return false;
  repositories_[at->second.repository].gone = true;
  return true;
}

void GitHubSimulator::hide_organisation(std::string_view owner) {
  hidden_organisations_.insert(base::to_lower(owner));
}

bool GitHubSimulator::block_repository(std::string_view full_name, int status) {
  const auto at = names_.find(base::to_lower(full_name));
  if (at == names_.end()) return false;
  repositories_[at->second.repository].blocked = status;
  return true;
}

bool GitHubSimulator::stall_repository(std::string_view full_name, bool stalls) {
  const auto at = names_.find(base::to_lower(full_name));
  if (at == names_.end()) return false;
  repositories_[at->second.repository].stalls = stalls;
  return true;
}

// --- time ---

void GitHubSimulator::set_now(Timestamp now) {
  assert(now >= now_);
  const core::Timestamp before = std::exchange(now_, now);
  while (!happening_.empty() && happening_.begin()->first <= now_) {
    const Record& record = records_[happening_.begin()->second];
    happening_.erase(happening_.begin());
    Repository& repository = repositories_[record.repository];
    repository.state.happen(record.type, record.recorded, record.key.created_at);
    // created_at has whole seconds: an event of this second is one of now.
    const bool is_new = core::to_timestamp(record.key.created_at) + core::Seconds(1) > before;
    if (happens_ && is_new && !repository.gone) {
      happens_({record.key, record.type, record.actor, repository.facts.full_name, repository.facts.id});
    }
  }
  while (!pending_.empty() && pending_.begin()->first <= now_) {
    const std::size_t record = pending_.begin()->second;
    pending_.erase(pending_.begin());
    show(record);
  }
}

void GitHubSimulator::show(std::size_t index) {
  Repository& repository = repositories_[records_[index].repository];
  if (repository.gone) return;
  repository.shown.push_back(index);
  insert(repository.feed, index, true);
  insert(organisation(repository.facts.full_name), index, false);
  for (auto& [login, account] : accounts_) {
    if (account.receives(records_[index])) insert(account.feed, index, false);
  }
}

// `decides_until`: it is the feed of the event's own repository, whose depth says how long the event is shown.
void GitHubSimulator::insert(Feed& feed, std::size_t index, bool decides_until) {
  const auto newer = [this](std::size_t a, std::size_t b) {
    return records_[a].key.created_at > records_[b].key.created_at;
  };
  // Of one second, what came last stands first.
  feed.newest.insert(std::ranges::lower_bound(feed.newest, index, newer), index);
  if (feed.newest.size() <= settings_.feed_depth) return;
  Record& dropped = records_[feed.newest.back()];
  feed.newest.pop_back();
  if (!decides_until) return;
  dropped.until = records_[index].from;
  dropped.json = {};
  dropped.json_revision = -1;
}

void GitHubSimulator::drop_aged(Feed& feed) {
  while (!feed.newest.empty()) {
    Record& oldest = records_[feed.newest.back()];
    const Timestamp end = core::to_timestamp(oldest.key.created_at) + settings_.feed_age;
    if (end > now_) return;
    if (!oldest.until) oldest.until = std::max(end, oldest.from);
    feed.newest.pop_back();
  }
}

std::uint64_t GitHubSimulator::number_of(std::string_view full_name) const {
  const auto at = names_.find(base::to_lower(full_name));
  if (at == names_.end() || repositories_[at->second.repository].gone) return 0;
  return repositories_[at->second.repository].facts.id;
}

std::string GitHubSimulator::feed_of(std::string_view full_name) const {
  const auto at = names_.find(base::to_lower(full_name));
  return at == names_.end() ? std::string() : repositories_[at->second.repository].feed.name;
}

std::vector<core::Event> GitHubSimulator::recorded(std::string_view full_name, EventTime from, EventTime until) {
  std::vector<core::Event> found;
  const auto at = names_.find(base::to_lower(full_name));
  if (at == names_.end()) return found;
  const Repository& repository = repositories_[at->second.repository];
  for (const std::size_t index : repository.shown) {
    Record& record = records_[index];
    if (record.key.created_at < from || record.key.created_at >= until) continue;
    found.push_back(
        {record.key, record.type, record.actor, repository.facts.full_name, json(record), repository.facts.id});
  }
  return found;
}

std::vector<Shown> GitHubSimulator::shown(std::string_view full_name) const {
  std::vector<Shown> found;
  const auto at = names_.find(base::to_lower(full_name));
  if (at == names_.end()) return found;
  for (const std::size_t index : repositories_[at->second.repository].shown) {
    const Record& record = records_[index];
    const Timestamp aged = core::to_timestamp(record.key.created_at) + settings_.feed_age;
    std::optional<Timestamp> until = record.until;
    if (!until && aged <= now_) until = std::max(aged, record.from);
    found.push_back({record.key, record.type, record.from, until, record.served});
  }
  return found;
}

int GitHubSimulator::revision(const Record& record) const {
  return record.revised_at && *record.revised_at <= now_ ? 1 : 0;
}

const std::string& GitHubSimulator::json(Record& record) {
  const int wanted = revision(record);
  if (record.json_revision != wanted) {
    const RepositoryFacts& facts = repositories_[record.repository].facts;
    record.json = record.recorded.empty() ? event_json(record.key, record.type, record.actor, facts, wanted)
                                          : recorded_json(record.recorded, record.key, facts);
    record.json_revision = wanted;
  }
  return record.json;
}

std::vector<std::size_t> GitHubSimulator::order(const Feed& feed) const {
  std::vector<std::size_t> newest = feed.newest;
  if (!settings_.quirks.ties_move) return newest;
  const auto epoch = static_cast<std::uint64_t>(now_.time_since_epoch() / kTiesRest);
  const auto before = [&](std::size_t a, std::size_t b) {
    const core::EventKey &x = records_[a].key, &y = records_[b].key;
    if (x.created_at != y.created_at) return x.created_at > y.created_at;
    return mix(x.id, epoch) < mix(y.id, epoch);
  };
  std::ranges::stable_sort(newest, before);
  return newest;
}

// --- trouble ---

void GitHubSimulator::set_faults(double rate, std::vector<Fault> faults) {
  settings_.fault_rate = rate;
  settings_.faults = std::move(faults);
}

void GitHubSimulator::inject(Fault fault, int times) {
  if (is_of_graphql(fault)) return inject_into_graphql(fault, times);
  injected_.insert(injected_.begin(), static_cast<std::size_t>(times), fault);
}

void GitHubSimulator::end_token(std::string token, Timestamp at) {
  token_ends_[std::move(token)] = at;
}

void GitHubSimulator::set_remaining(std::int64_t remaining) {
  quota("");
  for (auto& [token, left] : quotas_) left.used = std::max<std::int64_t>(left.limit - remaining, 0);
}

std::optional<Fault> GitHubSimulator::draw_fault(bool of_graphql) {
  for (std::vector<Fault>* injected : {&injected_graphql_, &injected_}) {
    if (injected->empty() || (injected == &injected_graphql_ && !of_graphql)) continue;
    const Fault fault = injected->back();
    injected->pop_back();
    return fault;
  }
  if (settings_.fault_rate <= 0 || !random_.chance(settings_.fault_rate)) return std::nullopt;
  if (!settings_.faults.empty()) return settings_.faults[random_.below(settings_.faults.size())];
  const std::size_t drawn = random_.below(kAllFaults.size() + (of_graphql ? kGraphqlFaults.size() : 0));
  return drawn < kAllFaults.size() ? kAllFaults[drawn] : kGraphqlFaults[drawn - kAllFaults.size()];
}

// --- GitHub ---

HttpResult GitHubSimulator::send(const github::HttpRequest& request) {
  const std::string_view url = request.url;
  if (!url.starts_with(settings_.base_url) || url.size() == settings_.base_url.size() ||
      url[settings_.base_url.size()] != '/') {
    return tl::unexpected(TransportError{TransportFailure::kConnect, "could not connect to " + request.url});
  }
  return serve(url.substr(settings_.base_url.size()), request.headers, request.body);
}

HttpResult GitHubSimulator::serve(std::string_view target, const Headers& headers,
                                  const std::optional<std::string>& body) {
  Exchange exchange(target, headers, body);
  if (executor_ && body && exchange.query.path == "/graphql") exchange.feed = kGraphql;
  const std::string_view path = exchange.query.path;
  if (app_ && body && path.starts_with(kInstallations) && path.ends_with("/access_tokens")) {
    exchange.feed = kApp;
    exchange.charged = false;  // it has a quota of its own
  }
  respond(exchange);
  return finish(exchange);
}

void GitHubSimulator::respond(Exchange& exchange) {
  last_fault_.reset();
  if (refuse(exchange)) return;
  exchange.fault = last_fault_ = draw_fault(exchange.is_probe());
  if (exchange.play_refusal(now_)) return;
  route(exchange);
  exchange.spoil(random_);
}

// What GitHub refuses before it looks at the path.
bool GitHubSimulator::refuse(Exchange& exchange) {
  const Query& query = exchange.query;
  const std::string_view version = github::header(query.headers, "X-GitHub-Api-Version");
  if (github::header(query.headers, "User-Agent").empty()) {
    exchange.refuse(403,
                    "Request forbidden by administrative rules. Please make sure your request has a User-Agent header");
    return true;
  }
  if (!version.empty() && version != "2022-11-28") {
    exchange.refuse(400, "The API version is not supported");
    return true;
  }
  if (!accepts_token(exchange)) {
    exchange.refuse(401, "Bad credentials");
    return true;
  }
  const Quota& left = quota(exchange.account);
  if (query.path != "/rate_limit" && !exchange.is_probe() && exchange.feed != kApp && left.used >= left.limit) {
    exchange.refuse(403, "API rate limit exceeded for user ID 1.");
    exchange.charged = false;
    exchange.told.nothing_before = core::to_timestamp(left.reset);
    exchange.told.of_quota = true;
    return true;
  }
  return false;
}

// Of the App all tokens have one account.
bool GitHubSimulator::accepts_token(Exchange& exchange) const {
  const std::string& token = exchange.query.token;
  const auto end = token_ends_.find(token);
  if (end != token_ends_.end() && now_ >= end->second) return false;
  if (token.empty()) return true;
  if (!settings_.required_token.empty() && token == settings_.required_token) return true;
  if (!app_) return settings_.required_token.empty();
  exchange.account = kInstallationAccount;
  return exchange.feed == kApp || app_->holds(token, now_);
}

void GitHubSimulator::answer_app(Exchange& exchange) {
  std::string_view path = exchange.query.path;
  path.remove_prefix(kInstallations.size());
  auto [status, body] = app_->make_token(path.substr(0, path.find('/')), exchange.query.token, now_);
  exchange.response.status = status;
  exchange.response.body = std::move(body);
}

void GitHubSimulator::route(Exchange& exchange) {
  std::string path = base::to_lower(exchange.query.path);
  if (path == "/rate_limit") return answer_rate_limit(exchange);
  if (exchange.is_probe()) return answer_graphql(exchange);
  if (exchange.feed == kApp) return answer_app(exchange);
  constexpr std::string_view kEvents = "/events";
  if (path.ends_with(kEvents)) {
    path.resize(path.size() - kEvents.size());
    if (path.starts_with("/repos/")) {
      const auto at = names_.find(path.substr(7));
      if (at != names_.end() && !at->second.moved) return answer_repository(exchange, at->second.repository);
      if (at != names_.end()) {
        const Repository& repository = repositories_[at->second.repository];
        exchange.feed = repository.feed.name;
        exchange.refuse(settings_.redirect_status, "Moved Permanently");
        std::string location = settings_.base_url + repository.feed.id_path;
        if (!exchange.query.query.empty()) location += "?" + std::string(exchange.query.query);
        return exchange.header("Location", location);
      }
      exchange.feed = path.substr(1);
    }
    for (std::size_t i = 0; i < repositories_.size(); ++i) {
      if (repositories_[i].feed.id_path == path + "/events") return answer_repository(exchange, i);
    }
    for (auto& [owner, feed] : organisations_) {
      if (hidden_organisations_.contains(owner)) continue;
      if (path == "/orgs/" + owner || feed.id_path == path + "/events") return answer_feed(exchange, feed);
    }
  }
  if (path.ends_with("/received_events")) return answer_account(exchange, path);
  if (is_listing(path)) return answer_listing(exchange, path);
  exchange.refuse(404, "Not Found");
}

void GitHubSimulator::answer_rate_limit(Exchange& exchange) {
  const Quota& left = quota(exchange.account);
  const std::string core = "{\"limit\":" + std::to_string(left.limit) + ",\"used\":" + std::to_string(left.used) +
                           ",\"remaining\":" + std::to_string(std::max<std::int64_t>(left.limit - left.used, 0)) +
                           ",\"reset\":" + std::to_string(core::unix_seconds(left.reset)) + ",\"resource\":\"core\"}";
  exchange.response.status = 200;
  exchange.response.body = "{\"resources\":{\"core\":" + core + "},\"rate\":" + core + "}";
  exchange.charged = false;
}

void GitHubSimulator::answer_repository(Exchange& exchange, std::size_t index) {
  Repository& repository = repositories_[index];
  const auto named = names_.find(base::to_lower(repository.facts.full_name));
  const bool has_name = named != names_.end() && named->second.repository == index;
  exchange.feed = has_name ? repository.feed.name : repository.feed.id_path.substr(1);  // another has its name now
  if (repository.gone) return exchange.refuse(404, "Not Found");
  if (repository.stalls) {
    exchange.fault = last_fault_ = Fault::kTimeout;
    exchange.failure = TransportFailure::kTimeout;
    return;
  }
  if (repository.blocked != 0) {
    exchange.response.status = repository.blocked;
    exchange.response.body = R"({"message":"Repository access blocked","block":{"reason":")" +
                             std::string(repository.blocked == 451 ? "dmca" : "tos") +
                             R"(","created_at":"2024-01-01T00:00:00Z","html_url":null}})";
    return;
  }
  answer_feed(exchange, repository.feed);
}

void GitHubSimulator::answer_feed(Exchange& exchange, Feed& feed) {
  const Query& query = exchange.query;
  exchange.feed = feed.name;
  drop_aged(feed);
  if (exchange.fault == Fault::kStuck) feed.stuck_until = std::max(feed.stuck_until.value_or(now_), now_ + kStuckFor);
  const auto first = static_cast<std::size_t>(query.page - 1) * static_cast<std::size_t>(query.per_page);
  if (first >= settings_.feed_depth) {
    return exchange.refuse(422, "In order to keep the API fast for everyone, pagination is limited for this resource.");
  }
  const std::vector<std::size_t> newest = order(feed);
  const std::size_t last = std::min(first + static_cast<std::size_t>(query.per_page), newest.size());
  std::uint64_t hash = mix(std::hash<std::string>{}(query.token), std::hash<std::string>{}(feed.name));
  hash = mix(mix(hash, static_cast<std::uint64_t>(query.page)), static_cast<std::uint64_t>(query.per_page));
  EventTime modified{};
  for (std::size_t i = first; i < last; ++i) {
    const Record& record = records_[newest[i]];
    hash = mix(mix(hash, core::EventKeyHash{}(record.key)), static_cast<std::uint64_t>(revision(record)));
    modified = std::max(modified, record.key.created_at);
  }
  const std::string etag = weak_etag(hash);
  const std::string date = core::format_http_date(modified);
  const std::string_view known = github::header(query.headers, "If-None-Match");
  const std::string_view since = github::header(query.headers, "If-Modified-Since");
  const bool stuck = feed.stuck_until && now_ < *feed.stuck_until && query.conditional();
  const bool same = known.empty() ? !since.empty() && since == date : opaque(known) == opaque(etag);
  if (stuck || same) {
    exchange.response.status = 304;
    exchange.charged = query.token.empty();
    std::string sent = stuck && !known.empty() ? std::string(known) : etag;
    if (random_.chance(settings_.quirks.strong_304)) sent = std::string(opaque(sent));
    exchange.header("ETag", std::move(sent));
    if (random_.chance(settings_.quirks.silent_304)) return;
  } else {
    exchange.response.status = 200;
    exchange.header("ETag", etag);
    if (last > first) exchange.header("Last-Modified", date);
    const std::string link = links(settings_.base_url + feed.id_path, query.page, query.per_page, newest.size());
    if (!link.empty()) exchange.header("Link", link);
    std::string& body = exchange.response.body = "[";
    for (std::size_t i = first; i < last; ++i) {
      if (i > first) body += ',';
      body += json(records_[newest[i]]);
      records_[newest[i]].served = true;
    }
    body += ']';
  }
  exchange.told.poll_interval = settings_.poll_interval;
  exchange.header("X-Poll-Interval", std::to_string(settings_.poll_interval / 1s));
}

GitHubSimulator::Quota& GitHubSimulator::quota(const std::string& token) {
  Quota& found = quotas_[token];
  found.limit = token.empty() ? settings_.limit_without_token : settings_.limit_with_token;
  if (core::to_timestamp(found.reset) <= now_) {
    found.used = 0;
    found.reset = core::to_event_time(now_) + 1h;
  }
  return found;
}

void GitHubSimulator::add_rate_headers(Exchange& exchange) {
  const bool probe = exchange.is_probe();
  Quota& left = probe ? points(exchange.account) : quota(exchange.account);
  left.used += probe ? exchange.points : exchange.charged;
  exchange.header("X-RateLimit-Limit", std::to_string(left.limit));
  exchange.header("X-RateLimit-Remaining", std::to_string(std::max<std::int64_t>(left.limit - left.used, 0)));
  exchange.header("X-RateLimit-Used", std::to_string(left.used));
  exchange.header("X-RateLimit-Reset", std::to_string(core::unix_seconds(left.reset)));
  exchange.header("X-RateLimit-Resource", probe ? std::string(kGraphql) : "core");
}

// Headers that every answer has, and the entry in the log.
HttpResult GitHubSimulator::finish(Exchange& exchange) {
  const Query& query = exchange.query;
  HttpResponse& response = exchange.response;
  add_rate_headers(exchange);
  exchange.header("Server", "github.com");
  exchange.header("Content-Type", "application/json; charset=utf-8");
  const bool bare = exchange.fault == Fault::kMissingHeaders && response.status == 200;
  if (bare) {
    std::erase_if(response.headers, [](const auto& header) {
      return header.first.starts_with("X-") || header.first == "ETag" || header.first == "Last-Modified";
    });
    exchange.told.poll_interval.reset();
  }
  const bool skewed = exchange.fault == Fault::kClockSkew;
  exchange.header("Date", core::format_http_date(core::to_event_time(now_) + (skewed ? kSkew : 0s)));
  if (exchange.failure) exchange.told = {};
  const auto fault_name = exchange.fault ? std::string(to_string(*exchange.fault)) : std::string();
  log_.add(
      {now_, std::string(query.target), exchange.feed, query.page, query.conditional(), exchange.account,
       exchange.failure ? 0 : response.status, fault_name, exchange.charged && !exchange.is_probe(), exchange.points},
      exchange.told);
  if (exchange.failure) {
    return tl::unexpected(TransportError{*exchange.failure, "played: " + fault_name});
  }
  return std::move(response);
}

}  // namespace repopulse::sim
