// Draws curves on two logarithmic axes, as SVG text.
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace repopulse::backtest {

struct Curve {
  std::string name;
  std::vector<std::pair<double, double>> points;  // both positive; one point alone is drawn as a mark
};

// A whole SVG document, for light and dark backgrounds.
std::string svg_plot(const std::string& title, const std::string& x_label, const std::string& y_label,
                     const std::vector<Curve>& curves);

}  // namespace repopulse::backtest
