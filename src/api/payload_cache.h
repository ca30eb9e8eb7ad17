// A cache of rendered answers, limited in bytes; the least recently used answers are dropped first. Never renders
// anything.
#pragma once

#include <cstdint>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

#include "http/message.h"

namespace repopulse::api {

// Any thread may call anything at any time.
class PayloadCache {
 public:
  // The state an answer was rendered from; an entry is valid only for exactly the same state.
  struct Stamp {
    std::int64_t subject = 0;  // the id of a repository; 0: all
    std::uint64_t version = 0;
    std::int64_t second = 0;  // set where the answer depends on the time
    friend bool operator==(const Stamp&, const Stamp&) = default;
  };

  explicit PayloadCache(std::size_t max_bytes) : max_bytes_(max_bytes) {}

  std::shared_ptr<const http::Payload> find(std::string_view key, const Stamp& stamp);
  // Replaces the entry with the same key. Answers larger than an eighth of the cache are not kept.
  void put(std::string key, const Stamp& stamp, std::shared_ptr<const http::Payload> payload);

 private:
  struct Entry {
    std::string key;
    Stamp stamp;
    std::shared_ptr<const http::Payload> payload;
    std::size_t bytes = 0;
    bool found = false;  // before
  };
  using Entries = std::list<Entry>;  // the last used first

  void replace(std::string_view key, const std::shared_ptr<const http::Payload>& payload,
               const std::shared_ptr<const http::Payload>& kept);
  void drop_oldest();  // what does not fit
  void erase(Entries::iterator entry);

  const std::size_t max_bytes_;
  std::mutex mutex_;
  Entries entries_;
  std::unordered_map<std::string_view, Entries::iterator> by_key_;  // views of the entries' own keys
  std::size_t bytes_ = 0;
};

}  // namespace repopulse::api
