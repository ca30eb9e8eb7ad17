// The tables [[alert]] and [[notify]] of the settings file.
#include "app/alert_settings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "app/settings.h"

namespace repopulse::app {
namespace {

using namespace std::chrono_literals;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

class AlertSettingsTest : public ::testing::Test {
 protected:
  AlertSettingsTest() {
    if (mkdtemp(folder_.data()) == nullptr) throw std::runtime_error("cannot make a folder like " + folder_);
  }
  ~AlertSettingsTest() override { std::filesystem::remove_all(folder_); }

  core::Result<Settings> read(const std::string& file) const {
    const std::string path = folder_ + "/c.toml";
    std::ofstream(path) << file;
    return read_settings({}, {}, path, [](const char*) { return nullptr; });
  }

  Settings good(const std::string& file) const {
    const auto settings = read(file);
    EXPECT_TRUE(settings) << settings.error().message;
    return settings.value_or(Settings());
  }

  // What follows the file's name in the line that refuses it.
  std::string refusal(const std::string& file) const {
    const auto settings = read(file);
    if (settings) return "accepted";
    EXPECT_EQ(settings.error().kind, core::ErrorKind::kBadInput);
    EXPECT_THAT(settings.error().message, Not(HasSubstr("\n")));
    const auto name = settings.error().message.find("c.toml");
    return name == std::string::npos ? settings.error().message : settings.error().message.substr(name);
  }

