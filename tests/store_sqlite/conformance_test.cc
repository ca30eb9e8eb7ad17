#include "tests/store/conformance/conformance.h"

#include <filesystem>
#include <fstream>

#include "store/sqlite/sqlite_store.h"
#include "tests/store/conformance/samples.h"
#include "tests/store_sqlite/temporary_folder.h"

namespace repopulse::store {
namespace {

class SqliteHost final : public StoreHost {
 public:
  std::shared_ptr<Store> open() override { return must(sqlite::open(file_, sqlite::Access::kOwner)); }
  bool cause(Trouble trouble) override {
    for (const char* suffix : {"", "-wal", "-shm"}) std::filesystem::remove(file_ + suffix);
    if (trouble == Trouble::kDamaged) std::ofstream(file_) << "this was a database, and is not one any more";
    return true;
  }

 private:
  sqlite::TemporaryFolder folder_;
  std::string file_ = folder_.file("store.db");
};

INSTANTIATE_TEST_SUITE_P(Sqlite, StoreConformance,
                         ::testing::Values(StoreUnderTest{"Sqlite", [] { return std::make_unique<SqliteHost>(); },
                                                          /*exclusive_leases=*/false}),
                         name_of_store);

}  // namespace
}  // namespace repopulse::store
