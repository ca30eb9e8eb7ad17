// Fields of a server's JSON answer, as the tables need them: what is missing or of another kind is simply not there.
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

// `-` for what is not there.
std::string seconds_cell(const boost::json::object& json, std::string_view name);
std::string count_cell(const boost::json::object& json, std::string_view name);
std::string moment_cell(const boost::json::object& json, std::string_view name, core::Timestamp now);

}  // namespace repopulse::app
