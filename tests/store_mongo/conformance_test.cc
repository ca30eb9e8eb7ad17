#include "tests/store/conformance/conformance.h"

#include "store/mongo/mongo_store.h"
#include "tests/store/conformance/samples.h"
#include "tests/store_mongo/test_server.h"

namespace repopulse::store {
namespace {

class MongoHost final : public StoreHost {
 public:
  std::shared_ptr<Store> open() override { return must(mongo::open(uri_)); }

 private:
  std::string uri_ = mongo::new_database();
};

INSTANTIATE_TEST_SUITE_P(Mongo, StoreConformance,
                         ::testing::Values(StoreUnderTest{"Mongo", [] { return std::make_unique<MongoHost>(); },
                                                          /*exclusive_leases=*/true, /*model_steps=*/120}),
                         name_of_store);

}  // namespace
}  // namespace repopulse::store
