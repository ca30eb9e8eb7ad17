// The lines of an archive file.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "archive/byte_source.h"

namespace repopulse::archive {

// Longer lines are no events: GitHub's payloads end at 25 MB.
inline constexpr std::size_t kLongestLine = 32u << 20;

class LineReader {
 public:
  explicit LineReader(ByteSource source);

  // The next line without its end, valid until the next call; nullopt at the end. A line that is too long comes as its
  // beginning. Errors as ByteSource::read.
  core::Result<std::optional<std::string_view>> next();

  std::uint64_t line() const { return line_; }  // number of the last one, from 1
  const ByteSource& source() const { return source_; }

 private:
  core::Result<bool> refill();

  ByteSource source_;
  std::string buffer_;
  std::size_t begin_ = 0;    // of what was not returned yet
  std::size_t scanned_ = 0;  // up to here no line ends
  std::size_t end_ = 0;
  std::uint64_t line_ = 0;
};

}  // namespace repopulse::archive
