// GET /api/openapi.json and /api/docs: the OpenAPI document and the interactive documentation. They need no key.
#pragma once

#include <memory>
#include <string>

#include "api/context.h"
#include "http/router.h"

namespace repopulse::api {

class Documentation {
 public:
  explicit Documentation(Context& context);
  void add_routes(http::Router& router);

 private:
  std::shared_ptr<const http::Payload> document_;
};

}  // namespace repopulse::api
