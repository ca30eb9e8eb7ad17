#include "http/server.h"

#include <libdeflate.h>

#include <atomic>
#include <sstream>
#include <thread>

#include "tests/http/server_fixture.h"

namespace repopulse::http::test {
namespace {

std::string inflate(const std::string& packed) {
  std::string out(1 << 20, '\0');
  std::size_t size = 0;
  const std::unique_ptr<libdeflate_decompressor, decltype(&libdeflate_free_decompressor)> inflater(
      libdeflate_alloc_decompressor(), &libdeflate_free_decompressor);
  EXPECT_EQ(libdeflate_gzip_decompress(inflater.get(), packed.data(), packed.size(), out.data(), out.size(), &size),
            LIBDEFLATE_SUCCESS);
  out.resize(size);
  return out;
}

std::string long_text() {
  std::string text;
  for (int i = 0; text.size() < 100'000; ++i) text += "line " + std::to_string(i) + "\n";
  return text;
}

TEST_F(ServerTest, AnswersWithTheBodyAndAllThatBelongsToIt) {
  start();
  const Answer answer = ask(get("/hello"));
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.body, "hello");
  EXPECT_EQ(answer.fields.at("content-type"), "text/plain");
  EXPECT_EQ(answer.fields.at("content-length"), "5");
  EXPECT_EQ(answer.fields.at("x-request-id").size(), 16U);
  EXPECT_EQ(answer.fields.at("date").size(), 29U);
  EXPECT_TRUE(answer.fields.at("date").ends_with(" GMT"));
  EXPECT_FALSE(answer.fields.contains("connection"));
}

TEST_F(ServerTest, AnswersManyRequestsOnOneConnection) {
  start();
  RawClient client(server->port());
  for (int i = 0; i < 100; ++i) {
    client.send(get("/hello"));
    ASSERT_EQ(client.read_answer().value().body, "hello");
  }
}

TEST_F(ServerTest, AnswersPipelinedRequestsInTheirOrderThoughOneIsSlow) {
  route(Method::kGet, "/number/{n}",
        [](const Request& request) { return text_response(std::string(request.parameter("n"))); });
  route(
      Method::kGet, "/slow/{n}",
      [](const Request& request) {
        std::this_thread::sleep_for(std::chrono::milliseconds(30));  // slower than the others; the order must hold
        return text_response(std::string(request.parameter("n")));
      },
      true);
  route(Method::kGet, "/late/{n}", [](const Request& request) {
    Response response = text_response(std::string(request.parameter("n")));
    response.delay = std::chrono::milliseconds(20);
    return response;
  });
  route(Method::kGet, "/long/{n}", [](const Request& request) {
    return text_response(std::string(request.parameter("n")) + std::string(200'000, '.'));
  });
  start();
  RawClient client(server->port());
  std::string all;
  constexpr std::array kKinds = {"/number/", "/slow/", "/late/", "/long/", "/number/"};
  for (int i = 0; i < 40; ++i) all += get(kKinds.at(static_cast<std::size_t>(i) % 5) + std::to_string(i));
  client.send(all);
  for (int i = 0; i < 40; ++i) {
    const auto answer = client.read_answer();
    ASSERT_TRUE(answer.has_value()) << i;
    ASSERT_EQ(answer->body.substr(0, answer->body.find('.')), std::to_string(i));
  }
}

TEST_F(ServerTest, UnderstandsARequestSplitAtEachByte) {
  start();
  const std::string request =
      "POST /echo HTTP/1.1\r\nHost: test\r\nContent-Length: 5\r\nX-Request-Id: my-id\r\n\r\nabcde"
      "POST /echo HTTP/1.1\r\nHost: test\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2;x=y\r\nde\r\n0\r\nT: "
      "1\r\n\r\n";
  for (std::size_t cut = 1; cut < request.size(); ++cut) {
    RawClient client(server->port());
    client.send(request.substr(0, cut));
    // Mostly the server then reads two pieces; where it reads one, the answers are the same.
    std::this_thread::sleep_for(std::chrono::microseconds(300));
    client.send(request.substr(cut));
    for (int i = 0; i < 2; ++i) {
      const auto answer = client.read_answer();
      ASSERT_TRUE(answer.has_value()) << "cut at " << cut;
      ASSERT_EQ(answer->body, "abcde") << "cut at " << cut;
      ASSERT_EQ(answer->fields.at("x-request-id") == "my-id", i == 0);
    }
  }
}

TEST_F(ServerTest, UnderstandsARequestThatComesByteByByte) {
  start();
  RawClient client(server->port());
  for (const char c : "POST /echo HTTP/1.1\r\nHost: test\r\nContent-Length: 3\r\n\r\nabc" + get("/hello")) {
    client.send({&c, 1});
    // As above: for several reads, and not for an answer.
    std::this_thread::sleep_for(std::chrono::microseconds(200));
  }
  EXPECT_EQ(client.read_answer().value().body, "abc");
  EXPECT_EQ(client.read_answer().value().body, "hello");
}

TEST_F(ServerTest, HeadIsAnsweredLikeGetWithoutTheBody) {
  start();
  RawClient client(server->port());
  client.send("HEAD /hello HTTP/1.1\r\nHost: test\r\n\r\n" + get("/hello"));
  const Answer head = client.read_answer(false).value();
  const Answer full = client.read_answer().value();
  EXPECT_EQ(head.status, 200);
  EXPECT_EQ(head.fields.at("content-length"), "5");
  EXPECT_EQ(head.fields.at("etag"), full.fields.at("etag"));
  EXPECT_EQ(full.body, "hello");
}

TEST_F(ServerTest, AMatchingETagGives304WithoutABody) {
  start();
  const std::string etag = ask(get("/hello")).fields.at("etag");
  for (const std::string& sent : {etag, "W/" + etag, "\"x,y\", " + etag, std::string("*")}) {
    RawClient client(server->port());
    client.send(get("/hello", "If-None-Match: " + sent + "\r\n") + get("/hello"));
    const Answer answer = client.read_answer(false).value();
    EXPECT_EQ(answer.status, 304) << sent;
    EXPECT_EQ(answer.fields.at("etag"), etag);
    EXPECT_FALSE(answer.fields.contains("content-length"));
    EXPECT_EQ(client.read_answer().value().body, "hello") << "something followed the 304";
  }
  EXPECT_EQ(ask(get("/hello", "If-None-Match: \"other\"\r\n")).status, 200);
}

TEST_F(ServerTest, CompressesWhereTheClientAcceptsIt) {
  const std::string text = long_text();
  PayloadOptions later;
  later.compress_when_asked = true;
  route(Method::kGet, "/long", [payload = make_payload(text)](const Request&) { return Response{.payload = payload}; });
  route(Method::kGet, "/later",
        [payload = make_payload(text, later)](const Request&) { return Response{.payload = payload}; });
  start();
  for (const char* path : {"/long", "/later"}) {
    const Answer packed = ask(get(path, "Accept-Encoding: br, gzip\r\n"));
    EXPECT_EQ(packed.fields.at("content-encoding"), "gzip");
    EXPECT_EQ(packed.fields.at("vary"), "Accept-Encoding");
    EXPECT_LT(packed.body.size(), text.size() / 2);
    EXPECT_EQ(inflate(packed.body), text);
    const Answer plain = ask(get(path, "Accept-Encoding: gzip;q=0, *\r\n"));
    EXPECT_FALSE(plain.fields.contains("content-encoding"));
    EXPECT_EQ(plain.fields.at("vary"), "Accept-Encoding");
    EXPECT_EQ(plain.body, text);
    EXPECT_EQ(packed.fields.at("etag"), "W/" + plain.fields.at("etag")) << "other bytes, so not the same strong ETag";
    const std::string again = "Accept-Encoding: gzip\r\nIf-None-Match: " + packed.fields.at("etag") + "\r\n";
    EXPECT_EQ(ask(get(path, again), false).status, 304);
    const Answer head =
        ask("HEAD " + std::string(path) + " HTTP/1.1\r\nHost: t\r\nAccept-Encoding: gzip\r\n\r\n", false);
    EXPECT_EQ(head.fields.at("content-length"), packed.fields.at("content-length"));
  }
}

TEST_F(ServerTest, WritesABodyThatTheClientTakesSlowly) {
  const std::string text(20'000'000, 'x');
  route(Method::kGet, "/huge", [&](const Request&) {
    PayloadOptions plain;
    plain.compress = false;
    return Response{.payload = make_payload(text, plain)};
  });
  start();
  RawClient client(server->port());
  client.set_receive_buffer(100'000);
  client.send(get("/huge") + get("/hello"));
  EXPECT_TRUE(client.read_answer().value().body == text);
  EXPECT_EQ(client.read_answer().value().body, "hello");
}

TEST_F(ServerTest, Http10ClosesUnlessAskedToKeepAlive) {
  start();
  RawClient closing(server->port());
  closing.send("GET /hello HTTP/1.0\r\n\r\n");
  EXPECT_EQ(closing.read_answer().value().fields.at("connection"), "close");
  EXPECT_TRUE(closing.is_closed());
  RawClient keeping(server->port());
  for (int i = 0; i < 2; ++i) {
    keeping.send("GET /hello HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
    EXPECT_EQ(keeping.read_answer().value().fields.at("connection"), "keep-alive");
  }
}

TEST_F(ServerTest, ConnectionCloseIsHonoured) {
  start();
  RawClient client(server->port());
  client.send(get("/hello", "Connection: close\r\n") + get("/hello"));
  EXPECT_EQ(client.read_answer().value().fields.at("connection"), "close");
  EXPECT_TRUE(client.is_closed());
}

TEST_F(ServerTest, InvitesTheBodyThatAClientHoldsBack) {
  start();
  RawClient client(server->port());
  client.send("POST /echo HTTP/1.1\r\nHost: t\r\nContent-Length: 4\r\nExpect: 100-continue\r\n\r\n");
  EXPECT_EQ(client.read_head().value().head, "HTTP/1.1 100 Continue\r\n\r\n");
  client.send("body");
  EXPECT_EQ(client.read_answer().value().body, "body");
}

TEST_F(ServerTest, UnknownPathsAndMethodsAreToldApart) {
  start();
  EXPECT_EQ(ask(get("/nothing")).status, 404);
  const Answer post = ask("POST /hello HTTP/1.1\r\nHost: t\r\nContent-Length: 0\r\n\r\n");
  EXPECT_EQ(post.status, 405);
  EXPECT_EQ(post.fields.at("allow"), "GET, HEAD, OPTIONS");
  EXPECT_EQ(ask("TRACE /hello HTTP/1.1\r\nHost: t\r\n\r\n").status, 405);
  EXPECT_EQ(ask("FROB /hello HTTP/1.1\r\nHost: t\r\n\r\n").status, 405);
  const Answer options = ask("OPTIONS /echo HTTP/1.1\r\nHost: t\r\n\r\n", false);
  EXPECT_EQ(options.status, 204);
  EXPECT_EQ(options.fields.at("allow"), "POST, OPTIONS");
  EXPECT_FALSE(options.fields.contains("content-length"));
  EXPECT_EQ(ask("OPTIONS * HTTP/1.1\r\nHost: t\r\n\r\n", false).status, 204);
}

TEST_F(ServerTest, PathsAreDecodedAfterTheyAreSplit) {
  route(Method::kGet, "/repos/{owner}/{repo}", [](const Request& request) {
    return text_response(std::string(request.parameter("owner")) + "|" + std::string(request.parameter("repo")));
  });
  start();
  EXPECT_EQ(ask(get("/repos/a%2Fb/c%20d/")).body, "a/b|c d");
  EXPECT_EQ(ask(get("http://host:80/repos/x/y?q")).body, "x|y");
  EXPECT_EQ(ask(get("/hell%6f/")).body, "hello");
  EXPECT_EQ(ask(get("/repos/a%2/b")).status, 400);
  EXPECT_EQ(ask(get("/repos//b")).status, 404);
}

TEST_F(ServerTest, AHandlerThatThrowsCostsThatRequestAlone) {
  route(Method::kGet, "/throws", [](const Request&) -> Response { throw std::runtime_error("out of luck"); });
  route(Method::kGet, "/throws-blocking", [](const Request&) -> Response { throw 42; }, true);
  start();
  RawClient client(server->port());
  client.send(get("/throws", "X-Request-Id: r1\r\n") + get("/throws-blocking", "X-Request-Id: r2\r\n") + get("/hello"));
  const Answer first = client.read_answer().value();
  EXPECT_EQ(first.status, 500);
  EXPECT_EQ(first.body.find("luck"), std::string::npos) << "what went wrong inside is not the client's business";
  EXPECT_EQ(client.read_answer().value().status, 500);
  EXPECT_EQ(client.read_answer().value().status, 200);
  EXPECT_EQ(failures(), (std::vector<std::string>{"r1|out of luck", "r2|an exception of unknown type"}));
}

TEST_F(ServerTest, WhatAHandlerPutsIntoAFieldCannotEndTheHeader) {
  route(Method::kGet, "/field", [](const Request&) {
    Response response = text_response("x");
    response.headers.emplace_back("Location", "/a\r\nSet-Cookie: b");
    return response;
  });
  start();
  const Answer answer = ask(get("/field"));
  EXPECT_EQ(answer.fields.at("location"), "/a  Set-Cookie: b");
  EXPECT_FALSE(answer.fields.contains("set-cookie"));
}

TEST_F(ServerTest, AStrangeRequestIdIsReplaced) {
  start();
  EXPECT_EQ(ask(get("/hello", "X-Request-Id: abc-1.2:3\r\n")).fields.at("x-request-id"), "abc-1.2:3");
  EXPECT_EQ(ask(get("/hello", "X-Request-Id: a b\r\n")).fields.at("x-request-id").size(), 16U);
  EXPECT_EQ(ask(get("/hello", "X-Request-Id: " + std::string(200, 'a') + "\r\n")).fields.at("x-request-id").size(),
            16U);
}

TEST_F(ServerTest, TellsOfEachAnswerOnce) {
  start();
  ask(get("/hello?x=1", "X-Request-Id: r7\r\n"));
  ask(get("/nothing"));
  ask("BROKEN\r\n\r\n");
  const auto seen = accesses();
  ASSERT_EQ(seen.size(), 3U);
  EXPECT_EQ(seen[0].target, "/hello?x=1");
  EXPECT_EQ(seen[0].route, "/hello");
  EXPECT_EQ(seen[0].request_id, "r7");
  EXPECT_EQ(seen[0].bytes, 5U);
  EXPECT_EQ(seen[1].status, 404);
  EXPECT_EQ(seen[2].status, 400);
}

TEST_F(ServerTest, ErrorsHaveTheBodyThatTheHookGives) {
  hooks.error_payload = [](int status, std::string_view message) {
    return make_payload("{" + std::to_string(status) + ":" + std::string(message) + "}", {.no_etag = true});
  };
  start();
  EXPECT_EQ(ask(get("/nothing")).body, "{404:Not Found}");
  EXPECT_EQ(ask("BROKEN\r\n\r\n").body.substr(0, 5), "{400:");
}

TEST_F(ServerTest, SlowHandlersDoNotHoldUpOthers) {
  std::atomic<bool> release{false};
  route(
      Method::kGet, "/blocked",
      [&](const Request&) {
        while (!release) std::this_thread::sleep_for(std::chrono::milliseconds(1));
        return text_response("done");
      },
      true);
  settings.threads = 1;
  start();
  RawClient blocked(server->port());
  blocked.send(get("/blocked"));
  for (int i = 0; i < 10; ++i) EXPECT_EQ(ask(get("/hello")).body, "hello");
  release = true;
  EXPECT_EQ(blocked.read_answer().value().body, "done");
}

TEST_F(ServerTest, ADelayedAnswerHoldsUpNobodyElse) {
  const auto answer_after = [](std::chrono::milliseconds delay) {
    return [delay](const Request&) {
      Response response = text_response("late");
      response.delay = delay;
      return response;
    };
  };
  route(Method::kGet, "/late", answer_after(std::chrono::milliseconds(200)));
  route(Method::kGet, "/tomorrow", answer_after(std::chrono::hours(24)));
  settings.threads = 1;
  start();
  RawClient tomorrow(server->port());
  tomorrow.send(get("/tomorrow"));
  EXPECT_EQ(ask(get("/hello")).body, "hello");
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_EQ(ask(get("/late")).body, "late");
  EXPECT_GE(std::chrono::steady_clock::now() - begin, std::chrono::milliseconds(200));
  server->stop(std::chrono::milliseconds(0));
}

TEST_F(ServerTest, AnAddressInUseIsNamed) {
  settings.port = start();
  try {
    Server second(settings, router, {});
    FAIL() << "two servers on one port";
  } catch (const std::runtime_error& error) {
    EXPECT_EQ(std::string(error.what()),
              "cannot listen on 127.0.0.1:" + std::to_string(settings.port) + ": Address already in use");
  }
}

TEST_F(ServerTest, ANameIsAnAddressToo) {
  settings.host = "localhost";
  EXPECT_NE(start(), 0);
  settings.host = "not an address";
  EXPECT_THROW(Server(settings, router, {}), std::runtime_error);
}

TEST_F(ServerTest, a_blocking_route_is_asked_on_the_loop_first_and_on_a_worker_when_that_has_no_answer) {
  const auto thread_name = [] {
    std::ostringstream text;
    text << std::this_thread::get_id();
    return text.str();
  };
  Route plain{Method::kGet, "/loop", [&](const Request&) { return text_response(thread_name()); }};
  Route blocking{Method::kGet, "/maybe", [&](const Request&) { return text_response(thread_name()); }, true};
  blocking.quick = [&](const Request& request) -> std::optional<Response> {
    if (request.query == "throw") throw std::runtime_error("quick and wrong");
    if (request.query != "quick") return std::nullopt;
    return text_response(thread_name());
  };
  router.add(std::move(plain));
  router.add(std::move(blocking));
  settings.threads = 1;
  start();
  const std::string loop = ask(get("/loop")).body;
  EXPECT_EQ(ask(get("/maybe?quick")).body, loop);
  EXPECT_NE(ask(get("/maybe")).body, loop);
  EXPECT_EQ(ask(get("/maybe?throw")).status, 500);
  EXPECT_EQ(failures().size(), 1u);
}

TEST_F(ServerTest, header_lines_of_the_hooks_go_into_every_answer) {
  hooks.header_lines = "X-Everywhere: yes\r\n";
  hooks.options_header_lines = "X-Options: only\r\n";
  start();
  EXPECT_EQ(ask(get("/hello")).fields.at("x-everywhere"), "yes");
  EXPECT_EQ(ask(get("/nothing")).fields.at("x-everywhere"), "yes");
  EXPECT_EQ(ask("rubbish\r\n\r\n").fields.at("x-everywhere"), "yes");
  EXPECT_FALSE(ask(get("/hello")).fields.contains("x-options"));
  const Answer options = ask("OPTIONS /hello HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_EQ(options.fields.at("x-everywhere"), "yes");
  EXPECT_EQ(options.fields.at("x-options"), "only");
}

}  // namespace
}  // namespace repopulse::http::test
