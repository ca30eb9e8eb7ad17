#include "app/completion_words.h"

#include <algorithm>
#include <string_view>

#include "app/help_format.h"
#include "app/setting_table.h"

namespace repopulse::app {
namespace {

bool is_choice(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
  });
}

// The parts between separators if all are words and there are at least two; otherwise nothing.
std::vector<std::string> split_words(std::string_view text, std::string_view separator) {
  std::vector<std::string> words;
  for (std::size_t start = 0; start <= text.size();) {
    const std::size_t end = std::min(text.find(separator, start), text.size());
    const std::string_view word = text.substr(start, end - start);
    if (!is_choice(word)) return {};
    words.emplace_back(word);
    start = end + separator.size();
  }
  return words.size() > 1 ? words : std::vector<std::string>{};
}

// The text until something that a list of completions has no room for.
std::string first_part(std::string_view text, std::initializer_list<std::string_view> ends) {
  for (const std::string_view end : ends) text = text.substr(0, text.find(end));
  return std::string(text);
}

// What a check of the parser accepts, such as ROLE:{read,admin}; or what a placeholder lists; or the table of settings.
std::vector<std::string> accepted_words(const CLI::Option& option, const std::string& placeholder) {
  const std::string type = option.get_type_name();
  if (const auto open = type.find(":{"); open != std::string::npos) {
    return split_words(std::string_view(type).substr(open + 2, type.find('}', open) - open - 2), ",");
  }
  if (placeholder.find('|') != std::string::npos) return split_words(placeholder, "|");
  if (option.get_lnames().empty()) return {};
  // Another option may have the name of a setting; only the setting names its variable.
  const Setting* setting = find_setting(option.get_lnames().front());
  const bool same = setting != nullptr && option.get_description().find(setting->environment) != std::string::npos;
  return same ? words_in(setting->accepted) : std::vector<std::string>{};
}

CompletedOption completed_option(const CLI::Option& option) {
  CompletedOption out;
  for (const std::string& name : option.get_snames()) out.names.push_back("-" + name);
  for (const std::string& name : option.get_lnames()) out.names.push_back("--" + name);
  out.about = first_part(option.get_description(), {" [", ";", "\n"});
  if (option.get_items_expected_max() == 0) return out;  // a flag
  const std::string placeholder = first_part(placeholder_of(option), {":FLOAT"});
  out.value.push_back({placeholder, accepted_words(option, placeholder), placeholder.starts_with("FILE")});
  return out;
}

CompletedValue completed_operand(const CLI::Option& option) {
  const std::string name = option.get_name(true);
  return {name, {}, name == "FILE" || name == "PATH" || name == "TRACE"};
}

void add_options(const CLI::App& command, CompletedCommand& out) {
  for (const CLI::Option* option : command.get_options()) {
    if (option->get_positional()) {
      out.operands.push_back(completed_operand(*option));
    } else {
      out.options.push_back(completed_option(*option));
    }
  }
}

void add_command(const CLI::App& command, const std::string& path, std::vector<CompletedCommand>& out) {
  CompletedCommand added;
  added.path = path;
  added.about = first_part(command.get_description(), {".", ":", "\n"});
  add_options(command, added);
  if (command.get_fallthrough() && command.get_parent() != nullptr) {
    for (const CLI::Option* option : command.get_parent()->get_options()) {
      if (option != command.get_parent()->get_help_ptr()) added.options.push_back(completed_option(*option));
    }
  }
  const auto below = command.get_subcommands([](const CLI::App*) { return true; });
  for (const CLI::App* one : below) added.subcommands.push_back(one->get_name());
  out.push_back(std::move(added));
  for (const CLI::App* one : below) add_command(*one, path + " " + one->get_name(), out);
}

}  // namespace

std::vector<std::string> words_in(std::string_view accepted) {
  std::string list(accepted);
  for (auto at = list.find(" or "); at != std::string::npos; at = list.find(" or ", at)) list.replace(at, 4, ", ");
  return split_words(list, ", ");
}

std::vector<CompletedCommand> completed_commands(const CLI::App& program) {
  std::vector<CompletedCommand> out;
  add_command(program, program.get_name(), out);
  return out;
}

}  // namespace repopulse::app
