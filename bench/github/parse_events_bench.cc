// What it costs to read a page of 100 events as GitHub sent it (622 kB, February 2018), against Boost.JSON in the same
// run. Both keep key, type, actor and repository of each event; ours keeps its bytes, too, and checks all of them.
#include <benchmark/benchmark.h>

#include <boost/json.hpp>

#include "github/event_parser.h"
#include "tests/github/fixtures.h"

namespace repopulse::github {
namespace {

const std::string& page() {
  static const std::string body = fixtures::read("repository_events_github3py.json.zst");
  return body;
}

void count(benchmark::State& state) {
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * page().size()));
}

void parse_page(benchmark::State& state) {
  EventParser parser;
  for (auto _ : state) {
    const auto parsed = parser.page(page());
    if (!parsed || parsed->events.size() != 100) state.SkipWithError("the page was not read");
    benchmark::DoNotOptimize(parsed);
  }
  count(state);
}
BENCHMARK(parse_page);

void parse_page_with_boost_json(benchmark::State& state) {
  for (auto _ : state) {
    boost::json::monotonic_resource memory;
    const boost::json::value parsed = boost::json::parse(page(), &memory);
    std::vector<core::Event> events;
    for (const auto& json : parsed.as_array()) {
      core::Event event;
      event.key.id = std::stoull(std::string(json.at("id").as_string()));
      event.key.created_at = *core::parse_rfc3339(std::string(json.at("created_at").as_string()));
      event.type = json.at("type").as_string();
      event.actor = json.at("actor").at("login").as_string();
      event.repository = json.at("repo").at("name").as_string();
      events.push_back(std::move(event));
    }
    if (events.size() != 100) state.SkipWithError("the page was not read");
    benchmark::DoNotOptimize(events);
  }
  count(state);
}
BENCHMARK(parse_page_with_boost_json);

}  // namespace
}  // namespace repopulse::github
