// A page of the list of an owner's repositories, as GitHub answered it. A value.
#pragma once

#include <cstdint>
#include <vector>

#include "core/answer.h"
#include "core/repo_name.h"

namespace repopulse::core {

struct ListedRepository {
  RepoName name;
  std::uint64_t github_id = 0;  // never 0
  bool archived = false;
  bool fork = false;
  bool hidden = false;  // private, or internal to an enterprise
};

struct ListingPage {
  Answer answer;  // without events; kEvents where there is a page. Entries that cannot be read are `malformed`
  std::vector<ListedRepository> repositories;  // in GitHub's order
};

}  // namespace repopulse::core
