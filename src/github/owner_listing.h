// GitHub's list of an owner's repositories as values: the request for a page, newest first, and what an answer means.
// The owner may be an organisation or a user. Pure: no network, no clock.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "core/listing_page.h"
#include "core/result.h"
#include "github/events_api.h"

namespace repopulse::github {

// Page `page` (from 1) of `per_page` repositories of `owner`, a login. `location`: the path where a redirect led;
// empty: the usual one. The token is sent to the API root's origin only.
HttpRequest listing_request(const ApiRoot& root, std::string_view owner, std::string_view location, int page,
                            const core::Validator& validator, std::size_t per_page);

// What the result of `request` means, as interpret() has it. Any body is handled, however broken.
core::ListingPage interpret_listing(const ApiRoot& root, const HttpRequest& request, const HttpResult& result,
                                    core::Timestamp received);

// Parses the repositories of a page. An entry is one where it has a number and a name that RepoName takes. Fails when
// `body` is not an array of JSON.
struct ParsedListing {
  std::vector<core::ListedRepository> repositories;
  std::size_t malformed = 0;  // entries that are none
  std::size_t entries = 0;    // all of them
};
core::Result<ParsedListing> parse_listing(std::string_view body);

}  // namespace repopulse::github
