// A text table for people: aligned columns with two spaces between them. Makes control characters in cells visible.
#pragma once

#include <cstddef>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

namespace repopulse::app {

enum class Align { kLeft, kRight };
enum class Tint { kNone, kGood, kWarning, kBad, kFaint };

struct Cell {
  Cell(std::string shown, Tint colour = Tint::kNone) : text(std::move(shown)), tint(colour) {}
  Cell(const char* shown) : text(shown) {}
  std::string text;
  Tint tint = Tint::kNone;
};

// How a table looks where it is printed.
struct Look {
  Look(bool with_colours = false, std::size_t terminal_width = 0) : colours(with_colours), width(terminal_width) {}
  bool colours;
  std::size_t width;  // of the terminal, in columns; 0: no limit, as in a file or a pipe
};

class Table {
 public:
  struct Column {
    std::string title;
    Align align = Align::kLeft;
    bool may_shrink = false;  // names of any length: in a terminal at most a third of its width, but 30 columns
    std::size_t least = 0;    // width
  };
  explicit Table(std::vector<Column> columns) : columns_(std::move(columns)) {}

  // One cell for each column.
  void add(std::vector<Cell> row);
  void print(std::ostream& out, const Look& look) const;

 private:
  std::vector<Column> columns_;
  std::vector<std::vector<Cell>> rows_;
};

// A table whose rows are printed one by one, before it is known what the next ones are: its columns are as wide as
// their titles and Table::Column::least say, and a wider cell moves what stands behind it.
class GrowingTable {
 public:
  GrowingTable(std::vector<Table::Column> columns, std::ostream& out, const Look& look);

  // One cell for each column. The row is printed at once, after the titles if it is the first.
  void add(std::vector<Cell> row);

 private:
  std::vector<Table::Column> columns_;
  std::ostream& out_;
  Look look_;
  bool begun_ = false;
};

// How many columns the text takes in a terminal: one for each character.
std::size_t width_of(std::string_view text);
// `text`, or its beginning and its end with `…` between them, `width` columns wide; `width` is at least 1.
std::string shortened(std::string_view text, std::size_t width);
// Of standard output: its width where it is a terminal, and colours unless NO_COLOR is set.
Look look_of_output();

}  // namespace repopulse::app
