// The file that holds the private key of a GitHub App, so that the key can be replaced without a restart. Only reads;
// nothing of the key appears in a message.
#pragma once

#include <string>

#include "app/renewed_file.h"
#include "core/result.h"
#include "github/app_key.h"

namespace repopulse::app {

// kBadInput: the file cannot be read or holds no RSA key; the message completes "the file …".
core::Result<github::AppKey> read_app_key(const std::string& path);

class AppKeyFile : public RenewedFile<github::AppKey> {
 public:
  // `key`: the content at the start.
  AppKeyFile(std::string path, github::AppKey key);
};

}  // namespace repopulse::app
