#include "bench/polling/portfolios.h"

#include <zstd.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <span>

#include "archive/line_reader.h"
#include "embed/asset.h"
#include "sim/activity.h"

namespace repopulse {
std::span<const embed::Asset> demo_data();
}

namespace repopulse::bench {
namespace {

using backtest::Trace;

constexpr std::size_t kSize = 5;

void busiest_first(std::vector<Trace>& traces) {
  std::ranges::sort(traces, std::ranges::greater{},
                    [](const Trace& trace) { return std::pair(trace.events.size(), trace.name.key()); });
}

double per_day(const Trace& trace) {
  const auto span = std::chrono::duration<double, std::ratio<86'400>>(trace.events.back().at - trace.events.front().at);
  return static_cast<double>(trace.events.size()) / std::max(span.count(), 1.0);
}

// Those whose rates are nearest to `rate` in proportion.
std::vector<Trace> nearest(std::vector<Trace> traces, double rate, std::size_t size) {
  std::ranges::sort(traces, {}, [&](const Trace& trace) { return std::abs(std::log(per_day(trace) / rate)); });
  if (traces.size() > size) traces.erase(traces.begin() + static_cast<std::ptrdiff_t>(size), traces.end());
  return traces;
}

std::string unpack_zstd(std::string_view packed) {
  std::string out(ZSTD_getFrameContentSize(packed.data(), packed.size()), '\0');
  out.resize(ZSTD_decompress(out.data(), out.size(), packed.data(), packed.size()));
  return out;
}

}  // namespace

std::vector<Trace> load_folder(const std::filesystem::path& folder) {
  std::vector<Trace> traces;
  for (const auto& file : std::filesystem::directory_iterator(folder)) {
    if (file.path().extension() != ".csv") continue;
    auto source = archive::ByteSource::open(file.path());
    if (!source) continue;
    archive::LineReader lines(*std::move(source));
    auto trace = backtest::read_csv_trace(file.path(), [&lines] { return lines.next(); });
    if (trace) traces.push_back(*std::move(trace));
  }
  busiest_first(traces);
  return traces;
}

std::vector<Trace> built_in_traces() {
  std::vector<Trace> traces;
  for (const embed::Asset& asset : demo_data()) {
    for (const auto& [name, drafts] : sim::read_archive(unpack_zstd(asset.bytes))) {
      Trace trace{*core::RepoName::parse(name), {}};
      for (const sim::Draft& draft : drafts) trace.events.push_back({draft.created_at, draft.type});
      traces.push_back(std::move(trace));
    }
  }
  busiest_first(traces);
  return traces;
}

std::vector<Trace> half_of(const std::vector<Trace>& traces, bool second) {
  std::vector<Trace> half;
  for (std::size_t i = second ? 1 : 0; i < traces.size(); i += 2) half.push_back(traces[i]);
  return half;
}

std::vector<Portfolio> portfolios_of(const std::vector<Trace>& traces) {
  if (traces.size() <= kSize) return {{"all", traces}};
  std::vector<Portfolio> out = {
      {"busy to quiet", {}}, {"middling", nearest(traces, 20, kSize)}, {"quiet", nearest(traces, 5, kSize)}};
  std::vector<Trace> left = traces;
  for (const double per_day : {100.0, 40.0, 16.0, 6.0, 2.5}) {
    out[0].traces.push_back(nearest(left, per_day, 1).front());
    std::erase_if(left, [&](const Trace& trace) { return trace.name == out[0].traces.back().name; });
  }
  return out;
}

Portfolio very_busy(const std::vector<Trace>& traces) {
  Portfolio portfolio{"very busy to quiet", portfolios_of(traces).front().traces};
  const auto quieter = std::span(portfolio.traces).subspan(1);
  Trace crowd{portfolio.traces.front().name, {}};
  for (const Trace& trace : traces) {
    if (std::ranges::find(quieter, trace.name, &Trace::name) != quieter.end()) continue;
    crowd.events.insert(crowd.events.end(), trace.events.begin(), trace.events.end());
  }
  std::ranges::stable_sort(crowd.events, {}, &backtest::TraceEvent::at);
  portfolio.traces.front() = std::move(crowd);
  return portfolio;
}

}  // namespace repopulse::bench
