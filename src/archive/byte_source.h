// The bytes of an archive file, inflated if it is compressed. Reads only.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "core/result.h"

namespace repopulse::archive {

// A file, or standard input for `-`. Data in gzip format are inflated (also several members one after another, and
// zeros behind them); anything else is read as it is. Uses 256 KiB of memory, however large the file.
class ByteSource {
 public:
  // kNotFound: the message names the file.
  static core::Result<ByteSource> open(const std::string& path);
  ~ByteSource();
  ByteSource(ByteSource&&) noexcept;
  ByteSource& operator=(ByteSource&&) noexcept;

  // The number of bytes written to `out`; 0 at the end. kCorrupt: the compressed data end early, are damaged, or
  // something else follows them; what could be inflated was returned before. kUnavailable: the disk failed.
  core::Result<std::size_t> read(std::span<char> out);

  std::uint64_t bytes_read() const;  // from the file, before inflating

 private:
  struct State;
  explicit ByteSource(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace repopulse::archive
