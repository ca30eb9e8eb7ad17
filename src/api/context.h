// What every resource of the API works with: monitor, store, keys, clock. Only bundles references; has no behaviour.
#pragma once

#include "api/access.h"
#include "api/key_ring.h"
#include "api/settings.h"
#include "monitor/monitor.h"
#include "store/store.h"

namespace repopulse::api {

struct Context {
  monitor::Monitor& monitor;
  store::Store& store;
  KeyRing& keys;
  const ApiSettings settings;
  const Clock clock;
  const AccessControl access;
};

}  // namespace repopulse::api
