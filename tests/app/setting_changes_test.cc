// What SIGHUP finds changed, and what of it takes effect.
#include "app/setting_changes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <string>

#include "app/serve_settings.h"
#include "app/setting_table.h"

namespace repopulse::app {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class SettingChangesTest : public ::testing::Test {
 protected:
  ~SettingChangesTest() override { std::filesystem::remove(path_); }

  ServeSettings read(const std::string& file) const {
    std::ofstream(path_) << file;
    const Environment environment = [this](const char* name) {
      const auto found = variables.find(name);
      return found == variables.end() ? nullptr : found->second.c_str();
    };
    auto values = read_settings(serve_settings(), flags, path_, environment);
    EXPECT_TRUE(values) << values.error().message;
    auto all = settings_in_use(serve_settings(), flags, path_, environment);
    return {values.value_or(Settings()), all.value_or(std::vector<SettingInUse>())};
  }

  GivenFlags flags;
  std::map<std::string, std::string> variables;

 private:
  const std::string path_ =
      (std::filesystem::temp_directory_path() / ("repopulse-changes-" + std::to_string(getpid()) + ".toml")).string();
};

TEST_F(SettingChangesTest, are_none_where_the_file_says_the_same_in_another_order) {
  const auto running = read("freshness = \"5m\"\nrepo = [\"o/a\", \"o/b\"]\n[[alert]]\nrule = \"gap\"\n");
  const SettingChanges changes =
      compare(running, read("# read again\nrepo = \"o/b o/a\"\nwindow_days = 7\n[[alert]]\nrule = \"gap\"\n"));
  EXPECT_THAT(changes.reloaded, IsEmpty());
  EXPECT_THAT(changes.need_restart, IsEmpty());
}

TEST_F(SettingChangesTest, say_what_takes_effect_and_what_needs_a_restart) {
  const auto running = read("repo = [\"o/a\", \"o/b\"]\n[[notify]]\nkind = \"slack\"\nurl = \"https://a.example\"\n");
  const auto changed = read(
      "freshness = \"2m\"\nrepo = [\"o/c\", \"o/b\", \"o/d\"]\nmax-active = 9\nbots = \"ci-*\"\nlog-level = \"debug\"\n"
      "window-days = 9\nlisten = \"127.0.0.1:1\"\n[[alert]]\nrule = \"gap\"\n"
      "[[notify]]\nkind = \"slack\"\nurl = \"https://b.example\"\n");
  const SettingChanges changes = compare(running, changed);
  EXPECT_THAT(changes.reloaded,
              ElementsAre("repo (2 added, 1 removed)", "max-active from 5 to 9", "bots (1 added, 0 removed)",
                          "freshness from 5m to 2m", "log-level from info to debug", "[[alert]] (1 added, 0 removed)",
                          "[[notify]] (1 added, 1 removed)"));
  EXPECT_THAT(changes.need_restart,
              ElementsAre("listen from 127.0.0.1:8080 to 127.0.0.1:1", "window-days from 7 to 9"));
}

TEST_F(SettingChangesTest, name_a_secret_and_never_its_value) {
  const auto running =
      read("api-key = \"secret-1\"\nstore = \"mongodb://u:secret-2@h/d\"\nwebhook-secret = \"secret-3\"\n");
  const auto changed =
      read("api-key = \"secret-4\"\nstore = \"mongodb://u:secret-5@h/d\"\ngithub-token = \"secret-6\"\n");
  const SettingChanges changes = compare(running, changed);
  EXPECT_THAT(changes.reloaded, IsEmpty());
  EXPECT_THAT(changes.need_restart, ElementsAre("store", "github-token", "api-key", "webhook-secret"));
}

TEST_F(SettingChangesTest, need_a_restart_until_there_was_one) {
  const auto running = read("window-days = 7\nfreshness = \"5m\"\n");
  const auto changed = read("window-days = 9\nfreshness = \"2m\"\n");
  const ServeSettings taken = take_over(running, changed);
  EXPECT_EQ(taken.values.freshness, std::chrono::minutes(2));
  EXPECT_EQ(taken.values.window.days, 7);
  EXPECT_THAT(compare(taken, changed).reloaded, IsEmpty());
  EXPECT_THAT(compare(taken, changed).need_restart, ElementsAre("window-days from 7 to 9"));
}

TEST_F(SettingChangesTest, of_the_file_do_not_count_where_flag_or_environment_say_otherwise) {
  flags["freshness"] = {"1m"};
  variables["REPOPULSE_REPOS"] = "o/a";
  const auto running = read("freshness = \"5m\"\nrepo = \"o/b\"\n");
  const SettingChanges changes = compare(running, read("freshness = \"2m\"\nrepo = \"o/c\"\n"));
  EXPECT_THAT(changes.reloaded, IsEmpty());
  EXPECT_THAT(changes.need_restart, IsEmpty());
}

// Documentation and messages rest on this list.
TEST(Setting, reloads_what_may_change_while_the_service_runs) {
  std::vector<std::string_view> names;
  for (const Setting& setting : setting_table()) {
    if (setting.reload != nullptr) names.push_back(setting.name);
  }
  EXPECT_THAT(names,
              ElementsAre("repo", "owner-archived", "owner-forks", "max-active", "bots", "freshness", "log-level"));
}

}  // namespace
}  // namespace repopulse::app
