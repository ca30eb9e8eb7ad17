#include "app/thousands.h"

namespace repopulse::app {

std::string with_thousands(std::uint64_t number) {
  std::string text = std::to_string(number);
  for (auto at = static_cast<std::ptrdiff_t>(text.size()) - 3; at > 0; at -= 3) {
    text.insert(static_cast<std::size_t>(at), ",");
  }
  return text;
}

std::string counted(std::uint64_t number, const std::string& one, const std::string& many) {
  return with_thousands(number) + " " + (number == 1 ? one : many);
}

}  // namespace repopulse::app
