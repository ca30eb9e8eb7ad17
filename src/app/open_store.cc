#include "app/open_store.h"

#include "store/mongo/mongo_store.h"

namespace repopulse::app {

std::optional<std::string> sqlite_path(std::string_view address) {
  constexpr std::string_view kScheme = "sqlite:";
  if (!address.starts_with(kScheme)) return std::nullopt;
  const std::string_view path = address.substr(kScheme.size());
  // SQLite's own URIs and its store in memory: the first would name a file a second time, the other keeps nothing.
  if (path.empty() || path.starts_with("file:") || path == ":memory:") return std::nullopt;
  return std::string(path);
}

core::Result<std::unique_ptr<store::Store>> open_store(const std::string& address, store::sqlite::Access access) {
  if (store::mongo::is_uri(address)) return store::mongo::open(address);
  if (const auto path = sqlite_path(address)) return store::sqlite::open(*path, access);
  return core::fail(core::ErrorKind::kBadInput,
                    "--store '" + address +
                        "' is neither sqlite:PATH (a path, not SQLite's file: URI) nor a MongoDB URI "
                        "(mongodb://HOST/DATABASE)");
}

}  // namespace repopulse::app
