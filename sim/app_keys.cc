#include "sim/app_keys.h"

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include <memory>
#include <stdexcept>

namespace repopulse::sim {
namespace {

constexpr unsigned kBits = 2048;

using Bio = std::unique_ptr<BIO, decltype(&BIO_free_all)>;

std::string text_of(BIO* bytes) {
  char* text = nullptr;
  const long size = BIO_get_mem_data(bytes, &text);
  return {text, static_cast<std::size_t>(size)};
}

}  // namespace

AppKeys make_app_keys() {
  const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key(EVP_RSA_gen(kBits), &EVP_PKEY_free);
  const Bio secret(BIO_new(BIO_s_mem()), &BIO_free_all);
  const Bio open(BIO_new(BIO_s_mem()), &BIO_free_all);
  const bool made = key &&
                    PEM_write_bio_PrivateKey(secret.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr) == 1 &&
                    PEM_write_bio_PUBKEY(open.get(), key.get()) == 1;
  if (!made) throw std::runtime_error("cannot make an RSA key");
  return {text_of(secret.get()), text_of(open.get())};
}

}  // namespace repopulse::sim
