// Answers whose long body lies in a file in memory: the bytes are the same as without one, however they go out.
#include "http/memory_file.h"

#include "tests/http/server_fixture.h"

namespace repopulse::http::test {
namespace {

std::string numbered(std::size_t size) {
  std::string text;
  for (int i = 0; text.size() < size; ++i) text += std::to_string(i) + ",";
  text.resize(size);
  return text;
}

std::shared_ptr<const Payload> kept(std::string text, bool compress = false) {
  PayloadOptions options;
  options.compress = compress;
  return keep_in_file(make_payload(std::move(text), options));
}

class MemoryFileTest : public ServerTest {
 protected:
  void serve(const std::string& path, const std::shared_ptr<const Payload>& payload) {
    route(Method::kGet, path, [payload](const Request&) { return Response{.payload = payload}; });
  }
};

TEST_F(MemoryFileTest, only_a_long_body_gets_one) {
  EXPECT_EQ(kept(numbered(kMinFileBytes - 1))->file, nullptr);
  const auto payload = kept(numbered(kMinFileBytes));
  ASSERT_NE(payload->file, nullptr);
  EXPECT_EQ(keep_in_file(payload), payload);
}

TEST_F(MemoryFileTest, their_number_is_bounded_and_they_are_given_back) {
  for (int round = 0; round < 2; ++round) {
    std::vector<std::shared_ptr<const MemoryFile>> files;
    const std::string text = numbered(kMinFileBytes);
    while (auto file = MemoryFile::make(text)) files.push_back(std::move(file));
    EXPECT_EQ(files.size(), MemoryFile::kMaxFiles);
  }
}

TEST_F(MemoryFileTest, bodies_of_all_sizes_arrive_whole_one_after_the_other) {
  std::vector<std::string> texts;
  std::string requests;
  for (const std::size_t size : {32'768U, 32'769U, 65'536U, 95'001U, 1'000'003U, 20'000'000U}) {
    texts.push_back(numbered(size));
    serve("/" + std::to_string(size), kept(texts.back()));
    requests += get("/" + std::to_string(size)) + get("/hello");
  }
  start();
  RawClient client(server->port());
  client.set_receive_buffer(64 * 1024);
  client.send(requests);
  for (const std::string& text : texts) {
    EXPECT_TRUE(client.read_answer().value().body == text) << text.size();
    EXPECT_EQ(client.read_answer().value().body, "hello");
  }
}

TEST_F(MemoryFileTest, compressed_and_without_a_body_an_answer_does_not_come_from_the_file) {
  const std::string text = numbered(200'000);
  const auto payload = kept(text, true);
  ASSERT_FALSE(payload->gzip_body.empty());
  serve("/page", payload);
  start();
  EXPECT_EQ(ask(get("/page", "Accept-Encoding: gzip\r\n")).body, payload->gzip_body);
  EXPECT_EQ(ask(get("/page", "If-None-Match: " + payload->etag + "\r\n"), false).status, 304);
  EXPECT_EQ(ask("HEAD /page HTTP/1.1\r\nHost: h\r\n\r\n", false).fields.at("content-length"), "200000");
  EXPECT_EQ(ask(get("/page")).body, text);
}

TEST_F(MemoryFileTest, clients_that_go_amid_a_body_end_nothing_but_their_connection) {
  serve("/long", kept(numbered(20'000'000)));
  start();
  for (int i = 0; i < 20; ++i) {
    RawClient client(server->port());
    client.send(get("/long"));
    EXPECT_FALSE(client.read_some().empty());
  }
  EXPECT_EQ(ask(get("/hello")).body, "hello");
}

}  // namespace
}  // namespace repopulse::http::test
