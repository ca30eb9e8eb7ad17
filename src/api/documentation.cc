#include "api/documentation.h"

#include <stdexcept>
#include <string_view>

#include "api/documentation/assets.h"
#include "api/embedded_files.h"

namespace repopulse::api {
namespace {

constexpr std::string_view kVersionPlace = "@VERSION@";
constexpr std::string_view kServer = "\"url\": \"/\"";

// Swagger UI has its icons as data: URLs, and needs no inline style.
constexpr std::string_view kDocumentationPolicy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "base-uri 'self'; form-action 'none'; frame-ancestors 'none'";

std::string document_of(const std::string& version) {
  std::string text(openapi_assets().front().bytes);
  const std::size_t at = text.find(kVersionPlace);
  if (at == std::string::npos) throw std::logic_error("the OpenAPI document has no place for the version");
  return text.replace(at, kVersionPlace.size(), version);
}

}  // namespace

Documentation::Documentation(Context& context) : document_(http::make_payload(document_of(context.settings.version))) {}

std::shared_ptr<const http::Payload> Documentation::document_below(std::string_view prefix) {
  if (prefix.empty()) return document_;
  if (auto known = below_.find(prefix, {})) return known;
  std::string text = document_->body;
  const std::size_t at = text.find(kServer);
  if (at == std::string::npos) throw std::logic_error("the OpenAPI document names no server");
  text.insert(at + kServer.size() - 1, prefix.substr(1));
  auto payload = http::make_payload(std::move(text));
  below_.put(std::string(prefix), {}, payload);
  return payload;
}

void Documentation::add_routes(http::Router& router) {
  router.add({http::Method::kGet, "/api/openapi.json", [this](const http::Request& request) {
                return http::Response{.payload = document_below(request.prefix())};
              }});
  add_embedded_files(router, {.files = documentation_assets(),
                              .path = "/api/docs",
                              .content_security_policy = kDocumentationPolicy,
                              .pages = {"index.html", "page.js"},
                              .address = "\"/"});
}

}  // namespace repopulse::api
