// The change probe as values: the GraphQL request that asks for many repositories at once whether something happened
// there, and what an answer means. It asks for nothing that GitHub restricts. Pure: no network, no clock.
#pragma once

#include <cstddef>
#include <span>
#include <string>

#include "core/probe_answer.h"
#include "core/repo_name.h"
#include "core/time.h"
#include "github/events_api.h"
#include "github/transport.h"

namespace repopulse::github {

// Where the GraphQL API of a root is: `https://HOST/api/v3` has it at `https://HOST/api/graphql`, any other root below
// itself.
std::string graphql_url(const ApiRoot& root);

// Asks about `repositories`, at most core::kMostProbed of them. The names are variables of the query: its text depends
// on their number alone.
HttpRequest probe_request(const ApiRoot& root, std::span<const core::RepoName> repositories);

// What the result of a `request` that asked about so many `repositories` means. `received`: when it came, by our clock.
// `took`: how long it was awaited. Any body is handled, however broken: what it tells is used, and the rest counts as
// not told. A redirect is not followed: it is a kBadAnswer. The token of the request appears in no message.
core::ProbeAnswer interpret_probe(const HttpRequest& request, std::size_t repositories, const HttpResult& result,
                                  core::Timestamp received, core::Millis took);

}  // namespace repopulse::github
