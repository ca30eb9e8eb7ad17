// The simulated GitHub's lists of an owner's repositories, newest first.
#include <algorithm>
#include <cstdio>

#include "base/hash.h"
#include "base/text.h"
#include "sim/exchange.h"
#include "sim/github_simulator.h"

namespace repopulse::sim {
namespace {

constexpr std::string_view kPrefix = "/users/";
constexpr std::string_view kSuffix = "/repos";

std::string text_of(bool value) {
  return value ? "true" : "false";
}

}  // namespace

bool GitHubSimulator::mark_repository(std::string_view full_name, RepositoryMarks marks) {
  const auto repository = present(full_name);
  if (repository) repositories_[*repository].marks = marks;
  return repository.has_value();
}

bool GitHubSimulator::is_archived(std::string_view full_name) const {
  const auto repository = present(full_name);
  return repository && repositories_[*repository].marks.archived;
}

void GitHubSimulator::remove_owner(std::string_view login) {
  owners_.erase(base::to_lower(login));
}

bool GitHubSimulator::is_listing(std::string_view path) {
  return path.starts_with(kPrefix) && path.ends_with(kSuffix) && path.size() > kPrefix.size() + kSuffix.size();
}

// `path`: of the request, in lower case.
void GitHubSimulator::answer_listing(Exchange& exchange, std::string_view path) {
  const Query& query = exchange.query;
  const std::string login(path.substr(kPrefix.size(), path.size() - kPrefix.size() - kSuffix.size()));
  exchange.feed = "owners/" + login;
  if (!owners_.contains(login)) return exchange.refuse(404, "Not Found");
  std::vector<const Repository*> newest;
  for (const Repository& repository : repositories_) {
    const std::string owner =
        base::to_lower(repository.facts.full_name.substr(0, repository.facts.full_name.find('/')));
    if (!repository.gone && owner == login && !repository.marks.hidden) newest.push_back(&repository);
  }
  std::ranges::reverse(newest);
  const auto per_page = static_cast<std::size_t>(query.per_page);
  const std::size_t first = std::min(newest.size(), static_cast<std::size_t>(query.page - 1) * per_page);
  const std::size_t last = std::min(newest.size(), first + per_page);
  std::string body = "[";
  for (std::size_t i = first; i < last; ++i) {
    const Repository& repository = *newest[i];
    body += (i > first ? "," : "") + ("{\"id\":" + std::to_string(repository.facts.id)) + ",\"full_name\":\"" +
            repository.facts.full_name +
            "\",\"private\":false,\"visibility\":\"public\",\"archived\":" + text_of(repository.marks.archived) +
            ",\"fork\":" + text_of(repository.marks.fork) + "}";
  }
  body += "]";
  char digits[17];
  const std::uint64_t hash = base::fnv1a(body, base::fnv1a(query.token));
  std::snprintf(digits, sizeof digits, "%016llx", static_cast<unsigned long long>(hash));
  const std::string etag = "W/\"" + std::string(digits) + "\"";
  exchange.header("ETag", etag);
  if (opaque(github::header(query.headers, "If-None-Match")) == opaque(etag)) {
    exchange.response.status = 304;
    exchange.charged = query.token.empty();
    return;
  }
  exchange.response.status = 200;
  exchange.response.body = std::move(body);
  if (last >= newest.size()) return;
  exchange.header("Link", "<" + settings_.base_url + std::string(query.path) +
                              "?per_page=" + std::to_string(query.per_page) +
                              "&page=" + std::to_string(query.page + 1) + ">; rel=\"next\"");
}

}  // namespace repopulse::sim
