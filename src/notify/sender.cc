#include "notify/sender.h"

#include <algorithm>
#include <cstring>
#include <string_view>
#include <utility>

#include "curl/easy.h"
#include "notify/signature.h"

namespace repopulse::notify {
namespace {

constexpr long kConnectMillis = 5'000;
constexpr std::size_t kAnswerBytesMax = 1u << 20;  // nobody reads it

// Called a few times a second.
int keep_going(void* cancelled, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  return *static_cast<const std::atomic<bool>*>(cancelled) ? 1 : 0;
}

// The bytes of a mail that libcurl has not taken yet.
std::size_t give_mail(char* out, std::size_t, std::size_t space, void* rest) {
  auto& left = *static_cast<std::string_view*>(rest);
  const std::size_t count = std::min(space, left.size());
  std::memcpy(out, left.data(), count);
  left.remove_prefix(count);
  return count;
}

// libcurl's own words for this transfer would name the address.
SendResult failure(CURLcode code, int status) {
  std::string detail = curl_easy_strerror(code);
  if (status > 0) detail += " (status " + std::to_string(status) + ")";
  return {false, std::move(detail)};
}

SendResult send_mail(curl::Easy& easy, const Target& target, const std::string& mail) {
  easy.prepare(target.url, {});
  easy.set(CURLOPT_PROTOCOLS_STR, "smtp,smtps");
  // A name and password are sent over TLS alone; anything else too where the server offers it.
  const bool has_password = target.url.find('@') != std::string::npos;
  easy.set(CURLOPT_USE_SSL, static_cast<long>(has_password ? CURLUSESSL_ALL : CURLUSESSL_TRY));
  curl::HeaderList recipients;
  for (const std::string& address : target.to) {
    curl_slist* longer = curl_slist_append(recipients.get(), address.c_str());
    if (longer == nullptr) throw std::bad_alloc();
    static_cast<void>(recipients.release());
    recipients.reset(longer);
  }
  std::string_view rest(mail);
  easy.set(CURLOPT_MAIL_FROM, target.from.c_str());
  easy.set(CURLOPT_MAIL_RCPT, recipients.get());
  easy.set(CURLOPT_UPLOAD, 1L);
  easy.set(CURLOPT_READFUNCTION, &give_mail);
  easy.set(CURLOPT_READDATA, static_cast<void*>(&rest));
  const CURLcode code = curl_easy_perform(easy.get());
  if (code != CURLE_OK) return failure(code, easy.status());
  return {true, "accepted"};
}

SendResult post(curl::Easy& easy, const Target& target, const Message& message) {
  std::string body;
  curl::HeaderList headers;
  if (target.kind == TargetKind::kNtfy) {
    body = text_of(message);
    curl::append_header(headers, "Content-Type", "text/plain; charset=utf-8");
    curl::append_header(headers, "Title", subject_of(message));
  } else {
    body = target.kind == TargetKind::kSlack ? slack_json_of(message) : json_of(message);
    curl::append_header(headers, "Content-Type", "application/json");
  }
  if (target.kind == TargetKind::kWebhook) {
    curl::append_header(headers, "X-Repopulse-Delivery", message.delivery);
    if (!target.secret.empty()) {
      curl::append_header(headers, "X-Repopulse-Signature-256", "sha256=" + hmac_sha256(target.secret, body));
    }
  }
  curl::append_header(headers, "Expect", "");
  easy.prepare(target.url, std::move(headers), body);
  const CURLcode code = curl_easy_perform(easy.get());
  const int status = easy.status();
  // A body that is cut off, or too long, tells nothing that the status does not.
  if (code != CURLE_OK && !(easy.body_too_large() && status != 0)) return failure(code, 0);
  if (status >= 200 && status < 300) return {true, "status " + std::to_string(status)};
  std::string detail = "status " + std::to_string(status);
  if (status >= 300 && status < 400) detail += ": redirects are not followed";
  return {false, std::move(detail)};
}

}  // namespace

SendResult Sender::send(const Target& target, const Message& message, core::Timestamp now) {
  curl::Easy easy({.user_agent = user_agent_, .total_timeout = kSendLimit, .max_body_bytes = kAnswerBytesMax});
  easy.trust({});
  easy.set(CURLOPT_CONNECTTIMEOUT_MS, kConnectMillis);
  easy.set(CURLOPT_NOPROGRESS, 0L);
  easy.set(CURLOPT_XFERINFOFUNCTION, &keep_going);
  easy.set(CURLOPT_XFERINFODATA, static_cast<void*>(&cancelled_));
  if (target.kind == TargetKind::kEmail) return send_mail(easy, target, email_of(message, target, now));
  return post(easy, target, message);
}

}  // namespace repopulse::notify
