// POST /api/hooks/github: takes the deliveries of GitHub's webhooks. The signature takes the place of a key. A delivery
// is a hint: it makes the monitor ask for the repository's feed soon, and nothing of it is stored.
//
// A body is hashed and searched as it arrives and never kept, so that long ones cost no memory, whoever sends them.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "api/context.h"
#include "api/metric_families.h"
#include "api/recent_deliveries.h"
#include "core/result.h"
#include "http/router.h"

namespace repopulse::api {

// Any thread may call anything at any time. Must outlive the server that runs its route.
class Webhooks {
 public:
  // GitHub sends at most 25 MB of JSON, which is longer in a form.
  static constexpr std::size_t kBodyBytesMax = std::size_t{80} * 1024 * 1024;

  explicit Webhooks(Context& context) : context_(context) {}

  void add_routes(http::Router& router);
  void collect(MetricFamilies& families) const;

 private:
  class Delivery;
  class Nobody;
  enum class Result { kAccepted, kIgnored, kUnknown, kRepeated, kRefused, kMalformed, kFailed };
  static constexpr std::array<std::string_view, 7> kResultNames = {"accepted", "ignored",   "unknown", "repeated",
                                                                   "refused",  "malformed", "failed"};

  std::unique_ptr<http::BodyReceiver> receive() const;
  std::optional<http::Response> refuse(const http::Request& request);
  http::Response take(const http::Request& request);
  core::Result<Result> heed(const http::Request& request, const Delivery& delivery);
  http::Response answer(Result result, const Delivery& delivery, bool accepted);
  bool is_repeated(std::string_view id);
  void remember(std::string_view id);
  void count(Result result) { counts_[static_cast<std::size_t>(result)].fetch_add(1, std::memory_order_relaxed); }

  Context& context_;
  std::array<std::atomic<std::uint64_t>, kResultNames.size()> counts_{};
  std::mutex mutex_;
  RecentDeliveries recent_;  // guarded by mutex_
};

}  // namespace repopulse::api
