#include "api/webhook_signature.h"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/params.h>

#include <cstddef>
#include <stdexcept>
#include <string>

#include "base/text.h"

namespace repopulse::api {
namespace {

void check(bool done) {
  if (!done) throw std::runtime_error("HMAC with SHA-256 is not available");
}

}  // namespace

void WebhookSignature::Free::operator()(EVP_MAC_CTX* context) const {
  EVP_MAC_CTX_free(context);
}

WebhookSignature::WebhookSignature(std::string_view secret) {
  static EVP_MAC* const hmac = EVP_MAC_fetch(nullptr, "HMAC", nullptr);
  check(hmac != nullptr);
  context_.reset(EVP_MAC_CTX_new(hmac));
  std::string digest = "SHA256";
  const std::array<OSSL_PARAM, 2> parameters = {
      OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest.data(), 0), OSSL_PARAM_construct_end()};
  const auto* key = reinterpret_cast<const unsigned char*>(secret.data());
  check(context_ && EVP_MAC_init(context_.get(), key, secret.size(), parameters.data()) == 1);
}

void WebhookSignature::update(std::string_view bytes) {
  check(EVP_MAC_update(context_.get(), reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size()) == 1);
}

WebhookSignature::Digest WebhookSignature::finish() {
  Digest digest{};
  std::size_t size = 0;
  check(EVP_MAC_final(context_.get(), digest.data(), &size, digest.size()) == 1 && size == digest.size());
  return digest;
}

bool says_digest(std::string_view header, const WebhookSignature::Digest& digest) {
  constexpr std::string_view kStart = "sha256=";
  WebhookSignature::Digest said{};
  if (!header.starts_with(kStart) || header.size() != kStart.size() + 2 * said.size()) return false;
  header.remove_prefix(kStart.size());
  for (std::size_t i = 0; i < said.size(); ++i) {
    const int high = base::hex_value(header[2 * i]);
    const int low = base::hex_value(header[2 * i + 1]);
    if (high < 0 || low < 0) return false;
    said[i] = static_cast<unsigned char>(high * 16 + low);
  }
  return CRYPTO_memcmp(said.data(), digest.data(), digest.size()) == 0;
}

}  // namespace repopulse::api
