// The baseline: asks again after one mean gap between the events of the window, at most after 6 h. A poll that brings
// nothing counts the silence as one more gap. It ignores the freshness.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "polling/policy.h"

namespace repopulse::polling {

class MeanPolicy final : public Policy {
 public:
  explicit MeanPolicy(const PolicySettings& settings) : window_(settings.window) {}

  std::string_view name() const override { return "mean"; }
  void add(std::string_view feed, std::span<const core::EventTime> history, std::string_view state,
           core::Timestamp now) override;
  void remove(std::string_view feed) override;
  void observe(std::string_view feed, const PollObservation& poll) override;
  core::Timestamp next(std::string_view feed, core::Timestamp now) override;
  std::string save(std::string_view) const override { return {}; }  // the window's arrivals are its whole memory

 private:
  struct Feed {
    std::vector<core::EventTime> arrivals;  // of the window, ascending
    bool silent = true;                     // the last poll brought nothing
  };
  void trim(Feed& feed, core::Timestamp now) const;

  core::WindowRule window_;
  std::map<std::string, Feed, std::less<>> feeds_;
};

}  // namespace repopulse::polling
