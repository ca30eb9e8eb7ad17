// A request to the API: on the first line its query, on the second its Content-Type, behind it a body of `POST
// /api/repos/`. What is wrong is told as JSON of bounded length; what is taken is within its bounds, and another parser
// finds as many repositories in the body.
#include <simdjson.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "api/add_request.h"
#include "api/errors.h"
#include "api/pagination.h"
#include "api/query.h"
#include "fuzz/require.h"

namespace {

using namespace repopulse;
using fuzz::require;

std::string_view take_line(std::string_view& rest) {
  const std::string_view line = rest.substr(0, rest.find('\n'));
  rest.remove_prefix(std::min(line.size() + 1, rest.size()));
  return line;
}

// A refusal is JSON, whatever the client sent.
void check_refusal(const http::Response& refusal) {
  static simdjson::dom::parser parser;
  require(refusal.status == 400 || refusal.status == 415 || refusal.status == 422);
  simdjson::dom::element json;
  require(parser.parse(refusal.payload->body).get(json) == simdjson::SUCCESS);
  std::string_view message;
  require(json["message"].get(message) == simdjson::SUCCESS && !message.empty());
}

void check_query(const http::Request& request) {
  api::Query query(request, "Event");
  const api::Page page = query.page();
  require(page.number >= 1 && page.number <= 1'000'000'000 && page.size >= 1 && page.size <= api::Page::kMaxSize);
  const std::size_t before = query.errors().size();
  const auto since = query.time("since", core::Fraction::kCut);
  require((query.errors().size() == before) == (since.has_value() || !query.has("since")));
  const auto until = query.time("since", core::Fraction::kRoundUp);
  require(since.has_value() == until.has_value() && (!since || *until - *since <= core::Seconds(1)));
  std::vector<std::string> words = query.list("type");
  for (const std::string& word : words) require(!word.empty() && word.find(',') == std::string::npos);
  std::ranges::sort(words);
  require(std::ranges::adjacent_find(words) == words.end());
  if (!query.errors().empty()) check_refusal(api::validation_failed(query.errors()));
  const std::string link = api::link_header(request, page, 250);
  require(std::ranges::none_of(link, [](char c) { return static_cast<unsigned char>(c) < ' '; }));
}

void check_body(const http::Request& request) {
  const api::AddRequest read = api::read_add_request(request, "https://api.github.com");
  if (read.refusal) return check_refusal(*read.refusal);
  const std::size_t elements = read.is_owner.size();
  require(read.is_array || elements == 1);
  require(elements <= api::AddRequest::kMaxRepositories);
  require(read.repositories.size() + read.owners.size() == elements);
  require(std::ranges::count(read.is_owner, true) == std::ssize(read.owners));
  static simdjson::dom::parser parser;
  simdjson::dom::element json;
  const auto error = parser.parse(request.body.data(), request.body.size()).get(json);
  // It takes no number that a double does not hold. Everything else that is taken here is JSON.
  if (error == simdjson::NUMBER_ERROR) return;
  require(error == simdjson::SUCCESS && json.is_array() == read.is_array);
  if (read.is_array) require(json.get_array().value_unsafe().size() == elements);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view rest(reinterpret_cast<const char*>(data), size);
  http::Request request;
  request.path = "/api/repos/o/r/events/";
  request.query = take_line(rest);
  const std::string_view type = take_line(rest);
  request.body = rest;
  request.header_context = &type;
  request.find_header = [](const void* context, std::string_view name) {
    return name == "Content-Type" ? *static_cast<const std::string_view*>(context) : std::string_view();
  };
  check_query(request);
  check_body(request);
  return 0;
}
