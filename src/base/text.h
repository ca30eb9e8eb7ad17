// Small helpers for ASCII text that the standard library lacks. Pure; only the result is allocated.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>

namespace repopulse::base {

// What counts as white space in JSON, in HTTP headers and in what people type.
inline constexpr std::string_view kBlanks = " \t\r\n";

inline std::string_view trim_start(std::string_view text) {
  const auto first = text.find_first_not_of(kBlanks);
  return first == std::string_view::npos ? std::string_view() : text.substr(first);
}

inline std::string_view trim_end(std::string_view text) {
  return text.substr(0, text.find_last_not_of(kBlanks) + 1);  // npos + 1 is 0
}

// `text` without the white space around it.
inline std::string_view trim(std::string_view text) {
  return trim_start(trim_end(text));
}

// Of a hexadecimal digit; -1: it is none.
inline constexpr int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

inline constexpr char to_lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

// Letters outside ASCII stay as they are.
inline std::string to_lower(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) c = to_lower(c);
  return lower;
}

inline bool equals_ignoring_case(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, [](char x, char y) { return to_lower(x) == to_lower(y); });
}

}  // namespace repopulse::base
