// What a client says that it accepts or has already.
#pragma once

#include <string_view>

namespace repopulse::http {

// `Accept-Encoding` (RFC 9110, 12.5.3): gzip is allowed and not liked less than no coding.
bool accepts_gzip(std::string_view accept_encoding);

// `If-None-Match` (RFC 9110, 13.1.2): one of the list is weakly equal to `etag`, or it is `*`.
bool etag_matches(std::string_view if_none_match, std::string_view etag);

// Of header names and tokens; ASCII only.
bool equals_ignoring_case(std::string_view a, std::string_view b);

// A client's X-Request-Id is taken over when it cannot harm a log or a header: 1 to 128 harmless characters.
bool is_sane_request_id(std::string_view text);

}  // namespace repopulse::http
