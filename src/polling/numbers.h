// Numbers and words as one line of text: the memory that the parts of a poller leave for the time after a restart.
#pragma once

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace repopulse::polling {

// The last time that a saved text may hold, in milliseconds since 1970: the end of the year 9999. No arithmetic with
// such times overflows.
inline constexpr std::int64_t kLatestSaved = 253'402'300'799'999;

// Takes the first word away from the beginning of `text`, with the space behind it.
inline std::string_view take_word(std::string_view& text) {
  const std::string_view word = text.substr(0, text.find(' '));
  text.remove_prefix(std::min(text.size(), word.size() + 1));
  return word;
}

// It comes back from take_word().
inline bool is_word(std::string_view text) {
  return !text.empty() && text.find_first_of(" \n") == std::string_view::npos;
}

// Exactly these numbers come back from split_numbers.
inline std::string join_numbers(std::span<const double> numbers) {
  std::string out;
  for (const double number : numbers) {
    std::array<char, 32> text{};
    const auto end = std::to_chars(text.data(), text.data() + text.size(), number).ptr;
    if (!out.empty()) out += ' ';
    out.append(text.data(), end);
  }
  return out;
}

// nullopt unless the text is exactly N finite numbers.
template <std::size_t N>
std::optional<std::array<double, N>> split_numbers(std::string_view text) {
  std::array<double, N> numbers{};
  const char* at = text.data();
  const char* const end = text.data() + text.size();
  for (std::size_t i = 0; i < N; ++i) {
    if (i > 0) {
      if (at == end || *at != ' ') return std::nullopt;
      ++at;
    }
    const auto [next, error] = std::from_chars(at, end, numbers[i]);
    if (error != std::errc{} || !std::isfinite(numbers[i])) return std::nullopt;
    at = next;
  }
  if (at != end) return std::nullopt;
  return numbers;
}

}  // namespace repopulse::polling
