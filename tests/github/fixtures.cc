#include "tests/github/fixtures.h"

#include <zstd.h>

#include <boost/json.hpp>
#include <fstream>
#include <iterator>
#include <sstream>
#include <stdexcept>

namespace repopulse::github::fixtures {
namespace {

std::string unpack(const std::string& packed) {
  std::string text(ZSTD_getFrameContentSize(packed.data(), packed.size()), '\0');
  const std::size_t size = ZSTD_decompress(text.data(), text.size(), packed.data(), packed.size());
  if (ZSTD_isError(size)) throw std::runtime_error(ZSTD_getErrorName(size));
  return text;
}

}  // namespace

std::string read(std::string_view name) {
  const std::string path = REPOPULSE_SOURCE_DIR "/tests/fixtures/github/" + std::string(name);
  std::ifstream file(path, std::ios::binary);
  if (!file) throw std::runtime_error("cannot read " + path);
  std::string content(std::istreambuf_iterator<char>(file), {});
  return name.ends_with(".zst") ? unpack(content) : content;
}

HttpResponse exchange(std::string_view name) {
  std::istringstream lines(read("exchanges.jsonl"));
  for (std::string line; std::getline(lines, line);) {
    const boost::json::object recorded = boost::json::parse(line).as_object();
    if (recorded.at("name").as_string() != boost::json::string_view(name.data(), name.size())) continue;
    HttpResponse response;
    response.status = static_cast<int>(recorded.at("status").as_int64());
    response.body = recorded.at("body").as_string();
    for (const auto& header : recorded.at("headers").as_array()) {
      response.headers.emplace_back(header.at(0).as_string(), header.at(1).as_string());
    }
    return response;
  }
  throw std::runtime_error("no exchange named " + std::string(name));
}

}  // namespace repopulse::github::fixtures
