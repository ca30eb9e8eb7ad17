// Answers of a server as tables for people.
#pragma once

#include <ostream>
#include <string_view>

#include "core/result.h"
#include "core/time.h"

namespace repopulse::app {

// `json`: a Repository, or an array of such. kCorrupt when it is not.
core::Status print_repositories(std::string_view json, core::Timestamp now, bool colours, std::ostream& out);
// `json`: one Statistics.
core::Status print_statistics(std::string_view json, core::Timestamp now, bool colours, std::ostream& out);

}  // namespace repopulse::app
