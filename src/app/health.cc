// `repopulse health`: says whether the server on this machine is ready. For container images, which have no curl.
#include <iostream>
#include <memory>
#include <string>

#include "app/command.h"
#include "app/http_client.h"
#include "app/setting_flags.h"

namespace repopulse::app {
namespace {

using namespace std::chrono_literals;

// The server's address for a client on this machine.
std::string local_url(const Settings& settings) {
  std::string host = settings.host;
  if (host == "0.0.0.0" || host == "*") host = "127.0.0.1";
  if (host == "[::]") host = "[::1]";
  const std::string scheme = settings.tls_certificate_file.empty() ? "http://" : "https://";
  return scheme + host + ":" + std::to_string(settings.port);
}

int ask(const Settings& settings) {
  ClientSettings client = client_settings(settings);
  if (settings.server.empty()) {
    client.server = local_url(settings);
    client.local = true;
  }
  client.timeout = 5s;
  const auto answer = HttpClient(client).send("GET", "/readyz");
  if (!answer) return report(answer.error());
  if (answer->status == 200) {
    std::cout << "ready\n";
    return kSuccess;
  }
  return report({core::ErrorKind::kUnavailable,
                 client.server + " is not ready (" + std::to_string(answer->status) + "): " + answer->body});
}

}  // namespace

void declare_health(CLI::App& program, Work& work) {
  CLI::App* command = program.add_subcommand(
      "health",
      "Check whether the server on this machine is ready: exit status 0 or 1.\n"
      "The address comes from the server's own settings, or from --server. Made for health checks of containers.");
  const auto flags = std::make_shared<SettingFlags>(
      *command, std::initializer_list<std::string_view>{"listen", "tls-cert", "tls-key", "server", "ca-file"});
  command->footer("Example:\n  repopulse health --listen 127.0.0.1:8080");
  command->callback([flags, &work] {
    work = [flags] {
      const auto settings = flags->read();
      return settings ? ask(*settings) : report(settings.error());
    };
  });
}

}  // namespace repopulse::app
