// Makes and checks API keys. Only hashes of keys are stored; the text of a key is known once, when it is made.
//
// A key is `rp_ID_SECRET`: a short public id and 256 random bits, both in hexadecimal. The store has a salted SHA-256
// of the whole text; a random secret of this length needs no slow hash.
#pragma once

#include <array>
#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "core/time.h"
#include "store/key_store.h"

namespace repopulse::api {

// The random bytes of a new key; the caller provides them.
struct KeyMaterial {
  std::array<unsigned char, 4> id;
  std::array<unsigned char, 32> secret;
  std::array<unsigned char, 16> salt;
};

struct MadeKey {
  std::string text;  // shown once, never stored
  store::ApiKey kept;
};
MadeKey make_key(store::KeyRole role, std::string label, const KeyMaterial& material, core::Timestamp now);

// The valid keys. Any thread may call anything at any time.
class KeyRing {
 public:
  explicit KeyRing(store::KeyStore& store) : store_(store) {}

  // Also accepts this admin key, which is not in the store (`--api-key`); any text.
  void accept(std::string_view key, const KeyMaterial& material);
  // Reads the keys of the store again, so that new and revoked ones take effect. To be called every few seconds. On an
  // error the known keys stay valid.
  core::Status refresh();
  bool empty() const;

  // The key with this text; null when it is not valid. Takes the same time for every wrong key with a known id.
  std::shared_ptr<const store::ApiKey> find(std::string_view key) const;
  // Whether a key that find() returned is still valid.
  bool holds(const store::ApiKey& key) const;
  // `changed` is called after each change of the store's keys, on the thread that calls refresh(). There is only one
  // listener; an empty function removes it.
  void on_change(std::function<void()> changed);

 private:
  using Keys = std::vector<store::ApiKey>;
  struct All {
    std::shared_ptr<const Keys> accepted;
    std::shared_ptr<const Keys> stored;
  };
  All all() const;

  store::KeyStore& store_;
  mutable std::mutex mutex_;
  std::shared_ptr<const Keys> accepted_ = std::make_shared<const Keys>();
  std::shared_ptr<const Keys> keys_ = std::make_shared<const Keys>();
  std::function<void()> changed_;
};

}  // namespace repopulse::api
