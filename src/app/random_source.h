// The random numbers of the service: keys, seeds and ids. Only this file draws them; the rooms below
// app/ take seeds and random bytes as arguments.
#pragma once

#include <cstdint>
#include <string>

#include "api/key_ring.h"

namespace repopulse::app {

// From OpenSSL's generator for secrets; all throw std::runtime_error when it has no random numbers.
api::KeyMaterial make_key_material();
std::uint64_t make_seed();
std::string make_delivery_id();  // 32 hexadecimal digits

}  // namespace repopulse::app
