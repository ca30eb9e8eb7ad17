// A model of arrivals whose rates the test knows.
#pragma once

#include <gtest/gtest.h>

#include <span>

#include "forecast/arrival_model.h"

namespace repopulse::polling {

// A constant rate, whatever arrives; and that of a feed in which nothing has arrived.
class ConstantModel final : public forecast::ArrivalModel {
 public:
  ConstantModel(double rate, double silent) : rate_(rate) { silence_.fill(silent); }
  void learn(std::span<const core::EventTime>, core::Timestamp until) override {
    EXPECT_GE(until, until_) << "time goes back";
    until_ = until;
  }
  using ArrivalModel::predict;
  void predict(core::Timestamp, std::span<const core::EventTime>, forecast::Outlook& outlook) override {
    outlook.fill(rate_);
  }
  const forecast::Outlook* predicted_silence() const override { return &silence_; }

 private:
  double rate_;
  forecast::Outlook silence_{};
  core::Timestamp until_{};
};

}  // namespace repopulse::polling
