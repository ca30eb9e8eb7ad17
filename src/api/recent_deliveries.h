// The deliveries that came lately, so that one that comes again has no effect. Bounded: it forgets the oldest.
// Thread-compatible.
#pragma once

#include <cstddef>
#include <deque>
#include <string>
#include <string_view>
#include <unordered_set>

namespace repopulse::api {

class RecentDeliveries {
 public:
  static constexpr std::size_t kMost = 10'000;
  static constexpr std::size_t kLongest = 80;  // GitHub's ids have 36 characters; of a longer one the beginning counts

  bool contains(std::string_view id) const { return known_.contains(std::string(id.substr(0, kLongest))); }
  void add(std::string_view id) {  // not one that it contains
    order_.emplace_back(id.substr(0, kLongest));
    known_.insert(order_.back());
    if (order_.size() <= kMost) return;
    known_.erase(order_.front());
    order_.pop_front();
  }

 private:
  std::deque<std::string> order_;
  std::unordered_set<std::string> known_;
};

}  // namespace repopulse::api
