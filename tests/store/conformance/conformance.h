// One suite of tests that holds for every store: what the interfaces in src/store promise. Link
// repopulse_store_conformance, and instantiate:
//
//   INSTANTIATE_TEST_SUITE_P(Sqlite, StoreConformance, ::testing::Values(StoreUnderTest{"Sqlite", make_host}),
//                            name_of_store);
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <ostream>
#include <string>

#include "store/store.h"

namespace repopulse::store {

// What can happen to a store's data while it is open.
enum class Trouble {
  kAway,     // disk, server or network: every call fails with kUnavailable
  kDamaged,  // every call fails with kCorrupt
};

// Where the data of one test are, empty at first; they are deleted with it.
class StoreHost {
 public:
  virtual ~StoreHost() = default;
  // Opens the data, again and again within one test; what was opened before is closed by then.
  virtual std::shared_ptr<Store> open() = 0;
  // To an open store of which no call was made yet. False: a test cannot do that to this kind of store.
  virtual bool cause(Trouble) { return false; }
};

struct StoreUnderTest {
  std::string name;
  std::function<std::unique_ptr<StoreHost>()> make_host;
  bool exclusive_leases = true;  // false: a store for one process, which always grants a lease
  int model_steps = 400;         // of a random history that is compared with the model
};

// For GoogleTest, which would print the bytes, addresses among them: other ones in each run.
inline void PrintTo(const StoreUnderTest& store, std::ostream* out) {
  *out << store.name;
}

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
  bool cause(Trouble trouble) { return host_->cause(trouble); }

 private:
  std::unique_ptr<StoreHost> host_;
  std::shared_ptr<Store> store_;
};

}  // namespace repopulse::store
