#include "polling/schedule.h"

#include "base/check.h"

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
  REPOPULSE_CHECK(order_.size() == due_.size());
}

void Schedule::remove(std::string_view feed) {
  set_urgent(feed, false);
  if (asked_ == feed) asked_.reset();
  if (walking_ == feed) walking_.reset();
  const auto at = due_.find(feed);
  if (at == due_.end()) return;
  order_.erase({at->second, at->first});
  due_.erase(at);
  REPOPULSE_CHECK(order_.size() == due_.size());
}

core::Timestamp Schedule::due(std::string_view feed) const {
  const auto at = due_.find(feed);
  REPOPULSE_CHECK(at != due_.end());
  return at->second;
}

std::optional<Schedule::Entry> Schedule::next() const {
  if (walking_) return Entry{*walking_, due(*walking_)};
  if (order_.empty()) return std::nullopt;
  const auto& [due, feed] = *order_.begin();
  return Entry{std::string(feed), due};
}

void Schedule::ask(std::string_view feed) {
  REPOPULSE_CHECK(!asked_ && due_.contains(feed));
  REPOPULSE_CHECK(!walking_ || walking_ == feed);  // a poll that has begun goes before all others
  asked_ = feed;
}

void Schedule::set_walking(bool goes_on) {
  REPOPULSE_CHECK(asked_);
  walking_ = goes_on ? asked_ : std::nullopt;
}

void Schedule::set_urgent(std::string_view feed, bool urgent) {
  if (urgent) {
    urgent_.emplace(feed);
  } else if (const auto at = urgent_.find(feed); at != urgent_.end()) {
    urgent_.erase(at);
  }
}

}  // namespace repopulse::polling
