// A badge: on the first line its label, behind it its message. Whatever they are, the image is valid UTF-8, has no
// characters that XML forbids, and no markup but its own.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "api/badge_image.h"
#include "base/utf8.h"
#include "fuzz/require.h"

namespace {

using namespace repopulse;
using fuzz::require;

std::size_t tags(std::string_view svg) {
  return static_cast<std::size_t>(std::ranges::count(svg, '<'));
}

// A text without any markup that is drawn in the same way.
std::string harmless(std::string_view text) {
  const std::string shown = api::badge_text(text);
  const bool ascii = std::ranges::all_of(shown, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
  return shown.empty() ? "" : ascii ? "x" : "\u00e9";
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const std::string_view label = text.substr(0, text.find('\n'));
  const std::string_view message = text.substr(std::min(label.size() + 1, text.size()));
  const std::string svg = api::draw_badge({std::string(label), std::string(message), "#0969da"});
  for (std::string_view rest = svg; !rest.empty();) {
    const auto point = base::decode_utf8(rest);
    require(point && (point->value >= 0x20 || point->value == '\n') && (point->value & 0xFFFE) != 0xFFFE);
    rest.remove_prefix(point->bytes);
  }
  const std::string plain = api::draw_badge({harmless(label), harmless(message), "#0969da"});
  require(tags(svg) == tags(plain));
  require(std::ranges::count(svg, '"') == std::ranges::count(plain, '"'));
  require(api::badge_text_width(api::badge_text(label)) <= 11.0 * api::kBadgeTextMax);
  return 0;
}
