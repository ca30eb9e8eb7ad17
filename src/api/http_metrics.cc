#include "api/http_metrics.h"

#include <algorithm>
#include <map>
#include <string>

namespace repopulse::api {
namespace {

using namespace std::chrono_literals;

constexpr std::array<core::DurationHistogram::Duration, 12> kLatencyBounds = {50us, 100us, 250us, 500us, 1ms, 2500us,
                                                                              5ms,  10ms,  50ms,  250ms, 1s,  5s};
constexpr std::array<std::string_view, 8> kMethodNames = {"GET",   "HEAD",   "POST",    "PUT",
                                                          "PATCH", "DELETE", "OPTIONS", "other"};

// A pattern may have several routes, one for each method.
void merge(core::DurationHistogram::View& sum, const core::DurationHistogram::View& more) {
  if (sum.counts.empty()) {
    sum = more;
    return;
  }
  std::ranges::transform(sum.counts, more.counts, sum.counts.begin(), std::plus());
  sum.count += more.count;
  sum.sum_seconds += more.sum_seconds;
}

}  // namespace

HttpMetrics::Route::Route() : latency(kLatencyBounds) {}

HttpMetrics::HttpMetrics() : routes_(std::make_unique<Route[]>(kRoutesMax + 1)) {}

void HttpMetrics::count(const http::Access& access) {
  Route& route = routes_[std::min(access.route_id.value_or(kUnmatched), kUnmatched)];
  const auto status_class = static_cast<std::size_t>(std::clamp(access.status / 100, 1, 5) - 1);
  route.requests[static_cast<std::size_t>(access.verb)][status_class].fetch_add(1, std::memory_order_relaxed);
  if (!access.is_stream) route.latency.add(access.took);
}

void HttpMetrics::collect(MetricFamilies& families, const http::Router& router) const {
  static_assert(kMethodNames.size() == kMethods);
  using Counter = std::tuple<std::string, std::size_t,
                             std::size_t>;  // pattern, method, class of status
  std::map<Counter, std::uint64_t> counters;
  std::map<std::string, core::DurationHistogram::View> latencies;
  const std::size_t known = std::min(router.routes().size(), kRoutesMax);
  for (std::size_t id = 0; id <= kUnmatched; ++id) {
    if (id >= known && id != kUnmatched) continue;
    const std::string pattern = id == kUnmatched ? "unmatched" : router.routes()[id].pattern;
    for (std::size_t method = 0; method < kMethods; ++method) {
      for (std::size_t status = 0; status < kClasses; ++status) {
        const std::uint64_t count = routes_[id].requests[method][status].load(std::memory_order_relaxed);
        if (count > 0) counters[{pattern, method, status}] += count;
      }
    }
    merge(latencies[pattern], routes_[id].latency.view());
  }

  MetricFamily requests =
      families.counter("repopulse_http_requests_total", "Requests answered. Event streams are counted when they end.");
  for (const auto& [counter, count] : counters) {
    const auto& [pattern, method, status] = counter;
    requests.add(static_cast<double>(count), {{"route", pattern},
                                              {"method", std::string(kMethodNames[method])},
                                              {"status", std::to_string(status + 1) + "xx"}});
  }
  MetricFamily durations = families.histogram("repopulse_http_request_duration_seconds",
                                              "Time from the last byte of a request to the "
                                              "last byte of its answer, without event streams.");
  for (const auto& [pattern, latency] : latencies) {
    if (latency.count > 0) durations.add(latency, {{"route", pattern}});
  }
  families.gauge("repopulse_http_connections", "Open connections.")
      .add(static_cast<double>(connections_.load(std::memory_order_relaxed)));
}

}  // namespace repopulse::api
