#include "app/toml_file.h"

#include <toml++/toml.h>

#include <optional>
#include <sstream>

#include "app/text_file.h"

namespace repopulse::app {
namespace {

std::optional<std::string> text_of(const toml::node& node) {
  if (const auto* text = node.as_string()) return text->get();
  if (const auto* number = node.as_integer()) return std::to_string(number->get());
  if (const auto* flag = node.as_boolean()) return flag->get() ? "true" : "false";
  if (const auto* number = node.as_floating_point()) {
    std::ostringstream out;
    out << number->get();
    return out.str();
  }
  return std::nullopt;
}

// One line of what is wrong, and where.
struct Refusal {
  std::size_t line = 0;
  std::string what;
};

tl::expected<FileEntry, Refusal> entry_of(std::string_view key, const toml::node& node) {
  FileEntry entry{std::string(key), {}, node.source().begin.line, false, {}};
  const toml::array* array = node.as_array();
  entry.is_array = array != nullptr;
  for (std::size_t i = 0; i < (array == nullptr ? 1 : array->size()); ++i) {
    auto value = text_of(array == nullptr ? node : (*array)[i]);
    if (!value) {
      return tl::unexpected(Refusal{entry.line, entry.key + " must be a text, a number or a list of them"});
    }
    entry.values.push_back(*std::move(value));
  }
  return entry;
}

tl::expected<FileEntry, Refusal> tables_of(std::string_view key, const toml::array& array) {
  FileEntry entry{std::string(key), {}, array.source().begin.line, true, {}};
  for (const toml::node& element : array) {
    const toml::table& table = *element.as_table();
    FileTable read{element.source().begin.line, {}};
    for (const auto& [name, node] : table) {
      auto one = entry_of(name.str(), node);
      if (!one) return tl::unexpected(one.error());
      read.entries.push_back(*std::move(one));
    }
    entry.tables.push_back(std::move(read));
  }
  return entry;
}

}  // namespace

core::Result<std::vector<FileEntry>> read_toml(const std::string& path) {
  const auto refuse = [&](std::size_t line, const std::string& what) {
    const std::string place = line == 0 ? path : path + ":" + std::to_string(line);
    return core::fail(core::ErrorKind::kBadInput, place + ": " + what);
  };
  const auto text = read_text_file(path);
  if (!text) return refuse(0, text.error().message);
  toml::table table;
  try {
    table = toml::parse(*text);
  } catch (const toml::parse_error& error) {
    return refuse(error.source().begin.line, std::string(error.description()));
  }
  std::vector<FileEntry> entries;
  for (const auto& [key, node] : table) {
    const toml::array* array = node.as_array();
    const bool has_tables = array != nullptr && array->is_array_of_tables();
    auto entry = has_tables ? tables_of(key.str(), *array) : entry_of(key.str(), node);
    if (!entry) return refuse(entry.error().line, entry.error().what);
    entries.push_back(*std::move(entry));
  }
  return entries;
}

}  // namespace repopulse::app
