#include "polling/unread_entries.h"

#include <algorithm>

namespace repopulse::polling {
namespace {

constexpr std::size_t kMostTold = 1000;  // a feed shows 300 entries

}  // namespace

void UnreadEntries::take(const core::Answer& answer, core::EventTime answered) {
  auto entry = answer.unread.begin();
  for (std::size_t i = 0; i <= answer.events.size(); ++i) {
    for (; entry != answer.unread.end() && entry->position <= i; ++entry) {
      if (told_.size() >= kMostTold) told_.clear();
      if (told_.insert(entry->digest).second) open(answered);
    }
    if (i < answer.events.size()) close(answer.events[i].key.created_at);
  }
}

void UnreadEntries::take_too_large(core::EventTime answered) {
  open(answered);
  too_large_ = true;
}

void UnreadEntries::open(core::EventTime answered) {
  if (!open_to_) open_to_ = newer_.value_or(answered);
}

// The times of two neighbours may be in any order. An entry that is too large is known by its older neighbour.
void UnreadEntries::close(core::EventTime older) {
  newer_ = older;
  if (!open_to_) return;
  const core::EventTime from = std::min(older, *open_to_);
  const core::EventTime to = std::max({older, *open_to_, from + core::Seconds(1)});
  open_to_.reset();
  const bool known = too_large_ && !told_.insert(static_cast<std::uint64_t>(core::unix_seconds(from))).second;
  too_large_ = false;
  if (!known) found_.push_back({from, to});
}

void UnreadEntries::end(core::EventTime before) {
  if (open_to_) close(std::min(before, *open_to_));
  newer_.reset();
}

void UnreadEntries::forget() {
  *this = UnreadEntries();
}

}  // namespace repopulse::polling
