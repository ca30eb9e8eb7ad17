// repopulse-sim: serves a simulated GitHub over HTTP, for trying things out and for tests.
#include <zlib.h>
#include <zstd.h>

#include <CLI/CLI.hpp>
#include <charconv>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <memory>
#include <optional>
#include <span>
#include <stdexcept>

#include "embed/asset.h"
#include "github/curl_transport.h"
#include "sim/server/live_activity.h"
#include "sim/server/simulator_server.h"
#include "sim/server/webhooks.h"

namespace repopulse {
std::span<const embed::Asset> demo_data();
}

namespace repopulse::sim {
namespace {

struct Settings {
  std::string listen = "127.0.0.1:0";
  std::vector<std::string> traces, archives, synthetic;
  bool built_in = false;
  std::optional<double> speed;
  std::string token;
  AppSettings app;
  std::string app_key_file;
  std::int64_t app_token_life = 3600;  // seconds
  int poll_interval = 60;
  std::int64_t limit = 5000;
  double fault_rate = 0;
  std::uint64_t seed = 1;
  bool quirks = false;
  std::string graphql;
  std::string watcher;
  WebhookSettings webhook;
  double webhook_delay = 0;  // seconds
};

// The built-in activity is two quiet days; at this speed they take four hours.
constexpr double kBuiltInSpeed = 12;

bool shows_built_in(const Settings& settings) {
  return settings.built_in || (settings.traces.empty() && settings.archives.empty() && settings.synthetic.empty());
}

core::Timestamp clock_now() {
  return std::chrono::floor<core::Millis>(std::chrono::system_clock::now());
}

// The content of a file, decompressed if it is gzip.
std::string read_file(const std::string& path) {
  const std::unique_ptr<gzFile_s, int (*)(gzFile)> file(gzopen(path.c_str(), "rb"), &gzclose);
  if (!file) throw std::runtime_error("cannot read " + path);
  std::string text, part(1u << 16, '\0');
  for (int size = 0; (size = gzread(file.get(), part.data(), static_cast<unsigned>(part.size()))) != 0;) {
    if (size < 0) throw std::runtime_error("cannot decompress " + path);
    text.append(part, 0, static_cast<std::size_t>(size));
  }
  return text;
}

std::string unpack_zstd(std::string_view packed) {
  std::string text(ZSTD_getFrameContentSize(packed.data(), packed.size()), '\0');
  if (ZSTD_isError(ZSTD_decompress(text.data(), text.size(), packed.data(), packed.size()))) {
    throw std::runtime_error("the built-in activity is damaged");
  }
  return text;
}

void replay_archive(LiveActivity& activity, std::string_view ndjson) {
  for (auto& [name, drafts] : read_archive(ndjson)) activity.replay(name, std::move(drafts));
}

// `OWNER__REPO.csv`
void replay_trace(LiveActivity& activity, const std::string& path) {
  std::string name = std::filesystem::path(path).stem().string();
  const auto bar = name.find("__");
  if (bar == std::string::npos) throw std::runtime_error(path + " is not named OWNER__REPO.csv");
  name.replace(bar, 2, "/");
  auto drafts = read_trace(read_file(path));
  if (!drafts) throw std::runtime_error(path + ": " + drafts.error().message);
  activity.replay(name, std::move(*drafts));
}

// `owner/name=EVENTS_PER_HOUR`
void invent(LiveActivity& activity, const std::string& text, std::uint64_t seed) {
  const auto equals = text.find('=');
  double rate = 0;
  const char* end = text.data() + text.size();
  const bool good = equals != std::string::npos && text.find('/') < equals &&
                    std::from_chars(text.data() + equals + 1, end, rate).ptr == end && rate > 0;
  if (!good) throw std::runtime_error("--synthetic " + text + " is not OWNER/NAME=EVENTS_PER_HOUR");
  activity.invent(text.substr(0, equals), rate, seed + std::hash<std::string>{}(text));
}

void fill(LiveActivity& activity, const Settings& settings) {
  for (const std::string& path : settings.traces) replay_trace(activity, path);
  for (const std::string& path : settings.archives) replay_archive(activity, read_file(path));
  for (const std::string& text : settings.synthetic) invent(activity, text, settings.seed);
  if (!shows_built_in(settings)) return;
  for (const embed::Asset& asset : demo_data()) replay_archive(activity, unpack_zstd(asset.bytes));
}

// Has the program at `url` execute queries (sim/graphql/server.mjs).
GitHubSimulator::Executor remote_executor(const std::string& url) {
  github::CurlSettings settings;
  settings.total_timeout = core::Seconds(10);  // as long as GitHub gives a query
  settings.user_agent = "repopulse-sim";
  const std::shared_ptr<github::Transport> transport = github::make_curl_transport(settings);
  return [transport, url](const std::string& task) -> std::optional<std::string> {
    auto answer = transport->send({url, {{"Content-Type", "application/json"}}, {}, task});
    if (!answer || answer->status != 200) return std::nullopt;
    return std::move(answer->body);
  };
}

std::pair<std::string, std::uint16_t> split_address(const std::string& text) {
  const auto colon = text.rfind(':');
  std::uint16_t port = 0;
  const char* end = text.data() + text.size();
  if (colon == std::string::npos || std::from_chars(text.data() + colon + 1, end, port).ptr != end) {
    throw std::runtime_error("--listen " + text + " is not ADDRESS:PORT");
  }
  return {text.substr(0, colon), port};
}

void declare(CLI::App& app, Settings& settings) {
  app.add_option("--listen", settings.listen, "address and port; port 0 picks a free port")->capture_default_str();
  app.add_option("--trace", settings.traces, "activity: CSV file unix_time,kind named OWNER__REPO.csv");
  app.add_option("--archive", settings.archives, "activity: hour files of GH Archive, .json or .json.gz");
  app.add_option("--synthetic", settings.synthetic, "activity: generated, OWNER/NAME=EVENTS_PER_HOUR");
  app.add_flag("--built-in", settings.built_in, "the built-in activity too; without other activity it is always shown");
  app.add_option("--speed", settings.speed,
                 "how many times faster recorded time passes (default: 1; 12 for the built-in activity)")
      ->check(CLI::Range(0.001, 1e6));
  app.add_option("--token", settings.token, "the only token to accept; default: any token");
  const std::vector<CLI::Option*> of_app = {
      app.add_option("--app-id", settings.app.id,
                     "App ID of a GitHub App, whose tokens are accepted; no others are but --token"),
      app.add_option("--app-installation-id", settings.app.installation_id, "its one installation"),
      app.add_option("--app-public-key", settings.app_key_file, "file with its public key (PEM)")};
  for (CLI::Option* one : of_app) {
    for (CLI::Option* other : of_app) {
      if (one != other) one->needs(other);
    }
  }
  app.add_option("--app-token-life", settings.app_token_life, "seconds after which its tokens end")
      ->check(CLI::Range(1, 86'400))
      ->capture_default_str();
  app.add_option("--poll-interval", settings.poll_interval, "X-Poll-Interval in seconds")
      ->check(CLI::Range(0, 86'400))
      ->capture_default_str();
  app.add_option("--limit", settings.limit, "requests per hour with a token; without a token 60")
      ->capture_default_str();
  app.add_option("--faults", settings.fault_rate, "share of requests that get a fault, 0 to 1")
      ->check(CLI::Range(0.0, 1.0))
      ->capture_default_str();
  app.add_option("--seed", settings.seed, "seed of the random numbers")->capture_default_str();
  app.add_flag("--quirks", settings.quirks,
               "GitHub's peculiarities: latency of 30 s to 6 h, events of one second change order, changed payloads");
  app.add_option("--graphql", settings.graphql,
                 "URL of sim/graphql/server.mjs, which executes GraphQL; default: there is no GraphQL API");
  app.add_option("--watcher", settings.watcher, "login of an account that watches all repositories; default: none does")
      ->type_name("LOGIN");
  app.add_option("--webhook", settings.webhook.url, "URL that gets a webhook's delivery for each event");
  app.add_option("--webhook-secret", settings.webhook.secret, "secret that signs them");
  app.add_option("--webhook-delay", settings.webhook_delay,
                 "longest time in seconds that a delivery waits; they come out of order")
      ->check(CLI::Range(0.0, 86'400.0))
      ->capture_default_str();
  app.add_option("--webhook-twice", settings.webhook.twice, "share of deliveries that come twice, 0 to 1")
      ->check(CLI::Range(0.0, 1.0))
      ->capture_default_str();
  app.add_option("--webhook-lost", settings.webhook.lost, "share of deliveries that never come, 0 to 1")
      ->check(CLI::Range(0.0, 1.0))
      ->capture_default_str();
}

[[noreturn]] void serve(const Settings& settings) {
  const auto [host, port] = split_address(settings.listen);
  SimulatorSettings how;
  how.seed = settings.seed;
  how.required_token = settings.token;
  how.poll_interval = core::Seconds(settings.poll_interval);
  how.limit_with_token = settings.limit;
  how.fault_rate = settings.fault_rate;
  if (settings.quirks) how.quirks = Quirks::as_observed();
  GitHubSimulator github(how);
  if (!settings.app.id.empty()) {
    AppSettings of_app = settings.app;
    of_app.public_key = read_file(settings.app_key_file);
    of_app.token_life = core::Seconds(settings.app_token_life);
    github.set_app(of_app);
  }
  if (!settings.graphql.empty()) github.set_executor(remote_executor(settings.graphql));
  if (!settings.watcher.empty()) github.watch_all(settings.watcher);
  LiveActivity activity(github, settings.speed.value_or(shows_built_in(settings) ? kBuiltInSpeed : 1), clock_now());
  fill(activity, settings);
  activity.advance(clock_now());
  Webhooks webhooks(settings.seed);
  WebhookSettings webhook = settings.webhook;
  webhook.delay_max = core::Millis(static_cast<std::int64_t>(settings.webhook_delay * 1000));
  webhooks.set(std::move(webhook));
  github.on_event([&webhooks](const Happened& event) { webhooks.happen(event); });
  SimulatorServer server(github, webhooks, [&activity] { activity.advance(clock_now()); }, host, port);
  const std::string url = "http://" + host + ":" + std::to_string(server.port());
  github.set_base_url(url);
  for (const std::string& name : github.repositories()) std::cerr << "shows " << name << '\n';
  std::cerr << "listening on " + url + "\n" << std::flush;  // in one piece: others wait for the line
  server.run();
  // Threads may still wait on connections; there is nothing to save.
  std::_Exit(0);
}

}  // namespace
}  // namespace repopulse::sim

int main(int argc, char** argv) {
  using repopulse::sim::Settings;
  Settings settings;
  CLI::App app(
      "A simulated GitHub over HTTP, for trying things out and for tests. Without --trace, --archive or --synthetic it "
      "shows built-in activity. Tests control it under /_sim/.",
      "repopulse-sim");
  repopulse::sim::declare(app, settings);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;
  }
  try {
    repopulse::sim::serve(settings);
  } catch (const std::exception& error) {
    std::cerr << "repopulse-sim: " << error.what() << '\n';
    return 1;
  }
}
