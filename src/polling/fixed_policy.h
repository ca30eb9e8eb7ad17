// Asks every 2 × freshness, whatever the feed does: an event then waits `freshness` on average.
#pragma once

#include "polling/policy.h"

namespace repopulse::polling {

class FixedPolicy final : public Policy {
 public:
  explicit FixedPolicy(const PolicySettings& settings) : interval_(2 * settings.freshness) {}

  std::string_view name() const override { return "fixed"; }
  void set_freshness(core::Millis freshness) override { interval_ = 2 * freshness; }
  void add(std::string_view, std::span<const core::EventTime>, std::string_view, core::Timestamp) override {}
  void remove(std::string_view) override {}
  void observe(std::string_view, const PollObservation&) override {}
  core::Timestamp next(std::string_view, core::Timestamp now) override { return now + interval_; }
  double gain_together(std::span<const std::string> feeds) const override { return static_cast<double>(feeds.size()); }
  std::string save(std::string_view) const override { return {}; }

 private:
  core::Millis interval_;
};

}  // namespace repopulse::polling
