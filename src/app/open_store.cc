#include "app/open_store.h"

#include "store/mongo/mongo_store.h"

namespace repopulse::app {

core::Result<std::unique_ptr<store::Store>> open_store(const std::string& address, store::sqlite::Access access) {
  constexpr std::string_view kSqlite = "sqlite:";
  if (store::mongo::is_uri(address)) return store::mongo::open(address);
  if (address.starts_with(kSqlite) && address.size() > kSqlite.size()) {
    return store::sqlite::open(address.substr(kSqlite.size()), access);
  }
  return core::fail(core::ErrorKind::kBadInput,
                    "--store '" + address + "' is neither sqlite:PATH nor a MongoDB URI (mongodb://HOST/DATABASE)");
}

}  // namespace repopulse::app
