#include "tests/simulation/checks.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <map>

#include "tests/simulation/late_events.h"

namespace repopulse::simulation {
namespace {

using core::EventTime;

// The contract's words, taken literally, for one type of events.
std::optional<double> average_of(std::vector<std::pair<EventTime, std::uint64_t>> events) {
  if (events.size() < 2) return std::nullopt;
  std::ranges::sort(events);
  return static_cast<double>((events.back().first - events.front().first).count()) /
         static_cast<double>(events.size() - 1);
}

std::string text_of(core::Timestamp at) {
  return core::format_rfc3339(core::to_event_time(at));
}

}  // namespace

std::vector<std::string> compare_window(const core::Window& window, const std::vector<TypedEvent>& newest,
                                        core::Timestamp now) {
  std::vector<std::string> differences;
  std::map<std::string, std::vector<std::pair<EventTime, std::uint64_t>>> by_type;
  for (const auto& [key, type] : newest) {
    const bool inside = core::to_timestamp(key.created_at) > now - std::chrono::days(window.rule().days);
    if (inside) by_type[type].emplace_back(key.created_at, key.id);
  }
  const core::WindowStatistics statistics = window.statistics(now);
  if (statistics.types.size() != by_type.size()) {
    differences.emplace_back("the window has other types than the store");
  }
  for (const core::GapStatistics& type : statistics.types) {
    const auto& events = by_type[type.type];
    if (type.events != events.size()) {
      differences.push_back("the window counts " + std::to_string(type.events) + " of " + type.type +
                            " and the store has " + std::to_string(events.size()));
    }
    const auto expected = average_of(events);
    const bool same = expected.has_value() == type.average_seconds.has_value() &&
                      (!expected || std::abs(*expected - *type.average_seconds) < 1e-6);
    if (!same) differences.push_back("an average differs from brute force: " + type.type);
  }
  return differences;
}

std::optional<std::string> find_missing(const std::vector<sim::Shown>& shown, const Kept& kept) {
  std::size_t missing = 0;
  std::string first;
  for (const sim::Shown& event : shown) {
    const bool gone_before = event.until && *event.until <= kept.since + kFirstWalk;
    if (kept.stored.contains(event.key) || event.from > kept.read || gone_before) continue;
    const EventTime at = event.key.created_at;
    const auto covers = [at](const core::Gap& gap) { return gap.from <= at && at <= gap.to; };
    if (std::ranges::any_of(kept.gaps, covers)) continue;
    if (is_late(event) && kept.late_must_be_found && !kept.late_must_be_found(event)) continue;
    if (missing++ > 0) continue;
    first = std::to_string(event.key.id) + " of " + core::format_rfc3339(at) + ", shown from " + text_of(event.from) +
            " until " + (event.until ? text_of(*event.until) : "now");
  }
  if (missing == 0) return std::nullopt;
  return std::to_string(missing) + " events are missing and in no gap; the first is " + first;
}

std::optional<std::string> compare_shares(const monitor::SpendingView& spent) {
  monitor::SpentShare sum = spent.others;
  for (const auto& [feed, share] : spent.repositories) sum += share;
  const auto differs = [](double shares, std::uint64_t sent) {
    return std::abs(shares - static_cast<double>(sent)) > 1e-6;
  };
  if (differs(sum.own + sum.shared + sum.probes, spent.all.requests)) return "shares of requests do not add up";
  if (differs(sum.quota_spent, spent.all.quota_spent)) return "shares of the quota do not add up";
  if (differs(sum.points_spent, spent.all.points_spent)) return "shares of the points do not add up";
  if (sum.events != spent.all.events) return "shares of the events do not add up";
  return std::nullopt;
}

}  // namespace repopulse::simulation
