// The event stream: what a reader gets, from wherever it comes back, while others write.
#include <boost/asio/post.hpp>
#include <boost/asio/thread_pool.hpp>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <random>
#include <thread>

#include "http/server.h"
#include "tests/api/api_fixture.h"
#include "tests/http/raw_client.h"

namespace repopulse::api::test {
namespace {

struct Message {
  std::string event;
  std::string id;
  std::string data;
};

std::vector<Message> parse(const std::string& text) {
  std::vector<Message> messages(1);
  std::size_t at = 0;
  while (at < text.size()) {
    const std::size_t end = text.find('\n', at);
    const std::string line = text.substr(at, end - at);
    at = end + 1;
    Message& message = messages.back();
    if (line.empty()) messages.emplace_back();
    if (line.starts_with("event: ")) message.event = line.substr(7);
    if (line.starts_with("id: ")) message.id = line.substr(4);
    if (line.starts_with("data: ")) message.data += (message.data.empty() ? "" : "\n") + line.substr(6);
  }
  messages.pop_back();
  return messages;
}

// A client that takes nothing before it is told to.
class FakeReader final : public http::EventStream {
 public:
  bool send(std::shared_ptr<const std::string> text) override {
    const std::lock_guard lock(mutex_);
    if (closed_ || gone_) return false;
    text_ += *text;
    unread_ += text->size();
    most_unread_ = std::max(most_unread_, unread_);
    return true;
  }
  void when_drained(std::function<void()> call) override {
    const std::lock_guard lock(mutex_);
    if (!closed_ && !gone_) call_ = std::move(call);
  }
  void close() override {
    const std::lock_guard lock(mutex_);
    closed_ = true;
  }

  // False: nobody waited for that.
  bool take() {
    std::function<void()> call;
    {
      const std::lock_guard lock(mutex_);
      unread_ = 0;
      call.swap(call_);
    }
    if (call) call();
    return call != nullptr;
  }
  void take_all() {
    while (take()) {
    }
  }
  void go() {
    const std::lock_guard lock(mutex_);
    gone_ = true;
    call_ = nullptr;
  }
  std::vector<Message> messages() const {
    const std::lock_guard lock(mutex_);
    return parse(text_);
  }
  std::vector<Message> messages(std::string_view event) const {
    auto all = messages();
    std::erase_if(all, [&](const Message& message) { return message.event != event; });
    return all;
  }
  std::string text() const {
    const std::lock_guard lock(mutex_);
    return text_;
  }
  std::size_t most_unread() const { return most_unread_; }
  bool closed() const { return closed_; }

 private:
  mutable std::mutex mutex_;
  std::string text_;
  std::size_t unread_ = 0;
  std::size_t most_unread_ = 0;
  std::function<void()> call_;
  bool closed_ = false;
  bool gone_ = false;
};

class StreamTest : public ApiTest {
 protected:
  std::shared_ptr<FakeReader> open(std::string_view target = "/api/stream", Fields fields = {}) {
    const auto opened = ask_for_stream(target, std::move(fields));
    EXPECT_TRUE(opened.stream) << "status " << opened.status;
    auto reader = std::make_shared<FakeReader>();
    if (opened.stream) opened.stream(reader);
    return reader;
  }
  std::shared_ptr<FakeReader> resume(const std::string& id) {
    auto reader = open("/api/stream", {{"Last-Event-ID", id}});
    reader->take_all();
    return reader;
  }

  // `count` events are stored as if another process had: nobody is told.
  void store_untold(std::size_t count, const std::string& padding = "") {
    store::PollCommit commit;
    commit.events.push_back({monitor_->snapshot()->find("o/r")->repository.id, {}});
    for (std::size_t i = 0; i < count; ++i) {
      const std::uint64_t id = 1'000'000 + next_++;
      commit.events[0].events.push_back({{id, today()},
                                         "PushEvent",
                                         "ada",
                                         "o/r",
                                         R"({"id":")" + std::to_string(id) + R"(","padding":")" + padding + R"("})"});
    }
    ASSERT_TRUE(store_.commit(commit));
  }

