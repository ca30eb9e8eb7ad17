// Reads a settings file: TOML with plain keys at the top level. Does not know which keys exist or what they mean.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "core/result.h"

namespace repopulse::app {

struct FileEntry {
  std::string key;
  std::vector<std::string> values;  // the elements of an array, or one value; numbers and booleans as text
  std::size_t line = 0;             // from 1
  bool is_array = false;
};

// kBadInput: the file cannot be read, is not TOML, or has a value that no setting takes (a table, a date). The message
// is one line that names the file and the line in it.
core::Result<std::vector<FileEntry>> read_toml(const std::string& path);

}  // namespace repopulse::app
