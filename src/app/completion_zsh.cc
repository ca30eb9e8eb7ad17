// The script for zsh: a function for each command, of the specifications that _arguments reads.
#include <algorithm>

#include "app/completion_words.h"
#include "base/join.h"

namespace repopulse::app {
namespace {

constexpr const char* kZshHead = R"(#compdef repopulse
# Completes repopulse in zsh. Made by `repopulse completion zsh`.

)";

// The file may be in a folder of $fpath, where its text is the body of _repopulse, or be read by `source`.
constexpr const char* kZshTail = R"(if [[ $funcstack[1] == _repopulse ]]; then
  _repopulse "$@"
else
  compdef _repopulse repopulse
fi
)";

std::string in_zsh_quotes(std::string_view text) {
  std::string out = "'";
  for (const char c : text) out.append(c == '\'' ? "'\\''" : std::string(1, c));
  return out + "'";
}

// Brackets and colons separate the parts of a specification.
std::string part(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (std::string_view("[]:\\").find(c) != std::string_view::npos) out += '\\';
    out += c;
  }
  return out;
}

std::string value_part(const CompletedValue& value) {
  const std::string words = base::join(value.words, " ");
  const std::string action = value.file ? "_files" : words.empty() ? " " : "(" + words + ")";
  return ":" + part(value.placeholder) + ":" + action;
}

std::string function_of(std::string path) {
  std::ranges::replace(path, ' ', '_');
  return "_" + path;
}

// Each specification on a line of its own. An option may be given again: then its last value counts, or it is a list.
std::string specifications(const CompletedCommand& command) {
  std::string out;
  for (const CompletedOption& option : command.options) {
    for (const std::string& name : option.names) {
      const bool takes = !option.value.empty();
      const std::string equals = takes ? (name.starts_with("--") ? "=" : "+") : "";
      out.append(" \\\n    ");
      std::string one = takes ? "*" : "";
      one.append(name).append(equals).append("[").append(part(option.about)).append("]");
      if (takes) one.append(value_part(option.value.front()));
      out.append(in_zsh_quotes(one));
    }
  }
  for (const CompletedValue& operand : command.operands)
    out.append(" \\\n    ").append(in_zsh_quotes("*" + value_part(operand)));
  return out;
}

const CompletedCommand& command_of(const std::vector<CompletedCommand>& commands, const std::string& path) {
  return *std::ranges::find(commands, path, &CompletedCommand::path);
}

std::string subcommands(const std::vector<CompletedCommand>& commands, const CompletedCommand& command) {
  std::string names;
  std::string calls;
  for (const std::string& name : command.subcommands) {
    const std::string path = command.path + " " + name;
    names.append(" \\\n        ").append(in_zsh_quotes(name + ":" + command_of(commands, path).about));
    calls.append("        ").append(name).append(") ").append(function_of(path)).append(" ;;\n");
  }
  return "  case $state in\n    subcommand)\n      commands=(" + names + "\n      )\n      _describe -t commands " +
         in_zsh_quotes(command.path) + " commands\n      ;;\n    arguments)\n      case $line[1] in\n" + calls +
         "      esac\n      ;;\n  esac\n";
}

}  // namespace

std::string zsh_completion(const std::vector<CompletedCommand>& commands) {
  std::string out = kZshHead;
  for (const CompletedCommand& command : commands) {
    out.append(function_of(command.path)).append("() {\n");
    if (command.subcommands.empty()) {
      out.append("  _arguments -s -S").append(specifications(command)).append("\n}\n\n");
      continue;
    }
    out.append("  local curcontext=$curcontext state line\n  local -a commands\n  typeset -A opt_args\n");
    out.append("  _arguments -s -S -C").append(specifications(command));
    out.append(" \\\n    '1: :->subcommand' \\\n    '*:: :->arguments'\n");
    out.append(subcommands(commands, command)).append("}\n\n");
  }
  return out + kZshTail;
}

}  // namespace repopulse::app
