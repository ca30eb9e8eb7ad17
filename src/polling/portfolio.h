// The repositories' feeds that are polled, when each feed is due, how much of the time each may take, and the hints
// that have come: what the parts of a poller work on together. It decides nothing.
#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <set>
#include <string>
#include <string_view>

#include "base/check.h"
#include "core/feed_name.h"
#include "core/time.h"
#include "polling/feed.h"
#include "polling/hints.h"
#include "polling/schedule.h"
#include "polling/time_shares.h"

namespace repopulse::polling {

struct Portfolio {
  Feeds feeds;
  Schedule schedule;                                   // of these feeds, and of shared sources
  TimeShares time_shares;                              // of the same
  Hints hints;                                         // of these feeds
  std::set<std::string, std::less<>> without_history;  // feeds of which the policy will be given the history
  std::uint64_t shared_feeds_version = 0;              // moves with each change of the state of a shared feed

  // A feed that is polled.
  Feed& feed(std::string_view name) {
    const auto at = feeds.find(name);
    REPOPULSE_CHECK(at != feeds.end());
    return at->second;
  }

  // Nothing but the plan says when the feed is due: no trouble, no question under way, and nobody who asked for it.
  bool follows_plan(const Feed& feed) const {
    const std::string& name = feed.name();
    return feed.state().failures_in_a_row == 0 && feed.read_at() && !feed.state().overlap_boundary &&
           !schedule.is_urgent(name) && schedule.asked() != name && schedule.walking() != name;
  }

  // The due time stands in the schedule, and in the feed's state, which is stored. Not before a rest that protects the
  // other feeds is over; sooner than planned where a hint has come.
  void set_due(Feed& feed, core::Timestamp due) {
    due = std::max(hints.sooner(feed, due), time_shares.earliest(feed.name()));
    feed.set_next_poll(due);
    schedule.set_due(feed.name(), due);
    if (core::is_shared_feed(feed.name())) ++shared_feeds_version;
  }
};

}  // namespace repopulse::polling
