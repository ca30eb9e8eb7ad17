// The shared store: a database that speaks MongoDB's protocol (MongoDB 4.0 or later, Amazon DocumentDB 4.0 or later,
// FerretDB). Any number of servers may open it at once. docs/scaling.md describes its documents, and what a crash
// between two writes costs.
#pragma once

#include <memory>
#include <string>

#include "store/store.h"

namespace repopulse::store::mongo {

class Database;

// Is this a URI for open(), such as `mongodb://…` or `mongodb+srv://…`?
bool is_uri(const std::string& text);

// Connects, and creates what is missing. The database is the one that the URI names, or `repopulse`. The URI's options
// are used (`tls=true&tlsCAFile=…`, `replicaSet`, time-outs, `maxPoolSize`); without them a write waits for a majority,
// finding a server may take 3 s and an answer 10 s. The driver never retries writes (`retryWrites=false`): Amazon
// DocumentDB cannot.
// kBadInput: the URI is wrong. kUnavailable: no server answers, or it refuses. kCorrupt: another version made the
// store.
core::Result<std::unique_ptr<Store>> open(const std::string& uri);
// The same on connections that are there already.
core::Result<std::unique_ptr<Store>> open(std::unique_ptr<Database> database);

}  // namespace repopulse::store::mongo
