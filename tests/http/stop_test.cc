// Stopping: what is in flight is finished, what does not finish is cut off.

#include <atomic>
#include <thread>

#include "tests/http/server_fixture.h"

namespace repopulse::http::test {
namespace {

using std::chrono::milliseconds;

TEST_F(ServerTest, StopsAtOnceWhenNobodyWaits) {
  start();
  RawClient idle(server->port());
  idle.send(get("/hello"));
  EXPECT_EQ(idle.read_answer().value().status, 200);
  server->stop(std::chrono::hours(1));
  EXPECT_TRUE(idle.is_closed());
  EXPECT_THROW(RawClient(server->port()), std::runtime_error);
}

TEST_F(ServerTest, FinishesWhatIsInFlight) {
  settings.threads = 1;
  std::atomic<bool> entered{false};
  std::atomic<bool> stops{false};
  route(
      Method::kGet, "/slow",
      [&](const Request&) {
        entered = true;
        EXPECT_TRUE(eventually([&] { return stops.load(); }));
        return text_response("finished");
      },
      true);
  start();
  RawClient client(server->port());
  client.send(get("/slow"));
  RawClient half(server->port());
  half.send("GET /hello HT");
  RawClient idle(server->port());
  idle.send(get("/hello"));
  idle.read_answer();  // so what came before it was read
  EXPECT_TRUE(eventually([&] { return entered.load(); }));
  std::thread rest([&] {
    EXPECT_TRUE(idle.is_closed()) << "as soon as the server stops";
    stops = true;
    half.send("TP/1.1\r\nHost: t\r\n\r\n");
  });
  server->stop(std::chrono::seconds(10));
  rest.join();
  const Answer answer = client.read_answer().value();
  EXPECT_EQ(answer.body, "finished");
  EXPECT_EQ(answer.fields.at("connection"), "close");
  EXPECT_EQ(half.read_answer().value().body, "hello");
}

TEST_F(ServerTest, CutsOffWhatDoesNotFinishInTime) {
  route(Method::kGet, "/late", [](const Request&) {
    Response response = text_response("late");
    response.delay = std::chrono::hours(1);
    return response;
  });
  settings.threads = 1;
  start();
  RawClient late(server->port());
  late.send(get("/late"));
  RawClient half(server->port());
  half.send("GET /hello HT");
  RawClient last(server->port());
  last.send(get("/hello"));
  last.read_answer();  // so what came before it was read
  server->stop(milliseconds(300));
  EXPECT_TRUE(late.is_closed());
  EXPECT_TRUE(half.is_closed());
}

TEST_F(ServerTest, EndsEventStreamsWithTheirLastChunk) {
  std::atomic<bool> opened{false};
  route(Method::kGet, "/stream", [&](const Request&) {
    Response response;
    response.stream = [&](std::shared_ptr<EventStream>) { opened = true; };
    return response;
  });
  start();
  RawClient client(server->port());
  client.send(get("/stream"));
  while (!opened) std::this_thread::sleep_for(milliseconds(1));
  std::string rest;
  std::thread reader([&] {
    client.read_head();
    rest = client.read_rest();
  });
  server->stop(std::chrono::hours(1));
  reader.join();
  EXPECT_EQ(rest, "0\r\n\r\n");
}

// Clients that send a request only after they have the answer to the one before: whatever a client has sent while the
// server was accepting is answered in whole, or the connection was closed before a byte of an answer.
TEST_F(ServerTest, NoAnswerIsTornWhenStoppedUnderLoad) {
  start();
  std::atomic<int> answered{0};
  std::atomic<int> torn{0};
  std::atomic<int> connected{0};  // who comes after the stop is refused, and that is no torn answer
  std::vector<std::thread> clients;
  for (int i = 0; i < 16; ++i) {
    clients.emplace_back([&] {
      try {
        RawClient client(server->port());
        ++connected;
        for (;;) {
          client.send(get("/hello"));
          const auto answer = client.read_answer();
          if (!answer) return;
          ++answered;
          if (answer->body != "hello") ++torn;
          if (answer->fields.contains("connection")) return;
        }
      } catch (const std::runtime_error&) {
        ++torn;
      }
    });
  }
  while (connected < 16 || answered < 2000) std::this_thread::sleep_for(milliseconds(1));
  server->stop(std::chrono::seconds(10));
  for (std::thread& client : clients) client.join();
  EXPECT_EQ(torn, 0);
  EXPECT_EQ(server->connections(), 0U);
}

TEST_F(ServerTest, AServerThatWasNeverStartedGoesQuietly) {
  Server never(settings, router, hooks);
}

}  // namespace
}  // namespace repopulse::http::test
