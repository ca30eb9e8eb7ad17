// The file that holds GitHub's token. It is read again while the service runs, so that an expired token can be replaced
// without a restart. Only reads; the token appears in no message.
#pragma once

#include <optional>
#include <string>

#include "core/result.h"
#include "core/time.h"

namespace repopulse::app {

// A short hash that tells one token from another and does not reveal it; empty for no token.
std::string fingerprint_of(const std::string& token);

class TokenFile {
 public:
  static constexpr core::Millis kRecheck{10'000};

  // `token`: the content at the start.
  TokenFile(std::string path, std::string token);

  // The new token when the file has another one than before, else nullopt. Reads the file once every kRecheck at most.
  // An error, returned once, when the file cannot be read or holds no token; the previous token then stays in use.
  core::Result<std::optional<std::string>> renewed(core::Timestamp now);

 private:
  const std::string path_;
  std::string token_;
  std::string problem_;  // what was wrong when the file was last read; empty: nothing
  core::Timestamp looked_at_{};
};

}  // namespace repopulse::app
