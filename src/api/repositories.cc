#include "api/repositories.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "api/errors.h"
#include "api/json_writer.h"
#include "api/owners.h"
#include "api/pagination.h"
#include "api/query.h"
#include "api/rendered.h"
#include "api/repository_json.h"
#include "api/request_path.h"

namespace repopulse::api {
namespace {

using View = std::shared_ptr<const monitor::RepositoryView>;

http::Response shown(int status, const http::Request& request, const monitor::RepositoryView& view,
                     const monitor::Snapshot& snapshot) {
  std::string body;
  JsonWriter json(body);
  write_repository(json, view, base_url(request), snapshot.poller);
  return rendered(status, std::move(body));
}

}  // namespace

void Repositories::add_routes(http::Router& router) {
  using http::Method;
  using http::Request;
  using store::KeyRole;
  const AccessControl& access = context_.access;
  const auto reads = [&](std::string pattern, http::Handler handler) {
    router.add(access.guard(KeyRole::kRead, {Method::kGet, std::move(pattern), std::move(handler)}));
  };
  const auto changes = [&](Method method, std::string pattern, http::Handler handler) {
    router.add(access.guard(KeyRole::kAdmin, {method, std::move(pattern), std::move(handler), true}));
  };
  reads("/api/repos/", [this](const Request& request) { return list(request, false); });
  reads("/api/repos/active/", [this](const Request& request) { return list(request, true); });
  reads("/api/repos/{owner}/{repo}", [this](const Request& request) { return show(request); });
  changes(Method::kPost, "/api/repos/", [this](const Request& request) { return add(request); });
  changes(Method::kDelete, "/api/repos/{owner}/{repo}", [this](const Request& request) { return remove(request); });
  changes(Method::kPost, "/api/repos/{owner}/{repo}/activate",
          [this](const Request& request) { return set_active(request, true); });
  changes(Method::kPost, "/api/repos/{owner}/{repo}/deactivate",
          [this](const Request& request) { return set_active(request, false); });
  changes(Method::kPost, "/api/repos/{owner}/{repo}/poll",
          [this](const Request& request) { return ask_soon(request); });
}

http::Response Repositories::list(const http::Request& request, bool active_only) const {
  Query query(request, "Repository");
  const Page page = query.page();
  if (!query.errors().empty()) return validation_failed(query.errors());
  const auto snapshot = context_.monitor.snapshot();
  std::vector<const monitor::RepositoryView*> views;
  for (const View& view : snapshot->repositories) {
    if (!active_only || view->repository.active) views.push_back(view.get());
  }
  const std::string base = base_url(request);
  std::string body;
  JsonWriter json(body);
  json.begin_array();
  for (std::uint64_t i = page.offset(); i < std::min<std::uint64_t>(views.size(), page.offset() + page.size); ++i) {
    write_repository(json, *views[i], base, snapshot->poller);
  }
  json.end_array();
  http::Response response = rendered(200, std::move(body));
  std::string links = link_header(request, page, views.size());
  if (!links.empty()) response.headers.emplace_back("Link", std::move(links));
  return response;
}

http::Response Repositories::show(const http::Request& request) const {
  const auto snapshot = context_.monitor.snapshot();
  const View view = snapshot->find(repository_in_path(request));
  return view ? shown(200, request, *view, *snapshot) : not_found();
}

http::Response Repositories::add(const http::Request& request) {
  AddRequest wanted = read_add_request(request, context_.settings.github_url);
  if (wanted.refusal) return std::move(*wanted.refusal);
  const auto added = context_.monitor.add(wanted.repositories, wanted.owners, context_.clock());
  if (!added) return error_response(added.error());
  const bool created = std::ranges::any_of(added->repositories, &store::AddedRepository::created) ||
                       std::ranges::any_of(added->owners, &monitor::AddedOwner::created);
  const std::string base = base_url(request);
  std::string body = shown_in_order(wanted, *added, base);
  if (body.empty()) return not_found();  // another request has removed it already
  http::Response response = rendered(created ? 201 : 200, std::move(body));
  if (!wanted.is_array) {
    response.headers.emplace_back(
        "Location", base + (added->owners.empty() ? repository_path(added->repositories.front().repository.name)
                                                  : owner_path(added->owners.front().name)));
  }
  return response;
}

// As JSON, in the order of the request.
std::string Repositories::shown_in_order(const AddRequest& wanted, const monitor::Added& added,
                                         std::string_view base) const {
  const auto snapshot = context_.monitor.snapshot();
  std::string body;
  JsonWriter json(body);
  if (wanted.is_array) json.begin_array();
  auto repository = added.repositories.begin();
  auto owner = added.owners.begin();
  for (const bool is_owner : wanted.is_owner) {
    if (is_owner) {
      const monitor::OwnerView* view = snapshot->find_owner((owner++)->name.key());
      if (view != nullptr) write_owner(json, *view, base, *snapshot);
    } else {
      const View view = snapshot->find((repository++)->repository.name.key());
      if (view) write_repository(json, *view, base, snapshot->poller);
    }
  }
  if (wanted.is_array) json.end_array();
  return body;
}

http::Response Repositories::remove(const http::Request& request) {
  const core::Status removed = context_.monitor.remove(repository_in_path(request), context_.clock());
  return removed ? http::Response{.status = 204} : error_response(removed.error());
}

http::Response Repositories::set_active(const http::Request& request, bool active) {
  const auto view = context_.monitor.set_active(repository_in_path(request), active, context_.clock());
  return view ? shown(200, request, **view, *context_.monitor.snapshot()) : error_response(view.error());
}

http::Response Repositories::ask_soon(const http::Request& request) {
  const auto view = context_.monitor.ask_soon(repository_in_path(request), context_.clock());
  return view ? shown(202, request, **view, *context_.monitor.snapshot()) : error_response(view.error());
}

}  // namespace repopulse::api
