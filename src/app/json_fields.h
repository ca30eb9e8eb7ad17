// Reads fields of a server's JSON answer, and renders them as cells of a table. Never fails: a field that is missing or
// has another type counts as absent.
#pragma once

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "core/time.h"

namespace repopulse::app {

std::string text_in(const boost::json::object& json, std::string_view name);
std::optional<double> number_in(const boost::json::object& json, std::string_view name);
bool flag_in(const boost::json::object& json, std::string_view name);
std::optional<core::EventTime> time_in(const boost::json::object& json, std::string_view name);

// Cells; `-` for an absent field. `moment`: when something happened; `due`: when something should happen.
std::string seconds_cell(const boost::json::object& json, std::string_view name);
std::string count_cell(const boost::json::object& json, std::string_view name);
std::string moment_cell(const boost::json::object& json, std::string_view name, core::Timestamp now);
std::string due_cell(const boost::json::object& json, std::string_view name, core::Timestamp now);

}  // namespace repopulse::app
