// A whole answer as the fuzzers' inputs hold it: a line with the status, header lines, a blank line, a body.
#pragma once

#include <algorithm>
#include <charconv>
#include <string_view>

#include "github/transport.h"

namespace repopulse::fuzz {

inline std::string_view take_line(std::string_view& rest) {
  const auto end = std::min(rest.find('\n'), rest.size());
  const std::string_view line = rest.substr(0, end);
  rest.remove_prefix(std::min(end + 1, rest.size()));
  return line;
}

inline github::HttpResponse to_response(std::string_view rest) {
  github::HttpResponse response;
  const std::string_view status = take_line(rest);
  std::from_chars(status.data(), status.data() + status.size(), response.status);
  for (std::string_view line = take_line(rest); !line.empty(); line = take_line(rest)) {
    const auto colon = std::min(line.find(':'), line.size());
    response.headers.emplace_back(line.substr(0, colon), line.substr(std::min(colon + 1, line.size())));
  }
  response.body = rest;
  return response;
}

}  // namespace repopulse::fuzz
