// Collects metrics for one scrape and renders them in Prometheus' text format. Keeps nothing from one scrape to the
// next.
#pragma once

#include <prometheus/metric_family.h>

#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "core/duration_histogram.h"

namespace repopulse::api {

using MetricLabels = std::vector<prometheus::ClientMetric::Label>;

class MetricFamily {
 public:
  explicit MetricFamily(prometheus::MetricFamily& family) : family_(family) {}

  MetricFamily& add(double value, MetricLabels labels = {});
  MetricFamily& add(const core::DurationHistogram::View& durations, MetricLabels labels = {});

 private:
  prometheus::MetricFamily& family_;
};

class MetricFamilies {
 public:
  static constexpr std::string_view kContentType = "text/plain; version=0.0.4; charset=utf-8";

  MetricFamily counter(std::string_view name, std::string_view help);
  MetricFamily gauge(std::string_view name, std::string_view help);
  MetricFamily histogram(std::string_view name, std::string_view help);

  // Families without any value are left out.
  std::string text() const;

 private:
  MetricFamily open(std::string_view name, std::string_view help, prometheus::MetricType type);

  std::deque<prometheus::MetricFamily> families_;  // a deque: addresses stay valid
};

}  // namespace repopulse::api