 private:
  std::string folder_ = (std::filesystem::temp_directory_path() / "repopulse-alerts-XXXXXX").string();
};

TEST_F(AlertSettingsTest, RulesHaveDefaults) {
  const Settings settings = good("[[alert]]\nrule = \"silence\"\n[[alert]]\nrule = \"poller\"\n");
  ASSERT_EQ(settings.alert_rules.size(), 2u);
  const alerts::Rule& rule = settings.alert_rules[0];
  EXPECT_EQ(rule.kind, alerts::RuleKind::kSilence);
  EXPECT_THAT(rule.repositories, IsEmpty());
  EXPECT_EQ(rule.type, "");
  EXPECT_FALSE(rule.probability);
  EXPECT_FALSE(rule.lasting);
  EXPECT_THAT(settings.targets, IsEmpty());
}

TEST_F(AlertSettingsTest, RulesTakeRepositoriesTypeProbabilityAndTime) {
  const Settings settings = good(
      "[[alert]]\nrule = \"silence\"\nrepos = [\"CLI/cli\", \"https://github.com/o/r\"]\ntype = \"PushEvent\"\n"
      "probability = 0.01\nfor = \"6h\"\n[[alert]]\nrule = \"gap\"\nrepos = \"*\"\n"
      "[[alert]]\nrule = \"status\"\nrepos = \"o/r\"\nfor = 90\n");
  ASSERT_EQ(settings.alert_rules.size(), 3u);
  EXPECT_THAT(settings.alert_rules[0].repositories, ElementsAre("cli/cli", "o/r"));
  EXPECT_EQ(settings.alert_rules[0].type, "PushEvent");
  EXPECT_EQ(settings.alert_rules[0].probability, 0.01);
  EXPECT_EQ(settings.alert_rules[0].lasting, 6h);
  EXPECT_THAT(settings.alert_rules[1].repositories, IsEmpty());
  EXPECT_THAT(settings.alert_rules[2].repositories, ElementsAre("o/r"));
  EXPECT_EQ(settings.alert_rules[2].lasting, 90s);
}

TEST_F(AlertSettingsTest, TargetsAreNamedByTheirKindAndPlace) {
  const Settings settings = good(
      "[[notify]]\nkind = \"webhook\"\nurl = \"https://a.example/1\"\nsecret = \"s\"\n"
      "[[notify]]\nkind = \"webhook\"\nurl = \"http://a.example/2\"\n"
      "[[notify]]\nkind = \"slack\"\nurl = \"https://b.example/\"\n"
      "[[notify]]\nkind = \"ntfy\"\nurl = \"https://c.example/topic\"\n"
      "[[notify]]\nkind = \"email\"\nurl = \"smtps://u:p@d.example\"\nfrom = \"f@d.example\"\nto = \"t@d.example\"\n");
  std::vector<std::string> names;
  for (const notify::Target& target : settings.targets) names.push_back(target.name);
  EXPECT_THAT(names, ElementsAre("webhook 1", "webhook 2", "slack 1", "ntfy 1", "email 1"));
  EXPECT_EQ(settings.targets[0].secret, "s");
  EXPECT_THAT(settings.targets[4].to, ElementsAre("t@d.example"));
}

TEST_F(AlertSettingsTest, WhatIsWrongIsNamedWithItsLine) {
  const std::pair<const char*, const char*> wrong[] = {
      {"[[alert]]\n", "c.toml:1: [[alert]] rule: expected silence, burst, gap, status or poller"},
      {"[[alert]]\nrule = \"quiet\"\n", "c.toml:2: [[alert]] rule: expected silence, burst, gap, status or poller"},
      {"[[alert]]\nrule = \"gap\"\nfor = \"1h\"\n", "c.toml:3: [[alert]] for: expected one of the keys rule, repos"},
      {"[[alert]]\nrule = \"burst\"\nrepos = [\"o\"]\n",
       "c.toml:3: [[alert]] repos: expected \"*\", or a list of OWNER/REPO"},
      {"[[alert]]\nrule = \"burst\"\nrepos = []\n",
       "c.toml:3: [[alert]] repos: expected \"*\", or a list of OWNER/REPO"},
      {"[[alert]]\nrule = \"burst\"\nprobability = 0.9\n",
       "c.toml:3: [[alert]] probability: expected a number from 0.000000001 to 0.5"},
      {"[[alert]]\nrule = \"burst\"\nprobability = \"often\"\n",
       "c.toml:3: [[alert]] probability: expected a number from 0.000000001 to 0.5"},
      {"[[alert]]\nrule = \"silence\"\ntype = [\"a\", \"b\"]\n",
       "c.toml:3: [[alert]] type: expected a type of event, such as \"PushEvent\""},
      {"[[alert]]\nrule = \"silence\"\nfor = \"soon\"\n",
       "c.toml:3: [[alert]] for: expected a duration of at most 30d, such as \"10m\" or \"6h\""},
      {"[[alert]]\nrule = \"poller\"\nrepos = \"o/r\"\n",
       "c.toml:3: [[alert]] repos: expected \"*\": the poller is not of one repository"},
      {"alert = \"silence\"\n", "c.toml:1: alert: expected tables, [[alert]] and keys below it"},
      {"[alert]\nrule = \"gap\"\n", "c.toml:1: alert must be a text, a number or a list of them"},
      {"[[repo]]\nname = \"o/r\"\n", "c.toml:1: unknown setting 'repo' (see repopulse serve --help)"},
      {"[[alert]]\nrule = \"gap\"\nrepos = [[\"a\"]]\n", "c.toml:3: repos must be a text, a number or a list of them"},
      {"[[notify]]\nkind = \"sms\"\n", "c.toml:2: [[notify]] kind: expected webhook, slack, ntfy or email"},
      {"[[notify]]\nkind = \"slack\"\n", "c.toml:1: [[notify]] url: expected an http:// or https:// URL"},
  };
  for (const auto& [file, line] : wrong) EXPECT_EQ(refusal(file), line) << file;
}

TEST_F(AlertSettingsTest, NoRefusalShowsAnAddressOrASecret) {
  const char* const files[] = {
      "[[notify]]\nkind = \"slack\"\nurl = \"ftp://hidden.example\"\n",
      "[[notify]]\nkind = \"slack\"\nurl = \"https://hidden.example/ x\"\n",
      "[[notify]]\nkind = \"webhook\"\nurl = \"https://a.example\"\nsecret = \"hidden secret\"\n",
      "[[notify]]\nkind = \"ntfy\"\nurl = \"https://a.example\"\nsecret = \"hidden\"\n",
      "[[notify]]\nkind = \"email\"\nurl = \"https://hidden.example\"\nfrom = \"a@b.c\"\nto = \"a@b.c\"\n",
      "[[notify]]\nkind = \"email\"\nurl = \"smtp://a.example\"\nfrom = \"hidden\"\nto = \"a@b.c\"\n",
      "[[notify]]\nkind = \"email\"\nurl = \"smtp://a.example\"\nfrom = \"a@b.c\"\nto = [\"hidden>\"]\n",
      ("[[notify]]\nkind = \"slack\"\nurl = \"https://hidden.example\"\n"
       "[[notify]]\nkind = \"slack\"\nurl = \"https://hidden.example\"\n"),
  };
  for (const char* file : files) EXPECT_THAT(refusal(file), AllOf(HasSubstr("[[notify]]"), Not(HasSubstr("hidden"))));
}

}  // namespace
}  // namespace repopulse::app
