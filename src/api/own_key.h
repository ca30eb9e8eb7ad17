// /api/key: what the key of the request may do, for pages that offer only that.
#pragma once

#include "api/context.h"
#include "http/router.h"

namespace repopulse::api {

class OwnKey {
 public:
  explicit OwnKey(Context& context) : context_(context) {}
  void add_routes(http::Router& router);

 private:
  http::Response show(const http::Request& request) const;

  Context& context_;
};

}  // namespace repopulse::api
