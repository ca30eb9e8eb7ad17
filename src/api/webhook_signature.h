// The signature of a webhook delivery: HMAC-SHA-256 over the raw body, as GitHub puts it into X-Hub-Signature-256. The
// body may come in pieces and is not kept.
#pragma once

#include <openssl/types.h>

#include <array>
#include <memory>
#include <string_view>

namespace repopulse::api {

class WebhookSignature {
 public:
  using Digest = std::array<unsigned char, 32>;

  explicit WebhookSignature(std::string_view secret);  // not empty
  void update(std::string_view bytes);
  Digest finish();  // once

 private:
  struct Free {
    void operator()(EVP_MAC_CTX* context) const;
  };
  std::unique_ptr<EVP_MAC_CTX, Free> context_;
};

// Whether the header, `sha256=` and 64 hexadecimal digits, says this digest. The time that it takes does not depend on
// where the two differ.
bool says_digest(std::string_view header, const WebhookSignature::Digest& digest);

}  // namespace repopulse::api
