// Renders a repository as the API shows it.
#pragma once

#include <string_view>

#include "api/json_writer.h"
#include "monitor/snapshot.h"

namespace repopulse::api {

// `base`: the root for `url`, from base_url(). `poller`: for its policy, and for the time before which no request may
// be sent.
void write_repository(JsonWriter& json, const monitor::RepositoryView& view, std::string_view base,
                      const monitor::PollerView& poller);

// `/api/repos/owner/name`
std::string repository_path(const core::RepoName& name);

}  // namespace repopulse::api
