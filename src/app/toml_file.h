// Reads a settings file: TOML with plain keys at the top level, and lists of tables of such keys. Does not know which
// keys exist or what they mean.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "core/result.h"

namespace repopulse::app {

struct FileTable;

struct FileEntry {
  std::string key;
  std::vector<std::string> values;  // the elements of an array, or one value; numbers and booleans as text
  std::size_t line = 0;             // from 1
  bool is_array = false;
  std::vector<FileTable> tables;  // `[[key]]`: these alone; `values` is empty then
};

struct FileTable {
  std::size_t line = 0;
  std::vector<FileEntry> entries;  // without tables of their own
};

// kBadInput: the file cannot be read, is not TOML, or has a value that no setting takes (a single table, a date). The
// message is one line that names the file and the line in it.
core::Result<std::vector<FileEntry>> read_toml(const std::string& path);

}  // namespace repopulse::app
