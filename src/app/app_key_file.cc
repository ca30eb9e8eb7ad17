#include "app/app_key_file.h"

#include <utility>

#include "app/text_file.h"

namespace repopulse::app {

core::Result<github::AppKey> read_app_key(const std::string& path) {
  const auto text = read_text_file(path);
  if (!text) return tl::unexpected(text.error());
  return github::AppKey::read(*text);
}

AppKeyFile::AppKeyFile(std::string path, github::AppKey key)
    : RenewedFile("--github-app-key-file", std::move(path), std::move(key), &read_app_key) {}

}  // namespace repopulse::app
