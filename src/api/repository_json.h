// A repository as the API shows it.
#pragma once

#include <string_view>

#include "api/json_writer.h"
#include "monitor/snapshot.h"

namespace repopulse::api {

// `base` goes before the path of `url`; of the poller it tells the policy and when GitHub takes requests again.
void write_repository(JsonWriter& json, const monitor::RepositoryView& view, std::string_view base,
                      const monitor::PollerView& poller);

// `/api/repos/owner/name`
std::string repository_path(const core::RepoName& name);

}  // namespace repopulse::api
