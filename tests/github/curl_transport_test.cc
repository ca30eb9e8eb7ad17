#include "github/curl_transport.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <zlib.h>

#include <atomic>
#include <chrono>
#include <thread>

#include "tests/github/raw_server.h"

namespace repopulse::github {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* kSecret = "ghp_0123456789abcdef";

CurlSettings quick() {
  CurlSettings settings;
  settings.connect_timeout = 30s;
  settings.total_timeout = 60s;
  settings.max_body_bytes = 1u << 20;
  settings.user_agent = "repopulse-test";
  return settings;
}

std::string ok(std::string_view body, std::string_view more = "") {
  return "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(body.size()) + "\r\n" + std::string(more) + "\r\n" +
         std::string(body);
}

std::string gzip(const std::string& text) {
  z_stream stream{};
  deflateInit2(&stream, 9, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
  std::string packed(deflateBound(&stream, text.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(packed.data());
  stream.avail_out = static_cast<uInt>(packed.size());
  deflate(&stream, Z_FINISH);
  packed.resize(stream.total_out);
  deflateEnd(&stream);
  return packed;
}

// The answer to one request, when the server sends `bytes` and closes.
HttpResult answer_to(const std::string& bytes, const CurlSettings& settings = quick()) {
  RawServer server([&bytes](RawServer::Connection& connection) {
    if (connection.request().empty()) return;
    connection.send(bytes);
  });
  return make_curl_transport(settings)->send({server.url(), {{"Authorization", std::string("Bearer ") + kSecret}}});
}

void expect_failure(const HttpResult& result, TransportFailure failure) {
  ASSERT_FALSE(result) << "status " << result->status;
  EXPECT_EQ(to_string(result.error().failure), to_string(failure)) << result.error().message;
  EXPECT_THAT(result.error().message, Not(testing::IsEmpty()));
  EXPECT_THAT(result.error().message, Not(HasSubstr(kSecret)));
}

// What the server was asked, once it has ended.
std::pair<std::string, HttpResult> ask(const std::string& path, const Headers& headers, const std::string& bytes) {
  std::string seen;
  HttpResult result;
  {
    RawServer server([&](RawServer::Connection& connection) {
      seen = connection.request();
      connection.send(bytes);
    });
    result = make_curl_transport(quick())->send({server.url(path), headers});
  }
  return {seen, result};
}

TEST(CurlTransport, sends_the_headers_and_reads_the_answer) {
  const auto [seen, result] =
      ask("/repos/o/r/events?per_page=100", {{"X-Test", "1"}}, ok("[]", "ETag: W/\"x\"\r\nX-Poll-Interval:  60 \r\n"));
  ASSERT_TRUE(result) << result.error().message;
  EXPECT_EQ(result->status, 200);
  EXPECT_EQ(result->body, "[]");
  EXPECT_EQ(header(result->headers, "etag"), "W/\"x\"");
  EXPECT_EQ(header(result->headers, "x-poll-interval"), "60");
  EXPECT_THAT(seen, HasSubstr("GET /repos/o/r/events?per_page=100 HTTP/1.1\r\n"));
  EXPECT_THAT(seen, HasSubstr("X-Test: 1\r\n"));
  EXPECT_THAT(seen, HasSubstr("Accept-Encoding: gzip\r\n"));
  EXPECT_THAT(seen, HasSubstr("User-Agent: repopulse-test\r\n"));
}

TEST(CurlTransport, sends_no_header_that_breaks_out_of_its_line) {
  const auto [seen, result] = ask("/", {{"If-None-Match", "x\r\nX-Evil: 1"}}, ok(""));
  ASSERT_TRUE(result) << result.error().message;
  EXPECT_THAT(seen, HasSubstr("GET / "));
  EXPECT_THAT(seen, Not(HasSubstr("Evil")));
}

TEST(CurlTransport, keeps_its_connection) {
  RawServer server([](RawServer::Connection& connection) {
    while (!connection.request().empty()) connection.send(ok("[]"));
  });
  const auto transport = make_curl_transport(quick());
  for (int i = 0; i < 5; ++i) ASSERT_TRUE(transport->send({server.url(), {}}));
  EXPECT_EQ(server.connections(), 1);
}

TEST(CurlTransport, comes_again_when_the_kept_connection_was_closed) {
  RawServer server([](RawServer::Connection& connection) {
    connection.request();
    connection.send(ok("[]"));
  });
  const auto transport = make_curl_transport(quick());
  for (int i = 0; i < 3; ++i) {
    const auto result = transport->send({server.url(), {}});
    ASSERT_TRUE(result) << result.error().message;
  }
}

TEST(CurlTransport, keeps_nothing_of_the_answer_before) {
  RawServer server([n = 0](RawServer::Connection& connection) mutable {
    while (!connection.request().empty()) {
      connection.send(n++ == 0 ? ok("first", "ETag: a\r\n") : "HTTP/1.1 304 Not Modified\r\n\r\n");
    }
  });
  const auto transport = make_curl_transport(quick());
  ASSERT_TRUE(transport->send({server.url(), {}}));
  const auto second = transport->send({server.url(), {}});
  ASSERT_TRUE(second) << second.error().message;
  EXPECT_EQ(second->status, 304);
  EXPECT_EQ(second->body, "");
  EXPECT_EQ(header(second->headers, "etag"), "");
}

TEST(CurlTransport, posts_a_body_and_asks_without_one_the_next_time) {
  std::vector<std::string> seen;
  {
    RawServer server([&seen](RawServer::Connection& connection) {
      for (std::string request = connection.request(); !request.empty(); request = connection.request()) {
        if (request.starts_with("POST")) request += connection.body(20);
        seen.push_back(std::move(request));
        connection.send(ok("{}"));
      }
    });
    const auto transport = make_curl_transport(quick());
    const HttpRequest post{
        server.url("/graphql"), {{"Content-Type", "application/json"}}, {}, R"({"query":"{\u0000}"})"};
    for (const HttpRequest& request : {post, HttpRequest{server.url("/events"), {}}, post}) {
      const auto result = transport->send(request);
      ASSERT_TRUE(result) << result.error().message;
    }
    EXPECT_EQ(server.connections(), 1);
  }
  ASSERT_EQ(seen.size(), 3u);
  EXPECT_THAT(seen[0], HasSubstr("POST /graphql HTTP/1.1\r\n"));
  EXPECT_THAT(seen[0], HasSubstr("Content-Type: application/json\r\n"));
  EXPECT_THAT(seen[0], HasSubstr("Content-Length: 20\r\n"));
  EXPECT_THAT(seen[0], testing::EndsWith("\r\n\r\n{\"query\":\"{\\u0000}\"}"));
  EXPECT_THAT(seen[1], HasSubstr("GET /events HTTP/1.1\r\n"));
  EXPECT_THAT(seen[1], Not(HasSubstr("Content-")));
  EXPECT_EQ(seen[2], seen[0]);
}

TEST(CurlTransport, posts_again_when_the_kept_connection_was_closed) {
  RawServer server([](RawServer::Connection& connection) {
    connection.request();
    connection.body(2);
    connection.send(ok("{}"));
  });
  const auto transport = make_curl_transport(quick());
  for (int i = 0; i < 3; ++i) {
    const auto result = transport->send({server.url(), {}, {}, "{}"});
    ASSERT_TRUE(result) << result.error().message;
  }
}

TEST(CurlTransport, reads_gzip_and_chunks_and_leaves_out_interim_answers) {
  const auto packed = answer_to(ok(gzip("[1,2,3]"), "Content-Encoding: gzip\r\n"));
  ASSERT_TRUE(packed) << packed.error().message;
  EXPECT_EQ(packed->body, "[1,2,3]");
  const auto chunked = answer_to(
      "HTTP/1.1 103 Early Hints\r\nX-Early: 1\r\n\r\nHTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
      "2\r\n[1\r\n2\r\n,2\r\n1\r\n]\r\n0\r\nX-Trailer: 1\r\n\r\n");
  ASSERT_TRUE(chunked) << chunked.error().message;
  EXPECT_EQ(chunked->body, "[1,2]");
  EXPECT_EQ(header(chunked->headers, "X-Early"), "");
  EXPECT_EQ(header(chunked->headers, "X-Trailer"), "");
}

TEST(CurlTransport, follows_no_redirect) {
  const auto result = answer_to("HTTP/1.1 301 Moved\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n");
  ASSERT_TRUE(result) << result.error().message;
  EXPECT_EQ(result->status, 301);
}

TEST(CurlTransport, notices_a_body_that_ends_too_early) {
  expect_failure(answer_to("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n[{\"id\""), TransportFailure::kTruncated);
  expect_failure(answer_to("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nff\r\n[{"),
                 TransportFailure::kTruncated);
}

TEST(CurlTransport, refuses_garbage_instead_of_an_answer) {
  for (const char* bytes :
       {"\x16\x03\x01 not http at all\r\n\r\n", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\nabc",
        "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 9\r\n\r\nnot gzip."}) {
    const auto result = answer_to(bytes);
    EXPECT_FALSE(result) << bytes << " gave " << result->status << " " << result->body;
  }
}

TEST(CurlTransport, tells_why_there_was_no_answer) {
  expect_failure(answer_to(""), TransportFailure::kReset);
  RawServer resets([](RawServer::Connection& connection) {
    connection.request();
    connection.reset();
  });
  expect_failure(make_curl_transport(quick())->send({resets.url(), {}}), TransportFailure::kReset);
  std::string gone;
  {
    RawServer closed([](RawServer::Connection&) {});
    gone = closed.url();
  }
  expect_failure(make_curl_transport(quick())->send({gone, {}}), TransportFailure::kConnect);
  expect_failure(make_curl_transport(quick())->send({"http://name.invalid/", {}}), TransportFailure::kConnect);
  RawServer plain([](RawServer::Connection& connection) { connection.send("HTTP/1.1 400 Bad Request\r\n\r\n"); });
  std::string tls = plain.url();
  tls.replace(0, 4, "https");
  expect_failure(make_curl_transport(quick())->send({tls, {}}), TransportFailure::kTls);
}

TEST(CurlTransport, speaks_only_http) {
  for (const char* url : {"file:///etc/passwd", "ftp://127.0.0.1/", "gopher://127.0.0.1/", ""}) {
    EXPECT_FALSE(make_curl_transport(quick())->send({url, {}})) << url;
  }
}

TEST(CurlTransport, does_not_wait_for_ever) {
  CurlSettings settings = quick();
  settings.total_timeout = 300ms;
  RawServer silent([](RawServer::Connection& connection) { connection.wait_for_close(); });
  expect_failure(make_curl_transport(settings)->send({silent.url(), {}}), TransportFailure::kTimeout);
  settings.total_timeout = 30s;
  settings.stall_timeout = 1s;
  RawServer stalls([](RawServer::Connection& connection) {
    connection.request();
    connection.send("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n[");
    connection.wait_for_close();
  });
  expect_failure(make_curl_transport(settings)->send({stalls.url(), {}}), TransportFailure::kTimeout);
}

TEST(CurlTransport, gives_a_request_no_more_time_than_it_asks_for) {
  RawServer stalls([](RawServer::Connection& connection) {
    connection.request();
    connection.send("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n[");
    connection.wait_for_close();
  });
  CurlSettings settings = quick();
  settings.total_timeout = 20s;
  const auto transport = make_curl_transport(settings);
  const auto began = std::chrono::steady_clock::now();
  expect_failure(transport->send({stalls.url(), {}, 300ms}), TransportFailure::kTimeout);
  EXPECT_LT(std::chrono::steady_clock::now() - began, 5s);
  // The next request has its own limit; one beyond the transport's changes nothing.
  RawServer late([](RawServer::Connection& connection) {
    connection.request();
    std::this_thread::sleep_for(600ms);  // beyond the limit of 300 ms: libcurl measures real time
    connection.send(ok("[]"));
  });
  EXPECT_TRUE(transport->send({late.url(), {}, {}}));
  settings.total_timeout = 300ms;
  expect_failure(make_curl_transport(settings)->send({late.url(), {}, 20s}), TransportFailure::kTimeout);
}

TEST(CurlTransport, takes_no_more_than_its_limit_after_inflating) {
  const std::string large(quick().max_body_bytes, 'x');
  const auto whole = answer_to(ok(large));
  ASSERT_TRUE(whole) << whole.error().message;
  EXPECT_EQ(whole->body.size(), large.size());
  expect_failure(answer_to(ok(large + "x")), TransportFailure::kTooLarge);
  const std::string bomb = gzip(std::string(64u << 20, ' '));
  ASSERT_LT(bomb.size(), quick().max_body_bytes);
  expect_failure(answer_to(ok(bomb, "Content-Encoding: gzip\r\n")), TransportFailure::kTooLarge);
}

TEST(CurlTransport, takes_no_endless_headers) {
  std::string many = "HTTP/1.1 200 OK\r\n";
  while (many.size() <= kMaxHeaderBytes) many += "X-More: " + std::string(1000, 'x') + "\r\n";
  expect_failure(answer_to(many + "\r\n"), TransportFailure::kOther);
  std::string interim;
  while (interim.size() <= kMaxHeaderBytes) interim += "HTTP/1.1 100 Continue\r\nX-More: yes\r\n\r\n";
  expect_failure(answer_to(interim + ok("")), TransportFailure::kOther);
}

TEST(CurlTransport, can_be_cancelled_from_another_thread) {
  std::atomic<bool> asked = false;
  RawServer silent([&asked](RawServer::Connection& connection) {
    connection.request();
    asked = true;
    asked.notify_all();
    connection.wait_for_close();
  });
  const auto transport = make_curl_transport(quick());
  std::thread canceller([&] {
    asked.wait(false);
    transport->cancel();
  });
  const auto result = transport->send({silent.url(), {}});
  canceller.join();
  ASSERT_FALSE(result);
  EXPECT_THAT(result.error().message, HasSubstr("cancelled"));
  EXPECT_FALSE(transport->send({silent.url(), {}})) << "a transport stays cancelled";
}

}  // namespace
}  // namespace repopulse::github
