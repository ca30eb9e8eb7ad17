// `repopulse import`: loads recorded history, from GH Archive for example.
#include <algorithm>
#include <filesystem>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include "app/clock.h"
#include "app/command.h"
#include "app/existing_store.h"
#include "app/humanise.h"
#include "app/importer.h"
#include "app/printable.h"
#include "app/progress.h"
#include "app/repository_names.h"
#include "app/setting_flags.h"

namespace repopulse::app {
namespace {

constexpr const char* kImportFooter =
    R"(A file is an hour of GH Archive (2026-01-31-9.json.gz), or any other file with one event on each line.
Without --repo and --all, it imports events of the repositories in the store. Importing a file again changes
nothing. Broken lines and broken files are reported and skipped; the exit status is then 1.

Recorded gaps are closed where a file proves that it holds a whole hour of GH Archive: by its name, and by events
through all of that hour, not of the chosen repositories alone. No other file closes a gap, unless you vouch for
the files with --covers. GH Archive itself misses many events of 2025, so a gap closed with it may still be
incomplete; --keep-gaps leaves gaps open.

Stop the server before importing into a sqlite: store. With MongoDB the server can keep running.

Examples:
  repopulse import 2026-01-31-*.json.gz
  repopulse import --repo cli/cli --repo redis/redis 2026-01-31-9.json.gz
  repopulse import --repo cli/cli --covers 2026-01-31T09:00:00Z..2026-02-01T00:00:00Z cli.ndjson
  xzcat events.ndjson.xz | repopulse import --all -)";

struct ImportRequest {
  std::vector<std::string> files;
  std::vector<std::string> repositories;
  bool all = false;
  bool keep_gaps = false;
  std::vector<std::string> covers;
};

// Whole seconds inside the stretch that was written.
core::Result<core::Gap> read_stretch(const std::string& text) {
  constexpr std::string_view kBetween = "..";
  const auto middle = text.find(kBetween);
  if (middle != std::string::npos) {
    const auto from = core::parse_rfc3339(text.substr(0, middle), core::Fraction::kRoundUp);
    const auto to = core::parse_rfc3339(text.substr(middle + kBetween.size()));
    if (from && to && *from < *to) return core::Gap{*from, *to};
  }
  return core::fail(core::ErrorKind::kBadInput, "--covers '" + printable(text) +
                                                    "': expected FROM..TO, a time and a later one, such as "
                                                    "2026-01-31T09:00:00Z..2026-01-31T12:00:00Z (RFC 3339)");
}

core::Result<std::vector<core::Gap>> read_stretches(const std::vector<std::string>& texts) {
  std::vector<core::Gap> stretches;
  for (const std::string& text : texts) {
    const auto stretch = read_stretch(text);
    if (!stretch) return tl::unexpected(stretch.error());
    stretches.push_back(*stretch);
  }
  return stretches;
}

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
    const auto& problems = importer.report().problems;
    if (reported < problems.size()) progress.clear();
    for (; reported < problems.size(); ++reported) std::cerr << printable(problems[reported]) << '\n';
  }
  return {};
}

bool found_nothing(const ImportReport& report) {
  return report.files == 0 && report.matched == 0;
}

std::string summary(const ImportReport& report) {
  if (found_nothing(report)) return "imported nothing; " + counted(report.broken_files, "broken file", "broken files");
  std::string text =
      (report.files == 0 ? "imported no complete file" : "imported " + counted(report.files, "file", "files")) + ": " +
      counted(report.lines, "event", "events") + ", " + humanise_count(report.matched) + " matched, " +
      humanise_count(report.stored) + " new, " + humanise_count(report.known) + " already in the store";
  if (report.without_repository > 0) {
    text += ", " + humanise_count(report.without_repository) + " skipped (not a valid repository name)";
  }
  if (report.broken_lines > 0) text += "; " + counted(report.broken_lines, "broken line", "broken lines");
  if (report.broken_files > 0) text += "; " + counted(report.broken_files, "broken file", "broken files");
  if (report.gaps_closed > 0) text += "; " + counted(report.gaps_closed, "gap", "gaps") + " closed";
  if (report.gaps_shortened > 0) text += "; " + counted(report.gaps_shortened, "gap", "gaps") + " shortened";
  return text;
}

// What is wrong with the files, as the end of a sentence.
std::string unproven(archive::HourDoubt doubt, std::uint64_t files) {
  using enum archive::HourDoubt;
  switch (doubt) {
    case kNone:
      return "";
    case kNoHour:
      return counted(files, "file is", "files are") + " not named like an hour of GH Archive";
    case kDamaged:
      return counted(files, "hour is", "hours are") + " damaged";
    case kEmpty:
      return counted(files, "hour has", "hours have") + " no events";
    case kOtherTime:
      return counted(files, "hour has", "hours have") + " events of another hour";
    case kHole:
      return counted(files, "hour has", "hours have") + " a hole of more than " +
             humanise_seconds(static_cast<double>(archive::kLongestSilence.count())) + " without events";
    case kFiltered:
      return counted(files, "hour has", "hours have") + " events of the chosen repositories alone";
  }
  return "";
}

