#include "app/json_fields.h"

#include "app/humanise.h"

namespace repopulse::app {
namespace {

constexpr const char* kNothing = "-";

}  // namespace

std::string text_in(const boost::json::object& json, std::string_view name) {
  const auto* found = json.if_contains(name);
  return found != nullptr && found->is_string() ? std::string(found->get_string()) : std::string();
}

std::optional<double> number_in(const boost::json::object& json, std::string_view name) {
  const auto* found = json.if_contains(name);
  if (found == nullptr || !found->is_number()) return std::nullopt;
  return found->to_number<double>();
}

bool flag_in(const boost::json::object& json, std::string_view name) {
  const auto* found = json.if_contains(name);
  return found != nullptr && found->is_bool() && found->get_bool();
}

std::optional<core::EventTime> time_in(const boost::json::object& json, std::string_view name) {
  return core::parse_rfc3339(text_in(json, name));
}

std::string seconds_cell(const boost::json::object& json, std::string_view name) {
  const auto seconds = number_in(json, name);
  return seconds ? humanise_seconds(*seconds) : kNothing;
}

std::string count_cell(const boost::json::object& json, std::string_view name) {
  const auto count = number_in(json, name);
  return count && *count >= 0 ? humanise_count(static_cast<std::uint64_t>(*count)) : kNothing;
}

std::string moment_cell(const boost::json::object& json, std::string_view name, core::Timestamp now) {
  const auto at = time_in(json, name);
  return at ? humanise_moment(*at, now) : kNothing;
}

std::string due_cell(const boost::json::object& json, std::string_view name, core::Timestamp now) {
  const auto at = time_in(json, name);
  return at ? humanise_due(*at, now) : kNothing;
}

}  // namespace repopulse::app
