#include "app/printable.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

namespace repopulse::app {
namespace {

struct Character {
  char32_t code = 0;
  std::size_t bytes = 1;
};

// RFC 3629: the character that `text` begins with; nullopt where it is no UTF-8.
std::optional<Character> decode(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char first = byte(0);
  if (first < 0x80) return Character{first, 1};
  const std::size_t length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
  if (first < 0xC2 || first > 0xF4 || text.size() < length) return std::nullopt;
  char32_t code = first & (0x7Fu >> length);
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0u) != 0x80u) return std::nullopt;
    code = code << 6 | (byte(i) & 0x3Fu);
  }
  constexpr std::array<char32_t, 5> kLeast = {0, 0, 0x80, 0x800, 0x10000};
  const bool surrogate = code >= 0xD800 && code <= 0xDFFF;
  if (code < kLeast[length] || code > 0x10FFFF || surrogate) return std::nullopt;
  return Character{code, length};
}

bool is_control(char32_t code) {
  return code < 0x20 || (code >= 0x7F && code < 0xA0) || (code >= 0x2028 && code <= 0x202E) ||
         (code >= 0x2066 && code <= 0x2069) || code == 0xFEFF;
}

void append_hex(std::string& out, std::string_view prefix, char32_t value, int digits) {
  out += prefix;
  for (int shift = 4 * (digits - 1); shift >= 0; shift -= 4) out += "0123456789abcdef"[(value >> shift) & 15];
}

void append_control(std::string& out, char32_t code, bool json) {
  if (code == '\n') {
    out += "\\n";
  } else if (code == '\r') {
    out += "\\r";
  } else if (code == '\t') {
    out += "\\t";
  } else if (code < 0x80 && !json) {
    append_hex(out, "\\x", code, 2);
  } else {
    append_hex(out, "\\u", code, 4);
  }
}

std::string escape(std::string_view text, bool json) {
  std::string out;
  out.reserve(text.size() + 2);
  while (!text.empty()) {
    const auto character = decode(text);
    if (!character) {
      json ? void(out += "\xEF\xBF\xBD") : append_hex(out, "\\x", static_cast<unsigned char>(text.front()), 2);
      text.remove_prefix(1);
      continue;
    }
    if (is_control(character->code)) {
      append_control(out, character->code, json);
    } else {
      if (json && (text.front() == '"' || text.front() == '\\')) out += '\\';
      out += text.substr(0, character->bytes);
    }
    text.remove_prefix(character->bytes);
  }
  return out;
}

}  // namespace

std::string printable(std::string_view text) {
  return escape(text, false);
}

std::string json_string(std::string_view text) {
  return '"' + escape(text, true) + '"';
}

}  // namespace repopulse::app
