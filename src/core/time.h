// Points in time, durations, and their texts. Nothing here reads a clock: `now` is always an argument.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace repopulse::core {

using Millis = std::chrono::milliseconds;
using Seconds = std::chrono::seconds;
using Timestamp = std::chrono::sys_time<Millis>;   // an instant at which repopulse does something
using EventTime = std::chrono::sys_time<Seconds>;  // GitHub's `created_at`, whole seconds

inline constexpr Timestamp to_timestamp(EventTime at) {
  return Timestamp(at);
}
inline constexpr EventTime to_event_time(Timestamp at) {
  return std::chrono::floor<Seconds>(at);
}
inline constexpr std::int64_t unix_seconds(EventTime at) {
  return at.time_since_epoch().count();
}
inline constexpr std::int64_t unix_millis(Timestamp at) {
  return at.time_since_epoch().count();
}
inline constexpr EventTime event_time_from_unix(std::int64_t seconds) {
  return EventTime(Seconds(seconds));
}
inline constexpr Timestamp timestamp_from_unix_millis(std::int64_t millis) {
  return Timestamp(Millis(millis));
}

// How a fraction of a second is handled: it is dropped, or the time is rounded up to the next second.
enum class Fraction { kCut, kRoundUp };
// RFC 3339 as GitHub writes it, `2024-11-12T20:13:10Z`. Parsing also accepts an offset and a fraction of a second;
// years 1970 to 9999. Anything else is nullopt.
std::optional<EventTime> parse_rfc3339(std::string_view text, Fraction fraction = Fraction::kCut);
std::string format_rfc3339(EventTime at);
// Writes exactly 20 characters.
void format_rfc3339_to(EventTime at, char* out);

// HTTP dates (RFC 9110, section 5.6.7): the preferred form `Sun, 06 Nov 1994 08:49:37 GMT`, and both obsolete forms.
std::optional<EventTime> parse_http_date(std::string_view text);
std::string format_http_date(EventTime at);

// Durations as they are written in settings: `90s`, `5m`, `1h`, `8d`, `1h30m`, `250ms`, or a number of seconds without
// a unit. Not negative.
std::optional<Millis> parse_duration(std::string_view text);
// The shortest such text, `5m` for 300 s.
std::string format_duration(Millis span);

}  // namespace repopulse::core
