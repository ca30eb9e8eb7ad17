// The private key of a GitHub App, and what it signs: the short-lived token (RS256 JWT) with which the App itself
// speaks to GitHub. Pure: reads no file and no clock. The key appears in no message.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "core/result.h"
#include "core/time.h"

struct evp_pkey_st;  // of OpenSSL

namespace repopulse::github {

// A copy shares the key. Thread-safe to read.
class AppKey {
 public:
  // From PEM text, as GitHub gives it to download (PKCS #1) or converted (PKCS #8). kBadInput: it holds no RSA key, or
  // one behind a passphrase; the message completes "the file …".
  static core::Result<AppKey> read(std::string_view pem);

  // RSASSA-PKCS1-v1_5 with SHA-256 (RFC 8017): the bytes.
  std::string sign(std::string_view text) const;

  friend bool operator==(const AppKey& one, const AppKey& other);

 private:
  explicit AppKey(std::shared_ptr<evp_pkey_st> key) : key_(std::move(key)) {}

  std::shared_ptr<evp_pkey_st> key_;
};

// A GitHub App, and where it is installed. The numbers are decimal, as GitHub shows them.
struct App {
  std::string id;
  std::string installation_id;
  AppKey key;
};

// The JWT of the App (RFC 7519) at `now` by GitHub's clock. It begins a minute earlier and ends ten minutes after that,
// the longest time that GitHub accepts.
std::string app_jwt(const App& app, core::EventTime now);

}  // namespace repopulse::github
