// Writes the status line and the header of an answer. Appends to a string; touches no socket.
#pragma once

#include <cstddef>
#include <ctime>
#include <optional>
#include <string>
#include <string_view>

#include "http/message.h"

namespace repopulse::http {

// `Date: …\r\n`, rendered once a second. Not thread-safe.
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
  std::string_view common_lines;              // each ends with CRLF
  std::string_view options_lines;             // likewise
  std::string_view payload_lines;             // likewise
  std::optional<std::size_t> content_length;  // none: no such line
  bool chunked = false;
  bool close = false;
  bool say_keep_alive = false;  // for HTTP/1.0 clients
};

// Appends the status line and the fields of `response`, and the empty line. Line breaks inside a value become spaces,
// so that a text which a handler copied from a client cannot end the header.
void append_head(std::string& out, const Response& response, const ResponseHead& head);

std::string_view reason_phrase(int status);

}  // namespace repopulse::http
