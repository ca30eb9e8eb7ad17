// Where a URL leads: a token, a link or a redirect may only go to the origin that was configured.
#pragma once

#include <string>
#include <string_view>

namespace repopulse::github {

// RFC 6454: scheme, host and port, default ports filled in, lower case. Empty when `url` is no http or https URL, or
// carries a user name, which only serves to mislead.
std::string origin_of(std::string_view url);

// Where `target`, an absolute URL or a path, leads as seen from the API root: a path below the root (`/repositories/42`
// for `https://HOST/api/v3/repositories/42`), or an absolute URL when it is on the root's origin but not below the
// root; empty when it leads to another origin or is no URL. The query's `page` and `per_page` and the fragment are left
// out.
std::string location_below(std::string_view root_url, std::string_view target);

// Does `target`, an absolute URL or a path, stay on the origin of `root_url`?
bool same_origin(std::string_view root_url, std::string_view target);

}  // namespace repopulse::github
