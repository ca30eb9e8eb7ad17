#include "api/key_ring.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include <algorithm>
#include <span>
#include <stdexcept>
#include <utility>

#include "base/hex.h"

namespace repopulse::api {
namespace {

constexpr std::string_view kPrefix = "rp_";

std::string as_string(std::span<const unsigned char> bytes) {
  return {bytes.begin(), bytes.end()};
}

using Digest = std::array<unsigned char, 32>;

Digest digest_of(std::string_view salt, std::string_view key) {
  // Looking up the algorithm costs more than hashing a key, so it is done once, and the context is made once for each
  // thread.
  static const std::unique_ptr<EVP_MD, decltype(&EVP_MD_free)> sha256(EVP_MD_fetch(nullptr, "SHA256", nullptr),
                                                                      &EVP_MD_free);
  thread_local const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(),
                                                                                     &EVP_MD_CTX_free);
  Digest digest;
  if (!sha256 || !context || EVP_DigestInit_ex2(context.get(), sha256.get(), nullptr) != 1 ||
      EVP_DigestUpdate(context.get(), salt.data(), salt.size()) != 1 ||
      EVP_DigestUpdate(context.get(), key.data(), key.size()) != 1 ||
      EVP_DigestFinal_ex(context.get(), digest.data(), nullptr) != 1) {
    throw std::runtime_error("SHA-256 is not available");
  }
  return digest;
}

bool is_key(const store::ApiKey& kept, std::string_view text) {
  const Digest digest = digest_of(kept.salt, text);
  return digest.size() == kept.digest.size() && CRYPTO_memcmp(digest.data(), kept.digest.data(), digest.size()) == 0;
}

// The public id in a key that make_key() made; empty for any other text.
std::string_view id_of(std::string_view key) {
  if (!key.starts_with(kPrefix)) return {};
  const std::string_view rest = key.substr(kPrefix.size());
  const std::size_t end = rest.find('_');
  return end == std::string_view::npos ? std::string_view{} : rest.substr(0, end);
}

}  // namespace

MadeKey make_key(store::KeyRole role, std::string label, const KeyMaterial& material, core::Timestamp now) {
  MadeKey made;
  made.kept.id = base::to_hex(material.id);
  made.text = std::string(kPrefix) + made.kept.id + "_" + base::to_hex(material.secret);
  made.kept.label = std::move(label);
  made.kept.role = role;
  made.kept.salt = as_string(material.salt);
  made.kept.digest = as_string(digest_of(made.kept.salt, made.text));
  made.kept.created_at = now;
  return made;
}

void KeyRing::accept(std::string_view key, const KeyMaterial& material) {
  store::ApiKey kept;
  kept.role = store::KeyRole::kAdmin;
  kept.salt = as_string(material.salt);
  kept.digest = as_string(digest_of(kept.salt, key));
  const std::lock_guard lock(mutex_);
  auto accepted = std::make_shared<Keys>(*accepted_);
  accepted->push_back(std::move(kept));
  accepted_ = std::move(accepted);
}

core::Status KeyRing::refresh() {
  auto stored = store_.keys();
  if (!stored) return tl::unexpected(stored.error());
  std::function<void()> changed;
  {
    const std::lock_guard lock(mutex_);
    if (*keys_ == *stored) return {};
    keys_ = std::make_shared<const Keys>(std::move(*stored));
    changed = changed_;
  }
  if (changed) changed();
  return {};
}

void KeyRing::on_change(std::function<void()> changed) {
  const std::lock_guard lock(mutex_);
  changed_ = std::move(changed);
}

bool KeyRing::empty() const {
  const std::lock_guard lock(mutex_);
  return accepted_->empty() && keys_->empty();
}

KeyRing::All KeyRing::all() const {
  const std::lock_guard lock(mutex_);
  return {accepted_, keys_};
}

std::shared_ptr<const store::ApiKey> KeyRing::find(std::string_view key) const {
  const All known = all();
  for (const store::ApiKey& kept : *known.accepted) {
    if (is_key(kept, key)) return {known.accepted, &kept};
  }
  const std::string_view id = id_of(key);
  if (id.empty()) return nullptr;
  for (const store::ApiKey& kept : *known.stored) {
    if (kept.id == id && is_key(kept, key)) return {known.stored, &kept};
  }
  return nullptr;
}

bool KeyRing::holds(const store::ApiKey& key) const {
  const All known = all();
  return std::ranges::find(*known.stored, key) != known.stored->end() ||
         std::ranges::find(*known.accepted, key) != known.accepted->end();
}

}  // namespace repopulse::api
