// A history of commits whose every prefix can be told from its traces in a store.
#pragma once

#include <algorithm>

#include "tests/store/conformance/samples.h"

namespace repopulse::store::sqlite {

inline constexpr int kEventsPerCommit = 7;

// Commit number `index`, from 0: new events, one that is known, and poll state that counts the commits.
inline PollCommit nth_commit(RepoId repository, int index) {
  PollCommit poll;
  RepositoryEvents batch{repository, {}};
  for (int i = 0; i < kEventsPerCommit; ++i) {
    const int number = index * kEventsPerCommit + i;
    batch.events.push_back(event(static_cast<std::uint64_t>(number), number % 101));
  }
  if (index > 0)
    batch.events.push_back(
        event(static_cast<std::uint64_t>(index * kEventsPerCommit - 1), (index * kEventsPerCommit - 1) % 101));
  poll.events.push_back(std::move(batch));
  core::FeedState state = feed("repos/o/r");
  state.counters.requests = static_cast<std::uint64_t>(index) + 1;
  poll.feeds.push_back(state);
  poll.notes.emplace_back("commits", std::to_string(index + 1));
  return poll;
}

// How many commits the store holds; the test fails where its parts disagree.
inline int commits_in(Store& store) {
  const std::vector<Repository> repositories = must(store.repositories());
  if (repositories.empty()) return 0;
  const std::vector<core::FeedState> feeds = must(store.feeds());
  const int commits = feeds.empty() ? 0 : static_cast<int>(feeds.front().counters.requests);
  std::vector<std::uint64_t> expected;
  for (int i = 0; i < commits * kEventsPerCommit; ++i) expected.push_back(static_cast<std::uint64_t>(i));
  const std::vector<StoredEvent> events = must(store.events_after(0, 1'000'000));
  EXPECT_EQ(ids(events), expected) << "events agree with the poll state of " << commits << " commits";
  EXPECT_EQ(repositories.front().events_stored, expected.size());
  EXPECT_EQ(all_events(store, repositories.front().id).size(), expected.size()) << "the index agrees with the table";
  const auto notes = must(store.notes());
  EXPECT_EQ(notes.empty() ? "0" : notes.front().second, std::to_string(commits));
  return commits;
}

}  // namespace repopulse::store::sqlite
