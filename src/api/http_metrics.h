// Counts HTTP requests by route, method and class of status, and measures how long their answers took.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>

#include "api/metric_families.h"
#include "core/duration_histogram.h"
#include "http/router.h"
#include "http/server.h"

namespace repopulse::api {

// Any thread may call anything at any time. A request costs two array look-ups and three atomic additions.
class HttpMetrics {
 public:
  HttpMetrics();

  void count(const http::Access& access);
  void connection(int change) { connections_.fetch_add(change, std::memory_order_relaxed); }

  // `router`: the one that matched the requests.
  void collect(MetricFamilies& families, const http::Router& router) const;

 private:
  static constexpr std::size_t kRoutesMax = 128;  // further routes are counted as unmatched
  static constexpr std::size_t kUnmatched = kRoutesMax;
  static constexpr std::size_t kMethods = static_cast<std::size_t>(http::Method::kOther) + 1;
  static constexpr std::size_t kClasses = 5;  // 1xx to 5xx

  struct Route {
    Route();
    std::array<std::array<std::atomic<std::uint64_t>, kClasses>, kMethods> requests{};
    core::DurationHistogram latency;
  };

  const std::unique_ptr<Route[]> routes_;
  std::atomic<std::int64_t> connections_{0};
};

}  // namespace repopulse::api
