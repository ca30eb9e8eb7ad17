#include "app/printable.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "base/utf8.h"

namespace repopulse::app {
namespace {

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
    const auto character = base::decode_utf8(text);
    if (!character) {
      json ? void(out += base::kReplacementCharacter)
           : append_hex(out, "\\x", static_cast<unsigned char>(text.front()), 2);
      text.remove_prefix(1);
      continue;
    }
    if (is_control(character->value)) {
      append_control(out, character->value, json);
    } else {
      if (json && (text.front() == '"' || text.front() == '\\')) out += '\\';
      out += text.substr(0, character->bytes);
    }
    text.remove_prefix(character->bytes);
  }
  return out;
}

}  // namespace

bool is_visible_word(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) { return c > ' ' && c < '\x7f'; });
}

std::string printable(std::string_view text) {
  return escape(text, false);
}

std::string json_string(std::string_view text) {
  return '"' + escape(text, true) + '"';
}

}  // namespace repopulse::app
