#include "store/mongo/database.h"

#include <utility>

// What matters is returned as an error; libmongoc's own lines would only mix with ours on stderr. It writes the first
// ones while it is loaded, before main, when nobody can have called mongoc_log_set_handler (that /dev/shm holds a file
// for a process of our number, left by one that was killed). So this function replaces its default handler.
extern "C" [[gnu::visibility("default")]] void mongoc_log_default_handler(mongoc_log_level_t, const char*, const char*,
                                                                          void*) {}

namespace repopulse::store::mongo {

using core::ErrorKind;
using core::fail;

namespace {

constexpr std::int64_t kDuplicateKey = 11000;
constexpr std::int32_t kServerSelectionMs = 3'000;
constexpr std::int32_t kConnectMs = 3'000;
constexpr std::int32_t kSocketMs = 10'000;
constexpr std::int32_t kHeartbeatMs = 1'000;
constexpr std::int32_t kMajorityMs = 8'000;
constexpr const char* kDefaultDatabase = "repopulse";

struct FreeUri {
  void operator()(mongoc_uri_t* uri) const { mongoc_uri_destroy(uri); }
};
struct FreeCollection {
  void operator()(mongoc_collection_t* collection) const { mongoc_collection_destroy(collection); }
};
struct FreeCursor {
  void operator()(mongoc_cursor_t* cursor) const { mongoc_cursor_destroy(cursor); }
};
struct FreeBulk {
  void operator()(mongoc_bulk_operation_t* bulk) const { mongoc_bulk_operation_destroy(bulk); }
};
struct FreeFindAndModify {
  void operator()(mongoc_find_and_modify_opts_t* options) const { mongoc_find_and_modify_opts_destroy(options); }
};
using Collection = std::unique_ptr<mongoc_collection_t, FreeCollection>;

// libmongoc's process-wide state, for as long as the process lives.
void start_driver() {
  static const bool started = [] {
    mongoc_init();
    return true;
  }();
  (void)started;
}

tl::unexpected<core::Error> failure(const char* what, const char* where, const char* why) {
  return fail(ErrorKind::kUnavailable, std::string("MongoDB: ") + what + " " + where + ": " + why);
}

void set_default(mongoc_uri_t* uri, const char* option, std::int32_t value) {
  if (!mongoc_uri_has_option(uri, option)) mongoc_uri_set_option_as_int32(uri, option, value);
}

void set_defaults(mongoc_uri_t* uri) {
  set_default(uri, MONGOC_URI_SERVERSELECTIONTIMEOUTMS, kServerSelectionMs);
  set_default(uri, MONGOC_URI_CONNECTTIMEOUTMS, kConnectMs);
  set_default(uri, MONGOC_URI_SOCKETTIMEOUTMS, kSocketMs);
  set_default(uri, MONGOC_URI_HEARTBEATFREQUENCYMS, kHeartbeatMs);
  mongoc_uri_set_option_as_bool(uri, MONGOC_URI_RETRYWRITES, false);
  if (mongoc_uri_get_appname(uri) == nullptr) mongoc_uri_set_appname(uri, "repopulse");
  if (!mongoc_uri_has_option(uri, MONGOC_URI_W)) {
    mongoc_write_concern_t* majority = mongoc_write_concern_new();
    mongoc_write_concern_set_wmajority(majority, kMajorityMs);
    mongoc_uri_set_write_concern(uri, majority);
    mongoc_write_concern_destroy(majority);
  }
}

Bson find_options(const FindOptions& options) {
  Bson out;
  if (!options.sort.empty()) out.add("sort", options.sort);
  if (!options.projection.empty()) out.add("projection", options.projection);
  if (options.skip > 0) out.add("skip", options.skip);
  if (options.limit > 0) out.add("limit", options.limit);
  if (options.batch > 0) out.add("batchSize", options.batch);
  return out;
}

// The indices that a unique index refused; nullopt when there was an error of another kind.
std::optional<std::vector<std::size_t>> duplicates(const Bson& reply) {
  std::vector<std::size_t> out;
  for (const Bson& error : reply.documents("writeErrors")) {
    if (error.integer("code") != kDuplicateKey) return std::nullopt;
    out.push_back(static_cast<std::size_t>(error.integer("index").value_or(0)));
  }
  if (out.empty() || !reply.documents("writeConcernErrors").empty()) return std::nullopt;
  return out;
}

}  // namespace

// A connection of the pool, for one operation.
class Database::Session {
 public:
  static Result<Session> begin(Database& database) {
    if (database.away_.load(std::memory_order_relaxed)) {
      return fail(ErrorKind::kUnavailable, "MongoDB: no server that accepts writes can be reached");
    }
    mongoc_client_t* client = mongoc_client_pool_pop(database.pool_.get());
    if (client == nullptr) return fail(ErrorKind::kUnavailable, "MongoDB: all connections of the pool are busy");
    return Session(database, client);
  }
  Session(Session&& other) noexcept : database_(other.database_), client_(std::exchange(other.client_, nullptr)) {}
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;
  Session& operator=(Session&&) = delete;
  ~Session() {
    if (client_ != nullptr) mongoc_client_pool_push(database_->pool_.get(), client_);
  }
  Collection collection(const char* name) const {
    return Collection(mongoc_client_get_collection(client_, database_->name_.c_str(), name));
  }
  mongoc_client_t* client() const { return client_; }

