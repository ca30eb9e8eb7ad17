// The API behind a real server on the loopback address, and a client that speaks to it over TCP.
#pragma once

#include <memory>
#include <string>

#include "http/server.h"
#include "tests/api/api_fixture.h"
#include "tests/http/raw_client.h"

namespace repopulse::api::test {

class ServedApi : public ApiTest {
 protected:
  ~ServedApi() override {
    if (server_) server_->stop(1s);
  }

  void start(const std::string& base_path = "") {
    http::ServerSettings settings;
    settings.base_path = base_path;
    server_ = std::make_unique<http::Server>(settings, *router_, api_->hooks());
    server_->start();
  }

  // `fields`: whole lines, each with its line break.
  http::test::Answer send(const std::string& line, const std::string& fields = "", const std::string& body = "") {
    http::test::RawClient client(server_->port());
    client.send(line + " HTTP/1.1\r\nHost: pulse.example\r\nX-API-Key: " + key_ + "\r\n" + fields +
                (body.empty() ? "" : "Content-Length: " + std::to_string(body.size()) + "\r\n") + "\r\n" + body);
    const auto answer = client.read_answer(!line.starts_with("HEAD"));
    EXPECT_TRUE(answer) << "no answer to " << line;
    return answer.value_or(http::test::Answer{});
  }

  std::unique_ptr<http::Server> server_;
};

}  // namespace repopulse::api::test
