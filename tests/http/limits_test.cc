// What a client must not do, and what it is told.

#include <sys/resource.h>

#include <atomic>
#include <thread>

#include "tests/http/server_fixture.h"

namespace repopulse::http::test {
namespace {

using std::chrono::milliseconds;

std::string post(std::string_view fields, std::string_view body = "") {
  return "POST /echo HTTP/1.1\r\nHost: t\r\n" + std::string(fields) + "\r\n" + std::string(body);
}

TEST_F(ServerTest, MalformedRequestsAreRefusedAndTheConnectionClosed) {
  start();
  const std::pair<std::string, int> cases[] = {
      {"nonsense\r\n\r\n", 400},
      {"GET /hello\r\n\r\n", 400},
      {"GET  /hello HTTP/1.1\r\nHost: t\r\n\r\n", 400},
      {"GET hello HTTP/1.1\r\nHost: t\r\n\r\n", 400},
      {"GET /hello#part HTTP/1.1\r\nHost: t\r\n\r\n", 400},
      {"G@T /hello HTTP/1.1\r\nHost: t\r\n\r\n", 400},
      {"GET /hello HTTP/1.1\nHost: t\n\n\r\n\r\n", 505},
      {"GET /hello HTTP/2.0\r\nHost: t\r\n\r\n", 505},
      {"GET /hello HTTP/1.1\r\n\r\n", 400},
      {get("/hello", "Host: second\r\n"), 400},
      {get("/hello", "Name : space before the colon\r\n"), 400},
      {get("/hello", "Folded: a\r\n b\r\n"), 400},
      {get("/hello", "Folded:\r\n b\r\n"), 400},
      {get("/hello", "Folded: \r\n\tb\r\n"), 400},
      {get("/hello", "Folded:\r\n \r\n"), 400},
      {get("/hello", "Folded: a\r\n \r\n"), 400},
      {post("Content-Length:\r\n 3\r\n", "abc"), 400},
      {"GET /hello HTTP/1.1\r\nHost:\r\n t\r\n\r\n", 400},
      {"GET /hello HTTP/1.1\r\nHost: a b\r\n\r\n", 400},
      {"GET /hello HTTP/1.1\r\nHost: a/b\r\n\r\n", 400},
      {"GET /hello HTTP/1.1\r\nHost: ada@a\r\n\r\n", 400},
      {"GET /hello HTTP/1.1\r\nHost: a, b\r\n\r\n", 400},
      {"GET /hello HTTP/1.1\r\nHost: a:b\r\n\r\n", 400},
      {"GET /hello HTTP/1.1\r\nHost: a:65536\r\n\r\n", 400},
      {"GET /hello HTTP/1.1\r\nHost: a:1:2\r\n\r\n", 400},
      {"GET /hello HTTP/1.1\r\nHost: :80\r\n\r\n", 400},
      {"GET /hello HTTP/1.1\r\nHost: [::1\r\n\r\n", 400},
      {"GET /hello HTTP/1.1\r\nHost: [::1]x\r\n\r\n", 400},
      {"GET /hello HTTP/1.1\r\nHost: a%zz\r\n\r\n", 400},
      {"GET /hello HTTP/1.1\r\nHost: <script>\r\n\r\n", 400},
      {get("/hello", "Zero: a\x01" + std::string("b\r\n")), 400},
      {get("/hello", "Expect: miracles\r\n"), 417},
      {"GET * HTTP/1.1\r\nHost: t\r\n\r\n", 400},
      // Ways to smuggle a request past a proxy that reads the framing otherwise.
      {post("Content-Length: 3\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n"), 400},
      {post("Transfer-Encoding: chunked\r\nContent-Length: 3\r\n", "0\r\n\r\n"), 400},
      {post("Content-Length: 3\r\nContent-Length: 3\r\n", "abc"), 400},
      {post("Content-Length: 3\r\nContent-Length: 4\r\n", "abc"), 400},
      {post("Content-Length: 3, 4\r\n", "abc"), 400},
      {post("Content-Length: +3\r\n", "abc"), 400},
      {post("Content-Length: -1\r\n", "abc"), 400},
      {post("Content-Length: 0x3\r\n", "abc"), 400},
      {post("Content-Length: 99999999999999999999999\r\n"), 400},
      {post("Transfer-Encoding: gzip\r\n"), 501},
      {post("Transfer-Encoding: gzip, chunked\r\n", "0\r\n\r\n"), 501},
      {post("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n"), 400},
      {post("Transfer-Encoding: xchunked\r\n", "0\r\n\r\n"), 501},
      {"POST /echo HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400},
      {post("Transfer-Encoding: chunked\r\n", "zz\r\nabc\r\n0\r\n\r\n"), 400},
      {post("Transfer-Encoding: chunked\r\n", "3\r\nabcd\r\n0\r\n\r\n"), 400},
      {post("Transfer-Encoding: chunked\r\n", "3;" + std::string(20'000, 'x')), 400},
  };
  for (const auto& [request, status] : cases) {
    RawClient client(server->port());
    client.send(request + get("/hello"));
    const auto answer = client.read_answer();
    ASSERT_TRUE(answer.has_value()) << request.substr(0, 200);
    EXPECT_EQ(answer->status, status) << request.substr(0, 200);
    EXPECT_EQ(answer->fields.at("connection"), "close");
    EXPECT_TRUE(client.is_closed()) << "something was answered after " << request.substr(0, 200);
  }
}

TEST_F(ServerTest, EmptyLinesBeforeARequestAreOverlooked) {
  start();
  RawClient client(server->port());
  client.send("\r\n\r\n" + get("/hello") + "\r\n" + get("/hello"));
  EXPECT_EQ(client.read_answer().value().status, 200);
  EXPECT_EQ(client.read_answer().value().status, 200);
}

TEST_F(ServerTest, LongTargetsAndHeadersAreRefusedBeforeTheyAreRead) {
  settings.max_target_bytes = 1000;
  settings.max_header_bytes = 4000;
  start();
  EXPECT_EQ(ask(get("/hello?" + std::string(900, 'a'))).status, 200);
  EXPECT_EQ(ask(get("/hello?" + std::string(1001, 'a'))).status, 414);
  EXPECT_EQ(ask(get("/" + std::string(100'000, 'a'))).status, 414);
  EXPECT_EQ(ask("GET /" + std::string(5000, 'a')).status, 414) << "no end of the line in sight";
  EXPECT_EQ(ask(get("/hello", "Long: " + std::string(3800, 'a') + "\r\n")).status, 200);
  EXPECT_EQ(ask(get("/hello", "Long: " + std::string(4000, 'a') + "\r\n")).status, 431);
  EXPECT_EQ(ask(get("/hello", "Long: " + std::string(500'000, 'a') + "\r\n")).status, 431);
  std::string many;
  for (int i = 0; i < 200; ++i) many += "A: b\r\n";
  EXPECT_EQ(ask(get("/hello", many)).status, 431);
}

TEST_F(ServerTest, ABodyOverTheLimitIsRefusedBeforeItIsSent) {
  settings.max_body_bytes = 100'000;
  start();
  const std::string most(100'000, 'b');
  EXPECT_EQ(ask(post("Content-Length: 100000\r\n", most)).body.size(), 100'000U);
  EXPECT_EQ(ask(post("Content-Length: 100001\r\n")).status, 413);
  EXPECT_EQ(ask(post("Content-Length: 100001\r\nExpect: 100-continue\r\n")).status, 413);
  EXPECT_EQ(ask(post("Content-Length: 5000000\r\n", std::string(5'000'000, 'b'))).status, 413)
      << "the client sends on: it must get the answer all the same";
  EXPECT_EQ(ask(post("Transfer-Encoding: chunked\r\n", "186a1\r\n")).status, 413);
  std::string chunks;
  for (int i = 0; i < 11; ++i) chunks += "2710\r\n" + std::string(10'000, 'c') + "\r\n";
  EXPECT_EQ(ask(post("Transfer-Encoding: chunked\r\n", chunks)).status, 413);
}

// Counts what it gets, and keeps nothing.
class Counter final : public BodyReceiver {
 public:
  std::size_t max_bytes() const override { return 3'000'000; }
  void take(std::string_view bytes) override {
    bytes_ += bytes.size();
    longest_ = std::max(longest_, bytes.size());
  }
  std::string text() const { return std::to_string(bytes_) + (longest_ > 100'000 ? " at once" : ""); }

 private:
  std::size_t bytes_ = 0;
  std::size_t longest_ = 0;
};

TEST_F(ServerTest, ARouteMayReceiveLongBodiesThatAreNotKept) {
  settings.max_body_bytes = 1000;
  for (const bool blocking : {false, true}) {
    router.add({.method = Method::kPost,
                .pattern = blocking ? "/slow/{x}" : "/quick/{x}",
                .handler =
                    [](const Request& request) {
                      const auto* counter = static_cast<const Counter*>(request.received);
                      const std::string counted = counter == nullptr ? "none" : counter->text();
                      return text_response(counted + " " + std::string(request.parameter("x")) +
                                           (request.body.empty() ? "" : " kept"));
                    },
                .blocking = blocking,
                .receive = [](const Request& request) -> std::unique_ptr<BodyReceiver> {
                  if (request.parameter("x") == "broken") throw std::runtime_error("no receiver");
                  return std::make_unique<Counter>();
                }});
  }
  start();
  const auto send = [&](const std::string& path, const std::string& fields, const std::string& body) {
    return ask("POST " + path + " HTTP/1.1\r\nHost: t\r\nConnection: close\r\n" + fields + "\r\n" + body);
  };
  for (const char* path : {"/quick/a", "/slow/a"}) {
    EXPECT_EQ(send(path, "Content-Length: 3000000\r\n", std::string(3'000'000, 'b')).body, "3000000 a") << path;
    EXPECT_EQ(send(path, "Content-Length: 3000001\r\n", "").status, 413) << path;
    EXPECT_EQ(send(path, "Content-Length: 0\r\n", "").body, "none a") << path;
    std::string chunks;
    for (int i = 0; i < 300; ++i) chunks += "2710\r\n" + std::string(10'000, 'c') + "\r\n";
    EXPECT_EQ(send(path, "Transfer-Encoding: chunked\r\n", chunks + "0\r\n\r\n").body, "3000000 a") << path;
    EXPECT_EQ(send(path, "Transfer-Encoding: chunked\r\n", chunks + "1\r\nc\r\n0\r\n\r\n").status, 413) << path;
  }
  EXPECT_EQ(send("/quick/broken", "Content-Length: 1000\r\n", std::string(1000, 'b')).body, "none broken kept");
  EXPECT_EQ(send("/quick/broken", "Content-Length: 1001\r\n", "").status, 413);
  EXPECT_EQ(send("/echo", "Content-Length: 1001\r\n", "").status, 413) << "other routes keep their limit";
}

TEST_F(ServerTest, RequestsBehindAReceivedBodyAreAnsweredToo) {
  router.add(
      {.method = Method::kPost,
       .pattern = "/count",
       .handler =
           [](const Request& request) { return text_response(static_cast<const Counter*>(request.received)->text()); },
       .receive = [](const Request&) { return std::make_unique<Counter>(); }});
  RawClient client(start());
  const std::string head = "POST /count HTTP/1.1\r\nHost: t\r\nContent-Length: ";
  client.send(head + "3\r\n\r\nabc" + head + "5\r\n\r\nabcde" + get("/hello"));
  EXPECT_EQ(client.read_answer()->body, "3");
  EXPECT_EQ(client.read_answer()->body, "5");
  EXPECT_EQ(client.read_answer()->body, "hello");
}

TEST_F(ServerTest, ARequestThatDoesNotComeToItsEndIsGivenUp) {
  settings.header_timeout = milliseconds(200);
  listen();
  RawClient loris(server->port());
  loris.send("GET /hello HTTP/1.1\r\nHost: t\r\nX: ");
  RawClient body(server->port());
  body.send(post("Content-Length: 100\r\n", "abc"));
  server->start();
  std::atomic<bool> answered = false;
  std::thread feeder([&] {
    while (!answered) {
      loris.send("y");  // faster than the time-out, until the server gives up
      std::this_thread::sleep_for(milliseconds(20));
    }
  });
  EXPECT_EQ(body.read_answer().value().status, 408);
  EXPECT_TRUE(body.is_closed());
  const auto answer = loris.read_answer();
  answered = true;
  feeder.join();
  EXPECT_EQ(answer.value().status, 408) << "each byte must not buy more time";
  RawClient silent(server->port());
  EXPECT_TRUE(silent.is_closed()) << "who says nothing is told nothing";
}

TEST_F(ServerTest, AnIdleConnectionIsClosedInTheEnd) {
  settings.idle_timeout = milliseconds(100);
  start();
  RawClient client(server->port());
  const auto begin = std::chrono::steady_clock::now();
  client.send(get("/hello"));
  EXPECT_EQ(client.read_answer().value().status, 200);
  EXPECT_TRUE(client.is_closed());
  EXPECT_GT(std::chrono::steady_clock::now() - begin, milliseconds(90));
}

TEST_F(ServerTest, AClientThatDoesNotReadIsGivenUp) {
  settings.write_timeout = milliseconds(200);
  route(Method::kGet, "/huge",
        [payload = make_payload(std::string(50'000'000, 'x'), {.compress = false})](const Request&) {
          return Response{.payload = payload};
        });
  start();
  RawClient client(server->port());
  client.send(get("/huge"));
  EXPECT_TRUE(eventually([&] { return server->connections() == 0; }));
}

TEST_F(ServerTest, AHostMayBeANameOrAnAddress) {
  start();
  for (const char* host :
       {"example.com", "example.com:8080", "127.0.0.1:1", "[::1]", "[2001:db8::7]:443", "a_b-c.d", ""}) {
    EXPECT_EQ(ask("GET /hello HTTP/1.1\r\nHost: " + std::string(host) + "\r\n\r\n").status, 200) << host;
  }
}

TEST_F(ServerTest, WhatFramesTheChunksIsBounded) {
  start();
  const auto chunks = [](int count, const std::string& line) {
    std::string body;
    for (int i = 0; i < count; ++i) body += line + "\r\nx\r\n";
    return post("Transfer-Encoding: chunked\r\n", body + "0\r\n\r\n");
  };
  EXPECT_EQ(ask(chunks(5'000, "1")).body.size(), 5'000u);
  EXPECT_EQ(ask(chunks(200, "1;" + std::string(4'000, 'e'))).status, 400);
  EXPECT_EQ(ask(chunks(200, std::string(4'000, '0') + "1")).status, 400);
}

// Also where the server has no room to wait until they have read it.
TEST_F(ServerTest, EachOfManyTooManyConnectionsIsTold) {
  settings.max_connections = 1;
  start();
  RawClient first(server->port());
  first.send(get("/hello"));
  EXPECT_EQ(first.read_answer().value().status, 200);
  std::vector<std::unique_ptr<RawClient>> clients;
  for (int i = 0; i < 1'200; ++i) clients.push_back(std::make_unique<RawClient>(server->port()));
  for (const auto& client : clients) {
    const auto answer = client->read_answer();
    ASSERT_TRUE(answer.has_value());
    ASSERT_EQ(answer->status, 503);
  }
}

TEST_F(ServerTest, TooManyConnectionsAreToldToComeAgain) {
  settings.max_connections = 3;
  start();
  std::vector<std::unique_ptr<RawClient>> clients;
  for (int i = 0; i < 3; ++i) {
    clients.push_back(std::make_unique<RawClient>(server->port()));
    clients.back()->send(get("/hello"));
    EXPECT_EQ(clients.back()->read_answer().value().status, 200);
  }
  const Answer refused = ask(get("/hello"));
  EXPECT_EQ(refused.status, 503);
  EXPECT_TRUE(refused.fields.contains("retry-after"));
  clients.clear();
  EXPECT_TRUE(eventually([&] { return server->connections() == 0; }));
  EXPECT_EQ(ask(get("/hello")).status, 200);
}

TEST_F(ServerTest, NothingWakesTheServerWhenNobodyIsConnected) {
#if defined(__has_feature)
#if __has_feature(thread_sanitizer)
  GTEST_SKIP() << "ThreadSanitizer has a thread of its own that wakes ten times a second";
#endif
#endif
  settings.threads = 1;
  start();
  ask(get("/hello", "Connection: close\r\n"));
  EXPECT_TRUE(eventually([&] { return server->connections() == 0; }));
  const auto switches = [] {
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    return usage.ru_nvcsw;
  };
  const auto before = switches();
  // A fixed time, since what a timer of the server would do in it is counted.
  std::this_thread::sleep_for(milliseconds(1500));
  EXPECT_LE(switches() - before, 3) << "this thread's own sleep included";
}

}  // namespace
}  // namespace repopulse::http::test
