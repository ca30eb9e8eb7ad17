#include "sim/event_json.h"

#include <array>
#include <boost/json.hpp>
#include <functional>

#include "sim/random.h"

namespace repopulse::sim {
namespace {

using boost::json::array;
using boost::json::object;

std::string concat(std::initializer_list<std::string_view> parts) {
  std::string text;
  for (const auto part : parts) text += part;
  return text;
}

std::uint64_t account_id(std::string_view login) {
  return 1000 + std::hash<std::string_view>{}(login) % 90'000'000;
}

std::string api_url(const RepositoryFacts& repository) {
  return "https://api.github.com/repos/" + repository.full_name;
}

object account(std::string_view login) {
  const std::uint64_t id = account_id(login);
  const std::string avatar = concat({"https://avatars.githubusercontent.com/u/", std::to_string(id), "?"});
  return {{"id", id},
          {"login", login},
          {"gravatar_id", ""},
          {"url", concat({"https://api.github.com/users/", login})},
          {"avatar_url", avatar}};
}

object actor_object(std::string_view login) {
  object actor = account(login);
  actor["display_login"] = login;
  return actor;
}

std::string sha(Random& random) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  for (int i = 0; i < 40; ++i) text += kDigits[random.below(kDigits.size())];
  return text;
}

std::string branch(Random& random) {
  constexpr std::array<std::string_view, 5> kBranches = {"main", "fix-race", "docs", "release-1.2", "faster-start"};
  return std::string(kBranches[random.below(kBranches.size())]);
}

object branch_end(const RepositoryFacts& repository, Random& random) {
  const std::string name = repository.full_name.substr(repository.full_name.find('/') + 1);
  return {{"ref", branch(random)},
          {"sha", sha(random)},
          {"repo", object{{"id", repository.id}, {"url", api_url(repository)}, {"name", name}}}};
}

object pull_request(const RepositoryFacts& repository, std::uint64_t number, Random& random) {
  return {{"url", concat({api_url(repository), "/pulls/", std::to_string(number)})},
          {"id", 2'000'000'000 + number},
          {"number", number},
          {"head", branch_end(repository, random)},
          {"base", branch_end(repository, random)}};
}

object issue(const RepositoryFacts& repository, std::string_view actor, std::uint64_t number, int revision) {
  const std::string url = concat({api_url(repository), "/issues/", std::to_string(number)});
  return {{"url", url},
          {"html_url", concat({"https://github.com/", repository.full_name, "/issues/", std::to_string(number)})},
          {"id", 1'000'000'000 + number},
          {"number", number},
          {"title", concat({"Something to look at, no. ", std::to_string(number)})},
          {"user", account(actor)},
          {"labels", array{}},
          {"state", "open"},
          {"comments", revision},
          {"body", "It happens now and then, \"mostly\" at night – naïve as it sounds."}};
}

object push_payload(const RepositoryFacts& repository, Random& random) {
  return {{"repository_id", repository.id},
          {"push_id", 30'000'000'000 + random.below(5'000'000'000)},
          {"ref", "refs/heads/" + branch(random)},
          {"head", sha(random)},
          {"before", sha(random)}};
}

object payload(std::string_view type, std::string_view actor, const RepositoryFacts& repository, int revision,
               Random& random) {
  const std::uint64_t number = 1 + random.below(9000);
  if (type == "PushEvent") return push_payload(repository, random);
  if (type == "WatchEvent") return {{"action", "started"}};
  if (type == "CreateEvent" || type == "DeleteEvent") {
    const std::string ref = branch(random);
    return {{"ref", ref}, {"ref_type", "branch"}, {"full_ref", "refs/heads/" + ref}, {"pusher_type", "user"}};
  }
  if (type == "PullRequestEvent") {
    constexpr std::array<std::string_view, 4> kActions = {"opened", "closed", "merged", "labeled"};
    return {{"action", kActions[random.below(kActions.size())]},
            {"number", number},
            {"pull_request", pull_request(repository, number, random)}};
  }
  if (type == "PullRequestReviewEvent") {
    return {{"action", "created"},
            {"review", object{{"id", 3'000'000'000 + number}, {"state", "approved"}, {"user", account(actor)}}},
            {"pull_request", pull_request(repository, number, random)}};
  }
  if (type == "IssuesEvent" || type == "IssueCommentEvent") {
    object found{{"action", type == "IssuesEvent" ? "opened" : "created"},
                 {"issue", issue(repository, actor, number, revision)}};
    if (type == "IssueCommentEvent") {
      found["comment"] = object{{"id", 4'000'000'000 + number}, {"user", account(actor)}, {"body", "Seen here, too."}};
    }
    return found;
  }
  if (type == "ReleaseEvent") {
    return {{"action", "published"},
            {"release", object{{"id", 5'000'000 + number}, {"tag_name", "v1." + std::to_string(number)}}}};
  }
  if (type == "ForkEvent") {
    return {{"action", "forked"}, {"forkee", object{{"id", 700'000'000 + number}, {"owner", account(actor)}}}};
  }
  return {{"action", "created"}, {"revision", revision}};
}

object repo_object(const RepositoryFacts& repository) {
  return {{"id", repository.id}, {"name", repository.full_name}, {"url", api_url(repository)}};
}

}  // namespace

std::string event_json(const core::EventKey& key, std::string_view type, std::string_view actor,
                       const RepositoryFacts& repository, int revision) {
  // The payload follows from the identity alone: the same event reads the same whenever it is asked for.
  Random random(core::EventKeyHash{}(key));
  object event{{"id", std::to_string(key.id)},
               {"type", type},
               {"actor", actor_object(actor)},
               {"repo", repo_object(repository)},
               {"payload", payload(type, actor, repository, revision, random)},
               {"public", true},
               {"created_at", core::format_rfc3339(key.created_at)}};
  if (revision > 0 && type == "PushEvent") event["payload"].as_object()["size"] = revision;
  if (repository.of_organisation) {
    event["org"] = account(repository.full_name.substr(0, repository.full_name.find('/')));
  }
  return boost::json::serialize(event);
}

std::string recorded_json(std::string_view recorded, const core::EventKey& key, const RepositoryFacts& repository) {
  object event = boost::json::parse({recorded.data(), recorded.size()}).as_object();
  event["id"] = std::to_string(key.id);
  event["created_at"] = core::format_rfc3339(key.created_at);
  event["repo"] = repo_object(repository);
  return boost::json::serialize(event);
}

}  // namespace repopulse::sim
