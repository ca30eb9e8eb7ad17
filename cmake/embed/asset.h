// A file that was built into the executable.
#pragma once

#include <string_view>

namespace repopulse::embed {

// Everything lives as long as the process.
struct Asset {
  std::string_view path;  // relative to the embedded folder, with forward slashes: `index.html`, `assets/app.js`
  std::string_view content_type;  // with its charset where it is text
  std::string_view bytes;
  std::string_view gzip;  // the same bytes as a gzip member; empty where that would not be smaller by a tenth
  std::string_view etag;  // a strong validator with its quotes, from the content alone
};

}  // namespace repopulse::embed