// Which times the import covers and which files cover nothing, one line each; only if there were gaps to close.
std::string coverage(const ImportReport& report) {
  constexpr std::size_t kNamed = 5;
  std::string text;
  for (std::size_t i = 0; i < std::min(report.covered.size(), kNamed); ++i) {
    text += (i == 0 ? "covered: " : ", ") + core::format_rfc3339(report.covered[i].from) + " to " +
            core::format_rfc3339(report.covered[i].to);
  }
  if (report.covered.size() > kNamed) {
    text += ", and " + counted(report.covered.size() - kNamed, "other stretch", "other stretches");
  }
  if (!text.empty()) text += '\n';
  std::string doubts;
  for (const auto& [doubt, files] : report.unproven) {
    doubts += (doubts.empty() ? "closes no gap: " : "; ") + unproven(doubt, files.files) + " (" +
              (files.files == 1 ? "" : "the first is ") + printable(files.first) + ")";
  }
  if (!doubts.empty()) text += doubts + '\n';
  return text;
}

int run_import(const ImportRequest& request, const SettingFlags& flags) {
  const auto settings = flags.read();
  if (!settings) return report(settings.error());
  const auto names = parse_repository_names(request.repositories);
  if (!names) return report(names.error());
  const auto covers = read_stretches(request.covers);
  if (!covers) return report(covers.error());
  // Without --repo and --all the store must exist and have repositories.
  const bool creates = request.all || !names->empty();
  const auto store =
      creates ? open_owned_store(settings->store) : open_existing_store(settings->store, store::sqlite::Access::kOwner);
  if (!store) return report(store.error());
  Importer importer(**store, **store, clock_now());
  if (request.keep_gaps) importer.keep_gaps();
  for (const core::Gap& stretch : *covers) importer.vouch(stretch);
  const auto chosen = request.all ? importer.choose_all() : importer.choose(*names);
  if (!chosen) return report(chosen.error());
  auto done = import_files(importer, request.files);
  if (done) done = importer.close_gaps();
  const ImportReport& found = importer.report();
  std::cerr << summary(found) << '\n' << coverage(found);
  if (found.closed_in_thin_archive) {
    std::cerr
        << "note: GH Archive misses many events of 2025; gaps closed since then may be incomplete (--keep-gaps leaves "
           "gaps open)\n";
  }
  if (!done) return report(done.error());
  if (found.broken_lines + found.broken_files == 0) {
    if (!found.vouched_in_vain) return kSuccess;
    return report({core::ErrorKind::kCorrupt, "the files have no events, so --covers closes no gap"});
  }
  const std::string vain = found.vouched_in_vain ? "; --covers closes no gap" : "";
  return report({core::ErrorKind::kCorrupt,
                 (found_nothing(found) ? "no event could be read (see above)"
                                       : "some lines or files could not be read (see above); the rest was imported") +
                     vain});
}

}  // namespace

void declare_import(CLI::App& program, Work& work) {
  CLI::App* command =
      program.add_subcommand("import", "Import recorded events, such as files of GH Archive, into the store.");
  auto request = std::make_shared<ImportRequest>();
  command->add_option("FILE", request->files, "file with events, gzip or plain; - is standard input")
      ->type_name("")
      ->required();
  const auto flags = std::make_shared<SettingFlags>(*command, std::initializer_list<std::string_view>{"store"});
  auto* some =
      command
          ->add_option(
              "--repo", request->repositories,
              "only events of this repository; it is added, inactive, if the store does not have it; repeatable")
          ->type_name("OWNER/REPO")
          ->allow_extra_args(false);  // the next word is a file
  command->add_flag("--all", request->all, "events of every repository in the files; new ones are added, inactive")
      ->excludes(some);
  auto* keep = command->add_flag("--keep-gaps", request->keep_gaps, "leave gaps open even where the files cover them");
  command
      ->add_option("--covers", request->covers,
                   "you vouch that the files hold all events of the chosen repositories from FROM up to TO, so that "
                   "gaps there are closed; repeatable")
      ->type_name("FROM..TO")
      ->allow_extra_args(false)
      ->excludes(keep);
  command->footer(kImportFooter);
  command->callback([request, flags, &work] { work = [request, flags] { return run_import(*request, *flags); }; });
}

}  // namespace repopulse::app
