// A monitor in virtual time whose requests carry tokens of a GitHub App, and the simulated GitHub that it asks.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "monitor/monitor.h"
#include "polling/policy_table.h"
#include "sim/app_keys.h"
#include "sim/github_simulator.h"
#include "sim/memory_store.h"

namespace repopulse::monitor::test {

using namespace std::chrono_literals;
using core::Millis;
using core::Timestamp;

inline const sim::AppKeys& app_keys() {
  static const sim::AppKeys made = sim::make_app_keys();
  return made;
}

class ServerWithApp : public testing::Test {
 protected:
  ServerWithApp() : github_(sim::SimulatorSettings{}) {
    github_.set_now(now_);
    github_.set_app({"42", "7", app_keys().public_key});
  }

  // What the process had not stored is gone.
  void boot() {
    MonitorSettings settings;
    settings.app = github::App{"42", "7", *github::AppKey::read(private_key_)};
    settings.token_fingerprint = "app";
    settings.max_active = max_active_;
    settings.organisation_feeds = false;
    settings.change_probes = probes_;
    monitor_ = std::make_unique<Monitor>(store_, polling::make_policy(policy_, {300s, {}}).value(), settings);
    ASSERT_TRUE(monitor_->start(clock()));
    Subscriber subscriber;
    subscriber.on_token = [this](const TokenReport& report) { reports_.push_back(report); };
    subscriber.on_owner = [this](const OwnerReport& report) { owner_reports_.push_back(report); };
    monitor_->subscribe(std::move(subscriber));
  }
  // Polls for so long.
  void live(Millis span) {
    for (const Timestamp end = now_ + span; now_ < end;) step(end);
  }
  // Until that is so, or the time has come.
  template <class Condition>
  void live_until(const Condition& condition, Millis longest) {
    for (const Timestamp end = now_ + longest; now_ < end && !condition();) step(end);
  }
  Timestamp clock() const { return now_ + ahead_; }
  std::size_t tokens() { return github_.app().made(); }
  // Requests for tokens since the `first`th request.
  long asked_tokens(std::size_t first = 0) {
    const auto& all = github_.log().requests();
    return std::count_if(all.begin() + static_cast<long>(first), all.end(),
                         [](const auto& request) { return request.feed == "app"; });
  }
  PollerView poller() { return monitor_->snapshot()->poller; }
  std::shared_ptr<const RepositoryView> view(const std::string& name) { return monitor_->snapshot()->find(name); }

  Timestamp now_{1'760'000'000s};
  Millis ahead_{0};  // our clock
  bool probes_ = false;
  std::size_t max_active_ = 20;
  std::string policy_ = "fixed";
  std::string private_key_ = app_keys().private_key;
  sim::GitHubSimulator github_;
  sim::MemoryStore store_;
  std::vector<TokenReport> reports_;
  std::vector<OwnerReport> owner_reports_;
  std::unique_ptr<Monitor> monitor_;
  std::size_t steps_ = 0;  // calls of next(), so far

 private:
  // One request, or a pause, until `end` at the latest.
  void step(Timestamp end) {
    ++steps_;
    const Action action = monitor_->next(clock());
    if (const auto* pause = std::get_if<CallAgain>(&action)) {
      now_ = std::clamp(pause->at - ahead_, now_ + 1ms, end);
      github_.set_now(now_);
      return;
    }
    github_.set_now(now_);
    const github::HttpResult result = github_.send(std::get<github::HttpRequest>(action));
    now_ += 200ms;
    github_.set_now(now_);
    monitor_->absorb(result, clock());
  }
};

}  // namespace repopulse::monitor::test
