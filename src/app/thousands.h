// Numbers for people.
#pragma once

#include <cstdint>
#include <string>

namespace repopulse::app {

// `1234567` as `1,234,567`.
std::string with_thousands(std::uint64_t number);

// `1 gap`, `1,234 gaps`.
std::string counted(std::uint64_t number, const std::string& one, const std::string& many);

}  // namespace repopulse::app
