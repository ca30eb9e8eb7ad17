// Reads the repository names of a command line. Pure.
#pragma once

#include <string>
#include <vector>

#include "core/repo_name.h"
#include "core/result.h"

namespace repopulse::app {

// All of them, in order; kBadInput of the first text that is not a repository's name or URL.
core::Result<std::vector<core::RepoName>> parse_repository_names(const std::vector<std::string>& texts);

// The same of `OWNER/REPO` and `OWNER/*`, as the API writes them.
core::Result<std::vector<std::string>> parse_full_names(const std::vector<std::string>& texts);

}  // namespace repopulse::app
