// Values to fill a store with.
#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "store/store.h"

namespace repopulse::store {

// Fails the test with the error's words instead of ending the process.
template <typename T>
T must(Result<T> result) {
  if (!result) {
    ADD_FAILURE() << result.error().message;
    if constexpr (std::is_default_constructible_v<T>) return T();
  }
  return std::move(result).value();
}
inline void must(const Status& status) {
  EXPECT_TRUE(status) << status.error().message;
}

// How a call failed; nullopt: it did not.
template <typename T>
std::optional<core::ErrorKind> failure_of(const Result<T>& result) {
  return result ? std::nullopt : std::optional(result.error().kind);
}

inline core::Timestamp instant(std::int64_t seconds) {
  return core::timestamp_from_unix_millis((1'700'000'000 + seconds) * 1000 + 123);
}
inline core::EventTime moment(std::int64_t seconds) {
  return core::event_time_from_unix(1'700'000'000 + seconds);
}
inline core::RepoName name(std::string_view text) {
  return core::RepoName::parse(text).value();
}
inline core::Gap gap(std::int64_t from, std::int64_t to) {
  return {moment(from), moment(to)};
}

// An event of `o/r`, `seconds` after a fixed moment.
core::Event event(std::uint64_t id, std::int64_t seconds, std::string type = "PushEvent",
                  std::string actor = "octocat");
// A feed state with every field set to something.
core::FeedState feed(std::string name, int variant = 1);
ApiKey key(std::string id, KeyRole role = KeyRole::kRead);

// Adds one repository; its number.
RepoId add(Store& store, std::string_view full_name, bool active = false);
inline std::int64_t revision_of(Store& store) {
  return must(store.list_changes(-1)).revision;
}
// Commits events of one repository.
CommitReceipt put(Store& store, RepoId repository, std::vector<core::Event> events);

std::vector<StoredEvent> all_events(Store& store, RepoId repository, const EventFilter& filter = {});
std::vector<std::uint64_t> ids(const std::vector<StoredEvent>& events);

}  // namespace repopulse::store

namespace repopulse::core {
// As GoogleTest's matchers compare and print events.
bool operator==(const Event& a, const Event& b);
void PrintTo(const Event& event, std::ostream* out);  // NOLINT(readability-identifier-naming)
}  // namespace repopulse::core
