#include "http/negotiation.h"

#include <gtest/gtest.h>

#include "http/message.h"
#include "http/response_head.h"

namespace repopulse::http {
namespace {

TEST(AcceptEncoding, IsReadWithItsWeights) {
  for (const char* yes : {"gzip", "GZIP", "x-gzip", "br, gzip;q=0.5", "*", "deflate;q=0.5 , gzip ; q=1.0",
                          "gzip;q=0.001", "identity;q=0.5, gzip;q=0.5"}) {
    EXPECT_TRUE(accepts_gzip(yes)) << yes;
  }
  for (const char* no : {"", "br", "gzip;q=0", "gzip;q=0.000", "*;q=0", "gzip;q=0, *", "identity, gzip;q=0.5",
                         "gzipped", "gzip;q=x", ",,;"}) {
    EXPECT_FALSE(accepts_gzip(no)) << no;
  }
}

TEST(IfNoneMatch, ComparesWeakly) {
  for (const char* yes :
       {"\"a\"", "W/\"a\"", "*", " * ", "\"b\", \"a\"", "\"x,y\",W/\"a\" ", "\"a\",\"b\"", ", \"a\""}) {
    EXPECT_TRUE(etag_matches(yes, "\"a\"")) << yes;
    EXPECT_TRUE(etag_matches(yes, "W/\"a\"")) << yes;
  }
  for (const char* no : {"", "a", "\"b\"", "\"a", "\"b,\"a\"", "w/\"a\"", "\"A\""}) {
    EXPECT_FALSE(etag_matches(no, "\"a\"")) << no;
  }
}

TEST(IfNoneMatch, TakesATagToWhichAProxyHasAddedItsCoding) {
  for (const char* yes : {"\"a-gzip\"", "W/\"a-gzip\"", "\"a;gzip\"", "\"a--gzip\"", "\"b\", W/\"a-gzip\""}) {
    EXPECT_TRUE(etag_matches(yes, "\"a\"")) << yes;
    EXPECT_TRUE(etag_matches(yes, "W/\"a\"")) << yes;
  }
  for (const char* no : {"\"ab-gzip\"", "\"a-gzip-gzip\"", "\"-gzip\"", "\"agzip\"", "\"a-zip\"", "a-gzip"}) {
    EXPECT_FALSE(etag_matches(no, "\"a\"")) << no;
  }
}

TEST(BasePath, IsSafeWhereverItIsWritten) {
  EXPECT_EQ(read_base_path("/repopulse"), "/repopulse");
  EXPECT_EQ(read_base_path("/a/b.c-d_e~9/"), "/a/b.c-d_e~9");
  EXPECT_EQ(read_base_path("/"), "");
  EXPECT_TRUE(read_base_path("/" + std::string(199, 'a')));
  for (const std::string& no :
       {std::string(), std::string("a"), std::string("//evil.example"), std::string("/a//b"), std::string("/a//"),
        std::string("/.."), std::string("/a/./b"), std::string("/a, /b"), std::string("/a\"><script>"),
        std::string("/a\r\nX: y"), std::string("/a?b"), std::string("/a#b"), std::string("/a%2e"),
        std::string("/\\evil"), std::string("https://evil.example/a"), "/" + std::string(200, 'a')}) {
    EXPECT_FALSE(read_base_path(no)) << no;
  }
}

TEST(Payload, HasAnETagOfItsBytes) {
  const auto one = make_payload("one");
  EXPECT_EQ(one->etag.size(), 34U);
  EXPECT_EQ(one->etag, make_payload("one")->etag);
  EXPECT_NE(one->etag, make_payload("two")->etag);
  EXPECT_NE(one->header_lines.find("ETag: " + one->etag + "\r\n"), std::string::npos);
  EXPECT_EQ(make_payload("one", {.etag = "W/\"v1\""})->etag, "W/\"v1\"");
  EXPECT_EQ(make_payload("one", {.no_etag = true})->header_lines.find("ETag"), std::string::npos);
}

TEST(Payload, IsCompressedOnlyWhereThatPays) {
  EXPECT_TRUE(make_payload("short")->gzip_body.empty());
  EXPECT_TRUE(make_payload(std::string(199, 'x'))->gzip_body.empty());
  EXPECT_FALSE(make_payload(std::string(200, 'x'))->gzip_body.empty());
  EXPECT_FALSE(make_payload(std::string(10'000, 'x'))->gzip_body.empty());
  EXPECT_TRUE(make_payload(std::string(10'000, 'x'), {.compress = false})->gzip_body.empty());
  std::string noise;
  for (std::uint32_t x = 1; noise.size() < 10'000; x = x * 1664525 + 1013904223) noise += static_cast<char>(x >> 24);
  EXPECT_TRUE(make_payload(noise)->gzip_body.empty());
}

TEST(DateLine, IsWrittenAsRfc9110Says) {
  DateLine date;
  EXPECT_EQ(date.at(784111777), "Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n");
  EXPECT_EQ(date.at(951782400), "Date: Tue, 29 Feb 2000 00:00:00 GMT\r\n");
}

}  // namespace
}  // namespace repopulse::http
