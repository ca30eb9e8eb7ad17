#include "monitor/owner_book.h"

#include <utility>

namespace repopulse::monitor {
namespace {

OwnerView view_of(const FollowedOwner& owner) {
  const polling::OwnerListing& listing = owner.listing;
  return {.name = owner.stored.name,
          .active = owner.stored.active,
          .archived = owner.stored.archived,
          .forks = owner.stored.forks,
          .added_at = owner.stored.added_at,
          .status = listing.status(),
          .status_detail = listing.status_detail(),
          .counters = listing.counters(),
          .asked_at = listing.asked_at(),
          .whole_at = listing.whole_at(),
          .due = listing.due(),
          .held = listing.held()};
}

}  // namespace

const FollowedOwner* OwnerBook::find(std::string_view key) const {
  const auto at = owners_.find(key);
  return at == owners_.end() ? nullptr : &at->second;
}

void OwnerBook::put(store::Owner owner) {
  polling::OwnerListing listing(owner.name.key(), seed_);
  listing.restore(owner.listing);
  put({std::move(owner), std::move(listing)});
}

void OwnerBook::put(FollowedOwner owner) {
  const std::string key = owner.stored.name.key();
  owners_.insert_or_assign(key, std::move(owner));
  ++version_;
  views_.reset();
}

void OwnerBook::change(std::string_view key, const std::function<void(polling::OwnerListing&)>& edit) {
  edit(owners_.find(key)->second.listing);
  ++version_;
  views_.reset();
}

void OwnerBook::erase(std::string_view key) {
  const auto at = owners_.find(key);
  if (at == owners_.end()) return;
  owners_.erase(at);
  ++version_;
  views_.reset();
}

OwnerBook::Views OwnerBook::views() const {
  if (!views_) {
    auto made = std::make_shared<std::vector<OwnerView>>();
    for (const auto& [key, owner] : owners_) made->push_back(view_of(owner));
    views_ = std::move(made);
  }
  return views_;
}

}  // namespace repopulse::monitor
