// Where a URL leads. A token is sent, and a redirect is followed, only to the origin that was configured. Pure.
#pragma once

#include <string>
#include <string_view>

namespace repopulse::github {

// RFC 6454: scheme, host and port, default ports filled in, lower case. Empty when `url` is not an http or
// https URL, or contains a user name, which could only mislead.
std::string origin_of(std::string_view url);

// Where `target`, an absolute URL or a path, leads as seen from the API root: a path below the root (`/repositories/42`
// for `https://HOST/api/v3/repositories/42`), or an absolute URL when it is on the root's origin but not below the
// root; empty when it leads to another origin or is not a URL. The fragment, and `page` and `per_page` of the query,
// are left out.
std::string location_below(std::string_view root_url, std::string_view target);

// Is `target`, an absolute URL or a path, on the origin of `root_url`?
bool same_origin(std::string_view root_url, std::string_view target);

}  // namespace repopulse::github
