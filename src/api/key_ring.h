// API keys: how they are made, kept and checked.
//
// A key is `rp_ID_SECRET`: a short public name and 256 random bits, both in hexadecimal. Kept is a salted SHA-256 of
// the whole text; a secret of that length needs no slow hash.
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
#include "store/store.h"

namespace repopulse::api {

// Random bytes that a new key is made of; whoever calls has a source of them.
struct KeyMaterial {
  std::array<unsigned char, 4> id;
  std::array<unsigned char, 32> secret;
  std::array<unsigned char, 16> salt;
};

struct MadeKey {
  std::string text;  // shown once, never kept
  store::ApiKey kept;
};
MadeKey make_key(store::KeyRole role, std::string label, const KeyMaterial& material, core::Timestamp now);

// The keys that are accepted. Any thread may call anything at any time.
class KeyRing {
 public:
  explicit KeyRing(store::Store& store) : store_(store) {}

  // An admin key that is in no store (`--api-key`), of any text.
  void accept(std::string_view key, const KeyMaterial& material);
  // Takes over the store's keys as they are now: made and revoked ones count from here on. To be called every few
  // seconds; when it fails the known keys stay.
  core::Status refresh();
  bool empty() const;

  // Takes the same time for every wrong key of a known name; null: not a key.
  std::shared_ptr<const store::ApiKey> find(std::string_view key) const;
  // Does one that find() gave still count?
  bool holds(const store::ApiKey& key) const;
  // Called after each change of the store's keys, on the thread that calls refresh(). There is one listener; empty:
  // none from now on.
  void on_change(std::function<void()> changed);

 private:
  using Keys = std::vector<store::ApiKey>;
  struct All {
    std::shared_ptr<const Keys> accepted;
    std::shared_ptr<const Keys> stored;
  };
  All all() const;

  store::Store& store_;
  mutable std::mutex mutex_;
  std::shared_ptr<const Keys> accepted_ = std::make_shared<const Keys>();
  std::shared_ptr<const Keys> keys_ = std::make_shared<const Keys>();
  std::function<void()> changed_;
};

}  // namespace repopulse::api
