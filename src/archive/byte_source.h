// The bytes of an archive file, inflated where it is compressed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "core/result.h"

namespace repopulse::archive {

// A file, or standard input for `-`. What begins as gzip does is inflated (several members one after another too,
// and zeros behind them), anything else is read as it is. Holds 256 KiB, however large the file.
class ByteSource {
 public:
  // kNotFound names the file.
  static core::Result<ByteSource> open(const std::string& path);
  ~ByteSource();
  ByteSource(ByteSource&&) noexcept;
  ByteSource& operator=(ByteSource&&) noexcept;

  // Bytes written to `out`; 0 at the end. kCorrupt: the compressed data end early, are damaged or followed by something
  // else; what could be inflated before has been written by then. kUnavailable: the disk.
  core::Result<std::size_t> read(std::span<char> out);

  std::uint64_t bytes_read() const;  // from the file, compressed as they are

 private:
  struct State;
  explicit ByteSource(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace repopulse::archive
