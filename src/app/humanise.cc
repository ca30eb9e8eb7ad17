#include "app/humanise.h"

#include <string_view>

namespace repopulse::app {
namespace {

constexpr core::Seconds kDatesFrom = std::chrono::days(30);

core::Seconds until(core::EventTime at, core::Timestamp now) {
  return at - core::to_event_time(now);
}

std::string span_text(core::Seconds span) {
  return humanise_seconds(static_cast<double>(std::chrono::abs(span).count()));
}

std::string date_of(core::EventTime at) {
  return core::format_rfc3339(at).substr(0, std::string_view("2016-07-15").size());
}

}  // namespace

std::string humanise_moment(core::EventTime at, core::Timestamp now) {
  const core::Seconds ahead = until(at, now);
  if (ahead.count() == 0) return "now";
  if (std::chrono::abs(ahead) >= kDatesFrom) return date_of(at);
  return ahead.count() > 0 ? "in " + span_text(ahead) : span_text(ahead) + " ago";
}

std::string humanise_due(core::EventTime at, core::Timestamp now) {
  const core::Seconds ahead = until(at, now);
  if (ahead.count() >= 0) return humanise_moment(at, now);
  return -ahead >= kDatesFrom ? "overdue since " + date_of(at) : "overdue by " + span_text(ahead);
}

std::string counted(std::uint64_t count, const std::string& one, const std::string& many) {
  return humanise_count(count) + " " + (count == 1 ? one : many);
}

}  // namespace repopulse::app
