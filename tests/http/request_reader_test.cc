#include "http/request_reader.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>

namespace repopulse::http {
namespace {

// What a reader makes of a stream of bytes: each request in a line, the failure at the end.
std::string digest(std::string_view bytes, const std::vector<std::size_t>& cuts) {
  RequestReader reader({.max_header_bytes = 2000, .max_target_bytes = 200, .max_body_bytes = 5000});
  std::string result;
  std::size_t cut = 0;
  for (;;) {
    switch (reader.advance()) {
      case RequestReader::Status::kComplete:
        result += std::string(reader.method_name()) + " " + std::string(reader.path()) + "?" +
                  std::string(reader.query()) + " [" + std::string(reader.header("x-field")) + "] " +
                  std::string(reader.body()) + (reader.keep_alive() ? "\n" : " close\n");
        reader.next();
        break;
      case RequestReader::Status::kHeaderEnd:
        break;
      case RequestReader::Status::kFailed:
        return result + std::to_string(reader.failure().status);
      case RequestReader::Status::kNeedMore: {
        if (bytes.empty()) return result + (reader.empty() ? "end" : "torn");
        const std::span<char> room = reader.prepare();
        std::size_t size = std::min(room.size(), bytes.size());
        if (cut < cuts.size()) size = std::min(size, std::max<std::size_t>(1, cuts[cut++]));
        std::ranges::copy(bytes.substr(0, size), room.begin());
        reader.commit(size);
        bytes.remove_prefix(size);
      }
    }
  }
}

std::string request_of(int kind) {
  const std::string head = " HTTP/1.1\r\nHost: t\r\nX-Field:  some value \r\n";
  switch (kind) {
    case 0:
      return "GET /a?b=c" + head + "\r\n";
    case 1:
      return "POST /a" + head + "Content-Length: 11\r\n\r\nhello\r\nwhat";
    case 2:
      return "PUT http://h/p?q" + head +
             "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\na;x=1\r\n0123456789\r\n0\r\nT: v\r\n\r\n";
    case 3:
      return "DELETE /" + std::string(150, 'd') + head + "Big: " + std::string(1700, 'b') + "\r\n\r\n";
    case 4:
      return "\r\nPOST /big" + head + "Content-Length: 4000\r\n\r\n" + std::string(4000, 'z');
    default:
      return "GET /x" + head + "Connection: close\r\n\r\n";
  }
}

RC_GTEST_PROP(RequestReaderProperty, HowTheBytesArePutIntoPiecesMakesNoDifference, ()) {
  std::string bytes;
  for (const int kind : *rc::gen::container<std::vector<int>>(rc::gen::inRange(0, 6))) bytes += request_of(kind);
  // Some damage now and then: a failure must not depend on the pieces either.
  if (!bytes.empty() && *rc::gen::inRange(0, 3) == 0) {
    bytes[*rc::gen::inRange<std::size_t>(0, bytes.size())] = *rc::gen::arbitrary<char>();
  }
  const auto cuts = *rc::gen::container<std::vector<std::size_t>>(rc::gen::inRange<std::size_t>(1, 40));
  RC_ASSERT(digest(bytes, cuts) == digest(bytes, {}));
}

TEST(RequestReader, ReadsWhatIsThere) {
  EXPECT_EQ(digest(request_of(0) + request_of(1) + request_of(2) + request_of(5), {}),
            "GET /a?b=c [some value] \nPOST /a? [some value] hello\r\nwhat\nPUT /p?q [some value] hello0123456789\n"
            "GET /x? [some value]  close\nend");
}

TEST(RequestReader, LimitsOfChunksDoNotDependOnThePieces) {
  const std::string head = "PUT / HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\n";
  const std::string body = "fa0\r\n" + std::string(4000, 'z') + "\r\n";
  const auto line = [](std::size_t size) { return "1;" + std::string(size, 'x') + "\r\ny\r\n"; };
  const std::string end = "0\r\n\r\n";
  for (const std::size_t piece : {1U, 7U, 5'000U, 9'000U, 100'000U}) {
    const auto last_of = [&](const std::string& chunks) {
      const std::string seen = digest(head + chunks, std::vector<std::size_t>(60'000 / piece + 1, piece));
      return seen.substr(seen.size() - std::min<std::size_t>(seen.size(), 6));
    };
    EXPECT_EQ(last_of(body + line(8000) + end), "zy\nend") << piece;
    EXPECT_EQ(last_of(body + line(9000) + end), "400") << "a line beyond its limit, pieces of " << piece;
    EXPECT_EQ(last_of(body + "0\r\nT: " + std::string(9000, 'x') + "\r\n\r\n"), "400") << "trailers, " << piece;
    // More beside the body than the body so far allows; what comes behind it does not help.
    EXPECT_EQ(last_of(line(8000) + line(8000) + body + end), "400") << "several lines, " << piece;
  }
}

TEST(RequestReader, HoldsNoMoreMemoryThanItsLimitsAllow) {
  RequestReader reader({.max_header_bytes = 2000, .max_target_bytes = 200, .max_body_bytes = 5000});
  std::size_t fed = 0;
  RequestReader::Status status;
  while ((status = reader.advance()) == RequestReader::Status::kNeedMore) {
    const std::span<char> room = reader.prepare();
    std::ranges::fill(room, 'a');
    reader.commit(room.size());
    fed += room.size();
    ASSERT_LT(fed, 20'000U);
  }
  EXPECT_EQ(status, RequestReader::Status::kFailed);
}

}  // namespace
}  // namespace repopulse::http
