// `repopulse migrate`: copies one store into another.
#include <iostream>
#include <memory>
#include <string>

#include "app/command.h"
#include "app/existing_store.h"
#include "app/humanise.h"
#include "app/progress.h"
#include "app/setting_flags.h"
#include "store/migration.h"

namespace repopulse::app {
namespace {

constexpr const char* kMigrateFooter =
    R"(Copies repositories, owners, events, gaps, polling state and keys. Then it reads both stores again and
compares counts and checksums. An interrupted run continues where it stopped; another run after the end
copies what is new. Stop the servers first: nothing else may write to either store meanwhile. The target
must be new, or come from an earlier run. If --from or --to is left out, it is the store of the settings;
its password then does not appear in the list of processes.

Examples:
  repopulse migrate --from sqlite:repopulse.db --to mongodb://localhost/repopulse
  repopulse migrate --from sqlite:repopulse.db --config /etc/repopulse/repopulse.toml
  repopulse migrate --config /etc/repopulse/repopulse.toml --to sqlite:copy.db)";

struct MigrateRequest {
  std::string from, to;
};

// Fills in the store that was left out.
core::Status complete(MigrateRequest& request, const SettingFlags& flags) {
  if (request.from.empty() && request.to.empty()) {
    return core::fail(core::ErrorKind::kBadInput, "--from and --to: expected at least one of the two");
  }
  const auto settings = flags.read({"store"});
  if (!settings) return tl::unexpected(settings.error());
  if (request.from.empty()) request.from = settings->store;
  if (request.to.empty()) request.to = settings->store;
  return {};
}

int run_migrate(const MigrateRequest& request) {
  if (request.from == request.to) return report({core::ErrorKind::kBadInput, "--from and --to are the same store"});
  const auto from = open_existing_store(request.from, store::sqlite::Access::kOwner);
  if (!from) return report(from.error());
  const auto to = open_owned_store(request.to);
  if (!to) return report(to.error());
  Progress progress;
  const auto migrated = store::migrate(**from, **to, [&](const store::MigrationProgress& done) {
    progress.update({humanise_count(done.events) + " of " + counted(done.of, "event", "events"),
                     done.events,
                     done.of,
                     {{static_cast<double>(done.events), "events/s"}}});
  });
  progress.clear();
  if (!migrated) return report(migrated.error());
  std::cerr << "migrated " << counted(migrated->repositories, "repository", "repositories") << ", "
            << counted(migrated->events, "event", "events") << ", " << counted(migrated->keys, "key", "keys")
            << "; verified, SHA-256 of all events " << migrated->checksum << '\n';
  if (migrated->refused > 0) {
    std::cerr << "not copied, because they are larger than a store takes: "
              << counted(migrated->refused, "event", "events") << '\n';
  }
  return kSuccess;
}

}  // namespace

void declare_migrate(CLI::App& program, Work& work) {
  CLI::App* command = program.add_subcommand("migrate", "Copy one store into another, and verify the copy.");
  const auto request = std::make_shared<MigrateRequest>();
  command
      ->add_option("--from", request->from,
                   "store to read: sqlite:PATH or a MongoDB URI [default: REPOPULSE_STORE, or `store` in --config]")
      ->type_name("STORE");
  command
      ->add_option("--to", request->to,
                   "store to write: sqlite:PATH or a MongoDB URI [default: REPOPULSE_STORE, or `store` in --config]")
      ->type_name("STORE");
  const auto flags = std::make_shared<SettingFlags>(*command, std::initializer_list<std::string_view>{});
  command->footer(kMigrateFooter);
  command->callback([request, flags, &work] {
    work = [request, flags] {
      const auto completed = complete(*request, *flags);
      return completed ? run_migrate(*request) : report(completed.error());
    };
  });
}

}  // namespace repopulse::app
