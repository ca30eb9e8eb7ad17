// Reads a small file as text, with an upper limit on its size. Never writes.
#pragma once

#include <cstddef>
#include <string>

#include "core/result.h"

namespace repopulse::app {

// More than any file of settings, token or certificates needs. A limit, since a device or a pipe may have no end.
inline constexpr std::size_t kTextFileBytesMax = 4 * 1024 * 1024;

// kBadInput: the file cannot be read or is too large. The message does not name the file: "cannot be read".
core::Result<std::string> read_text_file(const std::string& path);

}  // namespace repopulse::app
