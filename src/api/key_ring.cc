#include "api/key_ring.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include <algorithm>
#include <span>
#include <stdexcept>
#include <utility>

namespace repopulse::api {
namespace {

constexpr std::string_view kPrefix = "rp_";

std::string to_hex(std::span<const unsigned char> bytes) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  text.reserve(2 * bytes.size());
  for (const unsigned char byte : bytes) {
    text += kDigits[byte >> 4];
    text += kDigits[byte & 15];
  }
  return text;
}

std::string as_string(std::span<const unsigned char> bytes) {
  return {bytes.begin(), bytes.end()};
}

std::string digest_of(std::string_view salt, std::string_view key) {
  std::string salted(salt);
  salted.append(key);
  std::string digest(32, '\0');
  if (EVP_Digest(salted.data(), salted.size(), reinterpret_cast<unsigned char*>(digest.data()), nullptr, EVP_sha256(),
                 nullptr) != 1) {
    throw std::runtime_error("SHA-256 is not available");
  }
  return digest;
}

bool is_key(const store::ApiKey& kept, std::string_view text) {
  const std::string digest = digest_of(kept.salt, text);
  return digest.size() == kept.digest.size() && CRYPTO_memcmp(digest.data(), kept.digest.data(), digest.size()) == 0;
}

// The public name inside a key that was made here; empty for any other text.
std::string_view id_of(std::string_view key) {
  if (!key.starts_with(kPrefix)) return {};
  const std::string_view rest = key.substr(kPrefix.size());
  const std::size_t end = rest.find('_');
  return end == std::string_view::npos ? std::string_view{} : rest.substr(0, end);
}

}  // namespace

MadeKey make_key(store::KeyRole role, std::string label, const KeyMaterial& material, core::Timestamp now) {
  MadeKey made;
  made.kept.id = to_hex(material.id);
  made.text = std::string(kPrefix) + made.kept.id + "_" + to_hex(material.secret);
  made.kept.label = std::move(label);
  made.kept.role = role;
  made.kept.salt = as_string(material.salt);
  made.kept.digest = digest_of(made.kept.salt, made.text);
  made.kept.created_at = now;
  return made;
}

void KeyRing::accept(std::string_view key, const KeyMaterial& material) {
  store::ApiKey kept;
  kept.role = store::KeyRole::kAdmin;
  kept.salt = as_string(material.salt);
  kept.digest = digest_of(kept.salt, key);
  const std::lock_guard lock(mutex_);
  accepted_.push_back(std::move(kept));
}

core::Status KeyRing::refresh() {
  auto stored = store_.keys();
  if (!stored) return tl::unexpected(stored.error());
  auto keys = std::make_shared<const Keys>(std::move(*stored));
  const std::lock_guard lock(mutex_);
  keys_ = std::move(keys);
  return {};
}

bool KeyRing::empty() const {
  const std::lock_guard lock(mutex_);
  return accepted_.empty() && keys_->empty();
}

std::optional<store::KeyRole> KeyRing::role_of(std::string_view key) const {
  std::shared_ptr<const Keys> keys;
  {
    const std::lock_guard lock(mutex_);
    for (const store::ApiKey& accepted : accepted_) {
      if (is_key(accepted, key)) return accepted.role;
    }
    keys = keys_;
  }
  const std::string_view id = id_of(key);
  if (id.empty()) return std::nullopt;
  for (const store::ApiKey& kept : *keys) {
    if (kept.id == id && is_key(kept, key)) return kept.role;
  }
  return std::nullopt;
}

}  // namespace repopulse::api
