// Where a subcommand writes its result: standard output, or a file.
#pragma once

#include <string>
#include <string_view>

#include "core/result.h"

namespace repopulse::app {

class OutputFile {
 public:
  // Standard output for `-`. kUnavailable where the file cannot be written.
  static core::Result<OutputFile> open(const std::string& path);
  ~OutputFile();
  OutputFile(OutputFile&& other) noexcept;
  OutputFile& operator=(OutputFile&& other) = delete;

  // False once nobody reads any longer (a closed pipe), which is no error: there is nothing left to do.
  core::Result<bool> write(std::string_view bytes);
  // To be called at the end: the rest of what is buffered.
  core::Result<bool> flush();

 private:
  OutputFile(int file, std::string name) : file_(file), name_(std::move(name)) {}
  int file_ = -1;
  std::string name_;
  std::string buffer_;
};

}  // namespace repopulse::app
