// The one line for people that an answer of GitHub gets. Whatever the answer holds, the line is short, printable UTF-8
// without the token that was sent. Pure.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "github/refusal.h"
#include "github/transport.h"

namespace repopulse::github {

inline constexpr std::size_t kLongestMessage = 300;  // bytes
inline constexpr std::size_t kLongestAddress = 120;  // bytes of an address in a message

// The token that a request carries; empty: none.
std::string_view sent_token(const HttpRequest& request);

// One line of printable text, without the token, of `longest` bytes at most.
std::string sanitised(std::string_view token, std::string text, std::size_t longest = kLongestMessage);

// What an answer means, and then what was answered: "Not found: … (GitHub answered 404: its own words; reason: tos)".
std::string error_message(std::string_view token, std::string meaning, int status, const Explanation& why);

}  // namespace repopulse::github
