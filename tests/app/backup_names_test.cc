#include "app/backup_names.h"

#include <gmock/gmock.h>

namespace repopulse::app {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(BackupNames, SortAsTheirTimesDo) {
  const core::Timestamp at{std::chrono::seconds(1'764'449'100)};
  EXPECT_EQ(backup_name(at), "repopulse-2025-11-29T204500Z.db");
  EXPECT_LT(backup_name(at), backup_name(at + std::chrono::seconds(1)));
  EXPECT_TRUE(is_backup_name(backup_name(at)));
}

TEST(BackupNames, OtherFilesAreNotTakenForBackups) {
  for (const char* name : {"", "repopulse.db", "repopulse-.db", "repopulse-2025-11-29T204500Z.db.partial",
                           "my-repopulse-2025-11-29T204500Z.db", "repopulse-2025-11-29T20450xZ.db",
                           "repopulse-2025-11-29 204500Z.db", "repopulse-2025-11-29T204500Z.db-wal"}) {
    EXPECT_FALSE(is_backup_name(name)) << name;
  }
}

TEST(BackupNames, AllButTheNewestAreSuperseded) {
  const std::vector<std::string> names{"repopulse-2025-11-28T204500Z.db", "notes.txt",
                                       "repopulse-2025-11-30T000000Z.db", "repopulse-2025-11-29T204500Z.db"};
  EXPECT_THAT(superseded(names, 1), ElementsAre("repopulse-2025-11-29T204500Z.db", "repopulse-2025-11-28T204500Z.db"));
  EXPECT_THAT(superseded(names, 2), ElementsAre("repopulse-2025-11-28T204500Z.db"));
  EXPECT_THAT(superseded(names, 3), IsEmpty());
  EXPECT_THAT(superseded({}, 1), IsEmpty());
}

}  // namespace
}  // namespace repopulse::app
