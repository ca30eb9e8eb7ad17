// Requests that a client sends without waiting for the answers: the answers keep their order, and go out in few writes.

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <string>

#include "tests/http/server_fixture.h"

namespace repopulse::http::test {
namespace {

// Opened once, by the test; a handler waits for it, a minute at most.
class Gate {
 public:
  void open() {
    const std::lock_guard lock(mutex_);
    open_ = true;
    changed_.notify_all();
  }
  bool wait() {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, std::chrono::minutes(1), [&] { return open_; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool open_ = false;
};

class PipelineTest : public ServerTest {
 protected:
  PipelineTest() {
    const auto number = [](const Request& request) { return text_response(std::string(request.parameter("n"))); };
    route(Method::kGet, "/quick/{n}", number);
    route(Method::kGet, "/worker/{n}", number, true);
    route(
        Method::kGet, "/gate/{n}",
        [this, number](const Request& request) {
          EXPECT_TRUE(gate.wait()) << "the client never saw what came before " << request.target;
          return number(request);
        },
        true);
    route(Method::kGet, "/late/{n}", [number](const Request& request) {
      Response response = number(request);
      response.delay = std::chrono::milliseconds(20);
      return response;
    });
    route(Method::kGet, "/stream", [](const Request&) {
      Response response;
      response.stream = [](const std::shared_ptr<EventStream>& stream) {
        stream->send(std::make_shared<const std::string>("data: streamed\n\n"));
        stream->close();
      };
      return response;
    });
  }

  static void expect_answers(RawClient& client, int from, int to) {
    for (int i = from; i < to; ++i) {
      const auto answer = client.read_answer();
      ASSERT_TRUE(answer.has_value()) << "no answer to request " << i;
      ASSERT_EQ(answer->body, std::to_string(i));
    }
  }

  Gate gate;
};

TEST_F(PipelineTest, AnswersToRequestsThatCameTogetherGoOutTogether) {
  constexpr int kRequests = 90;  // what the server reads at once: 4 KiB
  start();
  RawClient client(server->port());
  std::string all;
  for (int i = 0; i < kRequests; ++i) all += get("/quick/" + std::to_string(i));
  ASSERT_LE(all.size(), 4096U);
  client.send(all);
  expect_answers(client, 0, kRequests);
  // One write; two when the server began to read before all had come.
  EXPECT_LE(client.segments_received(), 4U) << "of " << kRequests << " answers";
}

TEST_F(PipelineTest, AnswersGoOutBeforeTooManyOfThemAreHeldBack) {
  const std::string text(15'000, '.');  // copied beside its head; four of them are more than is held back
  route(Method::kGet, "/text", [text](const Request&) { return text_response(text); });
  std::atomic<bool> first_came = false;
  route(Method::kGet, "/after", [&](const Request&) {
    EXPECT_TRUE(eventually([&] { return first_came.load(); })) << "five answers of 15,000 bytes were held back";
    return text_response("after");
  });
  start();
  RawClient client(server->port());
  std::string all;
  for (int i = 0; i < 5; ++i) all += get("/text");
  client.send(all + get("/after"));
  EXPECT_EQ(client.read_answer().value().body, text);
  first_came = true;
  for (int i = 1; i < 5; ++i) EXPECT_EQ(client.read_answer().value().body, text);
  EXPECT_EQ(client.read_answer().value().body, "after");
}

TEST_F(PipelineTest, QuickAnswersDoNotWaitForABlockingRouteBehindThem) {
  start();
  RawClient client(server->port());
  client.send(get("/quick/0") + get("/quick/1") + get("/gate/2") + get("/quick/3") + get("/quick/4"));
  expect_answers(client, 0, 2);
  gate.open();
  expect_answers(client, 2, 5);
}

TEST_F(PipelineTest, KeepsTheOrderOfQuickBlockingAndDelayedRoutes) {
  constexpr std::array kRoutes = {"/quick/", "/worker/", "/quick/", "/quick/", "/late/", "/worker/", "/worker/"};
  constexpr int kRequests = 140;
  start();
  RawClient client(server->port());
  std::string all;
  for (int i = 0; i < kRequests; ++i) {
    all += get(kRoutes.at(static_cast<std::size_t>(i) % kRoutes.size()) + std::to_string(i));
  }
  client.send(all);
  expect_answers(client, 0, kRequests);
}

TEST_F(PipelineTest, MayEndInAStream) {
  start();
  RawClient client(server->port());
  client.send(get("/quick/0") + get("/worker/1") + get("/quick/2") + get("/stream") + get("/quick/4"));
  expect_answers(client, 0, 3);
  const Answer streamed = client.read_answer().value();
  EXPECT_EQ(streamed.fields.at("content-type"), "text/event-stream");
  EXPECT_EQ(streamed.body, "data: streamed\n\n");
  EXPECT_TRUE(client.is_closed()) << "nothing follows a stream";
}

TEST_F(PipelineTest, MayEndInAClose) {
  start();
  RawClient client(server->port());
  client.send(get("/quick/0") + get("/worker/1") + get("/quick/2") + get("/quick/3", "Connection: close\r\n") +
              get("/quick/4"));
  expect_answers(client, 0, 3);
  const Answer last = client.read_answer().value();
  EXPECT_EQ(last.body, "3");
  EXPECT_EQ(last.fields.at("connection"), "close");
  EXPECT_TRUE(client.is_closed()) << "nothing follows the answer that closes";
  EXPECT_TRUE(eventually([&] { return accesses().size() == 4; }));
}

TEST_F(PipelineTest, MayEndInARequestThatCannotBeUnderstood) {
  start();
  RawClient client(server->port());
  client.send(get("/quick/0") + get("/quick/1") + "nonsense\r\n\r\n" + get("/quick/3"));
  expect_answers(client, 0, 2);
  EXPECT_EQ(client.read_answer().value().status, 400);
  EXPECT_TRUE(client.is_closed());
}

TEST_F(PipelineTest, MayEndInARequestThatDoesNotComeToItsEnd) {
  settings.header_timeout = std::chrono::milliseconds(100);
  listen();
  RawClient client(server->port());
  client.send(get("/quick/0") + get("/worker/1") + "GET /quick/2 HT");
  server->start();
  expect_answers(client, 0, 2);
  EXPECT_EQ(client.read_answer().value().status, 408);
  EXPECT_TRUE(client.is_closed());
}

TEST_F(PipelineTest, MayHoldBackABody) {
  start();
  RawClient client(server->port());
  client.send(get("/quick/0") + get("/quick/1") +
              "POST /echo HTTP/1.1\r\nHost: t\r\nContent-Length: 4\r\nExpect: 100-continue\r\n\r\n");
  expect_answers(client, 0, 2);
  EXPECT_EQ(client.read_head().value().head, "HTTP/1.1 100 Continue\r\n\r\n");
  client.send("body" + get("/quick/3"));
  EXPECT_EQ(client.read_answer().value().body, "body");
  expect_answers(client, 3, 4);
}

TEST_F(PipelineTest, MayMixHeadNotFoundAndLongBodies) {
  const std::string text(200'000, '.');  // written from where it lies
  route(Method::kGet, "/long", [text](const Request&) { return text_response(text); });
  start();
  RawClient client(server->port());
  client.send(get("/quick/0") + "HEAD /long HTTP/1.1\r\nHost: t\r\n\r\n" + get("/nowhere") + get("/long") +
              get("/quick/1") + get("/long"));
  EXPECT_EQ(client.read_answer().value().body, "0");
  EXPECT_EQ(client.read_answer(false).value().fields.at("content-length"), "200000");
  EXPECT_EQ(client.read_answer().value().status, 404);
  EXPECT_TRUE(client.read_answer().value().body == text);
  EXPECT_EQ(client.read_answer().value().body, "1");
  EXPECT_TRUE(client.read_answer().value().body == text);
}

}  // namespace
}  // namespace repopulse::http::test
