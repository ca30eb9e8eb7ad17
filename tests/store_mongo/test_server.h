// A MongoDB server for one test process, and a fresh database for each test.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>

#include "store/mongo/database.h"
#include "store/mongo/mongo_store.h"

namespace repopulse::store::mongo {

// $REPOPULSE_TEST_MONGODB_URI when it is set; else a server of our own, see server/start, stopped with the process.
class TestServer {
 public:
  // nullopt: there is none, and standard error says loudly why. With REPOPULSE_REQUIRE_MONGODB=1 that is a failure.
  static std::optional<std::string> uri();
  static bool is_ferretdb();  // its SQLite backend knows no query plans
};

// URI of a database that nobody else uses.
std::string new_database();

class MongoTest : public testing::Test {
 protected:
  void SetUp() override;
  std::string database_uri;
  std::unique_ptr<Store> store;
};

// Also looks at what the store keeps, or changes it.
class DatabaseTest : public MongoTest {
 protected:
  void SetUp() override;
  RepoId add(const std::string& name);  // an active repository
  std::unique_ptr<Database> database;   // that of `store`
};

}  // namespace repopulse::store::mongo
