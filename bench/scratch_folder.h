// A folder in TMPDIR for the files of a benchmark, gone with this object. Throws std::exception.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <stdexcept>
#include <string>

namespace repopulse::bench {

class ScratchFolder {
 public:
  ScratchFolder() : path_((std::filesystem::temp_directory_path() / "repopulse-bench-XXXXXX").string()) {
    if (mkdtemp(path_.data()) == nullptr) throw std::runtime_error("cannot make " + path_);
  }
  ~ScratchFolder() { std::filesystem::remove_all(path_); }
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;
  std::string file(const std::string& name) const { return path_ + "/" + name; }
  // Of all files, without SQLite's shared memory.
  double bytes() const {
    double sum = 0;
    for (const auto& entry : std::filesystem::directory_iterator(path_)) {
      if (!entry.path().string().ends_with("-shm")) sum += static_cast<double>(entry.file_size());
    }
    return sum;
  }

 private:
  std::string path_;
};

}  // namespace repopulse::bench
