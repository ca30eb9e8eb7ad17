// Sends a message to a target, once, with libcurl: HTTP for webhooks, Slack and ntfy, SMTP for e-mail. It waits for the
// answer, for a bounded time. It never retries, and never follows a redirect: what it sends is for the target alone.
// What it says of a failure names no address and no secret.
#pragma once

#include <atomic>
#include <string>
#include <utility>

#include "core/time.h"
#include "notify/message.h"
#include "notify/target.h"

namespace repopulse::notify {

struct SendResult {
  bool sent = false;   // the target has taken it
  std::string detail;  // for people: what the target said, or why there was no answer
};

// Longer than this, no message is under way.
inline constexpr core::Millis kSendLimit{15'000};

class Sender {
 public:
  // Certificates: of SSL_CERT_FILE and SSL_CERT_DIR, else the system's.
  explicit Sender(std::string user_agent) : user_agent_(std::move(user_agent)) {}

  // From any thread, several at once.
  SendResult send(const Target& target, const Message& message, core::Timestamp now);
  // Ends what is under way; from then on nothing is sent.
  void cancel() { cancelled_ = true; }

 private:
  std::string user_agent_;
  std::atomic<bool> cancelled_ = false;
};

}  // namespace repopulse::notify