  std::uint64_t next_ = 1;
};

std::vector<std::string> ids(const std::vector<Message>& messages) {
  std::vector<std::string> out;
  for (const Message& message : messages) out.push_back(message.id);
  return out;
}

using Ids = std::vector<std::string>;

TEST_F(StreamTest, begins_with_the_place_to_come_back_to) {
  add("o/r");
  EXPECT_EQ(open()->text(), "retry: 2000\nid: 0\n\n");
  poll({event_json(1, today(), "PushEvent")});
  EXPECT_EQ(open()->text(), "retry: 2000\nid: 1\n\n");
}

TEST_F(StreamTest, tells_of_events_then_of_statistics_then_of_the_poll) {
  add("o/r");
  const auto reader = open();
  poll({event_json(2, today(), "PushEvent"), event_json(1, today() - 60s, "ForkEvent")});
  const auto messages = reader->messages();
  ASSERT_EQ(messages.size(), 5u) << reader->text();
  EXPECT_EQ(messages[1].event, "event");
  const auto event = boost::json::parse(messages[1].data);
  EXPECT_EQ(event.at("repository").as_string(), "o/r");
  EXPECT_EQ(event.at("seq"), 1);
  EXPECT_EQ(event.at("event").at("id").as_string(), "2");
  EXPECT_EQ(messages[3].event, "stats");
  EXPECT_EQ(messages[3].data, get("/api/repos/o/r/events/stats/").body);
  EXPECT_EQ(messages[4].event, "poll");
  EXPECT_EQ(boost::json::parse(messages[4].data).at("new_events"), 2);
  EXPECT_EQ(ids(messages), (Ids{"0", "1", "2", "2", "2"})) << "what is no event has the id of the event before it";
  now_ += 600s;
  poll(304);
  EXPECT_EQ(reader->messages().back().event, "poll");
  EXPECT_EQ(reader->messages().back().id, "2");
  EXPECT_EQ(reader->messages("stats").size(), 1u) << "statistics that have not changed are not told again";
}

TEST_F(StreamTest, goes_on_after_the_last_id_that_was_seen) {
  add("o/r");
  poll({event_json(3, today(), "PushEvent"), event_json(2, today(), "PushEvent"), event_json(1, today(), "PushEvent")});
  EXPECT_EQ(ids(resume("0")->messages("event")), (Ids{"1", "2", "3"}));
  const auto reader = resume("1");
  EXPECT_EQ(ids(reader->messages("event")), (Ids{"2", "3"}));
  ASSERT_EQ(reader->messages("stats").size(), 1u) << "they changed meanwhile";
  EXPECT_EQ(reader->messages("stats")[0].data, get("/api/repos/o/r/events/stats/").body);
  EXPECT_EQ(reader->messages("stats")[0].id, "3");
  now_ += 600s;
  poll({event_json(4, today(), "PushEvent")});
  EXPECT_EQ(ids(reader->messages("event")), (Ids{"2", "3", "4"})) << "and then live";
  EXPECT_EQ(ids(resume("4")->messages("event")), Ids{});
  EXPECT_EQ(ids(resume("4000")->messages("event")), Ids{}) << "an id that the store never gave";
  const auto by_query = open("/api/stream?last_event_id=3");
  by_query->take_all();
  EXPECT_EQ(ids(by_query->messages("event")), Ids{"4"}) << "for clients that cannot send a header";
}

TEST_F(StreamTest, an_id_that_is_none_is_refused) {
  for (const std::string id : {"x", "-1", "1.5", "99999999999999999999", " 1", "1x"}) {
    EXPECT_EQ(get("/api/stream", {{"Last-Event-ID", id}}).status, 422) << id;
  }
  const auto answer = get("/api/stream?last_event_id=x");
  EXPECT_EQ(answer.status, 422);
  EXPECT_EQ(answer.json().at("errors").at(0).at("field").as_string(), "last_event_id");
}

TEST_F(StreamTest, shows_the_repositories_that_were_asked_for_alone) {
  add("o/r");
  add("o/other");
  const auto both = open("/api/stream?repo=O/R,o/other");
  const auto repeated = open("/api/stream?repo=o/r&repo=o/other");
  const auto one = open("/api/stream?repo=o/OTHER");
  poll({event_json(1, today(), "PushEvent")});
  poll({event_json(1, today(), "PushEvent")});
  EXPECT_EQ(both->messages("event").size(), 2u);
  EXPECT_EQ(repeated->messages("event").size(), 2u);
  for (const char* kind : {"event", "stats", "poll"}) {
    ASSERT_EQ(one->messages(kind).size(), 1u) << kind;
    EXPECT_EQ(boost::json::parse(one->messages(kind)[0].data).at("repository").as_string(), "o/other");
  }
  const auto resumed = open("/api/stream?repo=o/other", {{"Last-Event-ID", "0"}});
  resumed->take_all();
  EXPECT_EQ(resumed->messages("event").size(), 1u);
  EXPECT_EQ(get("/api/stream?repo=o/unknown").status, 404);
  EXPECT_EQ(get("/api/stream?repo=nonsense").status, 422);
}

TEST_F(StreamTest, a_key_is_needed) {
  key_.clear();
  EXPECT_EQ(get("/api/stream").status, 401);
  EXPECT_TRUE(ask_for_stream("/api/stream", {{"X-API-Key", read_key_}}).stream);
}

TEST_F(StreamTest, ends_when_its_key_is_revoked_and_no_other_does) {
  add("o/r");
  store_untold(500);
  const auto live = open("/api/stream", {{"X-API-Key", read_key_}});
  const auto behind = open("/api/stream", {{"X-API-Key", read_key_}, {"Last-Event-ID", "0"}});
  const auto other = open();
  const std::size_t sent = behind->messages("event").size();
  EXPECT_LT(sent, 500u);

  ASSERT_TRUE(store_.add_key(make_key(store::KeyRole::kRead, "new", {}, now_).kept));
  ASSERT_TRUE(keys_.refresh());
  EXPECT_FALSE(live->closed()) << "another key has come, that is all";
  ASSERT_TRUE(store_.revoke_key("02020202"));
  ASSERT_TRUE(keys_.refresh());

  EXPECT_TRUE(live->closed());
  behind->take_all();
  EXPECT_TRUE(behind->closed());
  EXPECT_EQ(behind->messages("event").size(), sent) << "it is sent nothing more";
  EXPECT_FALSE(other->closed());
  poll({event_json(1, today(), "PushEvent")});
  EXPECT_EQ(other->messages("event").size(), 1u);
  EXPECT_EQ(live->messages("event").size(), 0u);
  EXPECT_EQ(get("/api/stream", {{"X-API-Key", read_key_}}).status, 401) << "it cannot come back";
}

TEST_F(StreamTest, a_long_backlog_comes_at_the_readers_pace) {
  add("o/r");
  for (int i = 0; i < 50; ++i) store_untold(100, std::string(10'000, 'x'));  // 50 MB
  const auto reader = open("/api/stream", {{"Last-Event-ID", "0"}});
  EXPECT_LT(reader->messages("event").size(), 100u) << "the reader has taken nothing so far";
  reader->take_all();
  EXPECT_EQ(reader->messages("event").size(), 5000u);
  EXPECT_LT(reader->most_unread(), 300'000u);
  poll({event_json(1, today(), "PushEvent")});
  EXPECT_EQ(reader->messages("event").size(), 5001u);
}

TEST_F(StreamTest, one_event_that_is_longer_than_a_batch_holds_nobody_up) {
  add("o/r");
  store_untold(3, std::string(600'000, 'x'));
  EXPECT_EQ(resume("0")->messages("event").size(), 3u);
}

TEST_F(StreamTest, a_reader_who_saw_more_than_was_told_is_not_sent_back_behind_it) {
  add("o/r");
  const auto early = open();
  store_untold(5);
  const auto late = open();
  poll(304);
  EXPECT_EQ(early->messages("poll").at(0).id, "0");
  EXPECT_EQ(late->messages("poll").at(0).id, "5");
}

TEST_F(StreamTest, readers_that_are_gone_are_forgotten) {
  add("o/r");
  const auto stays = open();
  for (int i = 0; i < 500; ++i) open()->go();
  const std::string metrics = get("/metrics").body;
  EXPECT_NE(metrics.find("\nrepopulse_stream_subscribers 1\n"), std::string::npos) << metrics;
  poll({event_json(1, today(), "PushEvent")});
  EXPECT_EQ(stays->messages("event").size(), 1u);
}

TEST_F(StreamTest, a_store_that_is_away_ends_the_stream_and_says_503_to_new_readers) {
  add("o/r");
  store_untold(500);
  const auto reader = open("/api/stream", {{"Last-Event-ID", "0"}});
  store_.fail_next(1000);
  reader->take_all();
  EXPECT_TRUE(reader->closed());
  EXPECT_EQ(get("/api/stream").status, 503);
}

// --- while others write ---

TEST_F(StreamTest, nobody_misses_or_repeats_an_event_or_sees_them_out_of_order_whenever_it_comes) {
  constexpr std::uint64_t kEvents = 3000;
  const unsigned seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  add("o/r");
  std::atomic<std::uint64_t> written = 0;
  std::thread writer([&] {
    core::Timestamp now = now_;
    for (std::uint64_t id = 1; id <= kEvents; now += 300s) {
      if (!std::holds_alternative<github::HttpRequest>(monitor_->next(now))) continue;
      std::string body;
      for (std::uint64_t end = std::min(id + id % 7, kEvents); id <= end; ++id) {
        body = event_json(id, core::to_event_time(now), "PushEvent") + (body.empty() ? "" : ",") + body;
      }
      monitor_->absorb(github::HttpResponse{200, {{"ETag", "W/\"a\""}}, "[" + body + "]"}, now);
      written = id - 1;
    }
  });
  struct Resumed {
    std::uint64_t after;
    std::shared_ptr<FakeReader> reader;
  };
  std::vector<Resumed> readers;
  while (written < kEvents) {
    const std::uint64_t known = written;  // read once: the writer goes on between two reads
    const std::uint64_t after = known - std::min<std::uint64_t>(known, random() % 300);
    readers.push_back({after, open("/api/stream", {{"Last-Event-ID", std::to_string(after)}})});
    if (readers.size() > 20) readers[random() % readers.size()].reader->take();
    if (readers.size() > 200) break;
  }
  writer.join();
  for (const auto& [after, reader] : readers) {
    reader->take_all();
    std::uint64_t expected = after;
    for (const Message& message : reader->messages("event")) ASSERT_EQ(message.id, std::to_string(++expected));
    ASSERT_EQ(expected, kEvents) << "of a reader from " << after;
    std::uint64_t last = 0;
    for (const Message& message : reader->messages()) {
      ASSERT_GE(std::stoull(message.id), last) << "an id went back";
      last = std::stoull(message.id);
    }
  }
}

// --- over TCP ---

TEST_F(StreamTest, a_browser_gets_it_and_the_server_ends_it) {
  add("o/r");
  http::ServerSettings settings;
  http::Server server(settings, *router_, api_->hooks());
  server.start();
  poll({event_json(1, today(), "PushEvent")});
  http::test::RawClient client(server.port());
  client.send(http::test::get("/api/stream", "X-API-Key: " + read_key_ + "\r\nLast-Event-ID: 0\r\n"));
  const auto head = client.read_head();
  ASSERT_TRUE(head);
  EXPECT_EQ(head->status, 200);
  EXPECT_EQ(head->fields.at("content-type"), "text/event-stream");
  std::string seen;
  while (seen.find("event: stats") == std::string::npos) {
    const std::string more = client.read_some();
    ASSERT_FALSE(more.empty()) << seen;
    seen += more;
  }
  EXPECT_NE(seen.find("event: event\nid: 1\n"), std::string::npos) << seen;
  server.stop(1s);
  EXPECT_TRUE(client.read_rest().ends_with("0\r\n\r\n")) << "the stream ends as HTTP says";
}

}  // namespace
}  // namespace repopulse::api::test
