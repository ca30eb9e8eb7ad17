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

std::vector<Cell> made_printable(std::vector<Cell> row) {
  for (Cell& cell : row) cell.text = printable(cell.text);
  return row;
}

std::vector<Cell> titles_of(const std::vector<Table::Column>& columns) {
  std::vector<Cell> titles;
  for (const Table::Column& column : columns) titles.emplace_back(column.title, Tint::kFaint);
  return titles;
}

std::vector<std::size_t> least_widths(const std::vector<Table::Column>& columns) {
  std::vector<std::size_t> widths;
  for (const Table::Column& column : columns) widths.push_back(std::max(column.least, width_of(column.title)));
  return widths;
}

void print_row(const std::vector<Cell>& row, const std::vector<Table::Column>& columns,
               const std::vector<std::size_t>& widths, bool colours, std::ostream& out) {
  std::string line;
  for (std::size_t i = 0; i < row.size(); ++i) {
    const std::string blanks(widths[i] - std::min(widths[i], width_of(row[i].text)), ' ');
    if (i > 0) line += "  ";
    if (columns[i].align == Align::kRight) line += blanks;
    const std::string_view code = colours ? code_of(row[i].tint) : "";
    line.append(code).append(row[i].text).append(code.empty() ? "" : "\x1b[0m");
    if (columns[i].align == Align::kLeft && i + 1 < row.size()) line += blanks;
  }
  line.erase(line.find_last_not_of(' ') + 1);
  out << line << '\n';
}

}  // namespace

void Table::add(std::vector<Cell> row) {
  assert(row.size() == columns_.size());
  rows_.push_back(made_printable(std::move(row)));
}

void Table::print(std::ostream& out, const Look& look) const {
  constexpr std::size_t kLeast = 30;
  const std::size_t most = std::max(kLeast, look.width / 3);
  std::vector<std::vector<Cell>> shown = rows_;
  std::vector<std::size_t> widths = least_widths(columns_);
  for (std::vector<Cell>& row : shown) {
    for (std::size_t i = 0; i < row.size(); ++i) {
      if (look.width > 0 && columns_[i].may_shrink) row[i].text = shortened(row[i].text, most);
      widths[i] = std::max(widths[i], width_of(row[i].text));
    }
  }
  print_row(titles_of(columns_), columns_, widths, look.colours, out);
  for (const auto& row : shown) print_row(row, columns_, widths, look.colours, out);
}

GrowingTable::GrowingTable(std::vector<Table::Column> columns, std::ostream& out, const Look& look)
    : columns_(std::move(columns)), out_(out), look_(look) {}

void GrowingTable::add(std::vector<Cell> row) {
  assert(row.size() == columns_.size());
  const std::vector<std::size_t> widths = least_widths(columns_);
  if (!std::exchange(begun_, true)) print_row(titles_of(columns_), columns_, widths, look_.colours, out_);
  print_row(made_printable(std::move(row)), columns_, widths, look_.colours, out_);
  out_.flush();
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
