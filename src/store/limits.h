// Which events a store takes: the same in every store, so that one store's events can always move to another. A pure
// function; the stores refuse what it refuses, and whoever stores asks it first so that one event does not spoil
// others.
#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "core/event.h"

namespace repopulse::store {

// Bytes of an event's JSON, and of the names beside it. Together they fit into a document of MongoDB (16 MiB).
inline constexpr std::size_t kLargestEvent = 15u << 20;
inline constexpr std::size_t kLongestNames = 128u << 10;

// Why no store can hold the event; nullopt where they can.
std::optional<std::string> refusal(const core::Event& event);

}  // namespace repopulse::store
