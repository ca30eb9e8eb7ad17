// The bytes before an answer's body.
#pragma once

#include <cstddef>
#include <ctime>
#include <optional>
#include <string>
#include <string_view>

#include "http/message.h"

namespace repopulse::http {

// `Date: …\r\n`, rendered again only when the second has changed. Not thread-safe.
class DateLine {
 public:
  std::string_view at(std::time_t now);

 private:
  std::time_t rendered_ = -1;
  std::string line_;
};

struct ResponseHead {
  std::string_view date_line;
  std::string_view request_id;
  std::string_view common_lines;              // each ended by CRLF
  std::string_view options_lines;             // likewise
  std::string_view payload_lines;             // likewise
  std::optional<std::size_t> content_length;  // none: no such line
  bool chunked = false;
  bool close = false;
  bool say_keep_alive = false;  // HTTP/1.0 clients want to hear it
};

// Appends status line and fields of `response`, the empty line included. Line breaks inside a field's value become
// spaces: what a handler copied from a client must not end a header.
void append_head(std::string& out, const Response& response, const ResponseHead& head);

std::string_view reason_phrase(int status);

}  // namespace repopulse::http
