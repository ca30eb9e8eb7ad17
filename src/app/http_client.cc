#include "app/http_client.h"

#include <curl/curl.h>

#include <array>
#include <boost/json.hpp>
#include <new>
#include <string_view>

#include "app/setting_table.h"
#include "app/version.h"

namespace repopulse::app {
namespace {

using core::ErrorKind;

constexpr std::size_t kMaxBodyBytes = 256u << 20;

template <typename Value>
void set(CURL* easy, CURLoption option, Value value) {
  if (curl_easy_setopt(easy, option, value) != CURLE_OK) throw std::bad_alloc();
}

std::size_t take_body(const char* data, std::size_t, std::size_t size, void* to) {
  auto& body = *static_cast<std::string*>(to);
  if (body.size() + size > kMaxBodyBytes) return 0;
  body.append(data, size);
  return size;
}

// What the server says of an error: its message, and what is wrong with which field.
std::string message_of(const ClientAnswer& answer) {
  boost::system::error_code code;
  const boost::json::value json = boost::json::parse(answer.body, code);
  const std::string status = " (" + std::to_string(answer.status) + ")";
  const auto* fields = code ? nullptr : json.if_object();
  const auto* message = fields == nullptr ? nullptr : fields->if_contains("message");
  if (message == nullptr || !message->is_string()) return "the answer was no answer of repopulse" + status;
  std::string text(message->get_string());
  const auto* errors = fields->if_contains("errors");
  if (errors == nullptr || !errors->is_array()) return text + status;
  for (const auto& error : errors->get_array()) {
    const auto* one = error.if_object();
    const auto* what = one == nullptr ? nullptr : one->if_contains("message");
    if (what != nullptr && what->is_string()) text.append("; ").append(what->get_string());
  }
  return text + status;
}

}  // namespace

ClientSettings client_settings(const Settings& settings) {
  ClientSettings out;
  out.server = settings.server.empty() ? std::string(find_setting("server")->preset) : settings.server;
  out.api_key = settings.api_key;
  out.ca_file = settings.ca_file;
  return out;
}

struct HttpClient::Connection {
  Connection() : easy(curl_easy_init()) {
    if (easy == nullptr) throw std::bad_alloc();
  }
  ~Connection() { curl_easy_cleanup(easy); }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  CURL* easy;
  std::array<char, CURL_ERROR_SIZE> trouble{};
};

HttpClient::HttpClient(const ClientSettings& settings)
    : settings_(settings), connection_(std::make_unique<Connection>()) {
  CURL* easy = connection_->easy;
  set(easy, CURLOPT_NOSIGNAL, 1L);
  set(easy, CURLOPT_PROTOCOLS_STR, "http,https");
  set(easy, CURLOPT_ERRORBUFFER, connection_->trouble.data());
  set(easy, CURLOPT_TIMEOUT_MS, static_cast<long>(settings_.timeout.count()));
  set(easy, CURLOPT_ACCEPT_ENCODING, "gzip");
  set(easy, CURLOPT_USERAGENT, (std::string("repopulse/") + kVersion).c_str());
  set(easy, CURLOPT_WRITEFUNCTION, &take_body);
  if (!settings_.ca_file.empty()) set(easy, CURLOPT_CAINFO, settings_.ca_file.c_str());
  if (settings_.local) {
    set(easy, CURLOPT_PROXY, "");
    set(easy, CURLOPT_SSL_VERIFYPEER, 0L);
    set(easy, CURLOPT_SSL_VERIFYHOST, 0L);
  }
}

HttpClient::~HttpClient() = default;

core::Result<ClientAnswer> HttpClient::send(const std::string& method, const std::string& path,
                                            const std::string& body) {
  CURL* easy = connection_->easy;
  const std::string url = path.starts_with('/') ? settings_.server + path : path;
  ClientAnswer answer;
  curl_slist* list = curl_slist_append(nullptr, "Accept: application/json");
  if (!settings_.api_key.empty()) list = curl_slist_append(list, ("X-API-Key: " + settings_.api_key).c_str());
  if (!body.empty()) list = curl_slist_append(list, "Content-Type: application/json");
  const std::unique_ptr<curl_slist, decltype(&curl_slist_free_all)> headers(list, &curl_slist_free_all);
  set(easy, CURLOPT_URL, url.c_str());
  set(easy, CURLOPT_HTTPHEADER, headers.get());
  set(easy, CURLOPT_WRITEDATA, static_cast<void*>(&answer.body));
  set(easy, CURLOPT_HTTPGET, 1L);
  if (method != "GET") {
    set(easy, CURLOPT_POST, 1L);
    set(easy, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(body.size()));
    set(easy, CURLOPT_POSTFIELDS, body.c_str());
  }
  set(easy, CURLOPT_CUSTOMREQUEST, method.c_str());
  connection_->trouble[0] = '\0';
  const CURLcode code = curl_easy_perform(easy);
  if (code != CURLE_OK) {
    const std::string why = connection_->trouble[0] == '\0' ? curl_easy_strerror(code) : connection_->trouble.data();
    return core::fail(ErrorKind::kUnavailable, "no answer from " + settings_.server + ": " + why);
  }
  long status = 0;
  curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
  answer.status = static_cast<int>(status);
  curl_header* link = nullptr;
  if (curl_easy_header(easy, "Link", 0, CURLH_HEADER, -1, &link) == CURLHE_OK) answer.link = link->value;
  return answer;
}

core::Result<ClientAnswer> HttpClient::ask(const std::string& method, const std::string& path,
                                           const std::string& body) {
  auto answer = send(method, path, body);
  if (!answer || (answer->status >= 200 && answer->status < 300)) return answer;
  std::string message = settings_.server + ": " + message_of(*answer);
  if (answer->status == 401) message += "; set --api-key or REPOPULSE_API_KEY";
  return core::fail(ErrorKind::kUnavailable, std::move(message));
}

}  // namespace repopulse::app
