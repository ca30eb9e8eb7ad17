#include "monitor/app_token.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "sim/app_keys.h"
#include "sim/github_app.h"

namespace repopulse::monitor {
namespace {

using namespace std::chrono_literals;
using core::AnswerKind;
using core::Millis;
using core::Timestamp;

constexpr Timestamp kStart{1'760'000'000s};

const sim::AppKeys& keys() {
  static const sim::AppKeys made = sim::make_app_keys();
  return made;
}

github::InstallationToken good(Millis lives = 1h) {
  github::InstallationToken made;
  made.kind = AnswerKind::kEvents;
  made.status = 201;
  made.token = "ghs_x";
  made.lives = lives;
  return made;
}

github::InstallationToken bad(AnswerKind kind, int status) {
  github::InstallationToken made;
  made.kind = kind;
  made.status = status;
  made.message = "no";
  return made;
}

class AppTokenTest : public testing::Test {
 protected:
  // The pauses between the next tries that fail so.
  std::vector<Millis> pauses(const github::InstallationToken& answer, int tries) {
    std::vector<Millis> out;
    for (int i = 0; i < tries; ++i) {
      token_.take(answer, now_);
      EXPECT_FALSE(token_.is_due(token_.next_try() - 1ms));
      EXPECT_TRUE(token_.is_due(token_.next_try()));
      out.push_back(token_.next_try() - now_);
      now_ = token_.next_try();
    }
    return out;
  }

  Timestamp now_ = kStart;
  AppToken token_{{"42", "7", *github::AppKey::read(keys().private_key)}, 1};
};

TEST_F(AppTokenTest, the_first_is_made_before_anything_is_asked) {
  EXPECT_TRUE(token_.is_due(now_));
  EXPECT_FALSE(token_.is_usable(now_));
  EXPECT_FALSE(token_.view(now_).stops_polling) << "nothing is wrong";
}

TEST_F(AppTokenTest, is_renewed_five_minutes_before_it_ends_and_used_until_then) {
  token_.take(good(), now_);
  EXPECT_FALSE(token_.is_due(now_ + 55min - 1ms));
  EXPECT_TRUE(token_.is_due(now_ + 55min));
  EXPECT_TRUE(token_.is_usable(now_ + 1h - 1ms));
  EXPECT_FALSE(token_.is_usable(now_ + 1h));
}

TEST_F(AppTokenTest, of_a_short_life_half_is_used) {
  token_.take(good(4min), now_);
  EXPECT_FALSE(token_.is_due(now_ + 2min - 1ms));
  EXPECT_TRUE(token_.is_due(now_ + 2min));
}

TEST_F(AppTokenTest, troubles_that_pass_are_tried_again_soon_and_ever_more_rarely) {
  const auto waits = pauses(bad(AnswerKind::kServerError, 502), 12);
  EXPECT_LE(waits.front(), 10s);
  for (std::size_t i = 1; i < waits.size(); ++i) EXPECT_GT(waits[i], waits[i - 1] / 2) << i;
  EXPECT_GE(waits.back(), 15min);
  EXPECT_LE(waits.back(), 1h);
}

TEST_F(AppTokenTest, refusals_and_limits_are_tried_again_after_a_minute_at_the_earliest) {
  for (const auto& [kind, status] :
       {std::pair(AnswerKind::kUnauthorized, 401), std::pair(AnswerKind::kForbidden, 403),
        std::pair(AnswerKind::kNotFound, 404), std::pair(AnswerKind::kPrimaryLimit, 403)}) {
    const auto waits = pauses(bad(kind, status), 10);
    EXPECT_GE(waits.front(), 1min);
    EXPECT_EQ(waits.back(), 1h);
    EXPECT_TRUE(token_.view(now_).stops_polling);
    token_ = AppToken({"42", "7", *github::AppKey::read(keys().private_key)}, 1);
  }
}

TEST_F(AppTokenTest, a_wait_that_github_asks_for_is_kept) {
  auto limit = bad(AnswerKind::kSecondaryLimit, 429);
  limit.retry_after = 20min;
  EXPECT_EQ(pauses(limit, 1).front(), 20min);
}

TEST_F(AppTokenTest, while_the_last_token_lives_a_failure_stops_nothing) {
  token_.take(good(), now_);
  now_ += 56min;
  token_.take(bad(AnswerKind::kServerError, 500), now_);
  EXPECT_TRUE(token_.is_usable(now_));
  EXPECT_FALSE(token_.is_due(now_));
  EXPECT_FALSE(token_.view(now_).stops_polling);
  EXPECT_EQ(token_.view(now_).trouble, "no");
  now_ += 4min;
  EXPECT_TRUE(token_.view(now_).stops_polling);
  token_.take(good(), now_);
  EXPECT_EQ(token_.view(now_).trouble, "");
}

TEST_F(AppTokenTest, one_that_github_ended_is_replaced_at_once) {
  token_.take(good(), now_);
  token_.see_answer(AnswerKind::kNotModified, 304, now_ + 1s);
  now_ += 20min;
  token_.see_answer(AnswerKind::kUnauthorized, 401, now_);
  EXPECT_FALSE(token_.is_usable(now_));
  EXPECT_TRUE(token_.is_due(now_));
  EXPECT_FALSE(token_.view(now_).stops_polling) << "that is nobody's trouble";
}

TEST_F(AppTokenTest, one_that_github_ended_right_after_its_first_use_is_replaced_within_seconds) {
  token_.take(good(), now_);
  token_.see_answer(AnswerKind::kNotModified, 304, now_ + 1s);
  token_.see_answer(AnswerKind::kUnauthorized, 401, now_ + 2s);
  EXPECT_EQ(token_.next_try(), now_ + 5s);
  EXPECT_FALSE(token_.view(now_ + 2s).stops_polling);
}

TEST_F(AppTokenTest, new_ones_that_github_refuses_are_not_made_again_and_again) {
  Millis last{0};
  for (int i = 0; i < 15; ++i) {
    token_.take(good(), now_);
    now_ += 1s;
    token_.see_answer(AnswerKind::kUnauthorized, 401, now_);
    EXPECT_GE(token_.next_try() - now_, std::max<Millis>(last, 5s));
    EXPECT_TRUE(token_.view(now_).stops_polling);
    last = token_.next_try() - now_;
    now_ = token_.next_try();
  }
  EXPECT_EQ(last, 1h);
  token_.take(good(), now_);
  EXPECT_NE(token_.view(now_).trouble, "") << "it is not known whether this one is accepted";
  token_.see_answer(AnswerKind::kEvents, 200, now_ + 1s);
  EXPECT_EQ(token_.view(now_).trouble, "");
}

TEST_F(AppTokenTest, a_new_key_is_tried_at_once_where_the_last_one_failed) {
  pauses(bad(AnswerKind::kUnauthorized, 401), 5);
  token_.take(bad(AnswerKind::kUnauthorized, 401), now_);
  EXPECT_FALSE(token_.is_due(now_ + 1min));
  token_.renew_key(*github::AppKey::read(sim::make_app_keys().private_key));
  EXPECT_TRUE(token_.is_due(now_));
}

TEST_F(AppTokenTest, a_new_key_makes_no_new_token_where_the_last_one_holds) {
  token_.take(good(), now_);
  token_.renew_key(*github::AppKey::read(sim::make_app_keys().private_key));
  EXPECT_FALSE(token_.is_due(now_ + 1min));
  EXPECT_TRUE(token_.is_usable(now_ + 1min));
}

TEST_F(AppTokenTest, a_clock_that_went_back_neither_keeps_a_token_too_long_nor_delays_a_try) {
  token_.take(good(), now_);
  EXPECT_TRUE(token_.is_due(now_ - 24h));
  token_.take(bad(AnswerKind::kServerError, 500), now_);
  EXPECT_TRUE(token_.is_due(now_ - 24h));
}

// GitHub tells its time with its refusal, and the next JWT is of that time.
TEST_F(AppTokenTest, a_clock_that_is_off_costs_one_request) {
  sim::GitHubApp github({"42", "7", keys().public_key}, 1);
  for (const Millis ahead : {Millis(-48h), Millis(-10min), Millis(0), Millis(90s), Millis(48h)}) {
    AppToken token({"42", "7", *github::AppKey::read(keys().private_key)}, 1);
    int requests = 0;
    for (bool made = false; !made && requests < 5; ++requests) {
      ASSERT_TRUE(token.is_due(now_ + ahead)) << ahead.count();
      const github::HttpRequest request = token.request({}, std::nullopt, now_ + ahead);
      const std::string jwt(github::header(request.headers, "Authorization").substr(7));
      const auto reply = github.make_token("7", jwt, now_);
      const github::HttpResponse response{
          reply.status, {{"Date", core::format_http_date(core::to_event_time(now_))}}, reply.body};
      const auto answer = github::interpret_installation_token(request, response, now_ + ahead);
      token.take(answer, now_ + ahead);
      made = answer.kind == AnswerKind::kEvents;
    }
    EXPECT_EQ(requests, std::chrono::abs(ahead) > 1min ? 2 : 1) << ahead.count();
    EXPECT_TRUE(token.is_usable(now_ + ahead + 59min));
    EXPECT_FALSE(token.is_usable(now_ + ahead + 61min));
  }
}

TEST_F(AppTokenTest, what_is_known_of_the_clock_is_used_from_the_first_request_on) {
  sim::GitHubApp github({"42", "7", keys().public_key}, 1);
  const github::HttpRequest request = token_.request({}, 5h, now_ + 5h);
  const std::string jwt(github::header(request.headers, "Authorization").substr(7));
  EXPECT_EQ(github.make_token("7", jwt, now_).status, 201);
}

}  // namespace
}  // namespace repopulse::monitor
