// GitHub's webhooks over the API, and people who have a repository asked at once.
#include <gmock/gmock.h>

#include "tests/api/api_fixture.h"

namespace repopulse::api::test {
namespace {

using ::testing::HasSubstr;

std::string body_of(std::string_view name, int id = 1) {
  return R"({"ref":"refs/heads/main","repository":{"id":)" + std::to_string(id) + R"(,"full_name":")" +
         std::string(name) + R"("}})";
}

class WebhooksTest : public ApiTest {
 protected:
  WebhooksTest() { key_.clear(); }

  Answer deliver(const std::string& body, const std::string& kind = "push", std::string id = {}) {
    if (id.empty()) id = "delivery " + std::to_string(++deliveries_);
    return post(
        kPath, body,
        {{"X-Hub-Signature-256", sign(body, webhook_secret_)}, {"X-GitHub-Event", kind}, {"X-GitHub-Delivery", id}});
  }
  std::string next_poll() {
    return std::string(get_with("/api/repos/o/r", read_key_).json().at("next_poll_at").as_string());
  }
  // The repository o/r, read once, with its next poll minutes ahead.
  void read_once() {
    add("o/r");
    poll({event_json(1, today() - 3600s, "PushEvent")});
    now_ += 61s;
    ASSERT_GT(next_poll(), core::format_rfc3339(today()));
  }

  static constexpr std::string_view kPath = "/api/hooks/github";
  int deliveries_ = 0;
};

TEST_F(WebhooksTest, a_delivery_makes_its_repository_due_at_once_without_a_key) {
  read_once();
  const Answer answer = deliver(body_of("O/R"));
  EXPECT_EQ(answer.status, 202);
  EXPECT_EQ(answer.body, R"({"repository":"O/R","accepted":true})");
  EXPECT_EQ(next_poll(), core::format_rfc3339(today()));
  poll({event_json(2, today(), "PushEvent"), event_json(1, today() - 3661s, "PushEvent")});
  EXPECT_EQ(get_with("/api/repos/o/r", read_key_).json().at("events_stored").as_int64(), 2);
}

TEST_F(WebhooksTest, nothing_of_a_delivery_is_stored) {
  read_once();
  deliver(R"({"id":"77","type":"PushEvent","created_at":"2025-06-15T15:06:40Z","repository":{"full_name":"o/r"}})");
  EXPECT_EQ(get_with("/api/repos/o/r", read_key_).json().at("events_stored").as_int64(), 1);
}

TEST_F(WebhooksTest, a_form_is_as_good_as_json) {
  read_once();
  const Answer answer = deliver("payload=%7B%22repository%22%3A%7B%22full_name%22%3A%22o%2Fr%22%7D%7D");
  EXPECT_EQ(answer.body, R"({"repository":"o/r","accepted":true})");
  EXPECT_EQ(next_poll(), core::format_rfc3339(today()));
}

TEST_F(WebhooksTest, a_wrong_or_missing_signature_is_401_and_without_effect_whatever_the_key) {
  read_once();
  const std::string planned = next_poll();
  const std::string body = body_of("o/r");
  const std::string right = sign(body, webhook_secret_);
  for (const Fields& fields : std::vector<Fields>{{},
                                                  {{"X-API-Key", admin_key_}},
                                                  {{"X-Hub-Signature-256", ""}},
                                                  {{"X-Hub-Signature-256", sign(body, "another")}},
                                                  {{"X-Hub-Signature-256", sign(body + " ", webhook_secret_)}},
                                                  {{"X-Hub-Signature-256", right.substr(0, right.size() - 1)}},
                                                  {{"X-Hub-Signature", right}}}) {
    const Answer answer = post(kPath, body, fields);
    EXPECT_EQ(answer.status, 401);
    EXPECT_THAT(answer.body, HasSubstr("X-Hub-Signature-256"));
  }
  EXPECT_EQ(post(kPath, "").status, 401);
  EXPECT_EQ(next_poll(), planned);
  EXPECT_EQ(post(kPath, body, {{"X-Hub-Signature-256", right}, {"X-API-Key", "wrong"}}).status, 202)
      << "no key is looked at";
}

TEST_F(WebhooksTest, without_a_secret_there_is_no_such_resource) {
  webhook_secret_.clear();
  serve();
  const std::string body = body_of("o/r");
  EXPECT_EQ(post(kPath, body, {{"X-Hub-Signature-256", sign(body, "")}}).status, 404);
  EXPECT_EQ(post(kPath, "").status, 404);
}

TEST_F(WebhooksTest, repositories_that_are_not_polled_are_told_so) {
  add("o/asleep", false);
  EXPECT_EQ(deliver(body_of("o/unknown")).body, R"({"repository":"o/unknown","accepted":false})");
  EXPECT_EQ(deliver(body_of("o/asleep")).body, R"({"repository":"o/asleep","accepted":false})");
  EXPECT_EQ(deliver(body_of("o/asleep"), "ping").body, R"({"repository":"o/asleep","accepted":false})");
  EXPECT_EQ(deliver(R"({"action":"member_added","organization":{"login":"o"}})").body,
            R"({"repository":null,"accepted":false})");
  EXPECT_EQ(deliver(body_of("no name at all")).body, R"({"repository":null,"accepted":false})");
}

