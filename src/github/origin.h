// Where a URL leads. A token is sent, and a redirect is followed, only to the origin that was configured. Pure.
#pragma once

#include <string>
#include <string_view>

namespace repopulse::github {

// RFC 6454: scheme, host and port, default ports filled in, lower case. Empty when `url` is not an http or
// https URL, or contains a user name, which could only mislead.
std::string origin_of(std::string_view url);

// The same for people: without the port where it is the usual one.
std::string origin_for_people(std::string_view url);

// Where `target`, an absolute URL or a path, leads as seen from the API root: a path below the root (`/repositories/42`
// for `https://HOST/api/v3/repositories/42`), or an absolute URL when it is on the root's origin but not below the
// root; empty when it leads to another origin or is not a URL. The fragment, and `page` and `per_page` of the query,
// are left out. The root may be a proxy: below `https://api.github.com`, and below `replaces` where that is known,
// `target` leads to the same path below the root.
std::string location_below(std::string_view root_url, std::string_view target, std::string_view replaces = {});

// The root of the API that an answer names in its links and events, such as `https://HOST/api/v3`; empty when it names
// none. Where requests are sent to another root, that one is a proxy.
std::string replaced_root(std::string_view link_header, std::string_view event_json);

// Is `target`, an absolute URL or a path, on the origin of `root_url`?
bool same_origin(std::string_view root_url, std::string_view target);

}  // namespace repopulse::github
