#include "api/documentation.h"

#include <stdexcept>
#include <string_view>

#include "api/documentation/assets.h"
#include "api/embedded_files.h"

namespace repopulse::api {
namespace {

constexpr std::string_view kVersionPlace = "@VERSION@";

// Swagger UI has its icons as data: URLs, and needs no inline style.
constexpr std::string_view kContentSecurityPolicy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

std::string document_of(const std::string& version) {
  std::string text(openapi_assets().front().bytes);
  const std::size_t at = text.find(kVersionPlace);
  if (at == std::string::npos) throw std::logic_error("the OpenAPI document has no place for the version");
  return text.replace(at, kVersionPlace.size(), version);
}

}  // namespace

Documentation::Documentation(Context& context) : document_(http::make_payload(document_of(context.settings.version))) {}

void Documentation::add_routes(http::Router& router) {
  router.add({http::Method::kGet, "/api/openapi.json",
              [this](const http::Request&) { return http::Response{.payload = document_}; }});
  add_embedded_files(router, {documentation_assets(), "/api/docs", kContentSecurityPolicy});
}

}  // namespace repopulse::api
