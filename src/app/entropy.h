// The one place that draws random numbers and reads the clock; below this room both are arguments.
#pragma once

#include <cstdint>
#include <string>

#include "api/key_ring.h"
#include "core/time.h"

namespace repopulse::app {

core::Timestamp clock_now();

// From the operating system's source of secrets; throw std::runtime_error when it is not there.
api::KeyMaterial make_key_material();
std::uint64_t make_seed();

// `HOST:PID:RANDOM`: unlike every other server's, and every earlier process's.
std::string make_holder();

}  // namespace repopulse::app
