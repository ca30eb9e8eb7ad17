#include "github/json_scanner.h"

#include <bit>

namespace repopulse::github {
namespace {

constexpr std::uint64_t kOnes = 0x0101'0101'0101'0101;
constexpr std::uint64_t kHighBits = 0x8080'8080'8080'8080;

// Not 0 where one of the eight bytes is zero.
constexpr std::uint64_t zeros(std::uint64_t bytes) {
  return (bytes - kOnes) & ~bytes & kHighBits;
}

// Does one of eight bytes end a run of a string's plain bytes: a quotation mark, a backslash, a control character?
constexpr bool ends_run(std::uint64_t bytes) {
  const std::uint64_t control = (bytes - kOnes * 0x20) & ~bytes & kHighBits;
  return (control | zeros(bytes ^ kOnes * '"') | zeros(bytes ^ kOnes * '\\')) != 0;
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

// -1 when `c` is no hexadecimal digit.
int hex_value(char c) {
  if (is_digit(c)) return c - '0';
  const char lower = static_cast<char>(c | 0x20);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

// Behind the escape at the backslash `at`.
const char* escape_end(const char* at, const char* end) {
  if (end - at < 2) return nullptr;
  if (std::strchr("\"\\/bfnrt", at[1]) != nullptr && at[1] != '\0') return at + 2;
  if (at[1] != 'u' || end - at < 6) return nullptr;
  for (int i = 2; i < 6; ++i) {
    if (hex_value(at[i]) < 0) return nullptr;
  }
  return at + 6;
}

const char* digits_end(const char* at, const char* end) {
  const char* first = at;
  while (at != end && is_digit(*at)) ++at;
  return at == first ? nullptr : at;
}

const char* number_end(const char* at, const char* end) {
  if (at != end && *at == '-') ++at;
  const bool zero = at != end && *at == '0';
  at = zero ? at + 1 : digits_end(at, end);
  if (at != nullptr && at != end && *at == '.') at = digits_end(at + 1, end);
  if (at == nullptr || at == end || (*at != 'e' && *at != 'E')) return at;
  ++at;
  if (at != end && (*at == '+' || *at == '-')) ++at;
  return digits_end(at, end);
}

const char* literal_end(const char* at, const char* end, std::string_view word) {
  return std::string_view(at, static_cast<std::size_t>(end - at)).starts_with(word) ? at + word.size() : nullptr;
}

void append_utf8(std::string& out, char32_t c) {
  const auto byte = [&](char32_t bits) { out += static_cast<char>(static_cast<unsigned char>(bits)); };
  if (c < 0x80) {
    byte(c);
  } else if (c < 0x800) {
    byte(0xC0 | c >> 6);
    byte(0x80 | (c & 0x3F));
  } else if (c < 0x10000) {
    byte(0xE0 | c >> 12);
    byte(0x80 | (c >> 6 & 0x3F));
    byte(0x80 | (c & 0x3F));
  } else {
    byte(0xF0 | c >> 18);
    byte(0x80 | (c >> 12 & 0x3F));
    byte(0x80 | (c >> 6 & 0x3F));
    byte(0x80 | (c & 0x3F));
  }
}

// The four digits behind `\u`.
char32_t code_unit(const char* digits) {
  char32_t unit = 0;
  for (int i = 0; i < 4; ++i) unit = unit << 4 | static_cast<char32_t>(hex_value(digits[i]));
  return unit;
}

// Behind the escape `\uXXXX` at `at`, or behind two of them that are a pair.
const char* append_unicode(std::string& out, const char* at) {
  constexpr char32_t kReplacement = 0xFFFD;
  const char32_t first = code_unit(at + 2);
  at += 6;
  if (first < 0xD800 || first > 0xDFFF) {
    append_utf8(out, first);
    return at;
  }
  // The string ends with a quotation mark, so nothing is read behind it.
  const bool paired = first < 0xDC00 && at[0] == '\\' && at[1] == 'u';
  const char32_t second = paired ? code_unit(at + 2) : 0;
  if (second < 0xDC00 || second > 0xDFFF) {
    append_utf8(out, kReplacement);
    return at;
  }
  append_utf8(out, 0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00));
  return at + 6;
}

char escaped(char c) {
  switch (c) {
    case 'b':
      return '\b';
    case 'f':
      return '\f';
    case 'n':
      return '\n';
    case 'r':
      return '\r';
    case 't':
      return '\t';
    default:
      return c;
  }
}

}  // namespace

const char* json_string_end(const char* at, const char* end) {
  ++at;
  for (;;) {
    std::uint64_t bytes = 0;
    while (end - at >= 8) {
      std::memcpy(&bytes, at, 8);
      if (ends_run(bytes)) break;
      at += 8;
    }
    while (at != end && *at != '"' && *at != '\\' && static_cast<unsigned char>(*at) >= 0x20) ++at;
    if (at == end || static_cast<unsigned char>(*at) < 0x20) return nullptr;
    if (*at == '"') return at + 1;
    at = escape_end(at, end);
    if (at == nullptr) return nullptr;
  }
}

std::string json_string(const char* at) {
  std::string out;
  for (++at; *at != '"';) {
    if (*at != '\\') {
      out += *at++;
    } else if (at[1] == 'u') {
      at = append_unicode(out, at);
    } else {
      out += escaped(at[1]);
      at += 2;
    }
  }
  return out;
}

const char* JsonScanner::scalar_end(const char* at, const char* end) {
  switch (*at) {
    case '"':
      return json_string_end(at, end);
    case 't':
      return literal_end(at, end, "true");
    case 'f':
      return literal_end(at, end, "false");
    case 'n':
      return literal_end(at, end, "null");
    default:
      return number_end(at, end);
  }
}

}  // namespace repopulse::github
