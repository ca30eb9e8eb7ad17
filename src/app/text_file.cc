#include "app/text_file.h"

#include <array>
#include <fstream>

namespace repopulse::app {

core::Result<std::string> read_text_file(const std::string& path) {
  std::ifstream file(path);
  if (!file) return core::fail(core::ErrorKind::kBadInput, "cannot be read");
  std::string text;
  std::array<char, 4096> part{};
  while (file.read(part.data(), part.size()) || file.gcount() > 0) {
    text.append(part.data(), static_cast<std::size_t>(file.gcount()));
    if (text.size() > kTextFileBytesMax) {
      return core::fail(core::ErrorKind::kBadInput,
                        "holds more than " + std::to_string(kTextFileBytesMax / (1024 * 1024)) + " MiB");
    }
  }
  if (file.bad()) return core::fail(core::ErrorKind::kBadInput, "cannot be read");
  return text;
}

}  // namespace repopulse::app
