// A whole file as text.
#pragma once

#include <optional>
#include <string>

namespace repopulse::app {

// nullopt when it cannot be read, or is no file.
std::optional<std::string> read_text_file(const std::string& path);

}  // namespace repopulse::app
