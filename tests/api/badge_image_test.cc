// The SVG of a badge, for texts of any kind: read back by a strict reader of XML that knows no more than a badge needs.
#include "api/badge_image.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cctype>
#include <map>
#include <optional>
#include <vector>

#include "base/utf8.h"

namespace repopulse::api {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

struct Element {
  std::string name;
  std::map<std::string, std::string> attributes;
  std::string text;
};

std::string encode(unsigned point) {
  std::string out;
  if (point < 0x80) return {static_cast<char>(point)};
  if (point >= 0x800) out += static_cast<char>(0xE0 | point >> 12);
  out += static_cast<char>(point < 0x800 ? 0xC0 | point >> 6 : 0x80 | (point >> 6 & 0x3F));
  return out += static_cast<char>(0x80 | (point & 0x3F));
}

// nullopt where a reference is not one of those that a badge may have.
std::optional<std::string> unescape(std::string_view text) {
  static const std::map<std::string_view, std::string> kKnown = {
      {"amp", "&"}, {"lt", "<"}, {"gt", ">"}, {"quot", "\""}};
  std::string out;
  while (!text.empty()) {
    if (text.front() != '&') {
      out += text.front();
      text.remove_prefix(1);
      continue;
    }
    const auto end = text.find(';');
    if (end == std::string_view::npos) return std::nullopt;
    const std::string_view name = text.substr(1, end - 1);
    if (name.starts_with("#x")) {
      out += encode(static_cast<unsigned>(std::stoul(std::string(name.substr(2)), nullptr, 16)));
    } else if (name.starts_with('#')) {
      out += encode(static_cast<unsigned>(std::stoul(std::string(name.substr(1)))));
    } else if (kKnown.contains(name)) {
      out += kKnown.at(name);
    } else {
      return std::nullopt;
    }
    text.remove_prefix(end + 1);
  }
  return out;
}

// All elements in the order of their beginnings; nullopt: not well-formed.
class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}

  std::optional<std::vector<Element>> read() {
    std::vector<std::size_t> open;
    while (at_ < text_.size()) {
      const auto end = std::min(text_.find('<', at_), text_.size());
      const auto words = unescape(text_.substr(at_, end - at_));
      if (!words || words->find('\0') != std::string::npos) return std::nullopt;
      if (open.empty() && words->find_first_not_of('\n') != std::string::npos) return std::nullopt;
      if (!open.empty()) elements_[open.back()].text += *words;
      at_ = end;
      if (at_ == text_.size()) break;
      if (text_.substr(at_).starts_with("</")) {
        if (open.empty() || !take("</" + elements_[open.back()].name + ">")) return std::nullopt;
        open.pop_back();
        continue;
      }
      if (open.empty() && !elements_.empty()) return std::nullopt;
      const auto closed = take_tag();
      if (!closed) return std::nullopt;
      if (!*closed) open.push_back(elements_.size() - 1);
    }
    return open.empty() ? std::optional(elements_) : std::nullopt;
  }

 private:
  bool take(std::string_view what) {
    if (!text_.substr(at_).starts_with(what)) return false;
    at_ += what.size();
    return true;
  }
  std::string take_name() {
    std::string name;
    while (at_ < text_.size() && (std::isalpha(static_cast<unsigned char>(text_[at_])) != 0 || text_[at_] == '-')) {
      name += text_[at_++];
    }
    return name;
  }
  // Whether it has no content.
  std::optional<bool> take_tag() {
    if (!take("<")) return std::nullopt;
    Element element{take_name(), {}, {}};
    if (element.name.empty()) return std::nullopt;
    while (take(" ")) {
      const std::string name = take_name();
      if (name.empty() || !take("=\"")) return std::nullopt;
      const auto end = text_.find('"', at_);
      if (end == std::string_view::npos) return std::nullopt;
      const auto value = unescape(text_.substr(at_, end - at_));
      if (!value || text_.substr(at_, end - at_).find('<') != std::string_view::npos) return std::nullopt;
      if (!element.attributes.emplace(name, *value).second) return std::nullopt;
      at_ = end + 1;
    }
    const bool closed = take("/>");
    if (!closed && !take(">")) return std::nullopt;
    elements_.push_back(std::move(element));
    return closed;
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::vector<Element> elements_;
};

std::vector<std::string> names(const std::vector<Element>& elements) {
  std::vector<std::string> out;
  for (const Element& element : elements) out.push_back(element.name);
  return out;
}

bool is_valid_utf8(std::string_view text) {
  while (!text.empty()) {
    const std::size_t bytes = base::utf8_length(text);
    if (bytes == 0) return false;
    text.remove_prefix(bytes);
  }
  return true;
}

