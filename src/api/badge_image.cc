#include "api/badge_image.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <iterator>

#include "base/utf8.h"

namespace repopulse::api {
namespace {

constexpr double kFontPixels = 11;
constexpr int kPadding = 6;  // px on both sides of a text
constexpr std::string_view kEllipsis = "\xE2\x80\xA6";
constexpr char32_t kFirstTabled = 0x20;

// Advance widths of ASCII in thousandths of the font size, measured in DejaVu Sans, which is as wide as Verdana.
constexpr std::array<std::uint16_t, 95> kWidths = {
    318, 401, 460, 838, 636, 950, 780, 275, 390, 390, 500, 838, 318, 361,  318, 337, 636, 636, 636,
    636, 636, 636, 636, 636, 636, 636, 337, 337, 838, 838, 838, 531, 1000, 684, 686, 698, 770, 632,
    575, 775, 752, 295, 295, 656, 557, 863, 748, 787, 603, 787, 695, 635,  611, 732, 684, 989, 685,
    611, 685, 390, 337, 390, 838, 500, 500, 613, 635, 550, 635, 615, 352,  635, 634, 278, 278, 579,
    278, 974, 634, 612, 635, 635, 411, 521, 392, 634, 592, 818, 592, 592,  525, 636, 337, 636, 838};

struct Range {
  char32_t first;
  char32_t last;
};

template <std::size_t kSize>
bool is_in(const std::array<Range, kSize>& ranges, char32_t c) {
  return std::ranges::any_of(ranges, [c](const Range& range) { return c >= range.first && c <= range.last; });
}

// Unicode 15, the ranges that matter for width: marks that stand above or below the letter before them, and joiners.
constexpr std::array<Range, 14> kNoWidth = {{{0x300, 0x36F},
                                             {0x483, 0x489},
                                             {0x591, 0x5BD},
                                             {0x610, 0x61A},
                                             {0x64B, 0x65F},
                                             {0x93A, 0x93C},
                                             {0x941, 0x948},
                                             {0xE34, 0xE3A},
                                             {0xE47, 0xE4E},
                                             {0x1AB0, 0x1AFF},
                                             {0x1DC0, 0x1DFF},
                                             {0x200B, 0x200D},
                                             {0x20D0, 0x20FF},
                                             {0xFE00, 0xFE2F}}};
// As wide as they are high: East Asian characters and emoji.
constexpr std::array<Range, 8> kWide = {{{0x1100, 0x115F},
                                         {0x2E80, 0xA4CF},
                                         {0xA960, 0xA97F},
                                         {0xAC00, 0xD7A3},
                                         {0xF900, 0xFAFF},
                                         {0xFE30, 0xFE6F},
                                         {0xFF00, 0xFF60},
                                         {0x1F000, 0x3FFFD}}};
// They would move text that is not theirs: marks and overrides of direction; line and paragraph separators; tags.
constexpr std::array<Range, 7> kLeftOut = {{{0x61C, 0x61C},
                                            {0x200E, 0x200F},
                                            {0x2028, 0x202E},
                                            {0x2060, 0x206F},
                                            {0xFEFF, 0xFEFF},
                                            {0xFFF9, 0xFFFB},
                                            {0xE0000, 0xE007F}}};

// XML 1.0, 2.2, without the control characters that it allows but discourages.
bool is_shown(char32_t c) {
  if (c < 0x20 || (c >= 0x7F && c < 0xA0) || (c & 0xFFFE) == 0xFFFE) return false;
  return !is_in(kLeftOut, c);
}

double width_of(char32_t c) {
  constexpr double kLetter = 0.68;  // the mean of Latin, Greek, Cyrillic, Hebrew and Arabic letters is below this
  if (c - kFirstTabled < kWidths.size()) return kWidths[c - kFirstTabled] / 1000.0;
  if (is_in(kNoWidth, c)) return 0;
  return is_in(kWide, c) ? 1 : kLetter;
}

void append_as_xml(std::string& out, std::string_view text) {
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\'':
        out += "&#39;";
        break;
      default:
        out += c;
    }
  }
}

