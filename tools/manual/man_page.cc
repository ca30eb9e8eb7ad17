// The man page: the texts of --help of the program and of each subcommand, in the order of the parser.
#include <algorithm>
#include <array>
#include <cstdio>
#include <string_view>

#include "app/help_format.h"
#include "app/help_text.h"
#include "app/setting_table.h"
#include "app/version.h"
#include "tools/manual/pages.h"

namespace repopulse::manual {
namespace {

// One code point of UTF-8 at the front of `text`, as roff names it, and how many bytes it has.
std::pair<std::string, std::size_t> code_point(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned>(static_cast<unsigned char>(text[i])); };
  const std::size_t size = std::min<std::size_t>(text.size(), byte(0) >= 0xf0 ? 4 : byte(0) >= 0xe0 ? 3 : 2);
  unsigned value = byte(0) & (0x7fU >> size);
  for (std::size_t i = 1; i < size; ++i) value = value << 6U | (byte(i) & 0x3fU);
  std::array<char, 16> name{};
  std::snprintf(name.data(), name.size(), "\\[u%04X]", value);
  return {name.data(), size};
}

// `literal`: text that a user types, so its hyphens must stay hyphens.
std::string escape(std::string_view text, bool literal) {
  std::string out;
  for (std::size_t i = 0; i < text.size();) {
    const char c = text[i];
    const bool begins_line = i == 0 || text[i - 1] == '\n';
    if (begins_line && (c == '.' || c == '\'')) out += "\\&";
    if ((static_cast<unsigned char>(c) & 0x80U) != 0) {
      const auto [name, size] = code_point(text.substr(i));
      out += name;
      i += size;
      continue;
    }
    if (c == '\\') {
      out += "\\e";
    } else if (c == '-' && (literal || (i + 1 < text.size() && text[i + 1] == '-') || (i > 0 && text[i - 1] == '-'))) {
      out += "\\-";
    } else {
      out += c;
    }
    ++i;
  }
  return out;
}

// Breaks long lines, as is usual in roff sources; roff joins them again.
std::string fold(std::string text) {
  constexpr std::size_t kColumns = 80;
  for (std::size_t start = 0; text.size() - start > kColumns;) {
    auto cut = text.rfind(' ', start + kColumns);
    if (cut == std::string::npos || cut <= start) cut = text.find(' ', start + kColumns);
    if (cut == std::string::npos) break;
    text[cut] = '\n';
    start = cut + 1;
  }
  return text;
}

// `repopulse keys list` between backquotes is set bold.
std::string prose(std::string_view text) {
  std::string out;
  bool literal = false;
  for (std::size_t start = 0; start <= text.size();) {
    const auto end = std::min(text.find('`', start), text.size());
    const std::string part = escape(text.substr(start, end - start), literal);
    out += literal ? "\\fB" + part + "\\fR" : part;
    literal = !literal;
    start = end + 1;
  }
  return fold(out);
}

std::string blocks(std::string_view text) {
  std::string out;
  for (const app::HelpBlock& block : app::help_blocks(text)) {
    out += out.empty() ? "" : ".PP\n";
    out += block.verbatim ? ".nf\n.RS 2\n" + escape(block.text, true) + "\n.RE\n.fi\n" : prose(block.text) + "\n";
  }
  return out;
}

std::string option_names(const CLI::Option& option) {
  std::string names;
  const auto add = [&](const std::string& name) {
    names.append(names.empty() ? "" : ", ").append("\\fB" + escape(name, true) + "\\fR");
  };
  for (const std::string& name : option.get_snames()) add("-" + name);
  for (const std::string& name : option.get_lnames()) add("--" + name);
  if (names.empty()) return "\\fI" + escape(option.get_name(true), true) + "\\fR";
  const std::string placeholder = app::placeholder_of(option);
  return placeholder.empty() ? names : names + " \\fI" + escape(placeholder, true) + "\\fR";
}

std::string options(const CLI::App& command) {
  std::string out;
  for (const CLI::Option* option : command.get_options()) {
    if (option == command.get_help_ptr() && command.get_parent() != nullptr)
      continue;  // described once, for the program
    std::string text = option->get_description();
    if (!option->get_default_str().empty()) text += " [default: " + option->get_default_str() + "]";
    out += ".TP\n" + option_names(*option) + "\n" + prose(text) + "\n";
  }
  return out;
}

std::string usage(const CLI::App& command, const std::string& name) {
  std::string out = "\\fB" + escape(name, true) + "\\fR";
  const auto flags = command.get_options([](const CLI::Option* option) { return option->nonpositional(); });
  if (!flags.empty()) out += " [\\fIOPTIONS\\fR]";
  for (const CLI::Option* option : command.get_options()) {
    if (!option->get_positional()) continue;
    out += " \\fI" + escape(option->get_name(true), true) + "\\fR" + (option->get_expected_max() > 1 ? "..." : "");
  }
  if (subcommands_of(command).empty()) return out;
  return out + (command.get_require_subcommand_min() == 0 ? " [\\fISUBCOMMAND\\fR]" : " \\fISUBCOMMAND\\fR");
}

std::string section(const CLI::App& command, const std::string& name) {
  std::string out = ".SS " + escape(name, true) + "\n" + usage(command, name) + "\n.PP\n";
  out += blocks(command.get_description()) + options(command);
  if (const std::string footer = blocks(command.get_footer()); !footer.empty()) out += ".PP\n" + footer;
  for (const CLI::App* below : subcommands_of(command)) out += section(*below, name + " " + below->get_name());
  return out;
}

std::string environment() {
  std::string text =
      "Each setting has a variable, shown in brackets above; an empty one counts as not set. "
      "`REPOPULSE_CONFIG` names the settings file.";
  for (const app::Setting& setting : app::setting_table()) {
    if (setting.fallback.empty()) continue;
    text.append(" `").append(setting.fallback).append("` is used when `");
    text.append(setting.environment).append("` is not set.");
  }
  return prose(text) + "\n";
}

}  // namespace

std::string man_page(const CLI::App& program) {
  const std::string& name = program.get_name();
  std::string out = ".\\\" Generated by `./dev docs` from the texts of --help.\n";
  out += ".TH REPOPULSE 1 \"\" \"repopulse " + std::string(app::kVersion) + "\" \"User Commands\"\n";
  out += ".SH NAME\n" + name + " \\- the pulse of GitHub repositories\n";
  out += ".SH SYNOPSIS\n" + usage(program, name) + "\n";
  out += ".SH DESCRIPTION\n" + blocks(program.get_description());
  out += ".SH OPTIONS\n" + options(program);
  out += ".SH SUBCOMMANDS\n";
  for (const CLI::App* command : subcommands_of(program)) out += section(*command, name + " " + command->get_name());
  out += ".SH ENVIRONMENT\n" + environment();
  out += ".SH NOTES\n" + blocks(program.get_footer());
  return out;
}

}  // namespace repopulse::manual
