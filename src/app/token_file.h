// The file that holds GitHub's token, so that an expired token can be replaced without a restart. Only reads; the token
// appears in no message.
#pragma once

#include <string>

#include "app/renewed_file.h"

namespace repopulse::app {

// A short hash that tells one token from another and does not reveal it; empty for no token.
std::string fingerprint_of(const std::string& token);

class TokenFile : public RenewedFile<std::string> {
 public:
  // `token`: the content at the start.
  TokenFile(std::string path, std::string token);
};

}  // namespace repopulse::app
