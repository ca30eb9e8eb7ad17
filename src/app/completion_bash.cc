// The script for bash. It needs no package of completions, and works where one loads it.
#include <algorithm>

#include "app/completion_words.h"
#include "base/join.h"

namespace repopulse::app {
namespace {

constexpr const char* kBashHead = R"(# Completes repopulse in bash. Made by `repopulse completion bash`.

# Sets what may follow the command $1 (`subcommands`, `options`, `operand`), and what its option $2 takes (`value`, or
# nothing for a flag). An operand or a value is a list of words, or /file, or /any.
__repopulse_knows() {
  subcommands='' options='' operand='' value=''
  case $1 in
)";

constexpr const char* kBashTail = R"(  esac
}

_repopulse() {
  local subcommands options operand value word words i
  local command=repopulse option='' current=${COMP_WORDS[COMP_CWORD]}
  for ((i = 1; i < COMP_CWORD; ++i)); do
    word=${COMP_WORDS[i]}
    [[ $word != '=' ]] || continue # bash makes three words of --option=value
    __repopulse_knows "$command" "$option"
    option=''
    if [[ -n $value ]]; then
      continue
    elif [[ $word == -* ]]; then
      option=$word
    elif [[ " $subcommands " == *" $word "* ]]; then
      command+=" $word"
    fi
  done
  [[ $current != '=' ]] || current=''
  __repopulse_knows "$command" "$option"
  words=${value:-${subcommands:-$operand}}
  [[ -n $value || $current != -* ]] || words=$options
  COMPREPLY=()
  if [[ $words == /file ]]; then
    compopt -o filenames 2>/dev/null
    mapfile -t COMPREPLY < <(compgen -f -- "$current")
  elif [[ $words != /any ]]; then
    mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")
  fi
}

complete -F _repopulse repopulse
)";

std::string kind_of(const CompletedValue& value) {
  return value.file ? "/file" : value.words.empty() ? "/any" : base::join(value.words, " ");
}

// Options that take the same value share a line.
std::string values(const CompletedCommand& command) {
  std::vector<std::pair<std::string, std::vector<std::string>>> kinds;
  for (const CompletedOption& option : command.options) {
    if (option.value.empty()) continue;
    const std::string kind = kind_of(option.value.front());
    auto found = std::ranges::find_if(kinds, [&](const auto& one) { return one.first == kind; });
    if (found == kinds.end()) found = kinds.insert(kinds.end(), {kind, {}});
    found->second.insert(found->second.end(), option.names.begin(), option.names.end());
  }
  std::string out;
  for (const auto& [kind, names] : kinds) {
    out.append("        ").append(base::join(names, " | ")).append(") value='").append(kind).append("' ;;\n");
  }
  return out.empty() ? out : "      case $2 in\n" + out + "      esac\n";
}

}  // namespace

std::string bash_completion(const std::vector<CompletedCommand>& commands) {
  std::string out = kBashHead;
  for (const CompletedCommand& command : commands) {
    std::vector<std::string> options;
    for (const CompletedOption& option : command.options)
      options.insert(options.end(), option.names.begin(), option.names.end());
    out.append("    '").append(command.path).append("')\n");
    if (!command.subcommands.empty())
      out.append("      subcommands='").append(base::join(command.subcommands, " ")).append("'\n");
    out.append("      options='").append(base::join(options, " ")).append("'\n");
    if (!command.operands.empty())
      out.append("      operand='").append(kind_of(command.operands.front())).append("'\n");
    out.append(values(command)).append("      ;;\n");
  }
  return out + kBashTail;
}

}  // namespace repopulse::app
