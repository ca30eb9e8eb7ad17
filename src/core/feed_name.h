// Names of feeds, always in lower case: a repository's is `repos/owner/name`, an organisation's `orgs/owner`, and
// `users/login` is what an account receives: the events of the repositories that it watches, of any owner. They are the
// keys of polling states, in memory and in the store; github::feed_path() makes paths of GitHub's API of them.
#pragma once

#include <string>
#include <string_view>

#include "core/repo_name.h"

namespace repopulse::core {

std::string repository_feed(const RepoName& name);
// The same from text `owner/name` in any case, as an event names its repository.
std::string repository_feed(std::string_view full_name);
std::string organisation_feed(std::string_view owner);
std::string received_feed(std::string_view login);

bool is_repository_feed(std::string_view feed);
bool is_organisation_feed(std::string_view feed);
bool is_received_feed(std::string_view feed);
// It shows events of several repositories: an organisation's, or what an account receives.
bool is_shared_feed(std::string_view feed);

// `orgs/owner` of `repos/owner/name`; empty for a feed that is not a repository's.
std::string organisation_feed_of(std::string_view feed);

// `owner/name` of `repos/owner/name`, `owner` of `orgs/owner`, `login` of `users/login`: the name without the kind. A
// view into `feed`.
std::string_view subject_of(std::string_view feed);
// `owner` of a repository's or an organisation's feed; `login` of what an account receives. A view into `feed`.
std::string_view owner_of(std::string_view feed);

}  // namespace repopulse::core
