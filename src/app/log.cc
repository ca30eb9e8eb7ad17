#include "app/log.h"

#include <spdlog/logger.h>
#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/stdout_sinks.h>

#include <charconv>
#include <cmath>

#include "app/printable.h"

namespace repopulse::app {
namespace {

spdlog::level::level_enum to_spdlog(LogLevel level) {
  switch (level) {
    case LogLevel::kDebug:
      return spdlog::level::debug;
    case LogLevel::kInfo:
      return spdlog::level::info;
    case LogLevel::kWarn:
      return spdlog::level::warn;
    case LogLevel::kError:
      return spdlog::level::err;
  }
  return spdlog::level::info;
}

std::string number_text(double number) {
  if (!std::isfinite(number)) return "null";
  std::string text(32, '\0');
  const auto end = std::to_chars(text.data(), text.data() + text.size(), number).ptr;
  text.resize(static_cast<std::size_t>(end - text.data()));
  return text;
}

// Quoted only where that is needed to see where it ends.
std::string text_value(std::string_view text) {
  const std::string safe = printable(text);
  return safe.find_first_of(" =\"") == std::string::npos ? safe : json_string(safe);
}

std::string value_text(const Field& field, LogFormat format) {
  if (const auto* text = std::get_if<std::string_view>(&field.value)) {
    return format == LogFormat::kJson ? json_string(*text) : text_value(*text);
  }
  if (const auto* number = std::get_if<std::int64_t>(&field.value)) return std::to_string(*number);
  if (const auto* number = std::get_if<double>(&field.value)) return number_text(*number);
  return std::get<bool>(field.value) ? "true" : "false";
}

bool is_empty(const Field& field) {
  const auto* text = std::get_if<std::string_view>(&field.value);
  return text != nullptr && text->empty();
}

}  // namespace

Log::Log(LogLevel level, LogFormat format) : Log(level, format, std::make_shared<spdlog::sinks::stderr_sink_mt>()) {}

Log::Log(LogLevel level, LogFormat format, std::shared_ptr<spdlog::sinks::sink> sink)
    : format_(format), logger_(std::make_unique<spdlog::logger>("repopulse", std::move(sink))) {
  const char* pattern = format == LogFormat::kJson ? R"({"ts":"%Y-%m-%dT%H:%M:%S.%eZ","level":"%l",%v})"
                                                   : "%Y-%m-%dT%H:%M:%S.%eZ %-7l %v";
  logger_->set_formatter(std::make_unique<spdlog::pattern_formatter>(pattern, spdlog::pattern_time_type::utc));
  logger_->set_level(to_spdlog(level));
}

Log::~Log() = default;

bool Log::wants(LogLevel level) const {
  return logger_->should_log(to_spdlog(level));
}

void Log::set_level(LogLevel level) {
  logger_->set_level(to_spdlog(level));
}

void Log::write(LogLevel level, std::string_view message, std::initializer_list<Field> fields) {
  if (!wants(level)) return;
  std::string line = format_ == LogFormat::kJson ? "\"msg\":" + json_string(message) : printable(message);
  for (const Field& field : fields) {
    if (is_empty(field)) continue;
    line.append(format_ == LogFormat::kJson ? ",\"" : " ").append(field.name);
    line.append(format_ == LogFormat::kJson ? "\":" : "=").append(value_text(field, format_));
  }
  logger_->log(to_spdlog(level), spdlog::string_view_t(line.data(), line.size()));
}

void Log::announce(std::string_view message) {
  const std::string line = format_ == LogFormat::kJson ? "\"msg\":" + json_string(message) : printable(message);
  const spdlog::details::log_msg entry(logger_->name(), spdlog::level::info, {line.data(), line.size()});
  for (const auto& sink : logger_->sinks()) {
    sink->log(entry);
    sink->flush();
  }
}

}  // namespace repopulse::app
