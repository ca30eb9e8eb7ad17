#include "github/app_key.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include <new>
#include <stdexcept>
#include <utility>

namespace repopulse::github {
namespace {

using namespace std::chrono_literals;

constexpr core::Seconds kIssuedBefore{60};  // GitHub's advice: its clock may be behind
constexpr core::Seconds kLife = 10min;

using Bio = std::unique_ptr<BIO, decltype(&BIO_free_all)>;
using DigestContext = std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)>;

// Without it, OpenSSL asks for a passphrase on the terminal.
int no_passphrase(char*, int, int, void* asked) {
  *static_cast<bool*>(asked) = true;
  return -1;
}

// Of RFC 4648, section 5, without padding.
std::string base64url(std::string_view bytes) {
  constexpr std::string_view kDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  std::string text;
  text.reserve((bytes.size() * 4 + 2) / 3);
  unsigned bits = 0;
  int held = 0;
  for (const char c : bytes) {
    bits = bits << 8 | static_cast<unsigned char>(c);
    held += 8;
    while (held >= 6) text += kDigits[bits >> (held -= 6) & 63];
  }
  if (held > 0) text += kDigits[bits << (6 - held) & 63];
  return text;
}

}  // namespace

core::Result<AppKey> AppKey::read(std::string_view pem) {
  const Bio bytes(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())), &BIO_free_all);
  if (!bytes) throw std::bad_alloc();
  bool locked = false;
  std::shared_ptr<EVP_PKEY> key(PEM_read_bio_PrivateKey(bytes.get(), nullptr, &no_passphrase, &locked), &EVP_PKEY_free);
  ERR_clear_error();
  if (locked) return core::fail(core::ErrorKind::kBadInput, "holds a private key behind a passphrase");
  if (!key) return core::fail(core::ErrorKind::kBadInput, "holds no private key (PEM)");
  if (EVP_PKEY_get_base_id(key.get()) != EVP_PKEY_RSA) {
    return core::fail(core::ErrorKind::kBadInput, "holds a private key that is not RSA");
  }
  return AppKey(std::move(key));
}

std::string AppKey::sign(std::string_view text) const {
  const DigestContext context(EVP_MD_CTX_new(), &EVP_MD_CTX_free);
  if (!context) throw std::bad_alloc();
  const auto* bytes = reinterpret_cast<const unsigned char*>(text.data());
  std::size_t size = 0;
  bool good = EVP_DigestSignInit(context.get(), nullptr, EVP_sha256(), nullptr, key_.get()) == 1 &&
              EVP_DigestSign(context.get(), nullptr, &size, bytes, text.size()) == 1;
  std::string signature(size, '\0');
  auto* out = reinterpret_cast<unsigned char*>(signature.data());
  good = good && EVP_DigestSign(context.get(), out, &size, bytes, text.size()) == 1;
  ERR_clear_error();
  if (!good) throw std::runtime_error("the key of the GitHub App is too short for SHA-256");
  signature.resize(size);
  return signature;
}

bool operator==(const AppKey& one, const AppKey& other) {
  return EVP_PKEY_eq(one.key_.get(), other.key_.get()) == 1;
}

std::string app_jwt(const App& app, core::EventTime now) {
  const std::int64_t issued = core::unix_seconds(now - kIssuedBefore);
  const std::string claims = R"({"iat":)" + std::to_string(issued) + R"(,"exp":)" +
                             std::to_string(issued + kLife.count()) + R"(,"iss":")" + app.id + R"("})";
  const std::string signed_part = base64url(R"({"alg":"RS256","typ":"JWT"})") + "." + base64url(claims);
  return signed_part + "." + base64url(app.key.sign(signed_part));
}

}  // namespace repopulse::github
