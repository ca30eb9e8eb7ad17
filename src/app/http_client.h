// A client of a running server's REST API, for the subcommands that ask one. Waits for each answer; never retries, and
// never follows a redirect.
#pragma once

#include <memory>
#include <string>

#include "app/settings.h"
#include "core/result.h"
#include "core/time.h"

namespace repopulse::curl {
class Easy;
}

namespace repopulse::app {

struct ClientAnswer {
  int status = 0;
  std::string body;
  std::string link;  // the Link header
};

struct ClientSettings {
  std::string server;   // `http://HOST:PORT`, no trailing slash
  std::string api_key;  // empty: none
  std::string ca_file;  // empty: the system's
  core::Millis timeout{30'000};
  bool local = false;  // the server is this machine: no proxy, and its certificate is not checked
};

// From the settings `server`, `api-key` and `ca-file`.
ClientSettings client_settings(const Settings& settings);

class HttpClient {
 public:
  explicit HttpClient(const ClientSettings& settings);
  ~HttpClient();
  HttpClient(const HttpClient&) = delete;
  HttpClient& operator=(const HttpClient&) = delete;

  // `path` may also be a whole URL of the server. kUnavailable: there was no answer.
  core::Result<ClientAnswer> send(const std::string& method, const std::string& path, const std::string& body = {});
  // As send(), but an answer whose status is not 2xx is an error with the server's message.
  core::Result<ClientAnswer> ask(const std::string& method, const std::string& path, const std::string& body = {});

 private:
  const ClientSettings settings_;
  std::unique_ptr<curl::Easy> easy_;  // keeps the connection from request to request
};

}  // namespace repopulse::app
