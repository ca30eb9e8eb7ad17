// Checks JSON text by RFC 8259, without building a tree: any depth, numbers of any length and size, lone surrogates in
// escapes. It looks at no number's value and at no UTF-8: who needs valid UTF-8 checks that before.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

namespace repopulse::github {

inline const char* skip_json_space(const char* at, const char* end) {
  while (at != end && (*at == ' ' || *at == '\n' || *at == '\r' || *at == '\t')) ++at;
  return at;
}

// Behind the string that begins at the quotation mark `at`; nullptr when there is no valid one.
const char* json_string_end(const char* at, const char* end);
// The string that begins at the quotation mark `at` and was checked before, in UTF-8. A lone surrogate becomes U+FFFD.
std::string json_string(const char* at);

// Keeps its memory from call to call. Not thread-safe.
class JsonScanner {
 public:
  // Behind the value that begins at `at`; nullptr when there is no valid one. For each member of an object,
  // `visit(depth, name, value)` is called before its value is checked: `depth` is the number of containers around the
  // member, `name` the checked string with its quotation marks, `value` where the value begins.
  template <typename Visit>
  const char* value_end(const char* at, const char* end, Visit&& visit);
  const char* value_end(const char* at, const char* end) {
    return value_end(at, end, [](std::size_t, std::string_view, const char*) {});
  }

 private:
  template <typename Visit>
  const char* member(const char* at, const char* end, Visit&& visit);
  // A value that is no container.
  static const char* scalar_end(const char* at, const char* end);

  std::string open_;  // what closes each open container, innermost last
};

template <typename Visit>
const char* JsonScanner::member(const char* at, const char* end, Visit&& visit) {
  at = skip_json_space(at, end);
  if (at == end || *at != '"') return nullptr;
  const char* name = at;
  at = json_string_end(at, end);
  if (at == nullptr) return nullptr;
  const std::string_view text(name, static_cast<std::size_t>(at - name));
  at = skip_json_space(at, end);
  if (at == end || *at != ':') return nullptr;
  at = skip_json_space(at + 1, end);
  visit(open_.size(), text, at);
  return at;
}

template <typename Visit>
const char* JsonScanner::value_end(const char* at, const char* end, Visit&& visit) {
  open_.clear();
  for (;;) {
    at = skip_json_space(at, end);
    if (at == end) return nullptr;
    const bool opens = *at == '{' || *at == '[';
    if (opens) {
      const char close = *at == '{' ? '}' : ']';
      at = skip_json_space(at + 1, end);
      if (at == end) return nullptr;
      if (*at != close) {
        open_.push_back(close);
        if (close == '}') at = member(at, end, visit);
        if (at == nullptr) return nullptr;
        continue;
      }
      ++at;
    } else {
      at = scalar_end(at, end);
      if (at == nullptr) return nullptr;
    }
    // Behind a value: containers end, or the next value follows.
    for (;;) {
      if (open_.empty()) return at;
      at = skip_json_space(at, end);
      if (at == end) return nullptr;
      if (*at != open_.back()) break;
      open_.pop_back();
      ++at;
    }
    if (*at != ',') return nullptr;
    ++at;
    if (open_.back() == '}') at = member(at, end, visit);
    if (at == nullptr) return nullptr;
  }
}

}  // namespace repopulse::github
