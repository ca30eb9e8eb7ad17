// The texts of --help as blocks: for the terminal, and for the man page.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace repopulse::app {

struct HelpBlock {
  std::string text;       // of a paragraph without line breaks
  bool verbatim = false;  // lines that stay as they are: examples, tables
};

// Lines that begin with a blank are verbatim, the others form paragraphs; a line that ends with a colon ends its
// paragraph, as an empty line does.
std::vector<HelpBlock> help_blocks(std::string_view text);

}  // namespace repopulse::app
