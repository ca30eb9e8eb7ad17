// The log on stderr, one line for each message: text for people, or one JSON object. Text from outside is escaped, so
// that it cannot start a line of its own. Secrets are never passed to it.
#pragma once

#include <spdlog/fwd.h>

#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <variant>

#include "app/settings.h"

namespace repopulse::app {

struct Field {
  using Value = std::variant<std::string_view, std::int64_t, double, bool>;

  Field(std::string_view field, std::string_view text) : name(field), value(text) {}
  Field(std::string_view field, const std::string& text) : name(field), value(std::string_view(text)) {}
  Field(std::string_view field, const char* text) : name(field), value(std::string_view(text)) {}
  Field(std::string_view field, bool flag) : name(field), value(flag) {}
  Field(std::string_view field, double number) : name(field), value(number) {}
  template <std::integral Number>
    requires(!std::same_as<Number, bool>)
  Field(std::string_view field, Number number) : name(field), value(static_cast<std::int64_t>(number)) {}

  std::string_view name;
  Value value;
};

// Any thread may call anything at any time.
class Log {
 public:
  Log(LogLevel level, LogFormat format);  // to stderr
  Log(LogLevel level, LogFormat format, std::shared_ptr<spdlog::sinks::sink> sink);
  ~Log();

  bool wants(LogLevel level) const;
  void set_level(LogLevel level);
  // Fields with empty text are left out.
  void write(LogLevel level, std::string_view message, std::initializer_list<Field> fields = {});
  // Written whatever the level is.
  void announce(std::string_view message);

 private:
  const LogFormat format_;
  std::unique_ptr<spdlog::logger> logger_;
};

}  // namespace repopulse::app
