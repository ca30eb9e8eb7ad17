// Limits what those who come without a key may ask, by address, so that the open internet cannot load the server. Keeps
// counts in memory only; knows neither keys nor routes.
#pragma once

#include <array>
#include <cstddef>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string_view>

#include "api/allowance.h"
#include "core/time.h"
#include "http/trusted_proxies.h"

namespace repopulse::api {

// Each address may send `per_minute` requests at once, and gets as many again over each minute. A network of 64 bits
// counts as one IPv6 address, since whoever has one has all of it. Its memory is bounded, whatever the number of
// addresses: those beyond share one count. Any thread may call anything at any time.
class VisitorLimiter {
 public:
  static constexpr std::size_t kAddressesMax = 10'000;
  static constexpr int kStreamsMax = 20;  // of one address, open at the same time
  static constexpr core::Seconds kStreamRetry{60};

  // 0: no limit on requests.
  explicit VisitorLimiter(int per_minute) : per_minute_(per_minute) {}

  // Counts one request. Set: it is one too many, and this is when the next one may come.
  std::optional<core::Seconds> count(std::string_view address, core::Timestamp now);

  // An open event stream holds its token; nullptr: there are kStreamsMax of that address. The limiter must outlive it.
  using Token = std::shared_ptr<const void>;
  Token open_stream(std::string_view address);

 private:
  using Network = std::array<unsigned char, 16>;
  static Network network_of(std::string_view address);
  Allowance& allowance_of(const Network& network, core::Timestamp now);

  const int per_minute_;
  std::mutex mutex_;
  std::map<Network, Allowance> allowances_;
  Allowance shared_;  // of the addresses beyond kAddressesMax
  core::Timestamp cleaned_at_{};
  std::map<Network, int> streams_;
};

}  // namespace repopulse::api