TEST(BadgeImage, HasALabelAndAMessageInTheirPlaces) {
  const auto read = Reader(draw_badge({"pulse", "push every 32 min", "#0969da"})).read();
  ASSERT_TRUE(read);
  EXPECT_THAT(names(*read), ElementsAre("svg", "title", "rect", "path", "g", "text", "text"));
  const Element& svg = (*read)[0];
  const Element& label = (*read)[5];
  const Element& message = (*read)[6];
  EXPECT_EQ(svg.attributes.at("height"), "20");
  EXPECT_EQ(svg.attributes.at("aria-label"), "pulse: push every 32 min");
  EXPECT_EQ(label.text, "pulse");
  EXPECT_EQ(message.text, "push every 32 min");
  const auto number = [](const Element& element, const char* name) { return std::stoi(element.attributes.at(name)); };
  EXPECT_GE(number(message, "x"), number(label, "x") + number(label, "textLength") + 6);
  EXPECT_EQ(number(svg, "width"), number(message, "x") + number(message, "textLength") + 6);
}

TEST(BadgeImage, WithoutALabelHasTheMessageAlone) {
  const auto read = Reader(draw_badge({"", "push every 32 min", "#0969da"})).read();
  ASSERT_TRUE(read);
  EXPECT_THAT(names(*read), ElementsAre("svg", "title", "rect", "g", "text"));
  EXPECT_EQ((*read)[2].attributes.at("fill"), "#0969da");
}

TEST(BadgeImage, ALongTextIsShortened) {
  const std::string fits(kBadgeTextMax, 'x');
  EXPECT_EQ(badge_text(fits), fits);
  EXPECT_EQ(badge_text(fits + "y"), fits.substr(1) + "\u2026");
  std::string wide;
  for (int i = 0; i < 100; ++i) wide += "\u6587";
  EXPECT_LE(badge_text_width(badge_text(wide)), kBadgeTextMax * 11.0);
}

TEST(BadgeImage, TextFromRightToLeftDoesNotTurnTheRestAround) {
  EXPECT_EQ(badge_text("\u202Eevil\u202C \u2067x\u2069\u200F"), "evil x");
  const auto read = Reader(draw_badge({"\u05D3\u05D5\u05E4\u05E7", "push every 32 min", "#0969da"})).read();
  ASSERT_TRUE(read);
  EXPECT_EQ((*read)[5].text, "\u05D3\u05D5\u05E4\u05E7");
  EXPECT_EQ((*read)[0].attributes.at("aria-label"), "\u2068\u05D3\u05D5\u05E4\u05E7\u2069: push every 32 min");
}

TEST(BadgeImage, WhatXmlForbidsIsLeftOut) {
  EXPECT_EQ(badge_text(std::string_view("a\0b\x1B[31m\r\n\tc\x7F", 13)), "ab[31mc");
  EXPECT_EQ(badge_text("a\uFFFE\uFFFF\U0001FFFEb"), "ab");
  EXPECT_EQ(badge_text("a\xFF\xC0\x80z"), "a\uFFFD\uFFFD\uFFFDz");
  EXPECT_EQ(badge_text("\xED\xA0\x80"), "\uFFFD\uFFFD\uFFFD") << "a surrogate";
}

// Pieces that matter to XML, to UTF-8 and to direction, and any bytes.
rc::Gen<std::string> any_text() {
  const auto piece = rc::gen::oneOf(
      rc::gen::element<std::string>("<", ">", "&", "\"", "'", "]]>", "&amp;", "</text>", "<script>", "<!--", "\u202E",
                                    "\u2028", "\u05D0", "\u6587", "\U0001F600", "\xFF", "\xC3", std::string(1, '\0')),
      rc::gen::map(rc::gen::arbitrary<char>(), [](char c) { return std::string(1, c); }));
  return rc::gen::map(rc::gen::container<std::vector<std::string>>(piece), [](const std::vector<std::string>& pieces) {
    std::string text;
    for (const std::string& one : pieces) text += one;
    return text;
  });
}

RC_GTEST_PROP(BadgeImageProperty, AnyTextIsReadBackAndAddsNoElement, ()) {
  const std::string label = *any_text();
  const std::string message = *any_text();
  const std::string svg = draw_badge({label, message, "#0969da"});
  RC_ASSERT(is_valid_utf8(svg));
  const auto read = Reader(svg).read();
  RC_ASSERT(read.has_value());
  std::vector<std::string> texts;
  for (const Element& element : *read) {
    const std::string& name = element.name;
    RC_ASSERT(name == "svg" || name == "title" || name == "rect" || name == "path" || name == "g" || name == "text");
    for (const auto& [attribute, value] : element.attributes) RC_ASSERT(!attribute.starts_with("on"));
    if (name == "text") texts.push_back(element.text);
  }
  std::vector<std::string> expected;
  for (const std::string& text : {badge_text(label), badge_text(message)}) {
    if (!text.empty()) expected.push_back(text);
  }
  RC_ASSERT(texts == expected);
}

}  // namespace
}  // namespace repopulse::api
