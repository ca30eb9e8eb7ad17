#include "api/payload_cache.h"

#include <utility>

namespace repopulse::api {
namespace {

constexpr std::size_t kEntryOverhead = 512;  // list and map nodes, header lines

}  // namespace

std::shared_ptr<const http::Payload> PayloadCache::find(std::string_view key, const Stamp& stamp) {
  std::shared_ptr<const http::Payload> found;
  {
    const std::lock_guard lock(mutex_);
    const auto at = by_key_.find(key);
    if (at == by_key_.end() || !(at->second->stamp == stamp)) return nullptr;
    entries_.splice(entries_.begin(), entries_, at->second);
    found = at->second->payload;
    if (std::exchange(at->second->found, true)) return found;
  }
  // What is asked for a second time may well be asked for often.
  auto kept = http::keep_in_file(found);
  if (kept != found) replace(key, found, kept);
  return kept;
}

// Unless the entry was dropped or put anew meanwhile.
void PayloadCache::replace(std::string_view key, const std::shared_ptr<const http::Payload>& payload,
                           const std::shared_ptr<const http::Payload>& kept) {
  const std::lock_guard lock(mutex_);
  const auto at = by_key_.find(key);
  if (at == by_key_.end() || at->second->payload != payload) return;
  at->second->payload = kept;
  at->second->bytes += kept->body.size();
  bytes_ += kept->body.size();
  drop_oldest();
}

void PayloadCache::put(std::string key, const Stamp& stamp, std::shared_ptr<const http::Payload> payload) {
  constexpr std::size_t kShare = 8;
  const std::size_t bytes = payload->body.size() + payload->gzip_body.size() + key.size() + kEntryOverhead;
  if (bytes > max_bytes_ / kShare) return;
  const std::lock_guard lock(mutex_);
  if (const auto at = by_key_.find(key); at != by_key_.end()) erase(at->second);
  entries_.push_front({.key = std::move(key), .stamp = stamp, .payload = std::move(payload), .bytes = bytes});
  by_key_.emplace(entries_.front().key, entries_.begin());
  bytes_ += bytes;
  drop_oldest();
}

void PayloadCache::drop_oldest() {
  while (bytes_ > max_bytes_) erase(std::prev(entries_.end()));
}

void PayloadCache::erase(Entries::iterator entry) {
  bytes_ -= entry->bytes;
  by_key_.erase(entry->key);
  entries_.erase(entry);
}

}  // namespace repopulse::api
