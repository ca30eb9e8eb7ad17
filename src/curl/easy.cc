#include "curl/easy.h"

#include <unistd.h>

#include <cstdlib>
#include <new>

#include "base/text.h"

namespace repopulse::curl {
namespace {

CURL* make_handle() {
  static const CURLcode ready = curl_global_init(CURL_GLOBAL_DEFAULT);
  CURL* easy = ready == CURLE_OK ? curl_easy_init() : nullptr;
  if (easy == nullptr) throw std::bad_alloc();
  return easy;
}

// Empty counts as not set: containers and systemd units often mean that.
const char* variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr || *value == '\0' ? nullptr : value;
}

}  // namespace

void append_header(HeaderList& list, std::string_view name, std::string_view value) {
  std::string line(name);
  line.append(": ").append(value);
  if (line.find_first_of(std::string_view("\r\n\0", 3)) != std::string::npos) return;
  curl_slist* longer = curl_slist_append(list.get(), line.c_str());
  if (longer == nullptr) throw std::bad_alloc();
  static_cast<void>(list.release());
  list.reset(longer);
}

Easy::Easy(const EasySettings& settings) : easy_(make_handle()), max_body_bytes_(settings.max_body_bytes) {
  set(CURLOPT_NOSIGNAL, 1L);
  set(CURLOPT_PROTOCOLS_STR, "http,https");
  set(CURLOPT_FOLLOWLOCATION, 0L);
  set(CURLOPT_ACCEPT_ENCODING, "gzip");
  set(CURLOPT_TIMEOUT_MS, static_cast<long>(settings.total_timeout.count()));
  set(CURLOPT_USERAGENT, settings.user_agent.c_str());
  set(CURLOPT_ERRORBUFFER, error_.data());
  set(CURLOPT_WRITEFUNCTION, &Easy::take_body);
  set(CURLOPT_WRITEDATA, static_cast<void*>(this));
}

Easy::~Easy() {
  curl_easy_cleanup(easy_);
}

void Easy::trust(const std::string& ca_file) {
  const char* file = variable("SSL_CERT_FILE");
  const char* folders = variable("SSL_CERT_DIR");
  if (file != nullptr) {
    // A file that cannot be read adds nothing; libcurl would refuse every connection instead.
    const char* readable = ::access(file, R_OK) == 0 ? file : nullptr;
    set(CURLOPT_CAINFO, readable);
    set(CURLOPT_PROXY_CAINFO, readable);
  }
  if (folders != nullptr) {
    set(CURLOPT_CAPATH, folders);
    set(CURLOPT_PROXY_CAPATH, folders);
  }
  if (ca_file.empty()) return;
  set(CURLOPT_CAINFO, ca_file.c_str());
  set(CURLOPT_CAPATH, static_cast<const char*>(nullptr));
}

void Easy::prepare(const std::string& url, HeaderList headers, std::optional<std::string_view> body) {
  body_.clear();
  body_too_large_ = false;
  no_memory_ = false;
  error_.front() = '\0';
  set(CURLOPT_URL, url.c_str());
  set(CURLOPT_HTTPGET, 1L);
  if (body) {
    set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(body->size()));
    set(CURLOPT_POSTFIELDS, body->data());
  }
  set(CURLOPT_HTTPHEADER, headers.get());
  headers_ = std::move(headers);  // the former list is freed after libcurl has let go of it
}

int Easy::status() const {
  long status = 0;
  curl_easy_getinfo(easy_, CURLINFO_RESPONSE_CODE, &status);
  return static_cast<int>(status);
}

std::string Easy::error_text(CURLcode code) const {
  if (no_memory_) return "not enough memory for the body";
  if (body_too_large_) return "the body is larger than " + std::to_string(max_body_bytes_) + " bytes";
  const std::string_view detail = base::trim(error_.data());
  // libcurl quotes the whole URL of a proxy that it cannot use, with name and password. No other of its messages on our
  // requests has an `@`: their own URLs hold no user name.
  if (detail.find('@') != std::string_view::npos) {
    return std::string(curl_easy_strerror(code)) + " (the URL of the proxy is wrong)";
  }
  return std::string(detail.empty() ? curl_easy_strerror(code) : detail);
}

std::size_t Easy::take_body(const char* data, std::size_t, std::size_t size, void* self) {
  Easy& easy = *static_cast<Easy*>(self);
  if (size > easy.max_body_bytes_ - easy.body_.size()) {
    easy.body_too_large_ = true;
    return 0;
  }
  try {
    easy.body_.append(data, size);
  } catch (const std::bad_alloc&) {  // must not pass through libcurl
    easy.body_ = std::string();
    easy.body_too_large_ = easy.no_memory_ = true;
    return 0;
  }
  return size;
}

}  // namespace repopulse::curl
