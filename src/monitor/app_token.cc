#include "monitor/app_token.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "core/clock.h"
#include "polling/backoff.h"

namespace repopulse::monitor {
namespace {

using namespace std::chrono_literals;
using core::AnswerKind;
using core::Millis;
using core::Timestamp;

constexpr Millis kRenewedBefore = 5min;  // the end
constexpr Millis kLongestPause = 1h;
constexpr Millis kTimeLimit = 20s;  // nothing else is asked meanwhile; GitHub gives up after 10 s
// After a token was made, and after the first refusal: a new token is not known everywhere at GitHub at once.
constexpr Millis kFirstAfterRefusal = 5s;
// The JWT begins a minute ago, so this much more or less does no harm.
constexpr Millis kSkewThatMatters = 30s;

// Pauses are 5 s, 10 s, … for what passes by itself. They are so much longer where GitHub refuses the App or a limit is
// met: a minute at the least.
constexpr int kLongerWhenRefused = 16;

bool is_refusal(AnswerKind kind) {
  return kind == AnswerKind::kUnauthorized || kind == AnswerKind::kForbidden || kind == AnswerKind::kNotFound;
}

bool is_limit(AnswerKind kind) {
  return kind == AnswerKind::kPrimaryLimit || kind == AnswerKind::kSecondaryLimit;
}

// With jitter.
Millis pause_after(AnswerKind kind, int failures, std::uint64_t seed) {
  const Millis passing = polling::rest_after(AnswerKind::kServerError, failures, "app", seed);
  const bool longer = is_refusal(kind) || is_limit(kind);
  return std::min(longer ? kLongerWhenRefused * passing : passing, kLongestPause);
}

}  // namespace

bool AppToken::is_due(Timestamp now) const {
  const bool wanted = !life_ || now >= life_->renew_at || core::went_back(life_->made_at, now);
  return wanted && core::is_due(try_at_, kLongestPause, now);
}

bool AppToken::is_usable(Timestamp now) const {
  return life_ && now < life_->ends_at;
}

github::HttpRequest AppToken::request(const github::ApiRoot& root, std::optional<Millis> skew, Timestamp now) {
  used_skew_ = follows_told_ ? *told_skew_ : skew.value_or(told_skew_.value_or(0ms));
  github::HttpRequest request = github::installation_token_request(root, app_, core::to_event_time(now - used_skew_));
  request.time_limit = kTimeLimit;
  return request;
}

void AppToken::take(const github::InstallationToken& answer, Timestamp now) {
  if (answer.date) told_skew_ = now - core::to_timestamp(*answer.date);
  if (answer.kind != AnswerKind::kEvents) return fail(answer, now);
  // Of a short life, half is used.
  const Millis used = answer.lives > kRenewedBefore ? answer.lives - kRenewedBefore : answer.lives / 2;
  life_ = Life{now, now + std::max<Millis>(used, 1s), now + answer.lives};
  accepted_ = follows_told_ = false;
  failures_ = 0;
  try_at_ = now;
  if (refusals_ > 0) return;  // what GitHub refuses is told until it accepts a token
  kind_ = AnswerKind::kEvents;
  trouble_.clear();
}

// GitHub refuses a JWT of another time than its own. Is that why, and does it tell its time?
bool AppToken::learns_time(const github::InstallationToken& answer) const {
  if (answer.kind != AnswerKind::kUnauthorized || !answer.date || follows_told_) return false;
  return std::chrono::abs(*told_skew_ - used_skew_) > kSkewThatMatters;
}

void AppToken::fail(const github::InstallationToken& answer, Timestamp now) {
  follows_told_ = learns_time(answer);
  kind_ = answer.kind;
  trouble_ = answer.message;
  if (follows_told_) {
    try_at_ = now;
    return;
  }
  ++failures_;
  const Millis pause = pause_after(answer.kind, failures_, seed_);
  try_at_ = now + std::max(pause, std::min(answer.retry_after.value_or(0ms), kLongestPause));
}

void AppToken::see_answer(AnswerKind kind, int status, Timestamp now) {
  if (!life_) return;
  if (kind == AnswerKind::kUnauthorized) return refused(now);
  if (status < 200 || status >= 500) return;
  accepted_ = true;
  if (std::exchange(refusals_, 0) == 0) return;
  kind_ = AnswerKind::kEvents;
  trouble_.clear();
}

void AppToken::refused(Timestamp now) {
  const Timestamp made_at = std::exchange(life_, std::nullopt)->made_at;
  if (accepted_) {  // it has ended
    try_at_ = std::max(now, std::min(made_at, now) + kFirstAfterRefusal);
    return;
  }
  ++refusals_;
  try_at_ = now + polling::exponential(kFirstAfterRefusal, refusals_, kLongestPause);
  kind_ = AnswerKind::kUnauthorized;
  trouble_ = "GitHub refuses the token that it has made for the GitHub App (401)";
}

void AppToken::renew_key(github::AppKey key) {
  app_.key = std::move(key);
  follows_told_ = false;
  if (failures_ == 0) return;
  failures_ = 0;
  try_at_ = {};
}

AppToken::View AppToken::view(Timestamp now) const {
  View view;
  if (is_usable(now)) {
    view.made_at = life_->made_at;
    view.ends_at = life_->ends_at;
  }
  view.trouble = trouble_;
  view.kind = kind_;
  view.next_try = try_at_;
  view.stops_polling = !view.ends_at && !trouble_.empty();
  return view;
}

}  // namespace repopulse::monitor
