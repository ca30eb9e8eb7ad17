#include "tests/store/conformance/samples.h"

#include <ostream>

namespace repopulse::store {

core::Event event(std::uint64_t id, std::int64_t seconds, std::string type, std::string actor) {
  const core::EventKey key{id, moment(seconds)};
  std::string json = R"({"id":")" + std::to_string(id) + R"(","type":")" + type + R"(","actor":{"login":")" + actor +
                     R"(","url":"https://api.github.com/users/)" + actor + R"("},"repo":{"name":"o/r"},"public":true)" +
                     R"(,"created_at":")" + core::format_rfc3339(key.created_at) + R"("})";
  return {key, std::move(type), std::move(actor), "o/r", std::move(json)};
}

core::FeedState feed(std::string name, int variant) {
  core::FeedState state;
  state.feed = std::move(name);
  state.location = "/repositories/" + std::to_string(variant) + "/events";
  for (int page = 0; page < variant % 4; ++page) {
    state.validators.push_back({"W/\"" + std::to_string(variant) + std::to_string(page) + "\"", "Tue, 14 Nov 2023"});
  }
  state.floor = core::Millis(60'000 + variant);
  state.last_polled_at = instant(variant);
  if (variant % 2 == 1) state.last_full_at = instant(variant - 5);
  state.next_poll_at = instant(variant + 60);
  state.failures_in_a_row = variant % 3;
  state.not_modified_in_a_row = variant % 5;
  if (variant % 3 == 1) {
    state.overlap_boundary = variant * 1000;
    state.overlap_newest = core::to_event_time(instant(variant));
  }
  if (variant % 3 == 2) {
    state.github_id = static_cast<std::uint64_t>(variant) + 100;
    state.replaced_id = 99;
    state.replaced_at = instant(variant);
  }
  state.status = variant % 2 == 1 ? core::RepoStatus::kOk : core::RepoStatus::kFailing;
  state.status_detail = variant % 2 == 1 ? "" : "502 from GitHub";
  const auto count = static_cast<std::uint64_t>(variant);
  state.counters = {count * 4, count * 3, count, count * 2};
  state.policy_state = std::string("\0\xff bytes", 8) + std::to_string(variant);
  return state;
}

ApiKey key(std::string id, KeyRole role) {
  return {std::move(id), "a label", role, std::string("\0\x01\xfe", 3), std::string("\xff\0salt", 6), instant(7)};
}

RepoId add(Store& store, std::string_view full_name, bool active) {
  const std::vector<NewRepository> wanted = {{name(full_name), active}};
  const std::vector<AddedRepository> added = must(store.add_repositories(wanted, instant(0)));
  return added.empty() ? RepoId{} : added.front().repository.id;
}

CommitReceipt put(Store& store, RepoId repository, std::vector<core::Event> events) {
  PollCommit poll;
  poll.events.push_back({repository, std::move(events)});
  return must(store.commit(poll));
}

std::vector<StoredEvent> all_events(Store& store, RepoId repository, const EventFilter& filter) {
  std::vector<StoredEvent> events;
  must(store.visit_events(repository, filter, [&](const StoredEvent& stored) {
    events.push_back(stored);
    return true;
  }));
  return events;
}

std::vector<std::uint64_t> ids(const std::vector<StoredEvent>& events) {
  std::vector<std::uint64_t> out;
  for (const StoredEvent& stored : events) out.push_back(stored.event.key.id);
  return out;
}

}  // namespace repopulse::store

namespace repopulse::core {

bool operator==(const Event& a, const Event& b) {
  return a.key == b.key && a.type == b.type && a.actor == b.actor && a.repository == b.repository && a.json == b.json;
}

void PrintTo(const Event& event, std::ostream* out) {
  *out << event.key.id << " of " << format_rfc3339(event.key.created_at) << ", " << event.type << " by " << event.actor
       << " in " << event.repository << ": " << event.json;
}

}  // namespace repopulse::core
