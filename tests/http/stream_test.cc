// Event streams: to many, to slow ones, to those that go away.

#include <sys/resource.h>

#include <atomic>
#include <condition_variable>
#include <set>
#include <thread>

#include "tests/http/server_fixture.h"

namespace repopulse::http::test {
namespace {

using std::chrono::milliseconds;

std::shared_ptr<const std::string> text(std::string s) {
  return std::make_shared<const std::string>(std::move(s));
}

class StreamTest : public ServerTest {
 protected:
  StreamTest() {
    for (const bool blocking : {false, true}) {
      route(
          Method::kGet, blocking ? "/blocking-stream" : "/stream",
          [this](const Request&) {
            Response response;
            response.stream = [this](std::shared_ptr<EventStream> stream) {
              const std::lock_guard lock(mutex_);
              streams_.push_back(std::move(stream));
              opened_.notify_all();
            };
            return response;
          },
          blocking);
    }
  }

  std::shared_ptr<EventStream> stream(std::size_t index) {
    std::unique_lock lock(mutex_);
    opened_.wait_for(lock, std::chrono::minutes(1), [&] { return streams_.size() > index; });
    return streams_.at(index);
  }
  std::vector<std::shared_ptr<EventStream>> streams() {
    const std::lock_guard lock(mutex_);
    return streams_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable opened_;
  std::vector<std::shared_ptr<EventStream>> streams_;
};

std::string read_until(RawClient& client, std::string_view end) {
  std::string all;
  while (all.find(end) == std::string::npos) {
    const std::string some = client.read_some();
    if (some.empty()) break;
    all += some;
  }
  return all;
}

TEST_F(StreamTest, WritesWhatIsSentAsItComes) {
  start();
  std::size_t index = 0;
  for (const char* path : {"/stream", "/blocking-stream"}) {
    RawClient client(server->port());
    client.send(get(path));
    const Answer head = client.read_head().value();
    EXPECT_EQ(head.status, 200);
    EXPECT_EQ(head.fields.at("content-type"), "text/event-stream");
    EXPECT_EQ(head.fields.at("transfer-encoding"), "chunked");
    EXPECT_EQ(head.fields.at("cache-control"), "no-store");
    const auto events = stream(index++);
    EXPECT_TRUE(events->send(text("data: one\n\n")));
    EXPECT_EQ(read_until(client, "one\n\n\r\n"), "b\r\ndata: one\n\n\r\n");
    EXPECT_TRUE(events->send(text("data: two\n\n")));
    events->close();
    EXPECT_FALSE(events->send(text("data: three\n\n")));
    EXPECT_EQ(client.read_rest(), "b\r\ndata: two\n\n\r\n0\r\n\r\n");
  }
}

TEST_F(StreamTest, AnHttp10ClientGetsItWithoutChunks) {
  start();
  RawClient client(server->port());
  client.send("GET /stream HTTP/1.0\r\n\r\n");
  EXPECT_FALSE(client.read_head().value().fields.contains("transfer-encoding"));
  stream(0)->send(text("data: one\n\n"));
  stream(0)->close();
  EXPECT_EQ(client.read_rest(), "data: one\n\n");
}

TEST_F(StreamTest, HeadOfAStreamEnds) {
  start();
  RawClient client(server->port());
  client.send("HEAD /stream HTTP/1.1\r\nHost: t\r\n\r\n" + get("/hello"));
  const Answer head = client.read_answer(false).value();
  EXPECT_EQ(head.status, 200);
  EXPECT_EQ(head.fields.at("content-type"), "text/event-stream");
  EXPECT_EQ(head.fields.at("cache-control"), "no-store");
  EXPECT_FALSE(head.fields.contains("content-length")) << "a GET has no length";
  EXPECT_EQ(client.read_answer().value().body, "hello");
}

TEST_F(StreamTest, ASilentStreamIsKeptAliveByComments) {
  settings.heartbeat = milliseconds(50);
  start();
  RawClient client(server->port());
  client.send(get("/stream"));
  client.read_head();
  EXPECT_EQ(read_until(client, ":\n\n\r\n").substr(0, 8), "3\r\n:\n\n\r\n");
  EXPECT_FALSE(read_until(client, ":\n\n\r\n").empty());
}

TEST_F(StreamTest, AReaderThatDoesNotKeepUpIsDroppedAndNoOther) {
  settings.max_stream_queue_bytes = 1'000'000;
  start();
  RawClient slow(server->port());
  slow.set_receive_buffer(4096);
  slow.send(get("/stream"));
  const auto to_slow = stream(0);
  RawClient quick(server->port());
  quick.send(get("/stream"));
  const auto to_quick = stream(1);
  quick.read_head();
  const auto block = text("data: " + std::string(50'000, 'x') + "\n\n");
  bool dropped = false;
  for (int i = 0; i < 2000 && !dropped; ++i) {
    dropped = !to_slow->send(block);
    if (dropped) break;
    ASSERT_TRUE(to_quick->send(block)) << "the quick reader was dropped at " << i;
    ASSERT_EQ(read_until(quick, "\n\n\r\n").substr(0, 4), "c358");
  }
  EXPECT_TRUE(dropped);
  EXPECT_FALSE(to_slow->send(text("x")));
  EXPECT_TRUE(eventually([&] { return server->connections() == 1; }))
      << "the dropped reader still holds its connection";
  EXPECT_TRUE(to_quick->send(text("data: still here\n\n")));
  EXPECT_NE(read_until(quick, "here").find("still here"), std::string::npos);
}

TEST_F(StreamTest, WhoFollowsTheReadersPaceDropsNoReader) {
  settings.max_stream_queue_bytes = 100'000;
  start();
  constexpr int kBlocks = 200;
  std::atomic<int> sent = 0;
  RawClient client(server->port());
  client.set_receive_buffer(100'000);
  client.send(get("/stream"));
  const auto events = stream(0);
  const auto block = text("data: " + std::string(60'000, 'x') + "\n\n");
  std::function<void()> send_one = [&] {
    if (++sent > kBlocks) return events->close();
    EXPECT_TRUE(events->send(block)) << "dropped at " << sent;
    events->when_drained(send_one);
  };
  events->when_drained(send_one);
  EXPECT_TRUE(eventually([&] { return sent > 1; }));  // all of them are more than the buffers hold: the server waits
  const Answer answer = client.read_answer().value();
  EXPECT_EQ(answer.body.size(), kBlocks * block->size());
}

TEST_F(StreamTest, NobodyIsCalledForAReaderThatHasGone) {
  start();
  auto held = std::make_shared<int>(1);
  const std::weak_ptr<int> still_held = held;
  std::atomic<bool> called = false;
  {
    RawClient client(server->port());
    client.set_receive_buffer(4096);
    client.send(get("/stream"));
    const auto events = stream(0);
    ASSERT_TRUE(events->send(text(std::string(20'000'000, 'x'))));  // more than all buffers on the way
    events->when_drained([held = std::move(held), &called] { called = true; });
  }
  EXPECT_TRUE(eventually([&] { return still_held.expired(); })) << "what waited for the reader is kept for ever";
  EXPECT_FALSE(called);
}

TEST_F(StreamTest, AMessageLongerThanTheBoundStillComes) {
  settings.max_stream_queue_bytes = 1000;
  start();
  RawClient client(server->port());
  client.send(get("/stream"));
  const auto events = stream(0);
  EXPECT_TRUE(events->send(text(std::string(5000, 'x'))));
  events->close();
  EXPECT_EQ(client.read_answer().value().body, std::string(5000, 'x'));
}

TEST_F(StreamTest, NoticesThatAReaderHasGone) {
  start();
  {
    RawClient client(server->port());
    client.send(get("/stream"));
    stream(0);
  }
  const auto events = stream(0);
  EXPECT_TRUE(eventually([&] { return !events->send(text("data: x\n\n")); }));
  EXPECT_TRUE(eventually([&] { return !accesses().empty(); }));
  EXPECT_EQ(accesses().at(0).route, "/stream");
}

TEST_F(StreamTest, AStreamMayOutliveItsServer) {
  start();
  RawClient client(server->port());
  client.send(get("/stream"));
  const auto events = stream(0);
  server.reset();
  EXPECT_FALSE(events->send(text("data: x\n\n")));
  events->close();
}

TEST_F(StreamTest, ManyThreadsMaySendToManyReadersAtOnce) {
  constexpr int kReaders = 20;
  constexpr int kThreads = 4;
  constexpr int kEach = 200;
  start();
  std::vector<std::unique_ptr<RawClient>> clients;
  for (std::size_t i = 0; i < kReaders; ++i) {
    clients.push_back(std::make_unique<RawClient>(server->port()));
    clients.back()->send(get("/stream"));
    stream(i);
  }
  std::vector<std::thread> senders;
  for (int t = 0; t < kThreads; ++t) {
    senders.emplace_back([&, t] {
      for (int i = 0; i < kEach; ++i) {
        const auto event = text("<" + std::to_string(t * kEach + i) + ">");
        for (const auto& events : streams()) events->send(event);
      }
    });
  }
  for (std::thread& sender : senders) sender.join();
  for (const auto& events : streams()) events->close();
  for (const auto& client : clients) {
    const Answer answer = client->read_answer().value();
    std::set<std::string> seen;
    for (std::size_t at = 0; at < answer.body.size();) {
      const std::size_t end = answer.body.find('>', at) + 1;
      seen.insert(answer.body.substr(at, end - at));
      at = end;
    }
    EXPECT_EQ(seen.size(), static_cast<std::size_t>(kThreads * kEach));
  }
}

}  // namespace
}  // namespace repopulse::http::test
