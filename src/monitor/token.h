// The token that requests carry, and whether what the store knows belongs to it. A value.
#pragma once

#include <string>
#include <string_view>

#include "polling/feed.h"

namespace repopulse::monitor {

struct Token {
  std::string text;         // empty: requests carry none
  std::string fingerprint;  // tells one token from another without being it
  // The validators and limits in the store belong to another token: they are not used.
  bool stored_for_another = false;
};

// What was stored of a feed, as it counts with this token.
inline void adapt(core::FeedState& stored, const Token& token) {
  if (!token.stored_for_another) return;
  stored.validators.clear();
  if (polling::waits_for_token(stored)) stored.next_poll_at.reset();  // it may be visible to this one
}

// The note in the store that names the token by its fingerprint.
inline constexpr std::string_view kTokenNote = "monitor.token";

}  // namespace repopulse::monitor
