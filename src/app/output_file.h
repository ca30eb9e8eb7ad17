// Writes the result of a subcommand to standard output or to a file. Replaces an existing file; never reads.
#pragma once

#include <string>
#include <string_view>

#include "core/result.h"

namespace repopulse::app {

class OutputFile {
 public:
  // `-` is standard output. kUnavailable: the file cannot be created or written.
  static core::Result<OutputFile> open(const std::string& path);
  ~OutputFile();
  OutputFile(OutputFile&& other) noexcept;
  OutputFile& operator=(OutputFile&& other) = delete;

  // False once the reader has closed the pipe. That is not an error: the caller can simply stop. Buffered.
  core::Result<bool> write(std::string_view bytes);
  // Writes what is still buffered. Must be called at the end.
  core::Result<bool> flush();

 private:
  OutputFile(int file, std::string name) : file_(file), name_(std::move(name)) {}
  int file_ = -1;
  std::string name_;
  std::string buffer_;
};

}  // namespace repopulse::app
