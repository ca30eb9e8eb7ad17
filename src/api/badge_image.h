// Draws a badge as SVG: a label and a message side by side, 20 px high. Pure.
//
// The text may come from anybody. What XML does not allow, and marks that change the direction of text around them, are
// left out; the rest is escaped, shortened when it is long, and held in its place by `textLength`, whatever font and
// script the reader's browser draws it with.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace repopulse::api {

inline constexpr std::size_t kBadgeTextMax = 60;  // characters of a text; a longer one ends in `…`

struct Badge {
  std::string label;  // empty: only the message is drawn
  std::string message;
  std::string_view colour;  // behind the message, such as `#0969da`
};

std::string draw_badge(const Badge& badge);

// The characters of `text` that a badge shows, still to be escaped: valid UTF-8 that XML allows.
std::string badge_text(std::string_view text);

// How wide `text` is in a sans-serif font of 11 px, in px. A good guess outside ASCII.
double badge_text_width(std::string_view text);

}  // namespace repopulse::api