TEST_F(WebhooksTest, what_is_no_delivery_is_400) {
  for (const char* body : {"[]", "hello", "{", "payload="}) EXPECT_EQ(deliver(body).status, 400) << body;
}

TEST_F(WebhooksTest, a_delivery_that_comes_again_has_no_effect) {
  read_once();
  EXPECT_EQ(deliver(body_of("o/r"), "push", "one").body, R"({"repository":"o/r","accepted":true})");
  poll({event_json(2, today(), "PushEvent"), event_json(1, today() - 3661s, "PushEvent")});
  now_ += 61s;
  const std::string planned = next_poll();
  const Answer again = deliver(body_of("o/r"), "push", "one");
  EXPECT_EQ(again.status, 202);
  EXPECT_EQ(again.body, R"({"repository":"o/r","accepted":false})");
  EXPECT_EQ(next_poll(), planned);
  EXPECT_EQ(deliver(body_of("o/r"), "push", "two").body, R"({"repository":"o/r","accepted":true})");
  EXPECT_EQ(next_poll(), core::format_rfc3339(today()));
}

TEST_F(WebhooksTest, kinds_that_no_feed_shows_cost_no_request) {
  read_once();
  const std::string planned = next_poll();
  for (const char* kind : {"ping", "status", "workflow_run", "check_run"}) {
    EXPECT_EQ(deliver(body_of("o/r"), kind).body, R"({"repository":"o/r","accepted":true})") << kind;
  }
  EXPECT_EQ(next_poll(), planned);
  deliver(body_of("o/r"), "a_kind_of_the_future");
  EXPECT_EQ(next_poll(), core::format_rfc3339(today()));
}

TEST_F(WebhooksTest, a_renamed_repository_is_found_by_its_number) {
  add("o/r");
  const std::string event = R"({"id":"1","type":"PushEvent","actor":{"login":"ada"},"repo":{"id":42,"name":"o/r"},)"
                            R"("payload":{},"created_at":"2025-06-15T15:00:00Z"})";
  poll({event});
  now_ += 61s;
  EXPECT_EQ(deliver(body_of("o/renamed", 42)).body, R"({"repository":"o/renamed","accepted":true})");
  EXPECT_EQ(next_poll(), core::format_rfc3339(today()));
  EXPECT_EQ(deliver(body_of("o/renamed", 43)).body, R"({"repository":"o/renamed","accepted":false})");
}

TEST_F(WebhooksTest, the_metrics_tell_what_became_of_deliveries) {
  read_once();
  deliver(body_of("o/r"));
  deliver(body_of("o/r"), "ping");
  deliver(body_of("o/unknown"), "push", "one");
  deliver(body_of("o/unknown"), "push", "one");
  deliver("[]");
  post(kPath, "{}");
  const std::string text = get_with("/metrics", read_key_).body;
  for (const char* line : {"{result=\"accepted\"} 1\n", "{result=\"ignored\"} 1\n", "{result=\"unknown\"} 1\n",
                           "{result=\"repeated\"} 1\n", "{result=\"malformed\"} 1\n", "{result=\"refused\"} 1\n",
                           "{result=\"failed\"} 0\n"}) {
    EXPECT_THAT(text, HasSubstr(std::string("repopulse_webhook_deliveries_total") + line));
  }
}

TEST_F(WebhooksTest, a_person_has_a_repository_asked_as_soon_as_its_floor_permits) {
  key_ = admin_key_;
  add("o/r");
  poll({event_json(1, today() - 3600s, "PushEvent")});
  now_ += 10s;
  const Answer answer = post("/api/repos/O/R/poll");
  EXPECT_EQ(answer.status, 202);
  EXPECT_EQ(answer.json().at("full_name").as_string(), "o/r");
  EXPECT_EQ(answer.json().at("next_poll_at").as_string(), core::format_rfc3339(today() + 50s));
  now_ += 50s;
  poll({event_json(2, today(), "PushEvent"), event_json(1, today() - 3660s, "PushEvent")});
}

TEST_F(WebhooksTest, asking_at_once_needs_an_admin_key_and_an_active_repository) {
  add("o/asleep", false);
  key_ = admin_key_;
  EXPECT_EQ(post("/api/repos/o/unknown/poll").status, 404);
  const Answer asleep = post("/api/repos/o/asleep/poll");
  EXPECT_EQ(asleep.status, 409);
  EXPECT_THAT(asleep.body, HasSubstr("o/asleep is not active"));
  key_ = read_key_;
  EXPECT_EQ(post("/api/repos/o/asleep/poll").status, 403);
  key_.clear();
  EXPECT_EQ(post("/api/repos/o/asleep/poll").status, 401);
}

}  // namespace
}  // namespace repopulse::api::test
