// GET /api/key: the role of the key in the request, so that a page can hide what the key does not allow.
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
