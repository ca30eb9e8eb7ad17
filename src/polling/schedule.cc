#include "polling/schedule.h"

#include <cassert>

namespace repopulse::polling {

void Schedule::set_due(std::string_view feed, core::Timestamp due) {
  auto at = due_.find(feed);
  if (at == due_.end()) {
    at = due_.emplace(feed, due).first;
  } else {
    order_.erase({at->second, at->first});
    at->second = due;
  }
  order_.emplace(due, at->first);
}

void Schedule::remove(std::string_view feed) {
  set_urgent(feed, false);
  if (asked_ == feed) asked_.reset();
  if (walking_ == feed) walking_.reset();
  const auto at = due_.find(feed);
  if (at == due_.end()) return;
  order_.erase({at->second, at->first});
  due_.erase(at);
}

core::Timestamp Schedule::due(std::string_view feed) const {
  const auto at = due_.find(feed);
  assert(at != due_.end());
  return at->second;
}

std::optional<Schedule::Entry> Schedule::next() const {
  if (walking_) return Entry{*walking_, due(*walking_)};
  if (order_.empty()) return std::nullopt;
  const auto& [due, feed] = *order_.begin();
  return Entry{std::string(feed), due};
}

void Schedule::set_urgent(std::string_view feed, bool urgent) {
  if (urgent) {
    urgent_.emplace(feed);
  } else if (const auto at = urgent_.find(feed); at != urgent_.end()) {
    urgent_.erase(at);
  }
}

}  // namespace repopulse::polling
