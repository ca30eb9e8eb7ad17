// Time zones by name, from the system's copy of the IANA time zone database. Reads files of the system: may wait for a
// disk.
#pragma once

#include <absl/time/time.h>

#include <optional>
#include <string_view>

namespace repopulse::api {

// By its name in the database, as `Europe/Berlin`; `UTC` needs no file. nullopt: the database here has no such zone.
std::optional<absl::TimeZone> find_time_zone(std::string_view name);

}  // namespace repopulse::api
