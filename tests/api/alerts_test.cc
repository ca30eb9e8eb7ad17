// The alerts of the API: the list, and the test of the targets.
#include <string>
#include <vector>

#include "tests/api/api_fixture.h"

namespace repopulse::api::test {
namespace {

class AlertsTest : public ApiTest {
 protected:
  std::int64_t add(const std::string& repository, bool resolved) {
    store::Alert alert;
    alert.key = "silence " + repository;
    alert.repository = repository;
    alert.rule = repository.empty() ? "poller" : "silence";
    alert.since = core::timestamp_from_unix_millis(1'731'283'200'000);
    if (resolved) alert.resolved_at = alert.since + 1h;
    alert.summary = "No event for 2 h";
    alert.value = 7200;
    alert.threshold = 3600.5;
    alert.notices = {{"fingerprint-of-a-target", false, alert.since, "", alert.since, 0}};
    return store_.add_alert(alert)->id;
  }
};

TEST_F(AlertsTest, lists_those_that_hold_and_those_that_have_ended_newest_first) {
  EXPECT_EQ(get("/api/alerts/").body, "[]");
  add("o/r", true);
  add("", false);
  const Answer all = get("/api/alerts");
  EXPECT_EQ(all.status, 200);
  EXPECT_EQ(all.body,
            R"([{"id":2,"repository":null,"rule":"poller","state":"firing","since":"2024-11-11T00:00:00Z",)"
            R"("resolved_at":null,"summary":"No event for 2 h","value":7200,"threshold":3600.5},)"
            R"({"id":1,"repository":"o/r","rule":"silence","state":"resolved","since":"2024-11-11T00:00:00Z",)"
            R"("resolved_at":"2024-11-11T01:00:00Z","summary":"No event for 2 h","value":7200,"threshold":3600.5}])");
  EXPECT_EQ(get("/api/alerts/?state=firing").json().as_array().size(), 1u);
  EXPECT_EQ(get("/api/alerts/?state=resolved").json().as_array().at(0).at("id").as_int64(), 1);
  EXPECT_EQ(get("/api/alerts/?state=open").status, 422);
  EXPECT_EQ(get("/api/alerts/?state=").status, 422);
}

TEST_F(AlertsTest, has_pages) {
  for (int i = 0; i < 5; ++i) add("o/r" + std::to_string(i), false);
  const Answer page = get("/api/alerts/?per_page=2&page=2");
  EXPECT_EQ(page.json().as_array().at(0).at("id").as_int64(), 3);
  EXPECT_NE(page.headers.at("link").find("per_page=2&page=3>; rel=\"next\""), std::string::npos);
}

TEST_F(AlertsTest, says_what_each_target_answered_to_a_test) {
  EXPECT_EQ(post("/api/alerts/test", "").body, "[]");
  api_->send_test_alerts([] {
    return std::vector<TestedTarget>{{"webhook 1", "webhook", true, "status 200"},
                                     {"email 1", "email", false, "no \"\""}};
  });
  EXPECT_EQ(post("/api/alerts/test", "").body,
            R"([{"target":"webhook 1","kind":"webhook","sent":true,"detail":"status 200"},)"
            R"({"target":"email 1","kind":"email","sent":false,"detail":"no \"\""}])");
}

}  // namespace
}  // namespace repopulse::api::test
