#include "api/metric_families.h"

#include <prometheus/text_serializer.h>

#include <chrono>
#include <limits>
#include <sstream>
#include <utility>

namespace repopulse::api {

MetricFamily& MetricFamily::add(double value, MetricLabels labels) {
  prometheus::ClientMetric& metric = family_.metric.emplace_back();
  metric.label = std::move(labels);
  (family_.type == prometheus::MetricType::Counter ? metric.counter.value : metric.gauge.value) = value;
  return *this;
}

MetricFamily& MetricFamily::add(const core::DurationHistogram::View& durations, MetricLabels labels) {
  prometheus::ClientMetric& metric = family_.metric.emplace_back();
  metric.label = std::move(labels);
  metric.histogram.sample_count = durations.count;
  metric.histogram.sample_sum = durations.sum_seconds;
  std::uint64_t cumulative = 0;
  for (std::size_t i = 0; i < durations.bounds.size(); ++i) {
    cumulative += durations.counts[i];
    const double bound = std::chrono::duration<double>(durations.bounds[i]).count();
    metric.histogram.bucket.push_back({cumulative, bound});
  }
  metric.histogram.bucket.push_back({durations.count, std::numeric_limits<double>::infinity()});
  return *this;
}

MetricFamily MetricFamilies::counter(std::string_view name, std::string_view help) {
  return open(name, help, prometheus::MetricType::Counter);
}

MetricFamily MetricFamilies::gauge(std::string_view name, std::string_view help) {
  return open(name, help, prometheus::MetricType::Gauge);
}

MetricFamily MetricFamilies::histogram(std::string_view name, std::string_view help) {
  return open(name, help, prometheus::MetricType::Histogram);
}

MetricFamily MetricFamilies::open(std::string_view name, std::string_view help, prometheus::MetricType type) {
  return MetricFamily(families_.emplace_back(prometheus::MetricFamily{std::string(name), std::string(help), type, {}}));
}

std::string MetricFamilies::text() const {
  std::vector<prometheus::MetricFamily> all;
  for (const prometheus::MetricFamily& family : families_) {
    if (!family.metric.empty()) all.push_back(family);
  }
  std::ostringstream out;
  prometheus::TextSerializer().Serialize(out, all);
  return std::move(out).str();
}

}  // namespace repopulse::api
