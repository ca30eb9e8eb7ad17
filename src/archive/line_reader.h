// Splits an archive file into lines. Does not look inside them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "archive/byte_source.h"

namespace repopulse::archive {

// Longer lines are not events: the largest payload of GitHub has 25 MB.
inline constexpr std::size_t kLongestLine = 32u << 20;

class LineReader {
 public:
  explicit LineReader(ByteSource source);

  // The next line without its end, valid until the next call; nullopt at the end. Of a line that is too long only the
  // beginning is returned, and the rest is passed over. Errors as ByteSource::read().
  core::Result<std::optional<std::string_view>> next();

  std::uint64_t line() const { return line_; }  // the number of the line that was returned last, from 1
  const ByteSource& source() const { return source_; }

 private:
  core::Result<bool> refill();
  core::Status skip_rest_of_line();

  ByteSource source_;
  std::string buffer_;
  std::size_t begin_ = 0;    // of what was not returned so far
  std::size_t scanned_ = 0;  // no line ends before this position
  std::size_t end_ = 0;
  bool inside_long_line_ = false;  // its beginning was returned
  std::uint64_t line_ = 0;
};

}  // namespace repopulse::archive
