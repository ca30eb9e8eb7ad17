// All subscribers of the monitor, and how they are told. Any thread may call. It knows neither store nor board: the
// jobs of the monitor gather News while they hold the board's lock, and tell them after they have released it.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include "monitor/subscriber.h"

namespace repopulse::monitor {

// What a job has changed, in order.
struct News {
  std::vector<std::pair<store::StoredEvent, core::RepoName>> events;
  std::vector<std::shared_ptr<const RepositoryView>> statistics;
  std::vector<PollReport> polls;
  std::vector<ProbeReport> probes;
  std::vector<TokenReport> tokens;
  std::vector<OwnerReport> owners;
};

class Subscribers {
 public:
  // Returns the number with which the subscription is ended.
  std::uint64_t add(Subscriber subscriber);
  // When it returns, the subscriber is called no more.
  void remove(std::uint64_t subscription);
  // Each subscriber hears all events, then the statistics, then the polls, the probes, the tokens and the owners.
  void tell(const News& news) const;

 private:
  mutable std::mutex mutex_;
  std::map<std::uint64_t, Subscriber> subscribers_;
  std::uint64_t last_subscription_ = 0;
};

}  // namespace repopulse::monitor
