#include "sim/server/webhooks.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <boost/json.hpp>
#include <utility>

namespace repopulse::sim {
namespace {

std::string hex(const unsigned char* bytes, std::size_t size) {
  std::string text;
  for (std::size_t i = 0; i < size; ++i) {
    text += "0123456789abcdef"[bytes[i] >> 4];
    text += "0123456789abcdef"[bytes[i] & 15];
  }
  return text;
}

std::string sign(std::string_view body, std::string_view secret) {
  unsigned char digest[EVP_MAX_MD_SIZE] = {};
  unsigned int size = 0;
  HMAC(EVP_sha256(), secret.data(), static_cast<int>(secret.size()),
       reinterpret_cast<const unsigned char*>(body.data()), body.size(), digest, &size);
  return "sha256=" + hex(digest, size);
}

std::string body_of(const Happened& event) {
  const auto slash = event.full_name.find('/');
  const boost::json::object owner{{"login", event.full_name.substr(0, slash)}};
  const boost::json::object repository{{"id", event.repository},
                                       {"name", event.full_name.substr(slash + 1)},
                                       {"full_name", event.full_name},
                                       {"owner", owner}};
  return boost::json::serialize(
      boost::json::object{{"action", "created"}, {"repository", repository}, {"sender", {{"login", event.actor}}}});
}

}  // namespace

std::string webhook_kind(std::string_view type) {
  constexpr std::string_view kEnd = "Event";
  if (type.ends_with(kEnd)) type.remove_suffix(kEnd.size());
  std::string kind;
  for (const char c : type) {
    const bool upper = c >= 'A' && c <= 'Z';
    if (upper && !kind.empty()) kind += '_';
    kind += upper ? static_cast<char>(c - 'A' + 'a') : c;
  }
  return kind;
}

void Webhooks::happen(const Happened& event) {
  if (settings_.url.empty()) return;
  github::HttpRequest request;
  request.url = settings_.url;
  request.body = body_of(event);
  request.headers = {{"Content-Type", "application/json"},
                     {"X-GitHub-Hook-ID", "1"},
                     {"X-GitHub-Event", webhook_kind(event.type)},
                     {"X-GitHub-Delivery", std::to_string(random_.bits()) + "-" + std::to_string(event.key.id)},
                     {"X-Hub-Signature-256", sign(*request.body, settings_.secret)}};
  ++counts_.made;
  if (random_.chance(settings_.lost)) {
    ++counts_.lost;
    return;
  }
  const core::Timestamp now = core::to_timestamp(event.key.created_at);
  plan(request, now);
  if (random_.chance(settings_.twice)) plan(request, now);
}

void Webhooks::plan(const github::HttpRequest& request, core::Timestamp now) {
  const double wait = random_.unit() * static_cast<double>(settings_.delay_max.count());
  planned_.emplace(now + core::Millis(static_cast<std::int64_t>(wait)), request);
}

std::vector<github::HttpRequest> Webhooks::take_due(core::Timestamp now) {
  std::vector<github::HttpRequest> due;
  while (!planned_.empty() && planned_.begin()->first <= now) {
    due.push_back(std::move(planned_.begin()->second));
    planned_.erase(planned_.begin());
  }
  return due;
}

}  // namespace repopulse::sim
