// Which kinds of events an account is shown, learned from what is there and what is missing.
#include "polling/shown_kinds.h"

#include <gtest/gtest.h>

namespace repopulse::polling {
namespace {

TEST(ShownKinds, takes_nothing_for_granted) {
  const ShownKinds kinds;
  EXPECT_FALSE(kinds.shows("PushEvent"));
  EXPECT_FALSE(kinds.hides("WatchEvent"));
  EXPECT_FALSE(kinds.any());
}

TEST(ShownKinds, shows_what_is_there_again_and_again) {
  ShownKinds kinds;
  kinds.see("PushEvent");
  EXPECT_FALSE(kinds.shows("PushEvent")) << "one may be chance";
  kinds.see("PushEvent");
  EXPECT_TRUE(kinds.shows("PushEvent"));
  EXPECT_TRUE(kinds.any());
}

TEST(ShownKinds, hides_what_is_missing_and_what_is_there_too_rarely) {
  ShownKinds kinds;
  kinds.miss("WatchEvent");
  EXPECT_TRUE(kinds.hides("WatchEvent"));
  for (int i = 0; i < 10; ++i) {
    kinds.see("ForkEvent");
    kinds.miss("ForkEvent");
  }
  EXPECT_TRUE(kinds.hides("ForkEvent"));
  EXPECT_FALSE(kinds.shows("ForkEvent"));
}

TEST(ShownKinds, forgives_what_comes_late_now_and_then) {
  ShownKinds kinds;
  for (int i = 0; i < 100; ++i) {
    kinds.see("PushEvent");
    if (i % 10 == 0) kinds.miss("PushEvent");
  }
  EXPECT_TRUE(kinds.shows("PushEvent"));
}

TEST(ShownKinds, learns_anew_when_github_changes_its_mind) {
  ShownKinds kinds;
  for (int i = 0; i < 10'000; ++i) kinds.see("PushEvent");
  int missed = 0;
  for (; kinds.shows("PushEvent"); ++missed) kinds.miss("PushEvent");
  EXPECT_LT(missed, 100);
  int seen = 0;
  for (; !kinds.shows("PushEvent"); ++seen) kinds.see("PushEvent");
  EXPECT_LT(seen, 1'000);
}

TEST(ShownKinds, come_back_from_what_is_stored) {
  ShownKinds kinds;
  for (int i = 0; i < 300; ++i) kinds.see("PushEvent");
  kinds.miss("WatchEvent");
  ShownKinds again;
  again.restore(kinds.save());
  EXPECT_TRUE(again.shows("PushEvent"));
  EXPECT_TRUE(again.hides("WatchEvent"));
  EXPECT_EQ(again.save(), kinds.save());
}

TEST(ShownKinds, whatever_is_restored_are_bounded) {
  for (const char* line : {"", " ", "PushEvent", "PushEvent 1", "PushEvent x 1", "PushEvent 1e400 0", "  1 2",
                           "PushEvent nan 1", "PushEvent -5 1e300", "A 1 1 B"}) {
    ShownKinds kinds;
    kinds.restore(line);
    kinds.see("PushEvent");
    kinds.miss("A");
    EXPECT_LT(kinds.save().size(), 100u) << line;
  }
  ShownKinds kinds;
  for (int i = 0; i < 1'000; ++i) kinds.see("Kind" + std::to_string(i));
  kinds.see("two words");
  kinds.see("");
  EXPECT_LT(kinds.save().size(), 2'000u) << "a hostile feed does not fill the memory";
}

}  // namespace
}  // namespace repopulse::polling
