// Settings: a file of TOML, and one value given as a flag. Each input is accepted, or refused in one line of bounded
// length, and no line shows a secret.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "app/setting_table.h"
#include "app/settings.h"
#include "fuzz/memory_file.h"

namespace {

using namespace repopulse;
using fuzz::MemoryFile;

constexpr std::string_view kMark = "s3cr3t";

// All settings except names of files: the input must not choose which file is opened.
std::vector<std::string_view> wanted_settings() {
  std::vector<std::string_view> names;
  for (const app::Setting& setting : app::setting_table()) {
    if (setting.placeholder != "FILE") names.push_back(setting.name);
  }
  return names;
}

void check(const core::Result<app::Settings>& settings) {
  if (settings) return;
  constexpr std::size_t kLineMax = 1500;  // 200 bytes of a value, each escaped at worst, and what is around them
  const std::string& line = settings.error().message;
  const bool one_line = std::ranges::all_of(line, [](char c) { return static_cast<unsigned char>(c) >= ' '; });
  if (line.empty() || !one_line || line.size() > kLineMax) std::abort();
  if (settings.error().kind != core::ErrorKind::kBadInput) std::abort();
}

core::Result<app::Settings> read(const app::GivenFlags& flags, const std::string& config) {
  static const std::vector<std::string_view> kWanted = wanted_settings();
  auto settings = app::read_settings(kWanted, flags, config, [](const char*) { return nullptr; });
  check(settings);
  return settings;
}

// As secrets, and as passwords of databases; in a file they may break off in the middle of a string.
void check_secrets(const std::string& value) {
  if (value.find(kMark) != std::string::npos) return;
  const std::string secret = std::string(kMark) + value;
  const auto keeps = [](const core::Result<app::Settings>& settings) {
    if (!settings && settings.error().message.find(kMark) != std::string::npos) std::abort();
  };
  keeps(read({{"github-token", {secret}}}, ""));
  keeps(read({{"api-key", {secret}}}, ""));
  keeps(read({{"store", {"mongodb://user:" + secret + "@host/"}}}, ""));
  keeps(read({}, MemoryFile("api-key = '" + secret + "'\n").path()));
}

}  // namespace

// The first byte says which setting the rest is given to as a flag.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const MemoryFile file(text);
  read({}, file.path());
  if (text.empty()) return 0;
  const auto table = app::setting_table();
  const app::Setting& setting = table[static_cast<unsigned char>(text.front()) % table.size()];
  const std::string value(text.substr(1));
  read({{std::string(setting.name), {value}}}, "");
  check_secrets(value);
  return 0;
}
