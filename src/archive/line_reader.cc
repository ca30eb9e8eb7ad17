#include "archive/line_reader.h"

#include <cstring>

namespace repopulse::archive {
namespace {

constexpr std::size_t kChunk = 1u << 20;

}  // namespace

LineReader::LineReader(ByteSource source) : source_(std::move(source)), buffer_(2 * kChunk, '\0') {}

// Keeps the unfinished line and reads more bytes behind it; false at the end of the file.
core::Result<bool> LineReader::refill() {
  std::memmove(buffer_.data(), buffer_.data() + begin_, end_ - begin_);
  scanned_ -= begin_;
  end_ -= begin_;
  begin_ = 0;
  if (buffer_.size() - end_ < kChunk) buffer_.resize(buffer_.size() * 2);
  const auto got = source_.read(std::span(buffer_).subspan(end_, buffer_.size() - end_));
  if (!got) return tl::unexpected(got.error());
  end_ += *got;
  return *got > 0;
}

core::Status LineReader::skip_rest_of_line() {
  while (inside_long_line_) {
    const void* found = std::memchr(buffer_.data() + begin_, '\n', end_ - begin_);
    inside_long_line_ = found == nullptr;
    begin_ = scanned_ =
        found == nullptr ? end_ : static_cast<std::size_t>(static_cast<const char*>(found) - buffer_.data()) + 1;
    if (found != nullptr) break;
    const auto more = refill();
    if (!more) return tl::unexpected(more.error());
    inside_long_line_ = *more;
  }
  return {};
}

core::Result<std::optional<std::string_view>> LineReader::next() {
  if (const auto skipped = skip_rest_of_line(); !skipped) return tl::unexpected(skipped.error());
  for (;;) {
    const void* found = std::memchr(buffer_.data() + scanned_, '\n', end_ - scanned_);
    if (found != nullptr) {
      const auto at = static_cast<std::size_t>(static_cast<const char*>(found) - buffer_.data());
      const std::string_view line(buffer_.data() + begin_, at - begin_);
      begin_ = scanned_ = at + 1;
      ++line_;
      return line;
    }
    scanned_ = end_;
    const bool too_long = end_ - begin_ > kLongestLine;
    const auto more = too_long ? core::Result<bool>(false) : refill();
    if (!more) return tl::unexpected(more.error());
    if (*more) continue;
    if (begin_ == end_) return std::nullopt;
    const std::string_view rest(buffer_.data() + begin_, end_ - begin_);
    begin_ = scanned_ = end_;
    inside_long_line_ = too_long;
    ++line_;
    return rest;
  }
}

}  // namespace repopulse::archive
