#include "app/table.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cassert>
#include <cstdlib>
#include <utility>
#include <vector>

#include "app/printable.h"

namespace repopulse::app {
namespace {

std::string_view code_of(Tint tint) {
  switch (tint) {
    case Tint::kNone:
      return "";
    case Tint::kGood:
      return "\x1b[32m";
    case Tint::kWarning:
      return "\x1b[33m";
    case Tint::kBad:
      return "\x1b[31m";
    case Tint::kFaint:
      return "\x1b[2m";
  }
  return "";
}

}  // namespace

void Table::add(std::vector<Cell> row) {
  assert(row.size() == columns_.size());
  for (Cell& cell : row) cell.text = printable(cell.text);
  rows_.push_back(std::move(row));
}

void Table::print(std::ostream& out, const Look& look) const {
  constexpr std::size_t kLeast = 30;
  const std::size_t most = std::max(kLeast, look.width / 3);
  const auto shown = [&](const Cell& cell, std::size_t column) {
    const bool shrinks = look.width > 0 && columns_[column].may_shrink;
    return Cell(shrinks ? shortened(cell.text, most) : cell.text, cell.tint);
  };
  std::vector<std::size_t> widths;
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    std::size_t width = width_of(columns_[i].title);
    for (const auto& row : rows_) width = std::max(width, width_of(shown(row[i], i).text));
    widths.push_back(width);
  }
  const auto print_row = [&](const auto& cell_of) {
    std::string line;
    for (std::size_t i = 0; i < columns_.size(); ++i) {
      const Cell cell = cell_of(i);
      const std::string blanks(widths[i] - width_of(cell.text), ' ');
      if (i > 0) line += "  ";
      if (columns_[i].align == Align::kRight) line += blanks;
      const std::string_view code = look.colours ? code_of(cell.tint) : "";
      line.append(code).append(cell.text).append(code.empty() ? "" : "\x1b[0m");
      if (columns_[i].align == Align::kLeft && i + 1 < columns_.size()) line += blanks;
    }
    line.erase(line.find_last_not_of(' ') + 1);
    out << line << '\n';
  };
  print_row([&](std::size_t i) { return Cell(columns_[i].title, Tint::kFaint); });
  for (const auto& row : rows_) {
    print_row([&](std::size_t i) { return shown(row[i], i); });
  }
}

std::size_t width_of(std::string_view text) {
  return static_cast<std::size_t>(
      std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0u) != 0x80u; }));
}

std::string shortened(std::string_view text, std::size_t width) {
  if (width_of(text) <= width) return std::string(text);
  const auto begins = [](char c) { return (static_cast<unsigned char>(c) & 0xC0u) != 0x80u; };
  std::vector<std::size_t> characters;  // where they begin
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (begins(text[i])) characters.push_back(i);
  }
  const std::size_t behind = (width - 1) / 2;
  const std::size_t before = width - 1 - behind;
  const std::size_t end = behind == 0 ? text.size() : characters[characters.size() - behind];
  return std::string(text.substr(0, characters[before])).append("\u2026").append(text.substr(end));
}

Look look_of_output() {
  if (isatty(STDOUT_FILENO) != 1) return {};
  const char* refused = std::getenv("NO_COLOR");
  winsize size{};
  const bool known = ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0;
  return {refused == nullptr || *refused == '\0', known ? size.ws_col : std::size_t{0}};
}

}  // namespace repopulse::app
