// The faults that a simulated GitHub can produce, and their names. Only names; the simulator produces them.
#pragma once

#include <array>
#include <optional>
#include <string_view>

namespace repopulse::sim {

enum class Fault {
  kServerError,     // 500 with GitHub's JSON
  kBadGateway,      // 502 with a page of HTML
  kUnavailable,     // 503 with Retry-After
  kSecondaryLimit,  // 403 with Retry-After
  kSilentLimit,     // 429 of the secondary limit, without Retry-After
  kTimeout,         // no answer
  kReset,           // the connection is reset
  kTruncated,       // the body ends too early, and the transport notices it
  kTooLarge,        // the body is larger than any client should accept
  kCutBody,         // the body ends too early, and only the parser can notice it
  kGarbage,         // 200 with bytes that are not JSON
  kHtml,            // 200 with a page of HTML
  kMissingHeaders,  // a good answer without ETag, Last-Modified, X-Poll-Interval and rate limit
  kClockSkew,       // a good answer whose Date is hours off
  kStuck,           // for half an hour the feed answers every conditional request with 304
};
inline constexpr std::array kAllFaults = {
    Fault::kServerError, Fault::kBadGateway, Fault::kUnavailable,    Fault::kSecondaryLimit, Fault::kSilentLimit,
    Fault::kTimeout,     Fault::kReset,      Fault::kTruncated,      Fault::kTooLarge,       Fault::kCutBody,
    Fault::kGarbage,     Fault::kHtml,       Fault::kMissingHeaders, Fault::kClockSkew,      Fault::kStuck};

std::string_view to_string(Fault fault);  // `server_error`, …
std::optional<Fault> parse_fault(std::string_view name);

}  // namespace repopulse::sim
