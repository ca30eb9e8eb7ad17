#include "backtest/svg_plot.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

namespace repopulse::backtest {
namespace {

constexpr double kWidth = 760, kHeight = 460;
constexpr double kLeft = 80, kRight = 150, kTop = 50, kBottom = 60;
constexpr std::array<const char*, 7> kColours = {"#3572c6", "#d1495b", "#2a9d62", "#8d5bc1",
                                                 "#c98a1b", "#16919b", "#7a7a7a"};

std::string number(double value) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.1f", value);
  return text.data();
}

std::string escaped(const std::string& text) {
  std::string out;
  for (const char c : text) {
    if (c == '&')
      out += "&amp;";
    else if (c == '<')
      out += "&lt;";
    else
      out += c;
  }
  return out;
}

// A logarithmic axis from `low` to `high` that is drawn between the pixels `begin` and `end`.
struct Axis {
  double low = 1, high = 10, begin = 0, end = 1;
  double at(double value) const { return begin + (end - begin) * std::log(value / low) / std::log(high / low); }
};

Axis axis_around(const std::vector<Curve>& curves, bool x, double begin, double end) {
  double low = HUGE_VAL, high = 0;
  for (const Curve& curve : curves) {
    for (const auto& [px, py] : curve.points) {
      low = std::min(low, x ? px : py);
      high = std::max(high, x ? px : py);
    }
  }
  if (high <= 0) return {1, 10, begin, end};
  return {low / 1.15, high * 1.15, begin, end};
}

std::vector<double> ticks(const Axis& axis) {
  std::vector<double> values;
  for (double decade = std::pow(10, std::floor(std::log10(axis.low))); decade <= axis.high; decade *= 10) {
    for (const double step : {1.0, 2.0, 5.0}) {
      if (decade * step >= axis.low && decade * step <= axis.high) values.push_back(decade * step);
    }
  }
  return values;
}

std::string text_at(double x, double y, const std::string& attributes, const std::string& text) {
  return "<text x='" + number(x) + "' y='" + number(y) + "' " + attributes + ">" + escaped(text) + "</text>\n";
}

std::string line(double x1, double y1, double x2, double y2) {
  return "<line x1='" + number(x1) + "' y1='" + number(y1) + "' x2='" + number(x2) + "' y2='" + number(y2) + "'/>\n";
}

std::string plain(double value) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.0f", value);
  return text.data();
}

std::string grid(const Axis& x, const Axis& y) {
  std::string svg = "<g class='grid'>\n";
  for (const double value : ticks(x)) svg += line(x.at(value), y.begin, x.at(value), y.end);
  for (const double value : ticks(y)) svg += line(x.begin, y.at(value), x.end, y.at(value));
  svg += "</g>\n";
  for (const double value : ticks(x)) svg += text_at(x.at(value), y.begin + 18, "text-anchor='middle'", plain(value));
  for (const double value : ticks(y)) svg += text_at(x.begin - 8, y.at(value) + 4, "text-anchor='end'", plain(value));
  return svg;
}

std::string drawn(const Curve& curve, const Axis& x, const Axis& y, const char* colour) {
  std::string svg = "<polyline fill='none' stroke-width='2' stroke='" + std::string(colour) + "' points='";
  for (const auto& [px, py] : curve.points) svg += number(x.at(px)) + "," + number(y.at(py)) + " ";
  svg += "'/>\n";
  for (const auto& [px, py] : curve.points) {
    svg += "<circle r='3.5' fill='" + std::string(colour) + "' cx='" + number(x.at(px)) + "' cy='" + number(y.at(py)) +
           "'/>\n";
  }
  return svg;
}

}  // namespace

std::string svg_plot(const std::string& title, const std::string& x_label, const std::string& y_label,
                     const std::vector<Curve>& curves) {
  const Axis x = axis_around(curves, true, kLeft, kWidth - kRight);
  const Axis y = axis_around(curves, false, kHeight - kBottom, kTop);
  std::string svg = "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 " + plain(kWidth) + " " + plain(kHeight) +
                    "' font-family='system-ui, sans-serif' font-size='12'>\n"
                    "<style>text{fill:#333}.grid line{stroke:#8884}.back{fill:#fff}"
                    "@media(prefers-color-scheme:dark){text{fill:#ddd}.back{fill:#181818}}</style>\n"
                    "<rect class='back' width='100%' height='100%'/>\n";
  svg += text_at(kLeft, 26, "font-size='15' font-weight='600'", title);
  svg += grid(x, y);
  svg += text_at((x.begin + x.end) / 2, kHeight - 16, "text-anchor='middle'", x_label);
  const std::string middle = number((y.begin + y.end) / 2);
  svg += text_at(20, (y.begin + y.end) / 2, "text-anchor='middle' transform='rotate(-90 20 " + middle + ")'", y_label);
  double legend = kTop + 10;
  for (std::size_t i = 0; i < curves.size(); ++i, legend += 22) {
    const char* colour = kColours[i % kColours.size()];
    svg += drawn(curves[i], x, y, colour);
    svg += "<rect width='12' height='12' fill='" + std::string(colour) + "' x='" + number(kWidth - kRight + 18) +
           "' y='" + number(legend - 10) + "'/>\n";
    svg += text_at(kWidth - kRight + 36, legend, "", curves[i].name);
  }
  return svg + "</svg>\n";
}

}  // namespace repopulse::backtest
