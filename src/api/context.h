// What the resources of the API work with.
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
