// `repopulse completion`: the script with which a shell completes the command line.
#include <array>
#include <iostream>
#include <memory>
#include <string>
#include <utility>

#include "app/command.h"
#include "app/completion_words.h"

namespace repopulse::app {
namespace {

constexpr const char* kCompletionFooter =
    R"(The Debian package has the scripts in the places where each shell looks for them. Without the package:

  source <(repopulse completion bash)         # in ~/.bashrc
  source <(repopulse completion zsh)          # in ~/.zshrc, behind compinit
  repopulse completion fish | source          # in ~/.config/fish/config.fish)";

using Script = std::string (*)(const std::vector<CompletedCommand>&);

constexpr std::array<std::pair<const char*, Script>, 3> kShells = {
    {{"bash", &bash_completion}, {"zsh", &zsh_completion}, {"fish", &fish_completion}}};

}  // namespace

void declare_completion(CLI::App& program, Work& work) {
  CLI::App* command =
      program.add_subcommand("completion", "Print the script with which bash, zsh or fish completes the command line.");
  command->require_subcommand(1);
  command->footer(kCompletionFooter);
  for (const auto& [shell, script] : kShells) {
    CLI::App* one = command->add_subcommand(shell, std::string("Print the script for ") + shell + ".");
    one->callback([&program, &work, print = script] {
      work = [&program, print] {
        std::cout << print(completed_commands(program));
        return kSuccess;
      };
    });
  }
}

}  // namespace repopulse::app
