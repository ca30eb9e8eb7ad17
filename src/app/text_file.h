// A whole file as text.
#pragma once

#include <cstddef>
#include <string>

#include "core/result.h"

namespace repopulse::app {

// More than any settings, token or bundle of certificates holds; a device or a pipe may have no end.
inline constexpr std::size_t kTextFileBytesMax = 4 * 1024 * 1024;

// A file or a pipe. The error says what is wrong with it, without naming it: "cannot be read".
core::Result<std::string> read_text_file(const std::string& path);

}  // namespace repopulse::app
