// GET /api/openapi.json and /api/docs: the OpenAPI document and the interactive documentation. They need no key.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "api/context.h"
#include "api/payload_cache.h"
#include "http/router.h"

namespace repopulse::api {

class Documentation {
 public:
  explicit Documentation(Context& context);
  void add_routes(http::Router& router);

 private:
  // With the path below which a proxy serves this server in `servers`.
  std::shared_ptr<const http::Payload> document_below(std::string_view prefix);

  std::shared_ptr<const http::Payload> document_;
  PayloadCache below_{4u << 20};  // by prefix; an answer may take an eighth
};

}  // namespace repopulse::api
