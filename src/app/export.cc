// `repopulse export`: stored events as lines of JSON, or the gaps between them as CSV.
#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "app/command.h"
#include "app/event_export.h"
#include "app/existing_store.h"
#include "app/output_file.h"
#include "app/setting_flags.h"
#include "core/time_bound.h"

namespace repopulse::app {
namespace {

constexpr const char* kExportFooter = R"(Formats, both with the oldest event first:
  ndjson  one event on each line, the JSON that GitHub sent
  csv     the gap table: one line for each gap between two consecutive events of one type,
          repository,type,from,to,gap_seconds,event_id,complete
          event_id is the event that ended the gap; complete is false where events in between may be
          missing

Examples:
  repopulse export cli/cli > cli.ndjson
  repopulse export cli/cli --format csv --type PushEvent --output pushes.csv)";

struct ExportRequest {
  std::string repository;
  std::string format = "ndjson";
  std::string since, until;
  std::vector<std::string> types;
  std::string output = "-";
};

core::Result<std::optional<core::EventTime>> read_time(const std::string& option, const std::string& text,
                                                       core::Fraction fraction) {
  if (text.empty()) return std::nullopt;
  const auto time = core::parse_time_bound(text, fraction);
  if (time) return time;
  return core::fail(core::ErrorKind::kBadInput,
                    option + " '" + text + "': expected a time such as 2026-01-31T09:00:00Z (RFC 3339)");
}

core::Result<store::EventFilter> read_filter(const ExportRequest& request) {
  const auto since = read_time("--since", request.since, core::Fraction::kRoundUp);
  if (!since) return tl::unexpected(since.error());
  const auto until = read_time("--until", request.until, core::Fraction::kCut);
  if (!until) return tl::unexpected(until.error());
  return store::EventFilter{request.types, *since, *until, {}};
}

core::Result<store::Repository> find_repository(store::RepositoryStore& store, const core::RepoName& name) {
  auto repositories = store.repositories();
  if (!repositories) return tl::unexpected(repositories.error());
  const auto found = std::ranges::find(*repositories, name, &store::Repository::name);
  if (found != repositories->end()) return std::move(*found);
  return core::fail(core::ErrorKind::kNotFound, "the store has no repository " + name.full_name());
}

core::Status write_events(store::EventStore& store, const store::Repository& repository,
                          const store::EventFilter& filter, bool csv, OutputFile& out) {
  GapTable gaps(repository.name.full_name(), repository.gaps);
  core::Result<bool> going_on = csv ? out.write(GapTable::head_line()) : core::Result<bool>(true);
  const auto visited = store.visit_events(repository.id, filter, [&](const store::StoredEvent& stored) {
    going_on = out.write(csv ? gaps.line(stored.event) : one_line(stored.event.json) + '\n');
    return going_on.value_or(false);
  });
  if (!visited) return visited;
  if (going_on.value_or(false)) going_on = out.flush();
  return going_on.map([](bool) {});
}

int run_export(const ExportRequest& request, const SettingFlags& flags) {
  const auto settings = flags.read();
  if (!settings) return report(settings.error());
  const auto name = core::RepoName::parse(request.repository);
  if (!name) return report(name.error());
  const auto filter = read_filter(request);
  if (!filter) return report(filter.error());
  const auto store = open_existing_store(settings->store, store::sqlite::Access::kShared);
  if (!store) return report(store.error());
  const auto repository = find_repository(**store, *name);
  if (!repository) return report(repository.error());
  auto out = OutputFile::open(request.output);
  if (!out) return report(out.error());
  const auto written = write_events(**store, *repository, *filter, request.format == "csv", *out);
  return written ? kSuccess : report(written.error());
}

}  // namespace

void declare_export(CLI::App& program, Work& work) {
  CLI::App* command = program.add_subcommand("export", "Write a repository's stored events, or the gaps between them.");
  auto request = std::make_shared<ExportRequest>();
  command->add_option("OWNER/REPO", request->repository, "the repository, or its GitHub URL")
      ->type_name("")
      ->required();
  const auto flags = std::make_shared<SettingFlags>(*command, std::initializer_list<std::string_view>{"store"});
  command->add_option("--format", request->format, "ndjson or csv; see below")
      ->type_name("FORMAT")
      ->check(CLI::IsMember({"ndjson", "csv"}))
      ->capture_default_str();
  command->add_option("--since", request->since, "only events at this time or later, such as 2026-01-31T09:00:00Z")
      ->type_name("TIME");
  command->add_option("--until", request->until, "only events at this time or earlier")->type_name("TIME");
  command
      ->add_option("--type", request->types,
                   "only events of this type, such as PushEvent; repeatable, or separated by commas")
      ->type_name("TYPE")
      ->delimiter(',')
      ->allow_extra_args(false);
  command->add_option("-o,--output", request->output, "file to write; - is standard output")
      ->type_name("FILE")
      ->capture_default_str();
  command->footer(kExportFooter);
  command->callback([request, flags, &work] { work = [request, flags] { return run_export(*request, *flags); }; });
}

}  // namespace repopulse::app
