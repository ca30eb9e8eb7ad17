// What every resource of the API works with: monitor, stored events, keys, clock. Only bundles references.
// Resources read the store; what they change goes through the monitor.
#pragma once

#include <functional>

#include "api/access.h"
#include "api/key_ring.h"
#include "api/settings.h"
#include "core/clock_skew.h"
#include "monitor/monitor.h"
#include "store/alert_store.h"
#include "store/event_store.h"

namespace repopulse::api {

struct Context {
  monitor::Monitor& monitor;
  store::EventStore& events;  // pages, and what a stream has missed
  store::AlertStore& alerts;
  const std::function<bool()> store_answers;  // cheap
  KeyRing& keys;
  const ApiSettings settings;
  const Clock clock;
  const AccessControl access;

  // The time by which windows are cut: GitHub's, where the clock here is known to be wrong.
  core::Timestamp github_now(const monitor::Snapshot& snapshot) const {
    return core::corrected(snapshot.poller.clock_skew, clock());
  }
};

}  // namespace repopulse::api