 private:
  Session(Database& database, mongoc_client_t* client) : database_(&database), client_(client) {}
  Database* database_;
  mongoc_client_t* client_;
};

Result<std::unique_ptr<Database>> Database::open(const std::string& text, CommandListener listen) {
  start_driver();
  bson_error_t error{};
  const std::unique_ptr<mongoc_uri_t, FreeUri> uri(mongoc_uri_new_with_error(text.c_str(), &error));
  if (!uri) {
    // The driver's message may quote the URI, and with it a password.
    return fail(ErrorKind::kBadInput,
                "the store's URI is not a MongoDB URI (mongodb://HOST:PORT/DATABASE?option=value)");
  }
  set_defaults(uri.get());
  const char* name = mongoc_uri_get_database(uri.get());
  std::unique_ptr<Database> database(
      new Database(name == nullptr || *name == '\0' ? kDefaultDatabase : name, std::move(listen)));
  mongoc_client_pool_t* pool = mongoc_client_pool_new_with_error(uri.get(), &error);
  if (pool == nullptr) return fail(ErrorKind::kBadInput, std::string("the store's URI: ") + error.message);
  database->pool_.reset(pool);
  mongoc_client_pool_set_error_api(pool, MONGOC_ERROR_API_VERSION_2);
  mongoc_apm_callbacks_t* callbacks = mongoc_apm_callbacks_new();
  mongoc_apm_set_topology_changed_cb(callbacks, &Database::on_topology);
  if (database->listen_) mongoc_apm_set_command_started_cb(callbacks, &Database::on_command);
  mongoc_client_pool_set_apm_callbacks(pool, callbacks, database.get());
  mongoc_apm_callbacks_destroy(callbacks);
  return database;
}

Database::~Database() = default;

void Database::on_topology(const mongoc_apm_topology_changed_t* event) {
  auto* database = static_cast<Database*>(mongoc_apm_topology_changed_get_context(event));
  // The driver's query functions take a description that is not const.
  auto* before =
      const_cast<mongoc_topology_description_t*>(mongoc_apm_topology_changed_get_previous_description(event));
  auto* after = const_cast<mongoc_topology_description_t*>(mongoc_apm_topology_changed_get_new_description(event));
  const bool writable = mongoc_topology_description_has_writable_server(after);
  if (writable) {
    database->away_ = false;
  } else if (mongoc_topology_description_has_writable_server(before)) {
    database->away_ = true;
  }
}

void Database::on_command(const mongoc_apm_command_started_t* event) {
  const auto* database = static_cast<const Database*>(mongoc_apm_command_started_get_context(event));
  database->listen_(Bson(*mongoc_apm_command_started_get_command(event)));
}

Status Database::visit(const char* collection, const Bson& filter, const FindOptions& options, const Visitor& visit) {
  return visit_views(collection, filter, options, [&](BsonView view) { return visit(Bson(view.document)); });
}

Status Database::visit_views(const char* collection, const Bson& filter, const FindOptions& options,
                             const ViewVisitor& visit) {
  auto session = Session::begin(*this);
  if (!session) return tl::unexpected(session.error());
  const Collection handle = session->collection(collection);
  const std::unique_ptr<mongoc_cursor_t, FreeCursor> cursor(
      mongoc_collection_find_with_opts(handle.get(), filter.get(), find_options(options).get(), nullptr));
  const bson_t* document = nullptr;
  while (mongoc_cursor_next(cursor.get(), &document)) {
    if (!visit({*document})) return {};
  }
  bson_error_t error{};
  if (mongoc_cursor_error(cursor.get(), &error)) return failure("reading", collection, error.message);
  return {};
}

Result<std::vector<Bson>> Database::find(const char* collection, const Bson& filter, const FindOptions& options) {
  std::vector<Bson> out;
  return visit(collection, filter, options,
               [&](const Bson& document) {
                 out.push_back(document);
                 return true;
               })
      .map([&] { return std::move(out); });
}

Result<std::optional<Bson>> Database::find_one(const char* collection, const Bson& filter, const FindOptions& options) {
  FindOptions one = options;
  one.limit = 1;
  std::optional<Bson> out;
  return visit(collection, filter, one,
               [&](const Bson& document) {
                 out = document;
                 return false;
               })
      .map([&] { return std::move(out); });
}

Result<std::int64_t> Database::count(const char* collection, const Bson& filter) {
  return command(Bson{{"count", std::string_view(collection)}, {"query", filter}}).map([](const Bson& reply) {
    return reply.integer("n").value_or(0);
  });
}

Result<std::vector<std::size_t>> Database::insert(const char* collection, std::span<const Bson> documents) {
  if (documents.empty()) return std::vector<std::size_t>();
  auto session = Session::begin(*this);
  if (!session) return tl::unexpected(session.error());
  const Collection handle = session->collection(collection);
  const Bson options{{"ordered", false}};
  const std::unique_ptr<mongoc_bulk_operation_t, FreeBulk> bulk(
      mongoc_collection_create_bulk_operation_with_opts(handle.get(), options.get()));
  bson_error_t error{};
  for (const Bson& document : documents) {
    if (!mongoc_bulk_operation_insert_with_opts(bulk.get(), document.get(), nullptr, &error)) {
      return fail(ErrorKind::kBadInput, std::string("MongoDB: no document for ") + collection + ": " + error.message);
    }
  }
  bson_t reply;
  const bool ok = mongoc_bulk_operation_execute(bulk.get(), &reply, &error) != 0;
  const Bson answer(reply);
  bson_destroy(&reply);
  if (ok) return std::vector<std::size_t>();
  if (auto refused = duplicates(answer)) return *std::move(refused);
  return failure("inserting into", collection, error.message);
}

Result<bool> Database::insert_one(const char* collection, const Bson& document) {
  return insert(collection, std::span(&document, 1)).map([](const std::vector<std::size_t>& refused) {
    return refused.empty();
  });
}

Result<std::int64_t> Database::update(const char* collection, const Bson& filter, const Bson& update, Many many,
                                      bool upsert) {
  auto session = Session::begin(*this);
  if (!session) return tl::unexpected(session.error());
  const Collection handle = session->collection(collection);
  const Bson options{{"upsert", upsert}};
  const auto call = many == Many::kYes ? &mongoc_collection_update_many : &mongoc_collection_update_one;
  bson_t reply;
  bson_error_t error{};
  const bool ok = call(handle.get(), filter.get(), update.get(), options.get(), &reply, &error);
  const Bson answer(reply);
  bson_destroy(&reply);
  if (!ok) return failure("updating", collection, error.message);
  return answer.integer("matchedCount").value_or(0);
}

Result<std::int64_t> Database::update_one(const char* collection, const Bson& filter, const Bson& change) {
  return update(collection, filter, change, Many::kNo, false);
}

Result<std::int64_t> Database::update_many(const char* collection, const Bson& filter, const Bson& change) {
  return update(collection, filter, change, Many::kYes, false);
}

Status Database::upsert(const char* collection, const Bson& filter, const Bson& change) {
  return update(collection, filter, change, Many::kNo, true).map([](std::int64_t) {});
}

Result<std::int64_t> Database::remove(const char* collection, const Bson& filter) {
  auto session = Session::begin(*this);
  if (!session) return tl::unexpected(session.error());
  const Collection handle = session->collection(collection);
  bson_t reply;
  bson_error_t error{};
  const bool ok = mongoc_collection_delete_many(handle.get(), filter.get(), nullptr, &reply, &error);
  const Bson answer(reply);
  bson_destroy(&reply);
  if (!ok) return failure("deleting from", collection, error.message);
  return answer.integer("deletedCount").value_or(0);
}

Result<std::optional<Bson>> Database::find_and_update(const char* collection, const Bson& filter, const Bson& update) {
  auto session = Session::begin(*this);
  if (!session) return tl::unexpected(session.error());
  const Collection handle = session->collection(collection);
  const std::unique_ptr<mongoc_find_and_modify_opts_t, FreeFindAndModify> options(mongoc_find_and_modify_opts_new());
  mongoc_find_and_modify_opts_set_update(options.get(), update.get());
  mongoc_find_and_modify_opts_set_flags(options.get(), MONGOC_FIND_AND_MODIFY_RETURN_NEW);
  bson_t reply;
  bson_error_t error{};
  const bool ok =
      mongoc_collection_find_and_modify_with_opts(handle.get(), filter.get(), options.get(), &reply, &error);
  const Bson answer(reply);
  bson_destroy(&reply);
  if (!ok) return failure("updating", collection, error.message);
  return answer.document("value");
}

Result<Bson> Database::command(const Bson& command) {
  auto session = Session::begin(*this);
  if (!session) return tl::unexpected(session.error());
  bson_t reply;
  bson_error_t error{};
  const bool ok =
      mongoc_client_command_simple(session->client(), name_.c_str(), command.get(), nullptr, &reply, &error);
  Bson answer(reply);
  bson_destroy(&reply);
  if (!ok) return failure("a command on", name_.c_str(), error.message);
  return answer;
}

Result<core::Timestamp> Database::server_time() {
  return command(Bson{{"hello", std::int64_t{1}}}).and_then([](const Bson& reply) -> Result<core::Timestamp> {
    if (const auto now = reply.time("localTime")) return *now;
    return fail(ErrorKind::kUnavailable, "MongoDB: the server does not tell its time");
  });
}

}  // namespace repopulse::store::mongo
