// API keys as they are kept: enough to recognise a key, never the key itself.
//
// It keeps what it is given; making and checking keys is the API's. It touches nothing but keys.
//
// Any thread may call anything at any time; a change is seen by other processes at their next call. Every call may fail
// with kUnavailable (disk, server or network; the same call may succeed later) or kCorrupt (the stored data contradict
// themselves; a person must look). A call that fails has changed nothing, with one exception: kUnavailable from a store
// on the network leaves open whether the change was made.
#pragma once

#include <string>
#include <vector>

#include "core/result.h"
#include "core/time.h"

namespace repopulse::store {

using core::Result;
using core::Status;

enum class KeyRole { kRead, kAdmin };

struct ApiKey {
  std::string id;     // public name of the key, a part of its text
  std::string label;  // what its owner calls it
  KeyRole role = KeyRole::kRead;
  std::string digest;  // salted hash of the key's text, raw bytes
  std::string salt;    // raw bytes
  core::Timestamp created_at{};
  friend bool operator==(const ApiKey&, const ApiKey&) = default;
};

class KeyStore {
 public:
  virtual ~KeyStore() = default;

  // All of them, by ascending id.
  virtual Result<std::vector<ApiKey>> keys() = 0;

  // kConflict: there is a key of that id already; it stays as it is.
  virtual Status add_key(const ApiKey& key) = 0;

  // Deletes a key permanently. kNotFound: there is no key of that id.
  virtual Status revoke_key(const std::string& id) = 0;
};

}  // namespace repopulse::store
