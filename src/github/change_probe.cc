#include "github/change_probe.h"

#include <initializer_list>
#include <string_view>

#include "base/check.h"
#include "github/request_headers.h"

namespace repopulse::github {
namespace {

// GitHub counts a point for 100 connections, rounded, and one at least: with these five, up to 29 repositories cost one
// point. Connections cost GitHub's time as well, of which a request has 10 s. So each must tell what nothing else does:
//   issues, pullRequests   comments on them change no count: the time of the latest change is needed
//   releases               a release may come long after its tag, and `latestRelease`, which is not a connection,
//                          leaves out those that are not final
//   discussions            they change nothing else
//   commitComments         they change nothing else; a comment is never changed by another one, so the count will do
// Not asked for are `refs`: every change of a branch or a tag moves `pushedAt`, as even the hidden refs of pull
// requests do. Not asked for are `stargazers` and `collaborators` either: GitHub restricts both. `updatedAt` of a
// repository moves for reasons of GitHub's own.
constexpr std::string_view kFragment =
    "fragment Signals on Repository{"
    "databaseId nameWithOwner pushedAt stargazerCount forkCount "
    "issues(first:1,orderBy:{field:UPDATED_AT,direction:DESC}){totalCount nodes{updatedAt}}"
    "pullRequests(first:1,orderBy:{field:UPDATED_AT,direction:DESC}){totalCount nodes{updatedAt}}"
    "releases(first:1,orderBy:{field:CREATED_AT,direction:DESC}){totalCount nodes{updatedAt}}"
    "discussions(first:1,orderBy:{field:UPDATED_AT,direction:DESC}){totalCount nodes{updatedAt}}"
    "commitComments{totalCount}}";

void append(std::string& text, std::initializer_list<std::string_view> parts) {
  for (const std::string_view part : parts) text.append(part);
}

// One alias a repository: `r0`, `r1`, …
std::string query_of(std::size_t repositories) {
  std::string variables;
  std::string aliases;
  for (std::size_t i = 0; i < repositories; ++i) {
    const std::string n = std::to_string(i);
    append(variables, {i == 0 ? "" : ",", "$o", n, ":String!,$n", n, ":String!"});
    append(aliases, {"r", n, ":repository(owner:$o", n, ",name:$n", n, ",followRenames:true){...Signals}"});
  }
  std::string query;
  append(query,
         {"query ChangeProbe(", variables, "){rateLimit{limit cost remaining used resetAt}", aliases, "}", kFragment});
  return query;
}

std::string variables_of(std::span<const core::RepoName> repositories) {
  std::string json;
  for (std::size_t i = 0; i < repositories.size(); ++i) {
    const std::string n = std::to_string(i);
    append(json, {i == 0 ? "{" : ",", R"("o)", n, R"(":")", repositories[i].owner(), R"(","n)", n, R"(":")",
                  repositories[i].name(), R"(")"});
  }
  return json + "}";
}

}  // namespace

std::string graphql_url(const ApiRoot& root) {
  constexpr std::string_view kEnterprise = "/api/v3";
  std::string_view url = bare_root(root);
  if (!url.ends_with(kEnterprise)) return std::string(url) + "/graphql";
  url.remove_suffix(kEnterprise.size());
  return std::string(url) + "/api/graphql";
}

HttpRequest probe_request(const ApiRoot& root, std::span<const core::RepoName> repositories) {
  REPOPULSE_CHECK(!repositories.empty() && repositories.size() <= core::kMostProbed);
  HttpRequest request;
  request.url = graphql_url(root);
  request.headers = request_headers(root, request.url);
  request.headers.emplace_back("Content-Type", "application/json");
  // Nothing in the query or in a name needs an escape in JSON.
  append(request.body.emplace(),
         {R"({"query":")", query_of(repositories.size()), R"(","variables":)", variables_of(repositories), "}"});
  return request;
}

}  // namespace repopulse::github
