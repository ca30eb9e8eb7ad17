// Reads the headers in which a client says what it accepts and what it has already. Pure.
#pragma once

#include <optional>
#include <string_view>

#include "base/text.h"

namespace repopulse::http {

// `Accept-Encoding` (RFC 9110, 12.5.3): does the client accept gzip, and not prefer an uncompressed body?
bool accepts_gzip(std::string_view accept_encoding);

// `If-None-Match` (RFC 9110, 13.1.2): is one of the list weakly equal to `etag`, or is it `*`?
bool etag_matches(std::string_view if_none_match, std::string_view etag);

// A path below which a proxy serves this server, such as `/repopulse`, without the slash at its end; empty for `/`.
// nullopt unless it is safe in a URL, in a header and in HTML: names of letters, digits and `-._~` after single
// slashes, none of them `.` or `..`, at most 200 characters.
std::optional<std::string_view> read_base_path(std::string_view text);

using base::equals_ignoring_case;

// May a client's X-Request-Id be used? Only 1 to 128 characters that are safe in a log and in a header.
bool is_sane_request_id(std::string_view text);

}  // namespace repopulse::http
