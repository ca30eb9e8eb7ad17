// One suite of tests that holds for every store. Link repopulse_store_conformance, and instantiate:
//
//   INSTANTIATE_TEST_SUITE_P(Sqlite, StoreConformance, ::testing::Values(StoreUnderTest{"Sqlite", make_host}),
//                            name_of_store);
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <string>

#include "store/store.h"

namespace repopulse::store {

// Where the data of one test live, empty at first; they go with it.
class StoreHost {
 public:
  virtual ~StoreHost() = default;
  // Opens the data, again and again within one test; what was opened before is gone by then.
  virtual std::shared_ptr<Store> open() = 0;
};

struct StoreUnderTest {
  std::string name;
  std::function<std::unique_ptr<StoreHost>()> make_host;
  bool exclusive_leases = true;  // false: a store for one process, which always grants a lease
  int model_steps = 400;         // of a random history that is compared with the model
};

inline std::string name_of_store(const ::testing::TestParamInfo<StoreUnderTest>& info) {
  return info.param.name;
}

class StoreConformance : public ::testing::TestWithParam<StoreUnderTest> {
 protected:
  StoreConformance() : host_(GetParam().make_host()), store_(host_->open()) {}
  void reopen() {
    store_.reset();
    store_ = host_->open();
  }
  Store& store() { return *store_; }

 private:
  std::unique_ptr<StoreHost> host_;
  std::shared_ptr<Store> store_;
};

}  // namespace repopulse::store
