#include "app/help_format.h"

#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <algorithm>
#include <memory>
#include <string>
#include <string_view>

namespace repopulse::app {
namespace {

constexpr std::size_t kColumns = 100;
constexpr std::size_t kNameColumns = 32;

// In lines of at most `columns`; line breaks that are there stay.
std::string wrap(std::string_view text, std::size_t columns) {
  std::string out;
  while (!text.empty()) {
    const auto end = text.find('\n');
    std::string_view line = text.substr(0, end);
    while (line.size() > columns) {
      const auto blank = line.rfind(' ', columns);
      const auto cut = blank == std::string_view::npos ? line.find(' ') : blank;
      if (cut == std::string_view::npos) break;
      out.append(line.substr(0, cut)).append("\n");
      line.remove_prefix(cut + 1);
    }
    out.append(line);
    if (end == std::string_view::npos) break;
    out += '\n';
    text.remove_prefix(end + 1);
  }
  return out;
}

class HelpFormat : public CLI::Formatter {
 public:
  HelpFormat() { column_width(kNameColumns); }

  std::string make_option_opts(const CLI::Option* option) const override {
    std::string name = option->get_type_size() == 0 ? std::string() : option->get_option_text();
    if (name.empty() && option->get_type_size() != 0) name = option->get_type_name();
    name = name.substr(0, name.find(":{"));  // without what a check says of itself
    return name.empty() ? name : " " + name;
  }

  std::string make_option_desc(const CLI::Option* option) const override {
    std::string text = option->get_description();
    if (!option->get_default_str().empty()) text += " [default: " + option->get_default_str() + "]";
    return wrap(text, kColumns - kNameColumns);
  }

  std::string make_description(const CLI::App* command) const override {
    return wrap(command->get_description(), kColumns) + "\n\n";
  }

  // In the list of subcommands the first sentence is enough.
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

}  // namespace

void set_help_format(CLI::App& program) {
  program.formatter(std::make_shared<HelpFormat>());
  program.failure_message([](const CLI::App* app, const CLI::Error& error) {
    return app->get_name() + ": " + error.what() + " (--help tells more)\n";
  });
}

}  // namespace repopulse::app
