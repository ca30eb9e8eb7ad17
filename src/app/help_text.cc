#include "app/help_text.h"

namespace repopulse::app {

std::vector<HelpBlock> help_blocks(std::string_view text) {
  std::vector<HelpBlock> blocks;
  bool open = false;  // whether the next line may belong to the last block
  while (!text.empty()) {
    const auto end = text.find('\n');
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    if (line.empty()) {
      open = false;
      continue;
    }
    const bool verbatim = line.starts_with(' ');
    if (!open || blocks.back().verbatim != verbatim) {
      blocks.push_back({std::string(line), verbatim});
    } else {
      blocks.back().text.append(verbatim ? "\n" : " ").append(line);
    }
    open = verbatim || !line.ends_with(':');
  }
  return blocks;
}

}  // namespace repopulse::app
