// The owners whose repositories are followed, in memory: what people want of them, and the reading of their lists. It
// knows no store and no poller: it keeps what it is given. Thread-compatible; in a monitor the board's lock guards it.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "monitor/owner_view.h"
#include "polling/owner_listing.h"
#include "store/owner_store.h"

namespace repopulse::monitor {

struct FollowedOwner {
  store::Owner stored;  // its `listing` is that of the last write
  polling::OwnerListing listing;
};

class OwnerBook {
 public:
  using Owners = std::map<std::string, FollowedOwner, std::less<>>;  // by OwnerName::key()
  using Views = std::shared_ptr<const std::vector<OwnerView>>;

  // `seed`: of the jitter.
  explicit OwnerBook(std::uint64_t seed) : seed_(seed) {}

  const Owners& all() const { return owners_; }
  bool empty() const { return owners_.empty(); }
  const FollowedOwner* find(std::string_view key) const;  // nullptr when unknown

  // As the store has it: adds the owner, or replaces it with its reading.
  void put(store::Owner owner);
  // The same with a reading that is newer than the stored one, or equal.
  void put(FollowedOwner owner);
  // Changes the reading alone. The owner must be known.
  void change(std::string_view key, const std::function<void(polling::OwnerListing&)>& edit);
  void erase(std::string_view key);  // nothing when unknown

  std::uint64_t version() const { return version_; }  // grows with each of these changes
  Views views() const;                                // ascending by key; never null

 private:
  std::uint64_t seed_;
  Owners owners_;
  std::uint64_t version_ = 0;
  mutable Views views_;  // nullptr: to be made anew
};

}  // namespace repopulse::monitor
