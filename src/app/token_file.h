// The file that holds GitHub's token, read again while the service runs: tokens expire, and whoever renews one should
// not have to restart anything.
#pragma once

#include <optional>
#include <string>

#include "core/result.h"
#include "core/time.h"

namespace repopulse::app {

// Tells one token from another without being it; empty for none.
std::string fingerprint_of(const std::string& token);

class TokenFile {
 public:
  static constexpr core::Millis kRecheck{10'000};

  // `token`: what it held at the start.
  TokenFile(std::string path, std::string token);

  // The file's token where it is another one than before. Looks every kRecheck at most. A file that cannot be read or
  // holds no token is an error, told once; the token stays what it was.
  core::Result<std::optional<std::string>> renewed(core::Timestamp now);

 private:
  const std::string path_;
  std::string token_;
  std::string trouble_;
  core::Timestamp looked_at_{};
};

}  // namespace repopulse::app
