// The server's TLS certificate. Reads its files again when they have changed; never writes.
#pragma once

#include <boost/asio/ssl/context.hpp>
#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

namespace repopulse::http {

class Certificate {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;

  // Throws std::runtime_error with a line that names the file and what is wrong with it.
  Certificate(std::string certificate_file, std::string key_file);

  // The TLS settings for a new connection. Checks the files at most every 10 s. A new pair that cannot be used is
  // reported once, and the old pair stays in use. Thread-safe.
  std::shared_ptr<boost::asio::ssl::context> current(TimePoint now,
                                                     const std::function<void(std::string_view)>& on_failure);

 private:
  std::filesystem::file_time_type newest_change() const;

  const std::string certificate_file_;
  const std::string key_file_;
  std::mutex mutex_;
  std::shared_ptr<boost::asio::ssl::context> context_;
  std::filesystem::file_time_type changed_;
  TimePoint checked_{};
};

}  // namespace repopulse::http
