// `repopulse import`: history from GH Archive.
#include <filesystem>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include "app/command.h"
#include "app/entropy.h"
#include "app/existing_store.h"
#include "app/humanise.h"
#include "app/importer.h"
#include "app/printable.h"
#include "app/progress.h"
#include "app/setting_flags.h"

namespace repopulse::app {
namespace {

constexpr const char* kFooter =
    R"(Files are hours of GH Archive (2026-01-31-9.json.gz), or any others with an event a line. Without --repo and
--all, events of the repositories that the store knows are taken. Importing a file again changes nothing. A line or a
file that is broken is named and passed over, and the exit status is 1 in the end.

Gaps of a repository that the files cover are closed: an hour of GH Archive covers that hour, any other file the time
between a repository's first and last event in it. GH Archive itself lacks many events of 2025: a gap closed with it may
still miss some, and --keep-gaps leaves it open.

A sqlite: store must not be in use by a server meanwhile; MongoDB may.

Examples:
  repopulse import 2026-01-31-*.json.gz
  repopulse import --repo cli/cli --repo redis/redis 2026-01-31-9.json.gz
  xzcat events.ndjson.xz | repopulse import --all -)";

struct Request {
  std::vector<std::string> files;
  std::vector<std::string> repositories;
  bool all = false;
  bool keep_gaps = false;
};

std::uint64_t size_of(const std::string& path) {
  std::error_code error;
  const auto size = std::filesystem::file_size(path, error);
  return error ? 0 : size;
}

core::Status import_files(Importer& importer, const std::vector<std::string>& files) {
  Progress progress;
  std::uint64_t total = 0, before = 0, reported = 0;
  for (const std::string& file : files) total += size_of(file);
  for (std::size_t i = 0; i < files.size(); ++i) {
    const auto show = [&](std::uint64_t bytes, std::uint64_t lines) {
      progress.update({"file " + std::to_string(i + 1) + " of " + std::to_string(files.size()),
                       before + bytes,
                       total,
                       {{static_cast<double>(before + bytes) / 1e6, "MB/s"},
                        {static_cast<double>(importer.report().lines + lines), "events/s"}}});
    };
    if (auto imported = importer.import_file(files[i], show); !imported) return imported;
    before += size_of(files[i]);
    const auto& complaints = importer.report().complaints;
    if (reported < complaints.size()) progress.clear();
    for (; reported < complaints.size(); ++reported) std::cerr << printable(complaints[reported]) << '\n';
  }
  return {};
}

bool found_nothing(const ImportReport& report) {
  return report.files == 0 && report.matched == 0;
}

std::string summary(const ImportReport& report) {
  if (found_nothing(report)) return "imported nothing; " + counted(report.broken_files, "broken file", "broken files");
  std::string text =
      (report.files == 0 ? "imported no file whole" : "imported " + counted(report.files, "file", "files")) + ": " +
      counted(report.lines, "event", "events") + ", " + humanise_count(report.matched) + " of them matched, " +
      humanise_count(report.stored) + " stored, " + humanise_count(report.known) + " known already";
  if (report.without_repository > 0) {
    text += ", " + humanise_count(report.without_repository) + " of repositories with impossible names left out";
  }
  if (report.broken_lines > 0) text += "; " + counted(report.broken_lines, "broken line", "broken lines");
  if (report.broken_files > 0) text += "; " + counted(report.broken_files, "broken file", "broken files");
  if (report.gaps_closed > 0) text += "; " + counted(report.gaps_closed, "gap", "gaps") + " closed";
  if (report.gaps_shortened > 0) text += "; " + counted(report.gaps_shortened, "gap", "gaps") + " shortened";
  return text;
}

int run_import(const Request& request, const SettingFlags& flags) {
  const auto settings = flags.read();
  if (!settings) return report(settings.error());
  std::vector<core::RepoName> names;
  for (const std::string& text : request.repositories) {
    const auto name = core::RepoName::parse(text);
    if (!name) return report(name.error());
    names.push_back(*name);
  }
  // Without a repository named there must be a store that knows some.
  const bool creates = request.all || !names.empty();
  const auto store =
      creates ? open_owned_store(settings->store) : open_existing_store(settings->store, store::sqlite::Access::kOwner);
  if (!store) return report(store.error());
  Importer importer(**store, clock_now());
  const auto chosen = request.all ? importer.choose_all() : importer.choose(names);
  if (!chosen) return report(chosen.error());
  auto done = import_files(importer, request.files);
  if (done && !request.keep_gaps) done = importer.close_gaps();
  const ImportReport& found = importer.report();
  std::cerr << summary(found) << '\n';
  if (found.closed_thinly_archived) {
    std::cerr << "note: GH Archive lacks many events of 2025; what closed a gap since then may be incomplete "
                 "(--keep-gaps leaves gaps open)\n";
  }
  if (!done) return report(done.error());
  if (found.broken_lines + found.broken_files == 0) return kSuccess;
  return report({core::ErrorKind::kCorrupt, found_nothing(found)
                                                ? "nothing could be read, as told above"
                                                : "something could not be read, as told above; the rest was imported"});
}

}  // namespace

void declare_import(CLI::App& program, Work& work) {
  CLI::App* command =
      program.add_subcommand("import", "Loads recorded history, as GH Archive keeps it, into the store.");
  auto request = std::make_shared<Request>();
  command->add_option("FILE", request->files, "file of events, gzip or plain; - is standard input")
      ->type_name("")
      ->required();
  const auto flags = std::make_shared<SettingFlags>(*command, std::initializer_list<std::string_view>{"store"});
  auto* some =
      command
          ->add_option("--repo", request->repositories,
                       "only this repository, which is added (inactive) where the store does not know it; repeatable")
          ->type_name("OWNER/REPO")
          ->expected(1)
          ->take_all();
  command->add_flag("--all", request->all, "every repository in the files, added (inactive) as it comes")
      ->excludes(some);
  command->add_flag("--keep-gaps", request->keep_gaps, "leaves gaps open although the files cover them");
  command->footer(kFooter);
  command->callback([request, flags, &work] { work = [request, flags] { return run_import(*request, *flags); }; });
}

}  // namespace repopulse::app
