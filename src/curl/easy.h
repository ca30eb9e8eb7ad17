// A handle of libcurl, set up once for all HTTP clients of repopulse: only http and https, no signals, no redirects,
// gzip, a body of bounded size. Which server is asked, with which token and how often, is for its users to decide.
#pragma once

#include <curl/curl.h>

#include <array>
#include <chrono>
#include <cstddef>
#include <memory>
#include <new>
#include <optional>
#include <string>
#include <string_view>

namespace repopulse::curl {

struct ListDeleter {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
using HeaderList = std::unique_ptr<curl_slist, ListDeleter>;

// Appends `name: value`. A header that would break out of its line is left out. Throws std::bad_alloc.
void append_header(HeaderList& list, std::string_view name, std::string_view value);

struct EasySettings {
  std::string user_agent;  // where a request names none
  std::chrono::milliseconds total_timeout{30'000};
  std::size_t max_body_bytes = 16u << 20;  // after inflating
};

// Not thread-safe. Stays where it is: libcurl holds pointers into it.
class Easy {
 public:
  explicit Easy(const EasySettings& settings);  // throws std::bad_alloc when libcurl cannot be started
  ~Easy();
  Easy(const Easy&) = delete;
  Easy& operator=(const Easy&) = delete;

  CURL* get() { return easy_; }
  template <typename Value>
  void set(CURLoption option, Value value) {
    // Fails only when libcurl was built without the option, or without memory.
    if (curl_easy_setopt(easy_, option, value) != CURLE_OK) throw std::bad_alloc();
  }

  // Trusts the certificates in that file (PEM) and no others; where it is empty, those of SSL_CERT_FILE and
  // SSL_CERT_DIR as OpenSSL reads them, else the system's.
  void trust(const std::string& ca_file);

  // Forgets the answer before, and sets the next request: a POST of `body`, which stays as it is until the transfer has
  // ended; nullopt: a GET.
  void prepare(const std::string& url, HeaderList headers, std::optional<std::string_view> body = std::nullopt);

  // Of the answer, after the transfer.
  int status() const;
  std::string& body() { return body_; }
  bool body_too_large() const { return body_too_large_; }  // the transfer was given up for that
  // Why the transfer failed with `code`: one line for people, without the name and password of a proxy.
  std::string error_text(CURLcode code) const;

 private:
  static std::size_t take_body(const char* data, std::size_t, std::size_t size, void* self);

  CURL* easy_;
  const std::size_t max_body_bytes_;
  HeaderList headers_;
  std::string body_;
  bool body_too_large_ = false;
  bool no_memory_ = false;  // for the body; then it is too large as well
  std::array<char, CURL_ERROR_SIZE> error_{};
};

}  // namespace repopulse::curl
