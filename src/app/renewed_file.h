// A file that holds one secret and is read again while the service runs, so that the secret can be replaced without a
// restart. Only reads; nothing of the file appears in a message.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "core/result.h"
#include "core/time.h"

namespace repopulse::app {

// Value: what the file holds, with ==.
template <class Value>
class RenewedFile {
 public:
  static constexpr core::Millis kRecheck{10'000};
  // Reads the file at this path. The error completes "the file …".
  using Read = std::function<core::Result<Value>(const std::string& path)>;

  // `flag`: of the setting that names the file. `value`: the content at the start.
  RenewedFile(std::string_view flag, std::string path, Value value, Read read)
      : flag_(flag), path_(std::move(path)), value_(std::move(value)), read_(std::move(read)) {}

  // The new value when the file has another one than before, else nullopt. Reads the file once every kRecheck at most.
  // An error, returned once, when the file cannot be read or holds no value; the previous one then stays in use.
  core::Result<std::optional<Value>> renewed(core::Timestamp now) {
    if (now >= looked_at_ && now - looked_at_ < kRecheck) return std::optional<Value>();
    looked_at_ = now;
    auto read = read_(path_);
    const std::string problem = read ? std::string() : read.error().message;
    const bool reported = std::exchange(problem_, problem) == problem;
    if (!read) {
      if (reported) return std::optional<Value>();
      return core::fail(read.error().kind, std::string(flag_) + " " + path_ + ": " + problem);
    }
    if (*read == value_) return std::optional<Value>();
    value_ = *read;
    return std::optional<Value>(*std::move(read));
  }

 private:
  std::string_view flag_;
  std::string path_;
  Value value_;
  Read read_;
  std::string problem_;  // what was wrong when the file was last read; empty: nothing
  core::Timestamp looked_at_{};
};

}  // namespace repopulse::app
