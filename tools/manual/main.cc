// repopulse-manual [--check] FOLDER: generates settings.md and repopulse.1 in the folder; --check only compares them.
#include <filesystem>
#include <fstream>
#include <iostream>
#include <sstream>
#include <string_view>

#include "app/program.h"
#include "tools/manual/pages.h"

namespace {

namespace fs = std::filesystem;

bool is_current(const fs::path& path, const std::string& text) {
  std::ostringstream there;
  there << std::ifstream(path).rdbuf();
  if (there.str() == text) return true;
  std::cerr << path.string() << " is out of date; `./dev docs` generates it again\n";
  return false;
}

bool write_page(const fs::path& path, const std::string& text) {
  std::ofstream out(path);
  out << text;
  out.close();
  if (!out) std::cerr << path.string() << ": cannot write the file\n";
  return static_cast<bool>(out);
}

}  // namespace

int main(int argc, char** argv) {
  using namespace repopulse;
  const bool check = argc == 3 && std::string_view(argv[1]) == "--check";
  if (argc != 2 && !check) {
    std::cerr << "usage: repopulse-manual [--check] FOLDER\n";
    return app::kWrongUsage;
  }
  const fs::path folder = argv[argc - 1];
  CLI::App program({}, app::kProgramName);
  app::Work work;
  app::declare_program(program, work);
  bool good = true;
  const auto act = check ? &is_current : &write_page;
  good = act(folder / "settings.md", manual::settings_page(program)) && good;
  good = act(folder / "repopulse.1", manual::man_page(program)) && good;
  return good ? app::kSuccess : app::kFailure;
}
