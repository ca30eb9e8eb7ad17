// Names of feeds: a repository's is `repos/owner/name`, an organisation's `orgs/owner`, always in lower case. They are
// the keys of polling states, in memory and in the store, and the paths of GitHub's API without `/events`.
#pragma once

#include <string>
#include <string_view>

#include "core/repo_name.h"

namespace repopulse::core {

std::string repository_feed(const RepoName& name);
// The same from text `owner/name` in any case, as an event names its repository.
std::string repository_feed(std::string_view full_name);
std::string organisation_feed(std::string_view owner);

bool is_repository_feed(std::string_view feed);
bool is_organisation_feed(std::string_view feed);

// `orgs/owner` of `repos/owner/name`; empty for a feed that is not a repository's.
std::string organisation_feed_of(std::string_view feed);

// `owner/name` of `repos/owner/name`, `owner` of `orgs/owner`: the name without the kind. A view into `feed`.
std::string_view subject_of(std::string_view feed);
// `owner` of both kinds. A view into `feed`.
std::string_view owner_of(std::string_view feed);

}  // namespace repopulse::core
