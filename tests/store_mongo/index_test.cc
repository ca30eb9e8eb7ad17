// Each query that grows with the store is answered from an index, and none is sorted in memory.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <iostream>
#include <set>

#include "store/mongo/database.h"
#include "store/mongo/event_document.h"
#include "store/mongo/schema.h"
#include "tests/store_mongo/field_names.h"
#include "tests/store_mongo/test_server.h"

namespace repopulse::store::mongo {
namespace {

using testing::AnyOf;
using testing::HasSubstr;
using testing::Not;

struct Query {
  std::string what;
  const char* collection;
  Bson filter;
  Bson sort;
};

EventFilter filter(std::vector<std::string> types, const std::string& actor, bool range) {
  EventFilter out;
  out.types = std::move(types);
  out.actor = actor;
  if (range) {
    out.since = core::event_time_from_unix(1);
    out.until = core::event_time_from_unix(2);
  }
  return out;
}

std::vector<Query> queries() {
  constexpr RepoId kId{1};
  const Bson newest{{"created_at", std::int64_t{-1}}, {"event_id", std::int64_t{-1}}};
  const Bson oldest{{"created_at", std::int64_t{1}}, {"event_id", std::int64_t{1}}};
  const Bson by_repository{
      {"repository", std::int64_t{1}}, {"created_at", std::int64_t{-1}}, {"event_id", std::int64_t{-1}}};
  const std::vector<core::EventKey> keys{{1, {}}, {2, {}}};
  const auto of = [&](std::vector<std::string> types, const std::string& actor, bool range) {
    return event_query(kId, filter(std::move(types), actor, range));
  };
  return {
      {"a window", kEvents, Bson{{"repository", std::int64_t{1}}}, newest},
      {"windows of many repositories", kEvents, stretch_query({1, 2}, std::nullopt, std::nullopt), by_repository},
      {"windows of many repositories in a stretch", kEvents,
       stretch_query({1, 2}, core::event_time_from_unix(1), core::event_time_from_unix(2)), by_repository},
      {"a page of events", kEvents, of({}, "", false), newest},
      {"a page by time", kEvents, of({}, "", true), newest},
      {"a page of one type", kEvents, of({"PushEvent"}, "", false), newest},
      {"a page of one type by time", kEvents, of({"PushEvent"}, "", true), newest},
      {"a page by actor", kEvents, of({}, "ada", false), newest},
      {"a page by actor, type and time", kEvents, of({"PushEvent"}, "ada", true), newest},
      {"statistics of a stretch", kEvents, of({}, "", true), oldest},
      {"statistics of one type in a stretch", kEvents, of({"PushEvent"}, "", true), oldest},
      {"an export", kEvents, of({}, "", false), oldest},
      {"which events are known", kEvents, key_query(kId, keys), {}},
      {"a stream that resumes", kEvents, Bson{{"sequence", Bson{{"$gt", std::int64_t{1}}}}},
       Bson{{"sequence", std::int64_t{1}}}},
      {"events of a range of numbers", kEvents,
       Bson{{"sequence", Bson{{"$gte", std::int64_t{1}}, {"$lte", std::int64_t{9}}}}},
       Bson{{"sequence", std::int64_t{1}}}},
      {"events past their retention", kEvents, Bson{{"created_at", Bson{{"$lt", core::Timestamp{}}}}},
       Bson{{"created_at", std::int64_t{1}}}},
      {"poll state of a repository", kRepositories, Bson{{"key", std::string_view("o/r")}}, {}},
      {"feeds of a shard", kRepositories, Bson{{"polling.shard", std::int64_t{0}}}, {}},
      {"the newest term of a shard", kLeases, Bson{{"shard", std::int64_t{0}}}, Bson{{"fence", std::int64_t{-1}}}},
      {"open ranges", kRanges, Bson{{"open", true}}, {}},
      {"abandoned ranges", kRanges, Bson{{"recount", true}}, {}},
  };
}

// Whether an index has fields of the filter that are compared for equality first, and then the sort's in its order,
// forwards or backwards: what a server needs to read the answer in order.
bool serves(const Index& index, const Query& query) {
  if (std::string(index.collection) != query.collection) return false;
  std::set<std::string> equal;
  for (const std::string& name : field_names(query.filter)) {
    if (!query.filter.document(name.c_str()) || query.filter.json().find("\"$in\"") != std::string::npos)
      equal.insert(name);
  }
  const std::vector<std::string> sort = field_names(query.sort);
  std::size_t at = 0;
  const bool sorted_from_the_front = !sort.empty() && sort.front() == index.fields.front().first;
  while (!sorted_from_the_front && at < index.fields.size() && equal.contains(index.fields[at].first)) ++at;
  if (sort.empty()) return at > 0;
  if (at + sort.size() > index.fields.size()) return false;
  if (at == 0 && !equal.empty() && !sorted_from_the_front) return false;
  const auto direction = query.sort.integer(sort.front().c_str());
  for (std::size_t i = 0; i < sort.size(); ++i) {
    const auto& [field, order] = index.fields[at + i];
    if (field != sort[i] || (order == index.fields[at].second) != (query.sort.integer(sort[i].c_str()) == direction)) {
      return false;
    }
  }
  return true;
}

TEST(Indexes, HaveOneForEachQueryThatGrowsWithTheStore) {
  for (const Query& query : queries()) {
    EXPECT_TRUE(std::ranges::any_of(indexes(), [&](const Index& index) { return serves(index, query); })) << query.what;
  }
}

class ExplainTest : public MongoTest {};

TEST_F(ExplainTest, EachQueryIsAnsweredFromAnIndex) {
  if (TestServer::is_ferretdb()) {
    std::cerr << "*** FerretDB's SQLite backend has no query plans: indexes are checked by their fields alone ***\n";
    GTEST_SKIP() << "no query plans";
  }
  auto database = Database::open(database_uri).value();
  for (const Query& query : queries()) {
    Bson find{{"find", std::string_view(query.collection)}, {"filter", query.filter}};
    if (!query.sort.empty()) find.add("sort", query.sort);
    const auto plan = database->command(Bson{{"explain", find}, {"verbosity", std::string_view("queryPlanner")}});
    ASSERT_TRUE(plan) << plan.error().message;
    const std::string winning = plan->document("queryPlanner.winningPlan").value_or(Bson()).json();
    EXPECT_THAT(winning, AnyOf(HasSubstr("IXSCAN"), HasSubstr("IDHACK"), HasSubstr("EXPRESS"))) << query.what;
    EXPECT_THAT(winning, Not(HasSubstr("COLLSCAN"))) << query.what;
    EXPECT_THAT(winning, Not(HasSubstr("\"SORT\""))) << query.what;
  }
}

TEST_F(ExplainTest, TheServerHasTheIndexesOfTheSchema) {
  auto database = Database::open(database_uri).value();
  for (const Index& index : indexes()) {
    const auto listed = database->command(Bson{{"listIndexes", std::string_view(index.collection)}});
    ASSERT_TRUE(listed) << listed.error().message;
    bool found = false;
    for (const Bson& there : listed->documents("cursor.firstBatch")) {
      if (there.text("name") != index.name) continue;
      found = true;
      EXPECT_EQ(there.boolean("unique").value_or(false), index.unique) << index.collection << "." << index.name;
    }
    EXPECT_TRUE(found) << index.collection << "." << index.name;
  }
}

}  // namespace
}  // namespace repopulse::store::mongo
