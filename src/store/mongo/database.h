// One MongoDB database behind a pool of connections: the few operations that the store needs, with errors as values. It
// knows nothing of what the collections hold.
//
// Any thread may call anything at any time. Every operation may fail with kUnavailable: the server does not answer, or
// refuses. While the driver knows that no server accepts writes, calls fail at once instead of waiting for one: the
// driver's own monitoring finds out, every second, when there is one again.
#pragma once

#include <mongoc/mongoc.h>

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "core/result.h"
#include "core/time.h"
#include "store/mongo/bson.h"

namespace repopulse::store::mongo {

using core::Result;
using core::Status;

struct FindOptions {
  Bson sort;
  Bson projection;
  std::int64_t skip = 0;
  std::int64_t limit = 0;  // 0: all
  std::int64_t batch = 0;  // documents of one answer; 0: as the server likes, which may be 16 MB
};

inline FindOptions by_ascending_id(Bson projection = {}) {
  return {.sort = Bson{{"_id", std::int64_t{1}}}, .projection = std::move(projection)};
}

class Database {
 public:
  // Hears of each command before it is sent, on the thread of the operation. It may hold secrets: not for a log.
  using CommandListener = std::function<void(const Bson& command)>;
  // kBadInput: the URI is wrong. Does not connect yet.
  static core::Result<std::unique_ptr<Database>> open(const std::string& uri, CommandListener listen = {});
  ~Database();
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  // Stops when `visit` says false.
  using Visitor = std::function<bool(const Bson&)>;
  core::Status visit(const char* collection, const Bson& filter, const FindOptions& options, const Visitor& visit);
  // The same without a copy of each document, which is valid during the call: for very many small ones.
  using ViewVisitor = std::function<bool(BsonView)>;
  core::Status visit_views(const char* collection, const Bson& filter, const FindOptions& options,
                           const ViewVisitor& visit);
  core::Result<std::vector<Bson>> find(const char* collection, const Bson& filter, const FindOptions& options = {});
  core::Result<std::optional<Bson>> find_one(const char* collection, const Bson& filter,
                                             const FindOptions& options = {});
  core::Result<std::int64_t> count(const char* collection, const Bson& filter);

  // Tries all of them; the indices of those that a unique index refused. kBadInput: one is too large for a document.
  core::Result<std::vector<std::size_t>> insert(const char* collection, std::span<const Bson> documents);
  // True when it was inserted, false when a unique index refused it.
  core::Result<bool> insert_one(const char* collection, const Bson& document);
  // How many documents matched.
  core::Result<std::int64_t> update_one(const char* collection, const Bson& filter, const Bson& update);
  core::Result<std::int64_t> update_many(const char* collection, const Bson& filter, const Bson& update);
  // Inserts where nothing matched. Two at once may both insert: `filter` must name the `_id`.
  core::Status upsert(const char* collection, const Bson& filter, const Bson& update);
  core::Result<std::int64_t> remove(const char* collection, const Bson& filter);
  // As it is after the update; nullopt where nothing matched.
  core::Result<std::optional<Bson>> find_and_update(const char* collection, const Bson& filter, const Bson& update);

  core::Result<Bson> command(const Bson& command);
  core::Result<core::Timestamp> server_time();  // one clock for all servers of the store

 private:
  class Session;
  enum class Many { kNo, kYes };
  Database(std::string name, CommandListener listen) : name_(std::move(name)), listen_(std::move(listen)) {}
  core::Result<std::int64_t> update(const char* collection, const Bson& filter, const Bson& update, Many many,
                                    bool upsert);
  static void on_topology(const mongoc_apm_topology_changed_t* event);
  static void on_command(const mongoc_apm_command_started_t* event);

  struct FreePool {
    void operator()(mongoc_client_pool_t* pool) const { mongoc_client_pool_destroy(pool); }
  };
  const std::string name_;
  const CommandListener listen_;
  // The driver has looked and found no server that accepts writes.
  std::atomic<bool> away_{false};
  std::unique_ptr<mongoc_client_pool_t, FreePool> pool_;
};

}  // namespace repopulse::store::mongo
