// A client of a running server's REST API.
#pragma once

#include <memory>
#include <string>

#include "app/settings.h"
#include "core/result.h"
#include "core/time.h"

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
  bool local = false;  // asks this machine: no proxy, and its certificate need not name it
};

// Where the subcommands that ask a server turn to, by the settings `server`, `api-key` and `ca-file`.
ClientSettings client_settings(const Settings& settings);

class HttpClient {
 public:
  explicit HttpClient(const ClientSettings& settings);
  ~HttpClient();
  HttpClient(const HttpClient&) = delete;
  HttpClient& operator=(const HttpClient&) = delete;

  // `path`, or a whole URL of the server. Redirects are not followed. kUnavailable: there was no answer.
  core::Result<ClientAnswer> send(const std::string& method, const std::string& path, const std::string& body = {});
  // The answer when its status is 2xx; else the server's message as an error.
  core::Result<ClientAnswer> ask(const std::string& method, const std::string& path, const std::string& body = {});

 private:
  struct Connection;
  const ClientSettings settings_;
  std::unique_ptr<Connection> connection_;
};

}  // namespace repopulse::app
