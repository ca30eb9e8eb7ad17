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
  // Of GraphQL alone:
  kQuotaInBody,      // 200 with RATE_LIMITED, though points are left
  kSecondaryInBody,  // 200 with the words of the secondary limit, without Retry-After
  kResourceLimits,   // RESOURCE_LIMITS_EXCEEDED instead of every second repository
  kPartialErrors,    // of three repositories one is forbidden, and one lacks a signal
  kNullData,         // 200 without data: something went wrong
};
// Of any request, and of GraphQL alone.
inline constexpr std::array kAllFaults = {
    Fault::kServerError, Fault::kBadGateway, Fault::kUnavailable,    Fault::kSecondaryLimit, Fault::kSilentLimit,
    Fault::kTimeout,     Fault::kReset,      Fault::kTruncated,      Fault::kTooLarge,       Fault::kCutBody,
    Fault::kGarbage,     Fault::kHtml,       Fault::kMissingHeaders, Fault::kClockSkew,      Fault::kStuck};
inline constexpr std::array kGraphqlFaults = {Fault::kQuotaInBody, Fault::kSecondaryInBody, Fault::kResourceLimits,
                                              Fault::kPartialErrors, Fault::kNullData};

std::string_view to_string(Fault fault);  // `server_error`, …
std::optional<Fault> parse_fault(std::string_view name);
bool is_of_graphql(Fault fault);  // alone

// How the GraphQL API lies about a repository.
enum class Lie {
  kNone,
  kStuck,    // nothing changes any more
  kChanges,  // something changes from request to request
  kOtherId,  // it has the number of another repository
  kMissing,  // it is not there
};
inline constexpr std::array kAllLies = {Lie::kNone, Lie::kStuck, Lie::kChanges, Lie::kOtherId, Lie::kMissing};
std::string_view to_string(Lie lie);  // `none`, `stuck`, `changes`, `other_id`, `missing`
std::optional<Lie> parse_lie(std::string_view name);

// What is wrong with the feed of what an account receives.
enum class AccountFault {
  kNone,
  kLeavesOut,  // one event in three does not come
  kSilent,     // nothing comes any more
  kStuck,      // it answers every conditional request with 304
  kMissing,    // the account is not there
};
inline constexpr std::array kAllAccountFaults = {AccountFault::kNone, AccountFault::kLeavesOut, AccountFault::kSilent,
                                                 AccountFault::kStuck, AccountFault::kMissing};
std::string_view to_string(AccountFault fault);  // `none`, `leaves_out`, `silent`, `stuck`, `missing`
std::optional<AccountFault> parse_account_fault(std::string_view name);

}  // namespace repopulse::sim