bool is_ascii(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

// Each text in a direction of its own, so that a label from right to left does not turn the message around.
void append_isolated(std::string& out, std::string_view text) {
  constexpr std::string_view kFirstStrongIsolate = "&#x2068;";
  constexpr std::string_view kPopIsolate = "&#x2069;";
  if (!is_ascii(text)) out += kFirstStrongIsolate;
  append_as_xml(out, text);
  if (!is_ascii(text)) out += kPopIsolate;
}

// One of the two halves: where it begins, and how wide its text is.
struct Half {
  std::string text;
  int text_width = 0;
  int width() const { return text.empty() ? 0 : text_width + 2 * kPadding; }
};

Half make_half(std::string_view text) {
  Half half{badge_text(text)};
  half.text_width = std::max(1, static_cast<int>(std::ceil(badge_text_width(half.text))));
  return half;
}

void append_text(std::string& out, const Half& half, int left) {
  if (half.text.empty()) return;
  out.append("<text x=\"").append(std::to_string(left + kPadding)).append("\" y=\"14\" textLength=\"");
  // Space between letters would tear scripts apart whose letters are joined.
  out.append(std::to_string(half.text_width))
      .append(is_ascii(half.text) ? "\"" : "\" lengthAdjust=\"spacingAndGlyphs\"");
  out += '>';
  append_as_xml(out, half.text);
  out += "</text>";
}

}  // namespace

std::string badge_text(std::string_view text) {
  std::string shown;
  std::size_t characters = 0;
  std::size_t last = 0;  // where the last character that fits beside an ellipsis ends
  while (!text.empty()) {
    const auto point = base::decode_utf8(text);
    const std::string_view bytes = point ? text.substr(0, point->bytes) : base::kReplacementCharacter;
    text.remove_prefix(point ? point->bytes : 1);
    if (point && !is_shown(point->value)) continue;
    if (characters == kBadgeTextMax) {
      shown.resize(last);
      return shown.append(kEllipsis);
    }
    if (characters < kBadgeTextMax - 1) last = shown.size() + bytes.size();
    shown += bytes;
    ++characters;
  }
  return shown;
}

double badge_text_width(std::string_view text) {
  double width = 0;
  while (const auto point = base::decode_utf8(text)) {
    width += width_of(point->value);
    text.remove_prefix(point->bytes);
  }
  return width * kFontPixels;
}

std::string draw_badge(const Badge& badge) {
  const Half label = make_half(badge.label);
  const Half message = make_half(badge.message);
  const std::string width = std::to_string(label.width() + message.width());
  std::string name;
  if (!label.text.empty()) append_isolated(name, label.text);
  if (!label.text.empty()) name += ": ";
  append_isolated(name, message.text);

  std::string out = "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"" + width + "\" height=\"20\" role=\"img\"";
  out.append(" aria-label=\"").append(name).append("\"><title>").append(name).append("</title>");
  out.append("<rect width=\"").append(width).append("\" height=\"20\" rx=\"3\" fill=\"");
  out.append(label.text.empty() ? badge.colour : "#444c56").append("\"/>");
  if (!label.text.empty() && !message.text.empty()) {
    out.append("<path fill=\"").append(badge.colour).append("\" d=\"M").append(std::to_string(label.width()));
    out.append(" 0h").append(std::to_string(message.width() - 3)).append("a3 3 0 0 1 3 3v14a3 3 0 0 1-3 3H");
    out.append(std::to_string(label.width())).append("z\"/>");
  }
  out += "<g fill=\"#fff\" font-family=\"Verdana,Geneva,DejaVu Sans,sans-serif\" font-size=\"11\">";
  append_text(out, label, 0);
  append_text(out, message, label.width());
  return out += "</g></svg>\n";
}

}  // namespace repopulse::api
