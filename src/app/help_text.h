// Splits the texts of --help into paragraphs and examples, for the terminal and for the man page. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace repopulse::app {

struct HelpBlock {
  std::string text;       // of a paragraph without line breaks
  bool verbatim = false;  // lines that stay as they are: examples, tables
};

// Lines that begin with a space are verbatim; the others are joined into paragraphs. An empty line ends a paragraph,
// and so does a line that ends with a colon.
std::vector<HelpBlock> help_blocks(std::string_view text);

}  // namespace repopulse::app
