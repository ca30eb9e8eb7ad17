// What may stand where on the command line, for the scripts with which shells complete it: made from the parser's tree
// and from the table of settings. Pure.
#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

namespace repopulse::app {

// A value of an option, or what a subcommand takes beside its options.
struct CompletedValue {
  std::string placeholder;         // such as FILE
  std::vector<std::string> words;  // all that are accepted; empty: not known
  bool file = false;               // names a file or a folder
};

struct CompletedOption {
  std::vector<std::string> names;     // with their dashes
  std::string about;                  // one line
  std::vector<CompletedValue> value;  // of a flag: empty; otherwise one
};

struct CompletedCommand {
  std::string path;                      // such as "repopulse keys add"
  std::string about;                     // one line
  std::vector<std::string> subcommands;  // their last words
  std::vector<CompletedOption> options;  // those that may also stand before the subcommand included
  std::vector<CompletedValue> operands;  // one or none
};

// The program first, then each subcommand before those below it.
std::vector<CompletedCommand> completed_commands(const CLI::App& program);

// "off, badges or read" names three words; any other prose names none.
std::vector<std::string> words_in(std::string_view accepted);

// One function for each shell, each in a file of its own: the whole script.
std::string bash_completion(const std::vector<CompletedCommand>& commands);
std::string zsh_completion(const std::vector<CompletedCommand>& commands);
std::string fish_completion(const std::vector<CompletedCommand>& commands);

}  // namespace repopulse::app
