#include "api/owners.h"

#include <algorithm>
#include <cstdint>
#include <utility>

#include "api/errors.h"
#include "api/pagination.h"
#include "api/query.h"
#include "api/rendered.h"

namespace repopulse::api {
namespace {

// Of the repositories on the list, which stand together there.
struct Counts {
  std::uint64_t repositories = 0;
  std::uint64_t active = 0;
  std::uint64_t held = 0;  // added without being activated
};

Counts counts_of(const monitor::OwnerView& owner, const monitor::Snapshot& snapshot) {
  Counts counts;
  const auto end = snapshot.repositories.end();
  for (auto at = snapshot.repositories.from(owner.name.key() + "/"); at != end; ++at) {
    const store::Repository& repository = (*at)->repository;
    if (repository.name.owner_key() != owner.name.key()) break;
    ++counts.repositories;
    counts.active += repository.active ? 1 : 0;
    counts.held += !repository.active && owner.held.contains(repository.name.key()) ? 1 : 0;
  }
  return counts;
}

std::string detail_of(const monitor::OwnerView& owner, const Counts& counts) {
  if (!owner.status_detail.empty() || !owner.active || counts.held == 0) return owner.status_detail;
  return std::to_string(counts.held) + (counts.held == 1 ? " repository was" : " repositories were") +
         " added without being activated: the limit of active repositories is reached (--max-active)";
}

std::string_view login_in_path(const http::Request& request) {
  return request.parameter("owner");
}

}  // namespace

std::string owner_path(const core::OwnerName& name) {
  return "/api/repos/" + name.full_name();
}

void write_owner(JsonWriter& json, const monitor::OwnerView& owner, std::string_view base,
                 const monitor::Snapshot& snapshot) {
  const Counts counts = counts_of(owner, snapshot);
  json.begin_object().member("full_name", owner.name.full_name());
  json.key("owner").begin_object().member("login", owner.name.login()).end_object();
  json.member("html_url", "https://github.com/" + owner.name.login());
  json.member("url", std::string(base) + owner_path(owner.name));
  json.member("active", owner.active).member("archived", owner.archived).member("forks", owner.forks);
  json.member("added_at", owner.added_at);
  json.member("status", core::to_string(owner.status)).text_or_null("status_detail", detail_of(owner, counts));
  json.member("repositories", counts.repositories).member("active_repositories", counts.active);
  json.member("not_activated", counts.held);
  const auto next = std::max(owner.due, owner.added_at);
  json.member("last_read_at", owner.whole_at).member("last_asked_at", owner.asked_at);
  json.member("next_ask_at", std::max(next, snapshot.poller.budget.blocked_until.value_or(next)));
  json.key("polling").begin_object().member("requests", owner.counters.requests);
  json.member("not_modified", owner.counters.not_modified).member("failures", owner.counters.failures);
  json.member("quota_spent", owner.counters.quota_spent).end_object().end_object();
}

void Owners::add_routes(http::Router& router) {
  using http::Method;
  using http::Request;
  using store::KeyRole;
  const std::string one = "/api/repos/{owner}/*";
  const AccessControl& access = context_.access;
  const auto changes = [&](Method method, std::string pattern, http::Handler handler) {
    router.add(access.guard(KeyRole::kAdmin, {method, std::move(pattern), std::move(handler), true}));
  };
  router.add(access.guard(KeyRole::kRead,
                          {Method::kGet, "/api/owners/", [this](const Request& request) { return list(request); }}));
  router.add(
      access.guard(KeyRole::kRead, {Method::kGet, one, [this](const Request& request) { return show(request, 200); }}));
  changes(Method::kDelete, one, [this](const Request& request) { return remove(request); });
  changes(Method::kPost, one + "/activate", [this](const Request& request) {
    return changed(request, context_.monitor.set_owner_active(login_in_path(request), true, context_.clock()), 200);
  });
  changes(Method::kPost, one + "/deactivate", [this](const Request& request) {
    return changed(request, context_.monitor.set_owner_active(login_in_path(request), false, context_.clock()), 200);
  });
  changes(Method::kPost, one + "/poll", [this](const Request& request) {
    return changed(request, context_.monitor.ask_owner_soon(login_in_path(request), context_.clock()), 202);
  });
}

http::Response Owners::list(const http::Request& request) const {
  Query query(request, "Owner");
  const Page page = query.page();
  if (!query.errors().empty()) return validation_failed(query.errors());
  const auto snapshot = context_.monitor.snapshot();
  const auto& owners = *snapshot->owners;
  std::string body;
  JsonWriter json(body);
  json.begin_array();
  for (std::uint64_t i = page.offset(); i < std::min<std::uint64_t>(owners.size(), page.offset() + page.size); ++i) {
    write_owner(json, owners[i], base_url(request), *snapshot);
  }
  json.end_array();
  http::Response response = rendered(200, std::move(body));
  std::string links = link_header(request, page, owners.size());
  if (!links.empty()) response.headers.emplace_back("Link", std::move(links));
  return response;
}

http::Response Owners::show(const http::Request& request, int status) const {
  const auto snapshot = context_.monitor.snapshot();
  const monitor::OwnerView* owner = snapshot->find_owner(login_in_path(request));
  if (owner == nullptr) return not_found();
  std::string body;
  JsonWriter json(body);
  write_owner(json, *owner, base_url(request), *snapshot);
  return rendered(status, std::move(body));
}

http::Response Owners::changed(const http::Request& request, const core::Status& done, int status) const {
  return done ? show(request, status) : error_response(done.error());
}

http::Response Owners::remove(const http::Request& request) {
  const core::Status removed = context_.monitor.remove_owner(login_in_path(request), context_.clock());
  return removed ? http::Response{.status = 204} : error_response(removed.error());
}

}  // namespace repopulse::api
