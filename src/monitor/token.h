// The token that requests carry, and whether what the store knows belongs to it. A value.
#pragma once

#include <string>
#include <string_view>

namespace repopulse::monitor {

struct Token {
  std::string text;         // empty: requests carry none
  std::string fingerprint;  // tells one token from another without being it
  // The validators and limits in the store belong to another token: they are not used.
  bool stored_for_another = false;
};

// The note in the store that names the token by its fingerprint.
inline constexpr std::string_view kTokenNote = "monitor.token";

}  // namespace repopulse::monitor
