// The dashboard at `/`. Its files need no key; what it asks of the API does.
#pragma once

#include "http/router.h"

namespace repopulse::api {

void add_dashboard(http::Router& router);

}  // namespace repopulse::api
