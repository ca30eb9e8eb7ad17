// `repopulse backup`: copies an SQLite store into a file while a server uses it.
#include <fmt/format.h>

#include <charconv>
#include <filesystem>
#include <iostream>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "app/backup_names.h"
#include "app/clock.h"
#include "app/command.h"
#include "app/humanise.h"
#include "app/open_store.h"
#include "app/progress.h"
#include "app/setting_flags.h"
#include "store/sqlite/backup.h"

namespace repopulse::app {
namespace {

constexpr const char* kBackupFooter =
    R"(A server may use the store meanwhile. The copy is that of one moment; it is checked, and is in its place
whole or not at all. A file that is there is replaced. In a folder, the file is named by the time, such as
repopulse-2026-11-29T204500Z.db, and --keep deletes older ones of such names after a success.

To restore, stop the server, remove the -wal and -shm files beside the store, and copy the backup to its place.
A MongoDB store has tools of its own: mongodump, snapshots, the backups of DocumentDB.

Examples:
  repopulse backup /backup/repopulse.db
  repopulse backup /backup/ --keep 7 --config /etc/repopulse/repopulse.toml)";

struct BackupRequest {
  std::string path;
  std::string keep;
};

// How many are kept; nullopt: all.
core::Result<std::optional<std::size_t>> read_keep(const BackupRequest& request, bool is_folder) {
  constexpr std::size_t kMost = 10'000;
  if (request.keep.empty()) return std::nullopt;
  if (!is_folder) {
    return core::fail(core::ErrorKind::kBadInput, "--keep needs a folder, and '" + request.path + "' is none");
  }
  std::size_t keep = 0;
  const char* const end = request.keep.data() + request.keep.size();
  const auto [stop, error] = std::from_chars(request.keep.data(), end, keep);
  if (error == std::errc{} && stop == end && keep >= 1 && keep <= kMost) return keep;
  return core::fail(core::ErrorKind::kBadInput,
                    "--keep '" + request.keep + "': expected a whole number from 1 to 10,000");
}

core::Result<std::string> path_of_store(const Settings& settings) {
  const auto path = sqlite_path(settings.store);
  if (path) return *path;
  return core::fail(core::ErrorKind::kBadInput,
                    "the store is not an SQLite file: back it up with the database's own tools, such as mongodump");
}

core::Status delete_superseded(const std::filesystem::path& folder, std::size_t keep) {
  std::error_code error;
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(folder, error)) {
    names.push_back(entry.path().filename().string());
  }
  for (const std::string& name : superseded(std::move(names), keep)) {
    if (!error) std::filesystem::remove(folder / name, error);
  }
  if (!error) return {};
  return core::fail(core::ErrorKind::kUnavailable, "the backup is made, and older ones in " + folder.string() +
                                                       " could not be deleted: " + error.message());
}

int run_backup(const BackupRequest& request, const SettingFlags& flags) {
  const auto settings = flags.read();
  if (!settings) return report(settings.error());
  const auto store = path_of_store(*settings);
  if (!store) return report(store.error());
  std::error_code error;
  const std::filesystem::path path = request.path;
  const bool is_folder = std::filesystem::is_directory(path, error) || !path.has_filename();
  const auto keep = read_keep(request, is_folder);
  if (!keep) return report(keep.error());
  const std::filesystem::path target = is_folder ? path / backup_name(clock_now()) : path;

  Progress progress;
  const auto made = store::sqlite::back_up(*store, target.string(), [&](const store::sqlite::BackupProgress& copied) {
    progress.update({"copying", copied.bytes, copied.of, {{static_cast<double>(copied.bytes) / 1e6, "MB/s"}}});
  });
  progress.clear();
  if (!made) return report(made.error());
  std::cerr << "backed up " << counted(made->events, "event", "events") << " to " << target.string() << " ("
            << fmt::format("{:.1f} MB", static_cast<double>(made->bytes) / 1e6) << ")\n";
  if (*keep) {
    if (const auto deleted = delete_superseded(path, **keep); !deleted) return report(deleted.error());
  }
  return kSuccess;
}

}  // namespace

void declare_backup(CLI::App& program, Work& work) {
  CLI::App* command = program.add_subcommand("backup", "Copy the SQLite store into a file, while a server uses it.");
  auto request = std::make_shared<BackupRequest>();
  command->add_option("PATH", request->path, "file to write, or a folder")->type_name("")->required();
  const auto flags = std::make_shared<SettingFlags>(*command, std::initializer_list<std::string_view>{"store"});
  command->add_option("--keep", request->keep, "of the backups in the folder, keep the newest N and delete the others")
      ->type_name("N");
  command->footer(kBackupFooter);
  command->callback([request, flags, &work] { work = [request, flags] { return run_backup(*request, *flags); }; });
}

}  // namespace repopulse::app
