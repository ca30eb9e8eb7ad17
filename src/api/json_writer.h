// Writes JSON by appending to a string: no tree, no copies, commas are added automatically. Does not check that
// brackets match.
#pragma once

#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/time.h"

namespace repopulse::api {

// `text` as a JSON string, quotes included. Bytes that are not UTF-8 become U+FFFD.
void append_json_string(std::string& out, std::string_view text);

class JsonWriter {
 public:
  explicit JsonWriter(std::string& out) : out_(out) {}

  JsonWriter& begin_object() { return open('{'); }
  JsonWriter& end_object() { return close('}'); }
  JsonWriter& begin_array() { return open('['); }
  JsonWriter& end_array() { return close(']'); }
  // `name` must need no escaping.
  JsonWriter& key(std::string_view name) {
    separate();
    out_.append("\"").append(name).append("\":");
    return *this;
  }

  JsonWriter& value(std::string_view text);
  JsonWriter& value(const char* text) { return value(std::string_view(text)); }
  JsonWriter& value(bool truth);
  JsonWriter& value(double number);  // the shortest text that reads back the same; `null` when it is not finite
  template <std::integral Integer>
    requires(!std::same_as<Integer, bool>)
  JsonWriter& value(Integer number) {
    return integer(static_cast<std::int64_t>(number));
  }
  JsonWriter& value(core::EventTime at);
  JsonWriter& value(core::Timestamp at) { return value(core::to_event_time(at)); }
  template <typename T>
  JsonWriter& value(const std::optional<T>& some) {
    return some ? value(*some) : null();
  }
  JsonWriter& null();
  // Appends text that is JSON already.
  JsonWriter& raw(std::string_view json) {
    separate();
    out_.append(json);
    return *this;
  }

  template <typename T>
  JsonWriter& member(std::string_view name, const T& some) {
    return key(name).value(some);
  }
  JsonWriter& text_or_null(std::string_view name, std::string_view text) {
    return text.empty() ? key(name).null() : key(name).value(text);
  }

  std::string& out() { return out_; }

 private:
  JsonWriter& integer(std::int64_t number);
  JsonWriter& open(char bracket) {
    separate();
    out_.push_back(bracket);
    return *this;
  }
  JsonWriter& close(char bracket) {
    out_.push_back(bracket);
    return *this;
  }
  // No value ends with one of these characters, so a comma is needed unless one of them is last.
  void separate() {
    if (out_.empty()) return;
    const char last = out_.back();
    if (last != '{' && last != '[' && last != ':' && last != ',') out_.push_back(',');
  }

  std::string& out_;
};

}  // namespace repopulse::api
