// Bodies of webhooks, JSON or a form. However the bytes come in pieces, the same is found; where a parser finds a
// repository in JSON that it takes, so does this.
#include <algorithm>
#include <boost/json.hpp>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "api/webhook_body.h"
#include "fuzz/require.h"

namespace {

using repopulse::api::WebhookBody;
using repopulse::fuzz::require;
namespace json = boost::json;

WebhookBody read(std::string_view text, std::size_t piece) {
  WebhookBody body;
  for (; !text.empty(); text.remove_prefix(std::min(piece, text.size()))) body.take(text.substr(0, piece));
  return body;
}

bool is_plain(std::string_view text) {
  return text.find('\\') == std::string_view::npos;
}

void compare(const json::value& value, const WebhookBody& body) {
  require(body.is_object() == value.is_object());
  const json::object* object = value.if_object();
  const json::value* repository = object == nullptr ? nullptr : object->if_contains("repository");
  const json::value* name =
      repository != nullptr && repository->is_object() ? repository->as_object().if_contains("full_name") : nullptr;
  const bool found = name != nullptr && name->is_string() && name->as_string().size() <= 200;
  require(body.full_name() == (found ? std::string_view(name->as_string()) : std::string_view()));
}

// With a name twice, a parser takes the last; GitHub sends none twice.
bool has_names_twice(std::string_view text) {
  const auto once = [&](std::string_view name) { return text.find(name) == text.rfind(name); };
  return !once("repository") || !once("full_name");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const WebhookBody whole = read(text, std::max<std::size_t>(size, 1));
  const WebhookBody bytes = read(text, 1);
  require(whole.is_object() == bytes.is_object() && whole.full_name() == bytes.full_name());
  require(whole.repository_id() == bytes.repository_id() && whole.full_name().size() <= 200);
  json::error_code code;
  const json::value value = json::parse({text.data(), text.size()}, code);
  if (!code && value.is_object() && is_plain(text) && !has_names_twice(text)) compare(value, whole);
  return 0;
}
