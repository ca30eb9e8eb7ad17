#include "app/existing_store.h"

#include <filesystem>

namespace repopulse::app {

using store::sqlite::Access;

core::Result<std::unique_ptr<store::Store>> open_existing_store(const std::string& address, Access access) {
  constexpr std::string_view kSqlite = "sqlite:";
  std::error_code error;
  if (address.starts_with(kSqlite) && address.size() > kSqlite.size() &&
      !std::filesystem::exists(address.substr(kSqlite.size()), error)) {
    return core::fail(core::ErrorKind::kNotFound, "there is no store " + address);
  }
  return access == Access::kOwner ? open_owned_store(address) : open_store(address, access);
}

core::Result<std::unique_ptr<store::Store>> open_owned_store(const std::string& address) {
  return open_store(address, Access::kOwner).map_error([](core::Error error) {
    if (error.kind == core::ErrorKind::kConflict) error.message += "; stop it first";
    return error;
  });
}

}  // namespace repopulse::app
