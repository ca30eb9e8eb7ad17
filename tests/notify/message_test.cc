#include "notify/message.h"

#include <gtest/gtest.h>

#include "notify/signature.h"

namespace repopulse::notify {
namespace {

Message message(bool end) {
  store::Alert alert;
  alert.id = 7;
  alert.repository = "o/r";
  alert.rule = "silence";
  alert.since = core::timestamp_from_unix_millis(1'731'283'200'500);
  alert.resolved_at = core::timestamp_from_unix_millis(1'731'286'800'000);
  alert.summary = "No <event> & \"quiet\"";
  alert.value = 7200.5;
  alert.threshold = 3600;
  return {"target", "d-1", {{alert, end}}};
}

TEST(Message, says_in_JSON_what_was_true_when_it_happened) {
  EXPECT_EQ(json_of(message(false)),
            R"([{"id":7,"repository":"o/r","rule":"silence","state":"firing","since":"2024-11-11T00:00:00Z",)"
            R"("resolved_at":null,"summary":"No <event> & \"quiet\"","value":7200.5,"threshold":3600}])");
  EXPECT_NE(json_of(message(true))
                .find(R"("state":"resolved","since":"2024-11-11T00:00:00Z","resolved_at":)"
                      R"("2024-11-11T01:00:00Z")"),
            std::string::npos);
}

TEST(Message, escapes_for_Slack_what_Slack_would_take_for_formatting) {
  EXPECT_EQ(slack_json_of(message(false)),
            R"json({"text":"ALERT silence, o/r: No &lt;event&gt; &amp; \"quiet\" (since 2024-11-11T00:00:00Z)"})json");
}

TEST(Message, is_a_mail_with_a_line_for_each_alert) {
  const Target target{TargetKind::kEmail, "email 1", "smtp://h", "", "from@example.com", {"a@x.org", "b@x.org"}};
  const std::string mail = email_of(message(true), target, core::timestamp_from_unix_millis(1'731'283'200'000));
  EXPECT_TRUE(
      mail.starts_with("Date: Mon, 11 Nov 2024 00:00:00 +0000\r\nFrom: repopulse <from@example.com>\r\n"
                       "To: <a@x.org>,\r\n <b@x.org>\r\nSubject: repopulse: silence resolved, o/r\r\n"))
      << mail;
  EXPECT_NE(mail.find("\r\n\r\nRESOLVED silence, o/r: No <event>"), std::string::npos) << mail;
}

// RFC 4231, test case 2.
TEST(Message, is_signed_with_HMAC_SHA_256) {
  EXPECT_EQ(hmac_sha256("Jefe", "what do ya want for nothing?"),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
}

TEST(Target, has_an_id_that_stays_and_tells_no_address) {
  const Target one{TargetKind::kWebhook, "webhook 1", "https://example.com/secret-path", "s", "", {}};
  Target renamed = one;
  renamed.name = "webhook 2";
  Target other = one;
  other.url = "https://example.com/other";
  EXPECT_EQ(one.id(), renamed.id());
  EXPECT_NE(one.id(), other.id());
  EXPECT_EQ(one.id().find("example"), std::string::npos);
}

}  // namespace
}  // namespace repopulse::notify
