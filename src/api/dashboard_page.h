// Serves the files of the dashboard at `/`. The files need no key; the requests that the page sends to the API do.
#pragma once

#include "http/router.h"

namespace repopulse::api {

void add_dashboard(http::Router& router);

}  // namespace repopulse::api
