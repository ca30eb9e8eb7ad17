// --help: its texts as blocks, and how it looks.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <CLI/CLI.hpp>

#include <sstream>

#include "app/help_text.h"
#include "app/program.h"

namespace repopulse::app {
namespace {

void expect_short_lines(const CLI::App& command) {
  std::istringstream help(command.help());
  for (std::string line; std::getline(help, line);) EXPECT_LE(line.size(), 100u) << command.get_name() << ": " << line;
  for (const CLI::App* below : command.get_subcommands([](const CLI::App*) { return true; })) {
    EXPECT_FALSE(below->get_description().empty()) << below->get_name();
    for (const CLI::Option* option : below->get_options()) {
      EXPECT_FALSE(option->get_description().empty()) << below->get_name() << " " << option->get_name();
    }
    expect_short_lines(*below);
  }
}

TEST(Help, EverythingIsExplainedInLinesOfAHundredColumns) {
  CLI::App program({}, kProgramName);
  Work work;
  declare_program(program, work);
  expect_short_lines(program);
}

TEST(HelpText, LinesOfAParagraphAreJoinedAndIndentedOnesAreNot) {
  const auto blocks = help_blocks("One\nsentence.\n\nExamples:\n  a\n  b\nAfter them.\n");
  ASSERT_EQ(blocks.size(), 4u);
  EXPECT_EQ(blocks[0].text, "One sentence.");
  EXPECT_EQ(blocks[1].text, "Examples:");
  EXPECT_FALSE(blocks[1].verbatim);
  EXPECT_EQ(blocks[2].text, "  a\n  b");
  EXPECT_TRUE(blocks[2].verbatim);
  EXPECT_EQ(blocks[3].text, "After them.");
}

TEST(HelpText, NothingHasNoBlocks) {
  EXPECT_THAT(help_blocks(""), ::testing::IsEmpty());
  EXPECT_THAT(help_blocks("\n\n"), ::testing::IsEmpty());
}

}  // namespace
}  // namespace repopulse::app
