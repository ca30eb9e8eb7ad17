// HMAC-SHA-256, as webhooks sign their bodies with it.
#pragma once

#include <string>
#include <string_view>

namespace repopulse::notify {

// 64 hexadecimal digits. `key` is not empty.
std::string hmac_sha256(std::string_view key, std::string_view text);

}  // namespace repopulse::notify
