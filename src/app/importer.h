// Loads files of recorded events into a store, and closes the gaps that they cover. Writes events, repositories and
// gaps; it never changes polling state and never deletes an event.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <unordered_map>
#include <vector>

#include "archive/archive_reader.h"
#include "core/repo_name.h"
#include "store/poll_store.h"
#include "store/repository_store.h"

namespace repopulse::app {

struct ImportReport {
  std::uint64_t files = 0;         // read to their end
  std::uint64_t broken_files = 0;  // could not be opened, or are damaged; the events before the damage are stored
  std::uint64_t lines = 0;         // of a damaged file only the matching ones
  std::uint64_t broken_lines = 0;
  std::uint64_t matched = 0;  // events of the repositories chosen
  std::uint64_t stored = 0;
  std::uint64_t known = 0;  // of the matched, already in the store
  std::uint64_t without_repository =
      0;                                // of the matched, those whose repository has a name that is not valid at GitHub
  std::uint64_t gaps_closed = 0;        // removed completely
  std::uint64_t gaps_shortened = 0;     // still there in part
  bool closed_in_thin_archive = false;  // a gap was closed in a period for which GH Archive misses many events
  std::vector<std::string> problems;    // one line for each broken file and the first broken lines of each file
};

// Call choose() or choose_all(), then import_file() for each file, then close_gaps(). Events are stored in transactions
// of a few thousand. To continue an interrupted import, run it again: events that are already stored are skipped.
class Importer {
 public:
  // New repositories are added as of `now`.
  Importer(store::RepositoryStore& repositories, store::PollStore& polls, core::Timestamp now)
      : repositories_(repositories), polls_(polls), now_(now) {}

  // Imports events of these repositories, and adds those that the store does not have. Without names: of the
  // repositories that the store has; kNotFound when it has none. Added repositories are inactive.
  core::Status choose(const std::vector<core::RepoName>& names);
  // Imports all events, and adds each new repository, inactive.
  core::Status choose_all();

  // Returns errors of the store only. Problems with the file go into the report.
  using ProgressListener = std::function<void(std::uint64_t bytes, std::uint64_t lines)>;
  core::Status import_file(const std::string& path, const ProgressListener& on_progress);

  // Removes from the recorded gaps the time that the files covered. A file named like an hour of GH Archive covers that
  // hour for all repositories. Any other file covers, for each repository, the time from its first to its last event in
  // the file. A file with a broken line covers nothing.
  core::Status close_gaps();

  const ImportReport& report() const { return report_; }

 private:
  core::Status take(core::Event event);
  core::Status flush();
  core::Status add_unknown_repositories();
  void remember(const store::Repository& repository);
  void note_coverage(const archive::FileReport& file);
  void note_broken_lines(const std::string& path, const archive::FileReport& file);
  void count_gaps(const std::vector<core::Gap>& before, const std::vector<core::Gap>& after);

  store::RepositoryStore& repositories_;
  store::PollStore& polls_;
  core::Timestamp now_;
  bool all_ = false;
  std::unordered_map<std::string, core::RepoId> ids_;  // of the chosen repositories, by RepoName::key()
  std::vector<core::Event> batch_;
  std::size_t batch_bytes_ = 0;
  std::vector<core::Gap> hours_;                           // covered, for all repositories
  std::map<std::string, core::Gap> spans_;                 // of the file being read: first and last event, by key
  std::map<std::string, std::vector<core::Gap>> covered_;  // by key
  ImportReport report_;
};

}  // namespace repopulse::app
