// A whole store: what a server opens. Each user takes the part that it needs: RepositoryStore, PollStore, EventStore,
// OwnerStore, KeyStore, LeaseStore, HintStore or AlertStore, whose headers say what every call does and how it can
// fail.
//
// Several stores implement it (sqlite/, mongo/, one in memory for tests); tests/store/conformance holds for all of
// them. What a new kind of user needs becomes another interface in a header of its own, and a base class here; a new
// question about events belongs to EventStore.
#pragma once

#include "store/alert_store.h"
#include "store/event_store.h"
#include "store/hint_store.h"
#include "store/key_store.h"
#include "store/lease_store.h"
#include "store/owner_store.h"
#include "store/poll_store.h"
#include "store/repository_store.h"

namespace repopulse::store {

class Store : public RepositoryStore,
              public OwnerStore,
              public PollStore,
              public EventStore,
              public KeyStore,
              public LeaseStore,
              public HintStore,
              public AlertStore {
 public:
  // Does the store answer? kUnavailable or kCorrupt where it does not. Cheap.
  virtual Status ping() = 0;

  // Can the store be written? Writes a few bytes, as durably as any call does, and changes nothing that other calls
  // show. kUnavailable or kCorrupt where it cannot.
  virtual Status try_write() = 0;
};

}  // namespace repopulse::store
