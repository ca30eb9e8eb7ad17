#include "app/token_file.h"

#include <openssl/evp.h>

#include <span>
#include <stdexcept>
#include <utility>

#include "app/setting_table.h"
#include "app/settings.h"
#include "app/text_file.h"
#include "base/hex.h"
#include "base/text.h"

namespace repopulse::app {
namespace {

core::Result<std::string> read_token(const std::string& path) {
  const auto text = read_text_file(path);
  if (!text) return tl::unexpected(text.error());
  if (base::trim(*text).empty()) return core::fail(core::ErrorKind::kBadInput, "is empty");
  Settings settings;
  if (!find_setting("github-token")->apply(settings, *text)) {
    return core::fail(core::ErrorKind::kBadInput, "holds no token");
  }
  return settings.github_token;
}

}  // namespace

std::string fingerprint_of(const std::string& token) {
  if (token.empty()) return {};
  unsigned char digest[EVP_MAX_MD_SIZE] = {};
  if (EVP_Digest(token.data(), token.size(), digest, nullptr, EVP_sha256(), nullptr) != 1) {
    throw std::runtime_error("SHA-256 is not available");
  }
  return base::to_hex(std::span(digest).first(8));
}

TokenFile::TokenFile(std::string path, std::string token)
    : RenewedFile("--github-token-file", std::move(path), std::move(token), &read_token) {}

}  // namespace repopulse::app
