#include "polling/budget.h"

#include <algorithm>
#include <charconv>
#include <span>
#include <utility>
#include <vector>

#include "base/check.h"
#include "core/clock.h"
#include "polling/backoff.h"
#include "polling/numbers.h"

namespace repopulse::polling {
namespace {

using namespace std::chrono_literals;
using core::AnswerKind;
using core::Millis;
using core::Timestamp;

constexpr Millis kLimitWindow = 1h;            // GitHub's limits are per hour
constexpr Millis kLongestPlausibleReset = 2h;  // a reset further away than that is a broken clock
constexpr Millis kUntoldWait = 60s;            // GitHub's documentation: at least a minute, then exponentially longer
constexpr Millis kLongestBlock = 1h;
constexpr Millis kLongestTold = 24h;  // github::interpret() gives no longer wait
constexpr Millis kResetMargin = 1s;   // resets are told in whole seconds
// Of an even share of the hour's quota: below the first, requests are paced, and below the other, only what must be
// asked is asked.
constexpr double kPacingStartsBelow = 0.5;
constexpr double kPlenty = 0.75;
constexpr std::int64_t kReserveShare = 10;  // a tenth of the limit stays for the token's other users
constexpr std::int64_t kLargestReserve = 500;

}  // namespace

std::int64_t Budget::reserve() const {
  return limit_ ? std::min(*limit_ / kReserveShare, kLargestReserve) : 0;
}

void Budget::take_limit(const core::Answer& answer, Timestamp now) {
  if (!answer.rate_limit) return;
  const core::RateLimit& told = *answer.rate_limit;
  if (!told.resource.empty() && told.resource != "core") return;
  limit_ = told.limit;
  remaining_ = told.remaining;
  // The reset is told by GitHub's clock: what counts is how far it lies from the answer's own Date.
  const Timestamp github_now = answer.date ? core::to_timestamp(*answer.date) : now;
  const Millis ahead = core::to_timestamp(told.reset) - github_now;
  reset_at_ = now + std::clamp<Millis>(ahead + kResetMargin, 0ms, kLongestPlausibleReset);
}

void Budget::block(Timestamp until, std::string reason) {
  blocked_until_ = until;
  reason_ = std::move(reason);
}

// What GitHub asks for is obeyed where it lies ahead: nothing, "0 seconds" and a reset that has passed do not mean "at
// once". Where a limit is met again right after the wait for the last one, that wait was too short, whoever told it.
void Budget::meet_limit(Millis told, std::string reason, Timestamp now) {
  REPOPULSE_CHECK(blocks_in_a_row_ >= 0);
  ++blocks_in_a_row_;
  const bool obey = told > 0ms && blocks_in_a_row_ == 1;
  const Millis least = obey ? told : exponential(std::max(told, kUntoldWait), blocks_in_a_row_, kLongestBlock);
  REPOPULSE_CHECK(least > 0ms);
  block(now + std::max(told, least), std::move(reason));
}

// A good answer. The row of limits ends when as much time has passed since the last one as its wait would have been.
void Budget::go_on(Timestamp now) {
  bad_token_ = false;
  reason_.clear();
  if (!blocked_until_) {
    blocks_in_a_row_ = 0;
    return;
  }
  blocked_until_ = std::min(*blocked_until_, now);
  if (now - *blocked_until_ < exponential(kUntoldWait, blocks_in_a_row_, kLongestBlock)) return;
  blocks_in_a_row_ = 0;
  blocked_until_.reset();
}

void Budget::absorb(const core::Answer& answer, Timestamp now) {
  last_request_at_ = now;
  take_limit(answer, now);
  switch (answer.kind) {
    case AnswerKind::kPrimaryLimit: {
      const bool told_reset = answer.rate_limit && reset_at_;
      const Millis reset = told_reset ? *reset_at_ - now : 0ms;
      const Millis told = std::max(reset > kResetMargin ? reset : 0ms, answer.retry_after.value_or(0ms));
      meet_limit(told, "GitHub's rate limit is used up", now);
      break;
    }
    case AnswerKind::kSecondaryLimit:
      meet_limit(answer.retry_after.value_or(0ms), "GitHub's secondary rate limit asks to wait", now);
      break;
    case AnswerKind::kUnauthorized:
      ++blocks_in_a_row_;
      bad_token_ = true;
      block(now + exponential(kUntoldWait, blocks_in_a_row_, kLongestBlock),
            authenticated_ ? "GitHub refused the token (401)" : "GitHub asks for a token (401)");
      break;
    case AnswerKind::kEvents:
    case AnswerKind::kNotModified:
      go_on(now);
      break;
    default:
      break;
  }
}

void Budget::renew_token() {
  if (!std::exchange(bad_token_, false)) return;
  blocks_in_a_row_ = 0;
  blocked_until_.reset();
  reason_.clear();
}

Millis Budget::seen_ahead(Timestamp now) const {
  return last_request_at_ && core::went_back(*last_request_at_, now) ? *last_request_at_ - now : 0ms;
}

void Budget::clock_went_back(Millis step) {
  REPOPULSE_CHECK(step > 0ms);
  for (std::optional<Timestamp>* at : {&reset_at_, &blocked_until_, &last_request_at_}) {
    if (*at) **at -= step;
  }
}

Timestamp Budget::earliest(Timestamp now, bool walking) const {
  Timestamp at = now;
  if (blocked_until_) at = std::max(at, *blocked_until_);
  if (!limit_ || !remaining_ || !reset_at_ || *reset_at_ <= now) return at;
  const std::int64_t usable = *remaining_ - reserve();
  if (usable <= 0) return std::max(at, *reset_at_);
  if (walking) return at;
  REPOPULSE_CHECK(*reset_at_ > now && at >= now);
  if (share_left(now) >= kPacingStartsBelow || !last_request_at_) return at;
  return std::max(at, *last_request_at_ + (*reset_at_ - now) / usable);
}

double Budget::share_left(Timestamp now) const {
  if (!limit_ || !remaining_ || !reset_at_ || *reset_at_ <= now) return 1;
  const double even_share = static_cast<double>(*limit_ - reserve()) * std::chrono::duration<double>(*reset_at_ - now) /
                            std::chrono::duration<double>(kLimitWindow);
  return static_cast<double>(*remaining_ - reserve()) / even_share;
}

bool Budget::has_plenty(Timestamp now) const {
  return (!blocked_until_ || *blocked_until_ <= now) && share_left(now) >= kPlenty;
}

bool Budget::charged(AnswerKind kind) const {
  switch (kind) {
    case AnswerKind::kNotModified:
      return !authenticated_;
    case AnswerKind::kNoAnswer:
    case AnswerKind::kPrimaryLimit:
    case AnswerKind::kSecondaryLimit:
    case AnswerKind::kUnauthorized:
      return false;
    default:
      return true;
  }
}

Budget::View Budget::view(Timestamp now) const {
  View view{limit_, remaining_, reserve(), reset_at_, std::nullopt, {}, bad_token_};
  if (reset_at_ && *reset_at_ <= now) {
    view.remaining = limit_;
    view.reset_at.reset();
  }
  if (blocked_until_ && *blocked_until_ > now) {
    view.blocked_until = blocked_until_;
    view.reason = reason_;
  } else if (const Timestamp at = earliest(now); view.remaining && *view.remaining <= reserve() && at > now) {
    view.blocked_until = at;
    view.reason = "only the reserve of GitHub's rate limit is left";
  }
  return view;
}

namespace {

// `-` stands for what is not known.
void put(std::string& out, std::optional<std::int64_t> value) {
  if (!out.empty()) out += ' ';
  out += value ? std::to_string(*value) : "-";
}

std::optional<std::int64_t> millis(const std::optional<Timestamp>& at) {
  if (!at) return std::nullopt;
  return core::unix_millis(*at);
}

std::optional<Timestamp> instant(const std::optional<std::int64_t>& at) {
  if (!at) return std::nullopt;
  return core::timestamp_from_unix_millis(*at);
}

// What save() never writes would make every feed wait for ever. The order is that of save().
bool plausible(std::span<const std::optional<std::int64_t>> saved) {
  const auto bad = [](const auto& number) { return number && (*number < 0 || *number > kLatestSaved); };
  if (std::ranges::any_of(saved, bad)) return false;
  const auto& last_request = saved[4];
  const auto ahead = [&](const std::optional<std::int64_t>& at, Millis longest) {
    return at && (!last_request || *at - *last_request > longest.count());
  };
  return !ahead(saved[2], kLongestPlausibleReset) && !ahead(saved[3], kLongestTold);
}

}  // namespace

std::string Budget::save() const {
  std::string out;
  put(out, limit_);
  put(out, remaining_);
  put(out, millis(reset_at_));
  put(out, millis(blocked_until_));
  put(out, millis(last_request_at_));
  put(out, blocks_in_a_row_);
  put(out, bad_token_ ? 1 : 0);
  out += ' ';
  out += reason_;
  return out;
}

void Budget::restore(std::string_view saved) {
  constexpr std::size_t kNumbers = 7;
  std::vector<std::optional<std::int64_t>> numbers;
  while (numbers.size() < kNumbers) {
    const auto space = saved.find(' ');
    if (space == std::string_view::npos) return;
    const std::string_view word = saved.substr(0, space);
    saved.remove_prefix(space + 1);
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), value);
    const bool whole = error == std::errc{} && end == word.data() + word.size();
    if (!whole && word != "-") return;
    numbers.push_back(whole ? std::optional(value) : std::nullopt);
  }
  if (!plausible(numbers)) return;
  limit_ = numbers[0];
  remaining_ = numbers[1];
  reset_at_ = instant(numbers[2]);
  blocked_until_ = instant(numbers[3]);
  last_request_at_ = instant(numbers[4]);
  blocks_in_a_row_ = static_cast<int>(std::clamp<std::int64_t>(numbers[5].value_or(0), 0, 60));
  bad_token_ = numbers[6].value_or(0) == 1;
  reason_ = std::string(saved);
}

}  // namespace repopulse::polling
