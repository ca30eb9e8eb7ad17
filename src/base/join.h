// Words of a list as one text. Pure; only the result is allocated.
#pragma once

#include <string>
#include <string_view>

namespace repopulse::base {

// `words`: any range of texts.
template <class Words>
std::string join(const Words& words, std::string_view separator) {
  std::string text;
  bool first = true;
  for (const auto& word : words) {
    if (!first) text.append(separator);
    text.append(word);
    first = false;
  }
  return text;
}

}  // namespace repopulse::base
