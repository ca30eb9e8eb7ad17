#include "api/time_zones.h"

#include <cstdlib>
#include <filesystem>
#include <string>
#include <system_error>

namespace repopulse::api {
namespace {

constexpr std::string_view kNameCharacters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_+-/";

// Only names of files below the folder. `posix` and `right` hold the same zones once more, the latter with leap
// seconds, which no other time here counts.
bool is_name(std::string_view name) {
  return !name.empty() && name.front() != '/' && name.find_first_not_of(kNameCharacters) == std::string_view::npos &&
         !name.starts_with("posix/") && !name.starts_with("right/") && name != "localtime" && name != "posixrules";
}

// Where Abseil looks too.
std::filesystem::path folder() {
  const char* chosen = std::getenv("TZDIR");
  return chosen != nullptr && *chosen != '\0' ? chosen : "/usr/share/zoneinfo";
}

}  // namespace

// Abseil remembers each name that it was ever asked for, so it is asked only for those that exist.
std::optional<absl::TimeZone> find_time_zone(std::string_view name) {
  if (name == "UTC") return absl::UTCTimeZone();
  if (!is_name(name)) return std::nullopt;
  std::error_code error;
  if (!std::filesystem::is_regular_file(folder() / name, error)) return std::nullopt;
  absl::TimeZone zone;
  return absl::LoadTimeZone(std::string(name), &zone) ? std::optional(zone) : std::nullopt;
}

}  // namespace repopulse::api
