#include "monitor/subscribers.h"

namespace repopulse::monitor {

std::uint64_t Subscribers::add(Subscriber subscriber) {
  const std::lock_guard lock(mutex_);
  subscribers_.emplace(++last_subscription_, std::move(subscriber));
  return last_subscription_;
}

void Subscribers::remove(std::uint64_t subscription) {
  const std::lock_guard lock(mutex_);
  subscribers_.erase(subscription);
}

void Subscribers::tell(const News& news) const {
  const std::lock_guard lock(mutex_);
  for (const auto& [id, subscriber] : subscribers_) {
    if (subscriber.on_event) {
      for (const auto& [event, name] : news.events) subscriber.on_event(event, name);
    }
    if (subscriber.on_statistics) {
      for (const auto& view : news.statistics) subscriber.on_statistics(view);
    }
    if (subscriber.on_poll) {
      for (const PollReport& poll : news.polls) subscriber.on_poll(poll);
    }
    if (subscriber.on_probe) {
      for (const ProbeReport& probe : news.probes) subscriber.on_probe(probe);
    }
    if (subscriber.on_token) {
      for (const TokenReport& token : news.tokens) subscriber.on_token(token);
    }
    if (subscriber.on_owner) {
      for (const OwnerReport& owner : news.owners) subscriber.on_owner(owner);
    }
  }
}

}  // namespace repopulse::monitor
