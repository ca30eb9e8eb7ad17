// The resources of the API that keep nothing between two requests. Each is one file, api/NAME.cc, whose function adds
// its routes; the handlers read the context's latest snapshot and change nothing. Resources with a state of their own
// (a cache, subscribers) are classes with a header of their own.
#pragma once

#include <array>

#include "api/context.h"
#include "http/router.h"

namespace repopulse::api {

// `context` must outlive the router.
void add_forecast(Context& context, http::Router& router);       // how many events the next hours should bring
void add_health(Context& context, http::Router& router);         // for supervisors and load balancers; no key
void add_own_key(Context& context, http::Router& router);        // what the key of the request may do
void add_poller_status(Context& context, http::Router& router);  // what the poller does, its quota, how late events are
void add_public_view(Context& context, http::Router& router);    // what is to be seen without a key; no key

inline constexpr std::array kStatelessResources = {add_forecast, add_health, add_own_key, add_poller_status,
                                                   add_public_view};

}  // namespace repopulse::api
