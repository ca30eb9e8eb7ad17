#include "core/feed_name.h"

#include "base/text.h"

namespace repopulse::core {
namespace {

constexpr std::string_view kRepositories = "repos/";
constexpr std::string_view kOrganisations = "orgs/";
constexpr std::string_view kAccounts = "users/";

}  // namespace

std::string repository_feed(const RepoName& name) {
  return std::string(kRepositories) + name.key();
}

std::string repository_feed(std::string_view full_name) {
  return std::string(kRepositories) + base::to_lower(full_name);
}

std::string organisation_feed(std::string_view owner) {
  return std::string(kOrganisations) + base::to_lower(owner);
}

std::string received_feed(std::string_view login) {
  return std::string(kAccounts) + base::to_lower(login);
}

bool is_repository_feed(std::string_view feed) {
  return feed.starts_with(kRepositories);
}

bool is_organisation_feed(std::string_view feed) {
  return feed.starts_with(kOrganisations);
}

bool is_received_feed(std::string_view feed) {
  return feed.starts_with(kAccounts);
}

bool is_shared_feed(std::string_view feed) {
  return is_organisation_feed(feed) || is_received_feed(feed);
}

std::string organisation_feed_of(std::string_view feed) {
  return is_repository_feed(feed) ? organisation_feed(owner_of(feed)) : std::string();
}

std::string_view subject_of(std::string_view feed) {
  return feed.substr(feed.find('/') + 1);
}

std::string_view owner_of(std::string_view feed) {
  const std::string_view subject = subject_of(feed);
  return subject.substr(0, subject.find('/'));
}

}  // namespace repopulse::core
