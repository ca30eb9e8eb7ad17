#include "tests/store/conformance/conformance.h"

#include "store/sqlite/sqlite_store.h"
#include "tests/store/conformance/samples.h"
#include "tests/store_sqlite/temporary_folder.h"

namespace repopulse::store {
namespace {

class SqliteHost final : public StoreHost {
 public:
  std::shared_ptr<Store> open() override {
    return must(sqlite::open(folder_.file("store.db"), sqlite::Access::kOwner));
  }

 private:
  sqlite::TemporaryFolder folder_;
};

INSTANTIATE_TEST_SUITE_P(Sqlite, StoreConformance,
                         ::testing::Values(StoreUnderTest{"Sqlite", [] { return std::make_unique<SqliteHost>(); },
                                                          /*exclusive_leases=*/false}),
                         name_of_store);

}  // namespace
}  // namespace repopulse::store
