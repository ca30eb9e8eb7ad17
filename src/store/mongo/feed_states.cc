#include "store/mongo/feed_states.h"

#include <algorithm>
#include <string_view>

#include "core/feed_name.h"
#include "store/mongo/schema.h"

namespace repopulse::store::mongo {

using core::ErrorKind;
using core::fail;

namespace {

void add_time(Bson& to, std::string_view name, const std::optional<core::Timestamp>& at) {
  if (at) to.add(name, *at);
}

Array validators(const core::FeedState& state) {
  Array out;
  for (const core::Validator& validator : state.validators) {
    Bson document;
    document.add_opaque("etag", validator.etag);
    document.add_opaque("last_modified", validator.last_modified);
    out.push_back(std::move(document));
  }
  return out;
}

Bson to_bson(const core::FeedState& state, const Writer& writer) {
  Bson out{{"feed", std::string_view(state.feed)},
           {"status", core::to_string(state.status)},
           {"validators", validators(state)},
           {"floor_ms", state.floor.count()},
           {"failures_in_a_row", std::int64_t{state.failures_in_a_row}},
           {"not_modified_in_a_row", std::int64_t{state.not_modified_in_a_row}},
           {"requests", static_cast<std::int64_t>(state.counters.requests)},
           {"not_modified", static_cast<std::int64_t>(state.counters.not_modified)},
           {"failures", static_cast<std::int64_t>(state.counters.failures)},
           {"quota_spent", static_cast<std::int64_t>(state.counters.quota_spent)},
           {"policy_state", Binary{state.policy_state}},
           {"shard", std::int64_t{writer.shard}}};
  out.add_opaque("status_detail", state.status_detail);
  out.add_opaque("location", state.location);
  add_time(out, "last_polled_at", state.last_polled_at);
  add_time(out, "last_full_at", state.last_full_at);
  add_time(out, "next_poll_at", state.next_poll_at);
  if (state.overlap_boundary) out.add("overlap_boundary", *state.overlap_boundary);
  if (state.overlap_newest) add_time(out, "overlap_newest", core::to_timestamp(*state.overlap_newest));
  if (state.github_id != 0) out.add("github_id", static_cast<std::int64_t>(state.github_id));
  if (state.replaced_id != 0) out.add("replaced_id", static_cast<std::int64_t>(state.replaced_id));
  add_time(out, "replaced_at", state.replaced_at);
  if (writer.fence) out.add("fence", *writer.fence);
  return out;
}

std::uint64_t count(const Bson& from, const char* name) {
  return static_cast<std::uint64_t>(from.integer(name).value_or(0));
}

core::FeedState from_bson(const Bson& from, std::string feed) {
  core::FeedState out;
  out.feed = std::move(feed);
  out.status = core::parse_repo_status(from.text("status").value_or("pending")).value_or(core::RepoStatus::kPending);
  out.status_detail = from.opaque("status_detail");
  out.location = from.opaque("location");
  for (const Bson& validator : from.documents("validators")) {
    out.validators.push_back({validator.opaque("etag"), validator.opaque("last_modified")});
  }
  out.floor = core::Millis(from.integer("floor_ms").value_or(out.floor.count()));
  out.failures_in_a_row = static_cast<int>(from.integer("failures_in_a_row").value_or(0));
  out.not_modified_in_a_row = static_cast<int>(from.integer("not_modified_in_a_row").value_or(0));
  out.counters = {count(from, "requests"), count(from, "not_modified"), count(from, "failures"),
                  count(from, "quota_spent")};
  out.policy_state = from.bytes("policy_state").value_or("");
  out.last_polled_at = from.time("last_polled_at");
  out.last_full_at = from.time("last_full_at");
  out.next_poll_at = from.time("next_poll_at");
  out.github_id = count(from, "github_id");
  out.replaced_id = count(from, "replaced_id");
  out.replaced_at = from.time("replaced_at");
  out.overlap_boundary = from.integer("overlap_boundary");
  if (const auto newest = from.time("overlap_newest")) out.overlap_newest = core::to_event_time(*newest);
  return out;
}

void add_fence(Bson& filter, const Writer& writer) {
  if (!writer.fence) return;
  // Fences of different shards say nothing of each other: the number of shards may have changed.
  const Bson another_shard{{"polling.shard", Bson{{"$ne", std::int64_t{writer.shard}}}}};
  const Bson no_higher{{"polling.fence", Bson{{"$not", Bson{{"$gt", *writer.fence}}}}}};
  filter.add("$or", Array{another_shard, no_higher});
}

tl::unexpected<core::Error> stale(const std::string& feed) {
  return fail(ErrorKind::kStale, "the lease was taken over: another server polls " + feed);
}

}  // namespace

Result<std::vector<core::FeedState>> FeedStates::all() {
  std::vector<core::FeedState> out;
  const Bson polled{{"polling", Bson{{"$exists", true}}}};
  const auto read =
      database_.visit(kRepositories, polled, {.sort = {}, .projection = Bson{{"key", true}, {"polling", true}}},
                      [&](const Bson& document) {
                        const std::string key = document.text("key").value_or("");
                        if (const auto polling = document.document("polling"))
                          out.push_back(from_bson(*polling, core::repository_feed(key)));
                        return true;
                      });
  if (!read) return tl::unexpected(read.error());
  return database_
      .visit(kFeeds, {}, {},
             [&](const Bson& document) {
               if (const auto polling = document.document("polling"))
                 out.push_back(from_bson(*polling, document.text("_id").value_or("")));
               return true;
             })
      .map([&] {
        std::ranges::sort(out, {}, &core::FeedState::feed);
        return std::move(out);
      });
}

// Updates the feed's document; where a feed that is no repository's has none, inserts `first`.
Status FeedStates::write(const std::string& feed, const Bson& update, const Bson& first, const Writer& writer) {
  if (core::is_repository_feed(feed)) {
    Bson filter{{"key", core::subject_of(feed)}};
    add_fence(filter, writer);
    const auto matched = database_.update_one(kRepositories, filter, update);
    if (!matched) return tl::unexpected(matched.error());
    if (*matched > 0) return {};
    const auto known = database_.find_one(kRepositories, Bson{{"key", core::subject_of(feed)}},
                                          {.sort = {}, .projection = Bson{{"key", true}}});
    if (!known) return tl::unexpected(known.error());
    if (*known) return stale(feed);
  }
  Bson filter{{"_id", std::string_view(feed)}};
  add_fence(filter, writer);
  const auto matched = database_.update_one(kFeeds, filter, update);
  if (!matched) return tl::unexpected(matched.error());
  if (*matched > 0) return {};
  const auto inserted = database_.insert_one(kFeeds, Bson{{"_id", std::string_view(feed)}, {"polling", first}});
  if (!inserted) return tl::unexpected(inserted.error());
  if (!*inserted) return stale(feed);
  return {};
}

Status FeedStates::put(const core::FeedState& state, const Writer& writer) {
  const Bson polling = to_bson(state, writer);
  return write(state.feed, Bson{{"$set", Bson{{"polling", polling}}}}, polling, writer);
}

Status FeedStates::begin_walk(const std::string& feed, Sequence boundary, const Writer& writer) {
  const Bson update{{"$min", Bson{{"polling.overlap_boundary", boundary}}}};
  return write(feed, update, Bson{{"overlap_boundary", boundary}}, writer);
}

Status FeedStates::claim(std::span<const int> shards, std::int64_t fence) {
  const Bson lower{{"polling.shard", Bson{{"$in", Int64Array{{shards.begin(), shards.end()}}}}},
                   {"polling.fence", Bson{{"$not", Bson{{"$gte", fence}}}}}};
  for (const char* collection : {kRepositories, kFeeds}) {
    const auto claimed = database_.update_many(collection, lower, Bson{{"$set", Bson{{"polling.fence", fence}}}});
    if (!claimed) return tl::unexpected(claimed.error());
  }
  return {};
}

Status FeedStates::forget(const std::string& feed) {
  return database_.remove(kFeeds, Bson{{"_id", std::string_view(feed)}}).map([](std::int64_t) {});
}

}  // namespace repopulse::store::mongo
