#include "app/help_format.h"

#include <algorithm>
#include <memory>
#include <string>
#include <string_view>

#include "app/help_text.h"
#include "app/printable.h"

namespace repopulse::app {
namespace {

constexpr std::size_t kColumns = 100;
constexpr std::size_t kNameColumns = 32;

// In lines of at most `columns`.
std::string wrap(std::string_view text, std::size_t columns) {
  std::string out;
  while (text.size() > columns) {
    const auto blank = text.rfind(' ', columns);
    const auto cut = blank == std::string_view::npos ? text.find(' ') : blank;
    if (cut == std::string_view::npos) break;
    out.append(text.substr(0, cut)).append("\n");
    text.remove_prefix(cut + 1);
  }
  return out.append(text);
}

// A line that ends with a colon is a heading: no empty line follows it.
std::string lay_out(std::string_view text) {
  std::string out;
  for (const HelpBlock& block : help_blocks(text)) {
    if (!out.empty()) out += out.ends_with(":\n") ? "" : "\n";
    out.append(block.verbatim ? block.text : wrap(block.text, kColumns)).append("\n");
  }
  return out;
}

class HelpFormat : public CLI::Formatter {
 public:
  HelpFormat() { column_width(kNameColumns); }

  std::string make_option_opts(const CLI::Option* option) const override {
    const std::string placeholder = placeholder_of(*option);
    return placeholder.empty() ? placeholder : " " + placeholder;
  }

  std::string make_option_desc(const CLI::Option* option) const override {
    std::string text = option->get_description();
    if (!option->get_default_str().empty()) text += " [default: " + option->get_default_str() + "]";
    return wrap(text, kColumns - kNameColumns);
  }

  std::string make_description(const CLI::App* command) const override {
    return lay_out(command->get_description()) + "\n";
  }

  std::string make_footer(const CLI::App* command) const override { return lay_out(command->get_footer()); }

  // The list of subcommands shows only the first sentence of each description.
  std::string make_subcommand(const CLI::App* command) const override {
    const std::string about = command->get_description();
    std::string left = "  " + command->get_name();
    left.resize(std::max(left.size() + 1, kNameColumns), ' ');
    std::string text = wrap(about.substr(0, about.find_first_of(".:\n")), kColumns - kNameColumns);
    for (auto at = text.find('\n'); at != std::string::npos; at = text.find('\n', at + 1)) {
      text.insert(at + 1, kNameColumns, ' ');
    }
    return left + text + "\n";
  }
};

// For an unknown subcommand CLI11 says that a subcommand is missing. It is clearer to name the unknown word.
std::string what_is_wrong(const CLI::App& app, const CLI::Error& error) {
  const std::vector<std::string> unknown = app.remaining(true);
  if (error.get_exit_code() != static_cast<int>(CLI::ExitCodes::RequiredError) || unknown.empty()) return error.what();
  const std::string& word = unknown.front();
  return std::string("unknown ") + (word.starts_with('-') ? "option" : "subcommand") + " '" + word + "'";
}

}  // namespace

std::string placeholder_of(const CLI::Option& option) {
  if (option.get_type_size() == 0) return {};
  const std::string name = option.get_option_text().empty() ? option.get_type_name() : option.get_option_text();
  return name.substr(0, name.find(":{"));  // without the text that a check adds
}

void set_help_format(CLI::App& program) {
  program.formatter(std::make_shared<HelpFormat>());
  program.failure_message([](const CLI::App* app, const CLI::Error& error) {
    return app->get_name() + ": " + printable(what_is_wrong(*app, error)) + " (see --help)\n";
  });
}

}  // namespace repopulse::app
