// The leases of a server that ran in this very installation and is dead: it was killed, and need not be waited for.
// Reads /proc and changes nothing but those leases.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/result.h"
#include "store/lease_store.h"

namespace repopulse::app {

// The name under which this process holds leases: host, process number, `seed`, and a mark of this boot of this machine
// (of this container). Only a process that reads the same mark can tell whether the process number is alive.
std::string make_holder(std::uint64_t seed);

// True: `holder` is of this boot of this machine, and its process is no more.
bool is_dead_holder(std::string_view holder);

// Ends the leases of dead holders, so that this server need not wait until they expire.
core::Status release_dead_leases(store::LeaseStore& store);

}  // namespace repopulse::app
