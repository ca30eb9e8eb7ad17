#include "app/importer.h"

#include <absl/container/flat_hash_set.h>

#include <algorithm>
#include <optional>

#include "base/text.h"
#include "core/feed_name.h"
#include "store/gaps.h"
#include "store/limits.h"

namespace repopulse::app {
namespace {

// Size of one transaction: large enough that the final sync does not matter, small enough for memory (payloads of 10 kB
// are common) and for other writers, which wait meanwhile.
constexpr std::size_t kBatchEvents = 4000;
constexpr std::size_t kBatchBytes = 16u << 20;

// GH Archive's crawler missed many events of 2025 (github.com/igrigorik/gharchive.org/issues/310).
constexpr core::EventTime kThinArchiveFrom = std::chrono::sys_days(std::chrono::year(2025) / 1 / 1);

std::string shown(const std::string& path) {
  return path == "-" ? "standard input" : path;
}

core::Seconds length(const std::vector<core::Gap>& gaps) {
  core::Seconds sum{0};
  for (const core::Gap& gap : gaps) sum += gap.to - gap.from;
  return sum;
}

}  // namespace

void Importer::remember(const store::Repository& repository) {
  if (!ids_.emplace(repository.name.key(), repository.id).second) return;
  gaps_.insert(gaps_.end(), repository.gaps.begin(), repository.gaps.end());
}

// What was chosen before the first file: repositories that the files add are not chosen.
void Importer::choose_filter() {
  absl::flat_hash_set<std::string> keys;
  for (const auto& [key, id] : ids_) keys.insert(key);
  filter_ = all_ ? archive::EventFilter::everything(std::move(keys)) : archive::EventFilter(std::move(keys));
}

core::Status Importer::choose(const std::vector<core::RepoName>& names) {
  std::vector<store::NewRepository> wanted;
  for (const core::RepoName& name : names) wanted.push_back({name, false});
  if (!wanted.empty()) {
    const auto added = repositories_.add_repositories(wanted, now_);
    if (!added) return tl::unexpected(added.error());
    for (const store::AddedRepository& one : *added) remember(one.repository);
    choose_filter();
    return {};
  }
  const auto known = repositories_.repositories();
  if (!known) return tl::unexpected(known.error());
  for (const store::Repository& repository : *known) remember(repository);
  choose_filter();
  if (!ids_.empty()) return {};
  return core::fail(core::ErrorKind::kNotFound,
                    "the store has no repositories: name some with --repo, or import all with --all");
}

core::Status Importer::choose_all() {
  all_ = true;
  const auto known = repositories_.repositories();
  if (!known) return tl::unexpected(known.error());
  for (const store::Repository& repository : *known) remember(repository);
  choose_filter();
  return {};
}

core::Status Importer::import_file(const std::string& path, const ProgressListener& on_progress) {
  const auto hour = archive::hour_of_file(path);
  // A proof costs time, since every line must be parsed for it.
  std::optional<archive::HourProof> proof;
  if (hour && !keep_gaps_ && has_gap_in(*hour)) proof.emplace(*hour);
  std::optional<core::Error> store_failed;
  archive::ReadCallbacks callbacks;
  callbacks.on_event = [&](core::Event event) {
    core::Status taken = take(std::move(event));
    if (!taken) store_failed = taken.error();
    return taken;
  };
  callbacks.on_progress = on_progress;
  const std::uint64_t matched_before = report_.matched;
  const std::uint64_t refused_before = report_.broken_lines;
  const auto file = archive::read_archive(path, filter_, callbacks, proof ? &*proof : nullptr);
  if (store_failed) return tl::unexpected(*store_failed);
  if (auto flushed = flush(); !flushed) return flushed;
  const bool damaged = !file || file->broken > 0 || report_.broken_lines > refused_before;
  if (proof) {
    note_coverage(path, damaged ? archive::HourDoubt::kDamaged : proof->doubt(), *hour);
  } else if (!hour && !damaged) {
    note_coverage(path, archive::HourDoubt::kNoHour, {});
  }
  if (!file) {
    ++report_.broken_files;
    report_.lines += report_.matched - matched_before;
    report_.problems.push_back(file.error().message);
    return {};
  }
  ++report_.files;
  report_.lines += file->lines - file->broken;
  report_.broken_lines += file->broken;
  note_broken_lines(path, *file);
  return {};
}

core::Status Importer::take(core::Event event) {
  ++report_.matched;
  if (const auto why = store::refusal(event)) {
    ++report_.broken_lines;
    report_.problems.push_back("not stored: " + *why);
    return {};
  }
  batch_bytes_ += event.json.size();
  batch_.push_back(std::move(event));
  return batch_.size() < kBatchEvents && batch_bytes_ < kBatchBytes ? core::Status() : flush();
}

core::Status Importer::add_unknown_repositories() {
  std::vector<store::NewRepository> unknown;
  absl::flat_hash_set<std::string> seen;
  for (const core::Event& event : batch_) {
    const std::string key = base::to_lower(event.repository);
    if (ids_.contains(key) || !seen.insert(key).second) continue;
    if (const auto name = core::RepoName::parse(event.repository)) unknown.push_back({*name, false});
  }
  if (unknown.empty()) return {};
  const auto added = repositories_.add_repositories(unknown, now_);
  if (!added) return tl::unexpected(added.error());
  for (const store::AddedRepository& one : *added) remember(one.repository);
  return {};
}

// Which repositories of GitHub have the names now, once.
core::Status Importer::read_numbers() {
  if (numbers_read_) return {};
  const auto feeds = polls_.feeds();
  if (!feeds) return tl::unexpected(feeds.error());
  for (const core::FeedState& feed : *feeds) {
    if (feed.github_id != 0) numbers_.emplace(feed.feed, feed.github_id);
  }
  numbers_read_ = true;
  return {};
}

// An event of another repository that had the name is stored, but counts in no window.
void Importer::note_other(const core::Event& event, core::RepoId repository, store::PollCommit& commit) const {
  if (event.github_id == 0) return;
  const auto number = numbers_.find(core::repository_feed(event.repository));
  if (number == numbers_.end() || number->second == event.github_id) return;
  commit.others.emplace_back(repository, event.key.created_at);
}

core::Status Importer::flush() {
  if (batch_.empty()) return {};
  if (auto added = add_unknown_repositories(); !added) return added;
  if (auto read = read_numbers(); !read) return read;
  store::PollCommit commit;
  std::map<core::RepoId, std::size_t> places;
  for (core::Event& event : batch_) {
    const auto id = ids_.find(base::to_lower(event.repository));
    if (id == ids_.end()) {
      ++report_.without_repository;
      continue;
    }
    const auto [place, fresh] = places.try_emplace(id->second, commit.events.size());
    if (fresh) commit.events.push_back({id->second, {}});
    note_other(event, id->second, commit);
    commit.events[place->second].events.push_back(std::move(event));
  }
  batch_.clear();
  batch_bytes_ = 0;
  const auto receipt = polls_.commit(commit);
  if (!receipt) return tl::unexpected(receipt.error());
  for (const auto& inserted : receipt->inserted) {
    const auto fresh = static_cast<std::uint64_t>(
        std::ranges::count_if(inserted, [](const auto& sequence) { return sequence.has_value(); }));
    report_.stored += fresh;
    report_.known += inserted.size() - fresh;
  }
  return {};
}

void Importer::note_broken_lines(const std::string& path, const archive::FileReport& file) {
  for (const std::uint64_t line : file.broken_lines) {
    report_.problems.push_back(shown(path) + ":" + std::to_string(line) +
                               ": not an event of GitHub (expected one event on each line)");
  }
  const std::uint64_t unnamed = file.broken - file.broken_lines.size();
  if (unnamed > 0) report_.problems.push_back(shown(path) + ": " + std::to_string(unnamed) + " more lines like that");
}

void Importer::note_coverage(const std::string& path, archive::HourDoubt doubt, const core::Gap& hour) {
  if (doubt == archive::HourDoubt::kNone) {
    hours_.push_back(hour);
  } else {
    unproven_.push_back({hour, doubt, shown(path)});
  }
}

bool Importer::has_gap_in(const core::Gap& stretch) const {
  return std::ranges::any_of(gaps_, [&](const core::Gap& gap) {
    return gap.from < stretch.to && (stretch.from < gap.to || stretch.from == gap.from);
  });
}

core::Status Importer::close_gaps() {
  if (keep_gaps_) return {};
  std::vector<core::Gap> covered = hours_;
  const bool all_read = report_.broken_files + report_.broken_lines == 0 && report_.lines > 0;
  report_.vouched_in_vain = !vouched_.empty() && !all_read;
  if (all_read) covered.insert(covered.end(), vouched_.begin(), vouched_.end());
  covered = store::merge_gaps(std::move(covered));
  std::ranges::copy_if(covered, std::back_inserter(report_.covered),
                       [&](const core::Gap& stretch) { return has_gap_in(stretch); });
  report_unproven(covered);
  const auto repositories = repositories_.repositories();
  if (!repositories) return tl::unexpected(repositories.error());
  for (const store::Repository& repository : *repositories) {
    if (repository.gaps.empty() || !ids_.contains(repository.name.key())) continue;
    if (store::uncovered(repository.gaps, covered) == repository.gaps) continue;
    const auto change = polls_.close_gaps(repository.id, covered);
    if (!change) return tl::unexpected(change.error());
    count_gaps(change->before, change->after);
  }
  return {};
}

void Importer::report_unproven(const std::vector<core::Gap>& covered) {
  if (gaps_.empty()) return;
  for (const Unproven& file : unproven_) {
    const bool no_hour = file.doubt == archive::HourDoubt::kNoHour;
    // Another file, or the user, may cover the same hour.
    if (no_hour ? !vouched_.empty() : store::uncovered(std::span(&file.hour, 1), covered).empty()) continue;
    UnprovenFiles& files = report_.unproven[file.doubt];
    if (files.files++ == 0) files.first = file.path;
  }
}

void Importer::count_gaps(const std::vector<core::Gap>& before, const std::vector<core::Gap>& after) {
  for (const core::Gap& gap : before) {
    std::vector<core::Gap> left;
    std::ranges::copy_if(after, std::back_inserter(left),
                         [&](const core::Gap& rest) { return rest.from >= gap.from && rest.to <= gap.to; });
    if (left.empty()) {
      ++report_.gaps_closed;
    } else if (length(left) < gap.to - gap.from) {
      ++report_.gaps_shortened;
    } else {
      continue;
    }
    report_.closed_in_thin_archive = report_.closed_in_thin_archive || gap.to > kThinArchiveFrom;
  }
}

}  // namespace repopulse::app
