// Serves files from memory, prepared once: http_bench_server PORT FILE...; each as /FILENAME. Ends on SIGTERM.

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "http/server.h"

int main(int argc, char** argv) {
  namespace http = repopulse::http;
  if (argc < 3) {
    std::fputs("usage: http_bench_server PORT FILE...\n", stderr);
    return 2;
  }
  sigset_t ends;
  sigemptyset(&ends);
  sigaddset(&ends, SIGTERM);
  sigaddset(&ends, SIGINT);
  pthread_sigmask(SIG_BLOCK, &ends, nullptr);

  http::Router router;
  for (int i = 2; i < argc; ++i) {
    std::ifstream file(argv[i], std::ios::binary);
    auto payload = http::keep_in_file(http::make_payload({std::istreambuf_iterator<char>(file), {}}));
    router.add({.method = http::Method::kGet,
                .pattern = "/" + std::filesystem::path(argv[i]).filename().string(),
                .handler = [payload](const http::Request&) { return http::Response{.payload = payload}; }});
  }
  http::ServerSettings settings;
  settings.port = static_cast<std::uint16_t>(std::atoi(argv[1]));
  settings.threads = 1;
  settings.blocking_threads = 1;
  http::Server server(settings, router, {});
  server.start();
  int signal = 0;
  sigwait(&ends, &signal);
  server.stop(std::chrono::seconds(1));
}
