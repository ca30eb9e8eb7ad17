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

class Table {
 public:
  struct Column {
    std::string title;
    Align align = Align::kLeft;
  };
  explicit Table(std::vector<Column> columns) : columns_(std::move(columns)) {}

  // One cell for each column.
  void add(std::vector<Cell> row);
  void print(std::ostream& out, bool colours) const;

 private:
  std::vector<Column> columns_;
  std::vector<std::vector<Cell>> rows_;
};

// How many columns the text takes in a terminal: one for each character.
std::size_t width_of(std::string_view text);
// Whether standard output is a terminal and NO_COLOR is not set.
bool wants_colours();

}  // namespace repopulse::app
