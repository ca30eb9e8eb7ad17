// A store whose calls are measured. It passes every call on unchanged.
#pragma once

#include <memory>

#include "store/call_times.h"
#include "store/store.h"

namespace repopulse::store {

// Passes on to `store`, and counts each call in `times` under the name of its function. Both must outlive the result.
std::unique_ptr<Store> measured(Store& store, CallTimes& times);

}  // namespace repopulse::store
