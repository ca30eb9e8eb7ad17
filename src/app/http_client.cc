#include "app/http_client.h"

#include <boost/json.hpp>
#include <string_view>
#include <utility>

#include "app/setting_table.h"
#include "app/version.h"
#include "curl/easy.h"

namespace repopulse::app {
namespace {

using core::ErrorKind;

constexpr std::size_t kMaxBodyBytes = 256u << 20;

// What the server says of an error: its message, and what is wrong with which field.
std::string message_of(const ClientAnswer& answer) {
  boost::system::error_code code;
  const boost::json::value json = boost::json::parse(answer.body, code);
  const std::string status = " (" + std::to_string(answer.status) + ")";
  const auto* fields = code ? nullptr : json.if_object();
  const auto* message = fields == nullptr ? nullptr : fields->if_contains("message");
  if (message == nullptr || !message->is_string()) return "this answer is not from repopulse" + status;
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
  out.server = settings.server.empty() ? std::string(kDefaultServer) : settings.server;
  out.api_key = settings.api_key;
  out.ca_file = settings.ca_file;
  return out;
}

HttpClient::HttpClient(const ClientSettings& settings)
    : settings_(settings),
      easy_(std::make_unique<curl::Easy>(curl::EasySettings{
          .user_agent = kUserAgent, .total_timeout = settings.timeout, .max_body_bytes = kMaxBodyBytes})) {
  easy_->trust(settings_.ca_file);
  if (settings_.local) {
    easy_->set(CURLOPT_PROXY, "");
    easy_->set(CURLOPT_SSL_VERIFYPEER, 0L);
    easy_->set(CURLOPT_SSL_VERIFYHOST, 0L);
  }
}

HttpClient::~HttpClient() = default;

core::Result<ClientAnswer> HttpClient::send(const std::string& method, const std::string& path,
                                            const std::string& body) {
  const std::string url = path.starts_with('/') ? settings_.server + path : path;
  curl::HeaderList headers;
  curl::append_header(headers, "Accept", "application/json");
  if (!settings_.api_key.empty()) curl::append_header(headers, "X-API-Key", settings_.api_key);
  if (!body.empty()) curl::append_header(headers, "Content-Type", "application/json");
  easy_->prepare(url, std::move(headers), method == "GET" ? std::nullopt : std::optional<std::string_view>(body));
  easy_->set(CURLOPT_CUSTOMREQUEST, method.c_str());
  const CURLcode code = curl_easy_perform(easy_->get());
  if (code != CURLE_OK) {
    return core::fail(ErrorKind::kUnavailable, "no answer from " + settings_.server + ": " + easy_->error_text(code));
  }
  ClientAnswer answer;
  answer.status = easy_->status();
  answer.body = std::move(easy_->body());
  curl_header* link = nullptr;
  if (curl_easy_header(easy_->get(), "Link", 0, CURLH_HEADER, -1, &link) == CURLHE_OK) answer.link = link->value;
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
