// The random numbers of the service: keys, seeds, names of lease holders. Only this file draws them; the rooms below
// app/ take seeds and random bytes as arguments.
#pragma once

#include <cstdint>
#include <string>

#include "api/key_ring.h"

namespace repopulse::app {

// From OpenSSL's generator for secrets; both throw std::runtime_error when it has no random numbers.
api::KeyMaterial make_key_material();
std::uint64_t make_seed();

// The name under which this process holds leases, `HOST:PID:RANDOM`. No other server and no earlier process has the
// same.
std::string make_holder();

}  // namespace repopulse::app
