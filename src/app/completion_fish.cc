// The script for fish: a line for each word that may stand somewhere.
#include <algorithm>

#include "app/completion_words.h"
#include "base/join.h"

namespace repopulse::app {
namespace {

constexpr const char* kFishHead = R"(# Completes repopulse in fish. Made by `repopulse completion fish`.

# Whether the words before the cursor name this command.
function __repopulse_at
    set -l command repopulse
    for word in (commandline -opc)[2..-1]
        if contains -- "$command $word" $__repopulse_commands
            set command "$command $word"
        end
    end
    test "$command" = "$argv"
end

)";

std::string in_fish_quotes(std::string_view text) {
  std::string out = "'";
  for (const char c : text) {
    if (c == '\'' || c == '\\') out += '\\';
    out += c;
  }
  return out + "'";
}

std::string begin_of_line(const CompletedCommand& command) {
  return "complete -c repopulse -n " + in_fish_quotes("__repopulse_at " + command.path);
}

std::string option_line(const CompletedCommand& command, const CompletedOption& option) {
  std::string out = begin_of_line(command);
  for (const std::string& name : option.names) {
    out.append(name.starts_with("--") ? " -l " + name.substr(2) : " -s " + name.substr(1));
  }
  if (!option.value.empty()) {
    const CompletedValue& value = option.value.front();
    out.append(value.file ? " -r -F" : " -x");
    if (!value.words.empty()) out.append(" -a ").append(in_fish_quotes(base::join(value.words, " ")));
  }
  return out + " -d " + in_fish_quotes(option.about) + "\n";
}

}  // namespace

std::string fish_completion(const std::vector<CompletedCommand>& commands) {
  std::string out = kFishHead;
  out.append("set -g __repopulse_commands");
  for (const CompletedCommand& command : commands) out.append(" \\\n    ").append(in_fish_quotes(command.path));
  out.append("\n\ncomplete -c repopulse -f\n");
  for (const CompletedCommand& command : commands) {
    for (const std::string& name : command.subcommands) {
      const auto below = std::ranges::find(commands, command.path + " " + name, &CompletedCommand::path);
      out.append(begin_of_line(command))
          .append(" -a ")
          .append(name)
          .append(" -d ")
          .append(in_fish_quotes(below->about) + "\n");
    }
    for (const CompletedOption& option : command.options) out.append(option_line(command, option));
    for (const CompletedValue& operand : command.operands) {
      if (operand.file) out.append(begin_of_line(command)).append(" -F\n");
    }
  }
  return out;
}

}  // namespace repopulse::app
