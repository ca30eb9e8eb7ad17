// The shared store: a database that speaks MongoDB's protocol (MongoDB 4.0 or later, Amazon DocumentDB 4.0 or later,
// FerretDB). Any number of servers may open it at once. What is kept where, and what a crash between two writes costs,
// is told in docs/scaling.md.
#pragma once

#include <memory>
#include <string>

#include "store/store.h"

namespace repopulse::store::mongo {

// `mongodb://` or `mongodb+srv://`: is this a URI for open()?
bool is_uri(const std::string& text);

// Connects, creates what is missing and brings an older schema forward. The database is the one that the URI names, or
// `repopulse`. Options of the URI hold (`tls=true&tlsCAFile=…`, `replicaSet`, time-outs, `maxPoolSize`); where it says
// nothing: writes wait for a majority, a server is searched for 3 s, an answer is waited for 10 s. Writes are never
// retried by the driver (`retryWrites=false`): Amazon DocumentDB does not know how.
// kBadInput: the URI is wrong. kUnavailable: no server answers, or it refuses. kCorrupt: of a newer version.
core::Result<std::unique_ptr<Store>> open(const std::string& uri);

}  // namespace repopulse::store::mongo
