#include "api/visitor_limiter.h"

#include <algorithm>
#include <chrono>
#include <iterator>

namespace repopulse::api {
namespace {

constexpr core::Millis kCleaningPause{1'000};  // cleaning looks at every address

}  // namespace

VisitorLimiter::Network VisitorLimiter::network_of(std::string_view address) {
  constexpr std::size_t kNetworkBytes = 8;
  Network network = http::parse_address(address).value_or(Network{});
  const bool is_ipv4 = http::is_mapped(network);
  if (!is_ipv4) std::fill(network.begin() + kNetworkBytes, network.end(), static_cast<unsigned char>(0));
  return network;
}

Allowance& VisitorLimiter::allowance_of(const Network& network, core::Timestamp now) {
  const auto known = allowances_.find(network);
  if (known != allowances_.end()) return known->second;
  if (allowances_.size() >= kAddressesMax && (now - cleaned_at_ >= kCleaningPause || now < cleaned_at_)) {
    cleaned_at_ = now;
    for (auto at = allowances_.begin(); at != allowances_.end();) {
      at = at->second.is_full(per_minute_, now) ? allowances_.erase(at) : std::next(at);
    }
  }
  if (allowances_.size() >= kAddressesMax) return shared_;
  return allowances_.emplace(network, Allowance::full(per_minute_, now)).first->second;
}

std::optional<core::Seconds> VisitorLimiter::count(std::string_view address, core::Timestamp now) {
  if (per_minute_ == 0) return std::nullopt;
  const std::lock_guard lock(mutex_);
  return allowance_of(network_of(address), now).take(per_minute_, now);
}

VisitorLimiter::Token VisitorLimiter::open_stream(std::string_view address) {
  const Network network = network_of(address);
  const std::lock_guard lock(mutex_);
  int& open = streams_[network];
  if (open >= kStreamsMax) return nullptr;
  ++open;
  return {this, [this, network](const void*) {
            const std::lock_guard closing(mutex_);
            if (--streams_[network] == 0) streams_.erase(network);
          }};
}

}  // namespace repopulse::api
