#include "base/utf8.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <string>

namespace repopulse::base {
namespace {

// The encoding that RFC 3629 gives, written from its table.
std::string encode(char32_t value) {
  const auto byte = [](char32_t bits) { return static_cast<char>(static_cast<unsigned char>(bits)); };
  if (value < 0x80) return {byte(value)};
  if (value < 0x800) return {byte(0xC0 | value >> 6), byte(0x80 | (value & 0x3F))};
  if (value < 0x10000) return {byte(0xE0 | value >> 12), byte(0x80 | (value >> 6 & 0x3F)), byte(0x80 | (value & 0x3F))};
  return {byte(0xF0 | value >> 18), byte(0x80 | (value >> 12 & 0x3F)), byte(0x80 | (value >> 6 & 0x3F)),
          byte(0x80 | (value & 0x3F))};
}

TEST(Utf8, EveryCodePointButSurrogatesIsReadAsItWasWritten) {
  for (char32_t value = 0; value <= 0x10FFFF; ++value) {
    const std::string text = encode(value) + "x";
    const auto point = decode_utf8(text);
    const bool surrogate = value >= 0xD800 && value <= 0xDFFF;
    ASSERT_EQ(point.has_value(), !surrogate) << std::hex << static_cast<std::uint32_t>(value);
    if (!point) continue;
    ASSERT_EQ(point->value, value);
    ASSERT_EQ(point->bytes, text.size() - 1);
  }
}

TEST(Utf8, WhatRfc3629ForbidsIsNoCodePoint) {
  for (const std::string_view text :
       {std::string_view(""), std::string_view("\x80"), std::string_view("\xC0\x80"), std::string_view("\xC1\xBF"),
        std::string_view("\xE0\x9F\xBF"), std::string_view("\xED\xA0\x80"), std::string_view("\xF0\x8F\xBF\xBF"),
        std::string_view("\xF4\x90\x80\x80"), std::string_view("\xF5\x80\x80\x80"), std::string_view("\xFF"),
        std::string_view("\xC3("), std::string_view("\xE2\x82"), std::string_view("\xF0\x9F\x98")}) {
    EXPECT_EQ(decode_utf8(text), std::nullopt);
    EXPECT_EQ(utf8_length(text), 0u);
  }
}

// A text that is valid is read whole; one bad byte never swallows its neighbours.
RC_GTEST_PROP(Utf8, LengthsAddUpToTheText, (const std::string& bytes)) {
  std::string_view rest = bytes;
  std::string again;
  while (!rest.empty()) {
    const std::size_t length = utf8_length(rest);
    if (length > 0) {
      RC_ASSERT(encode(decode_utf8(rest)->value) == rest.substr(0, length));
      again += rest.substr(0, length);
    } else {
      again += rest.front();
    }
    rest.remove_prefix(length > 0 ? length : 1);
  }
  RC_ASSERT(again == bytes);
}

}  // namespace
}  // namespace repopulse::base
