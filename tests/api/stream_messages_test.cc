#include "api/stream_messages.h"

#include <gtest/gtest.h>

#include <boost/json.hpp>

namespace repopulse::api {
namespace {

TEST(StreamMessage, has_one_data_line_for_each_line_whatever_ends_it) {
  EXPECT_EQ(stream_message("event", 7, R"({"a":1})"), "event: event\nid: 7\ndata: {\"a\":1}\n\n");
  EXPECT_EQ(stream_message("event", 7, "{\n\"a\":\r\n1\r}"),
            "event: event\nid: 7\ndata: {\ndata: \"a\":\ndata: 1\ndata: }\n\n");
  EXPECT_EQ(stream_message("stats", 0, "\n"), "event: stats\nid: 0\ndata: \ndata: \n\n");
}

TEST(StreamMessage, an_event_is_shown_as_github_sent_it) {
  EXPECT_EQ(event_json(12, "o/r", R"({"id": "5",  "type":"PushEvent"})"),
            R"({"repository":"o/r","seq":12,"event":{"id": "5",  "type":"PushEvent"}})");
}

TEST(StreamMessage, a_poll_says_what_was_asked_and_what_came_of_it) {
  monitor::PollReport poll;
  poll.feed = "repos/o/r";
  poll.repository = "O/r";
  poll.at = core::timestamp_from_unix_millis(1'750'000'000'000);
  poll.outcome = "no_answer";
  poll.next_poll_at = poll.at + std::chrono::seconds(60);
  poll.detail = "could not connect: \"x\"";
  poll.took = core::Millis(250);
  EXPECT_EQ(poll_json(poll),
            R"({"repository":"O/r","feed":"repos/o/r","at":"2025-06-15T15:06:40Z","outcome":"no_answer","status":null,)"
            R"("new_events":0,"not_modified":false,"next_poll_at":"2025-06-15T15:07:40Z",)"
            R"("detail":"could not connect: \"x\"","took_seconds":0.25})");
  poll.status = 304;
  poll.repository.clear();
  poll.next_poll_at.reset();
  const auto json = boost::json::parse(poll_json(poll));
  EXPECT_EQ(json.at("status"), 304);
  EXPECT_TRUE(json.at("repository").is_null());
  EXPECT_TRUE(json.at("next_poll_at").is_null());
}

}  // namespace
}  // namespace repopulse::api
