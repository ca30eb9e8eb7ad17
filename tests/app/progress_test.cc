#include "app/progress.h"

#include <gtest/gtest.h>

namespace repopulse::app {
namespace {

TEST(ProgressLine, shows_share_paces_and_the_time_left) {
  const Progressed half{"file 2 of 3", 50'000'000, 100'000'000, {{50, "MB/s"}, {250'000, "events/s"}}};
  EXPECT_EQ(progress_line(half, 10, 200),
            "[############            ]  50 %  file 2 of 3  5.0 MB/s  25,000 events/s  10 s left");
  const Progressed slow{"copying", 1, 10, {}};
  EXPECT_EQ(progress_line(slow, 600, 200), "[##                      ]  10 %  copying  1 h 30 min left");
}

TEST(ProgressLine, guesses_nothing_where_the_size_is_unknown_or_time_too_short) {
  EXPECT_EQ(progress_line({"standard input", 7, 0, {{30'000'000, "events/s"}}}, 10, 200),
            "standard input  3,000,000 events/s");
  EXPECT_EQ(progress_line({"x", 1, 2, {{1, "MB/s"}}}, 0.01, 200), "[############            ]  50 %  x");
  EXPECT_EQ(progress_line({"x", 3, 2, {}}, 1, 200), "[########################] 100 %  x  0 s left")
      << "a file that grows while it is read";
}

TEST(ProgressLine, never_leaves_its_line) {
  EXPECT_EQ(progress_line({"a long label", 1, 2, {}}, 1, 10).size(), 10u);
}

}  // namespace
}  // namespace repopulse::app
