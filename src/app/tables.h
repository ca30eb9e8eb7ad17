// Prints the JSON answers of a server as tables for people. Reads nothing but the text it is given.
#pragma once

#include <ostream>
#include <string_view>

#include "app/table.h"
#include "core/result.h"
#include "core/time.h"

namespace repopulse::app {

// `json`: a Repository or an Owner of the API, or an array of both, which get a table each. kCorrupt: it is something
// else; nothing useful was printed.
core::Status print_repositories(std::string_view json, core::Timestamp now, const Look& look, std::ostream& out);
// `json`: one History of the API. Each bucket is named by the clock of its time zone, where this machine knows the
// zone. kCorrupt as above.
core::Status print_history(std::string_view json, const Look& look, std::ostream& out);
// `json`: one Statistics of the API. kCorrupt as above.
core::Status print_statistics(std::string_view json, core::Timestamp now, const Look& look, std::ostream& out);

}  // namespace repopulse::app
