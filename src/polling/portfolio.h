// The repositories' feeds that are polled, and when each feed is due: what the parts of a poller work on together.
// It decides nothing.
#pragma once

#include <cstdint>

#include "core/feed_name.h"
#include "core/time.h"
#include "polling/feed.h"
#include "polling/schedule.h"

namespace repopulse::polling {

struct Portfolio {
  Feeds feeds;
  Schedule schedule;                        // of these feeds, and of shared sources
  std::uint64_t organisations_version = 0;  // moves with each change of the state of an organisation's feed

  // The due time stands in the schedule, and in the feed's state, which is stored.
  void set_due(Feed& feed, core::Timestamp due) {
    feed.set_next_poll(due);
    schedule.set_due(feed.name(), due);
    if (core::is_organisation_feed(feed.name())) ++organisations_version;
  }
};

}  // namespace repopulse::polling
