// What shells are told to complete: everything that the parser knows, and every setting.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <CLI/CLI.hpp>

#include <algorithm>

#include "app/completion_words.h"
#include "app/program.h"
#include "app/setting_table.h"

namespace repopulse::app {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class Completion : public ::testing::Test {
 protected:
  Completion() {
    declare_program(program_, work_);
    commands_ = completed_commands(program_);
  }

  const CompletedCommand& command(const std::string& path) const {
    return *std::ranges::find(commands_, path, &CompletedCommand::path);
  }
  const CompletedOption& option(const std::string& path, const std::string& name) const {
    return *std::ranges::find_if(command(path).options, [&](const CompletedOption& one) {
      return std::ranges::find(one.names, name) != one.names.end();
    });
  }
  std::vector<std::string> words(const std::string& path, const std::string& name) const {
    return option(path, name).value.at(0).words;
  }

  CLI::App program_{{}, kProgramName};
  Work work_;
  std::vector<CompletedCommand> commands_;
};

void expect_all(const CLI::App& command, const std::string& path, const std::string& fish) {
  for (const CLI::Option* option : command.get_options()) {
    for (const std::string& name : option->get_lnames()) {
      const auto line = fish.find("'__repopulse_at " + path + "' -l " + name + " ");
      const auto with_short_name = fish.find("'__repopulse_at " + path + "' -s ");
      EXPECT_TRUE(line != std::string::npos || with_short_name != std::string::npos) << path << " --" << name;
    }
  }
  for (const CLI::App* below : command.get_subcommands([](const CLI::App*) { return true; })) {
    EXPECT_THAT(fish, HasSubstr("'__repopulse_at " + path + "' -a " + below->get_name() + " -d "));
    expect_all(*below, path + " " + below->get_name(), fish);
  }
}

TEST_F(Completion, EveryCommandAndOptionIsKnown) {
  expect_all(program_, kProgramName, fish_completion(commands_));
}

TEST_F(Completion, EverySettingIsInTheScriptOfEachShell) {
  const std::string bash = bash_completion(commands_);
  const std::string zsh = zsh_completion(commands_);
  const std::string fish = fish_completion(commands_);
  for (const Setting& setting : setting_table()) {
    const std::string name(setting.name);
    EXPECT_THAT(bash, HasSubstr(" --" + name)) << name;
    EXPECT_THAT(zsh, HasSubstr("'*--" + name + "=[")) << name;
    EXPECT_THAT(fish, HasSubstr(" -l " + name + " ")) << name;
  }
}

TEST_F(Completion, ValuesAreOfferedWhereOnlySomeWordsAreAccepted) {
  EXPECT_THAT(words("repopulse serve", "--log-level"), ElementsAre("debug", "info", "warn", "error"));
  EXPECT_THAT(words("repopulse config show", "--public"), ElementsAre("off", "badges", "read"));
  EXPECT_THAT(words("repopulse keys add", "--role"), ElementsAre("read", "admin"));
  EXPECT_THAT(words("repopulse stats", "--actors"), ElementsAre("people", "bots", "all"));
  EXPECT_THAT(words("repopulse serve", "--max-active"), IsEmpty());
}

TEST_F(Completion, FilesAreOfferedWhereFilesAreNamed) {
  EXPECT_TRUE(option("repopulse serve", "--tls-cert").value.at(0).file);
  EXPECT_FALSE(option("repopulse serve", "--base-path").value.at(0).file);
  EXPECT_TRUE(command("repopulse import").operands.at(0).file);
  EXPECT_FALSE(command("repopulse stats").operands.at(0).file);
}

TEST_F(Completion, AnOptionOfTheParentIsOfferedWhereTheParserTakesIt) {
  EXPECT_EQ(option("repopulse repos list", "--server").value.size(), 1u);
  EXPECT_THAT(command("repopulse keys").options, ::testing::SizeIs(1));  // --help
}

TEST(CompletionWords, ProseThatListsWordsNamesThem) {
  EXPECT_THAT(words_in("on or off"), ElementsAre("on", "off"));
  EXPECT_THAT(words_in("off, badges or read"), ElementsAre("off", "badges", "read"));
  EXPECT_THAT(words_in("a whole number from 1 to 256"), IsEmpty());
  EXPECT_THAT(words_in("an address, or a network"), IsEmpty());
  EXPECT_THAT(words_in("word"), IsEmpty());
  EXPECT_THAT(words_in(""), IsEmpty());
}

}  // namespace
}  // namespace repopulse::app
