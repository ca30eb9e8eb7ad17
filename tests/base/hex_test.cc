#include "base/hex.h"

#include <gtest/gtest.h>

#include <array>

namespace repopulse::base {
namespace {

TEST(Hex, WritesTwoDigitsForEachByte) {
  EXPECT_EQ(to_hex(""), "");
  EXPECT_EQ(to_hex("\xffz"), "ff7a");
  EXPECT_EQ(to_hex(std::array<unsigned char, 4>{0x00, 0x0f, 0xa0, 0xff}), "000fa0ff");
}

}  // namespace
}  // namespace repopulse::base
