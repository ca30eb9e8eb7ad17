#include "polling/imagined_polls.h"

#include <algorithm>

#include "core/events_feed.h"

namespace repopulse::polling {

using core::EventTime;
using core::Millis;
using core::Timestamp;

Timestamp ImaginedPolls::next_of(std::string_view feed, Timestamp now) {
  return std::max(policy_->next(feed, now), now + core::kUsualPollInterval);
}

void ImaginedPolls::add(std::string_view feed, std::span<const EventTime> history, Timestamp from) {
  policy_->add(feed, history, {}, from);
  feeds_.insert_or_assign(std::string(feed), Feed{from, next_of(feed, from), {}});
}

void ImaginedPolls::remove(std::string_view feed) {
  const auto at = feeds_.find(feed);
  if (at == feeds_.end()) return;
  policy_->remove(feed);
  feeds_.erase(at);
}

void ImaginedPolls::hear(std::string_view feed, EventTime at) {
  std::vector<EventTime>& unread = feeds_.find(feed)->second.unread;
  unread.insert(std::ranges::upper_bound(unread, at), at);
}

std::vector<ImaginedPolls::Poll> ImaginedPolls::advance(std::string_view name, Timestamp until) {
  std::vector<Poll> polls;
  Feed& feed = feeds_.find(name)->second;
  while (feed.next <= until) {
    const Timestamp now = feed.next;
    const auto end = std::ranges::upper_bound(feed.unread, core::to_event_time(now));
    const std::vector<EventTime> found(feed.unread.begin(), end);
    feed.unread.erase(feed.unread.begin(), end);
    Poll poll{now, found.size(), Millis(0)};
    for (const EventTime at : found) poll.waited += now - core::to_timestamp(at);
    polls.push_back(poll);
    policy_->observe(name, {.at = now, .previous = feed.last, .arrivals = found});
    feed.last = now;
    feed.next = next_of(name, now);
  }
  return polls;
}

}  // namespace repopulse::polling
