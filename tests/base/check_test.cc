#include "base/check.h"

#include <gtest/gtest.h>

namespace repopulse::base {
namespace {

TEST(Check, WhatHoldsCostsOneLook) {
  int looks = 0;
  REPOPULSE_CHECK(++looks == 1);
  EXPECT_EQ(looks, 1);
}

TEST(CheckDeathTest, WhatDoesNotHoldEndsTheProcessInEveryBuildAndSaysWhere) {
  const int in_flight = 2;
  EXPECT_EXIT(REPOPULSE_CHECK(in_flight <= 1), testing::KilledBySignal(SIGABRT),
              "^repopulse: a defect in the program: in_flight <= 1 does not hold at tests/base/check_test.cc:[0-9]+; "
              "please report it\n$");
}

}  // namespace
}  // namespace repopulse::base
