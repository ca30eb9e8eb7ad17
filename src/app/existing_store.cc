#include "app/existing_store.h"

#include <filesystem>

namespace repopulse::app {

using store::sqlite::Access;

core::Result<std::unique_ptr<store::Store>> open_existing_store(const std::string& address, Access access) {
  std::error_code error;
  if (const auto path = sqlite_path(address); path && !std::filesystem::exists(*path, error)) {
    return core::fail(core::ErrorKind::kNotFound, "the store " + address + " does not exist");
  }
  return access == Access::kOwner ? open_owned_store(address) : open_store(address, access);
}

core::Result<std::unique_ptr<store::Store>> open_owned_store(const std::string& address) {
  return open_store(address, Access::kOwner).map_error([](core::Error error) {
    if (error.kind == core::ErrorKind::kConflict) error.message += "; stop that process first";
    return error;
  });
}

}  // namespace repopulse::app
