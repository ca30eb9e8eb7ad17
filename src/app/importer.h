// Loads files of recorded events into a store, and closes the gaps that they are proven to cover. Writes events,
// repositories and gaps; it never changes polling state and never deletes an event.
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

// Files that cover nothing, for one reason.
struct UnprovenFiles {
  std::uint64_t files = 0;
  std::string first;
};

struct ImportReport {
  std::uint64_t files = 0;         // read to their end
  std::uint64_t broken_files = 0;  // could not be opened, or are damaged; the events before the damage are stored
  std::uint64_t lines = 0;         // that are events; of a damaged file only the matching ones
  std::uint64_t broken_lines = 0;
  std::uint64_t matched = 0;  // events of the repositories chosen
  std::uint64_t stored = 0;
  std::uint64_t known = 0;  // of the matched, already in the store
  std::uint64_t without_repository =
      0;                                // of the matched, those whose repository has a name that is not valid at GitHub
  std::uint64_t gaps_closed = 0;        // removed completely
  std::uint64_t gaps_shortened = 0;     // still there in part
  bool closed_in_thin_archive = false;  // a gap was closed in a period for which GH Archive misses many events
  std::vector<core::Gap> covered;       // what was proven or vouched for, of the time around gaps; ascending
  std::map<archive::HourDoubt, UnprovenFiles> unproven;
  bool vouched_in_vain = false;       // vouch() was called, but no event or not all of the files could be read
  std::vector<std::string> problems;  // one line for each broken file and the first broken lines of each file
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

  // Leaves all gaps as they are.
  void keep_gaps() { keep_gaps_ = true; }
  // The user knows that the files have all events of the chosen repositories in this time.
  void vouch(const core::Gap& stretch) { vouched_.push_back(stretch); }

  // Returns errors of the store only. Problems with the file go into the report.
  using ProgressListener = std::function<void(std::uint64_t bytes, std::uint64_t lines)>;
  core::Status import_file(const std::string& path, const ProgressListener& on_progress);

  // Removes from the recorded gaps of the chosen repositories the time that is covered: the hours of GH Archive that
  // the files prove (archive::HourProof), and what the user vouches for, if all files could be read and have an event.
  core::Status close_gaps();

  const ImportReport& report() const { return report_; }

 private:
  core::Status take(core::Event event);
  core::Status flush();
  core::Status add_unknown_repositories();
  core::Status read_numbers();
  void note_other(const core::Event& event, core::RepoId repository, store::PollCommit& commit) const;
  void remember(const store::Repository& repository);
  void note_coverage(const std::string& path, archive::HourDoubt doubt, const core::Gap& hour);
  void report_unproven(const std::vector<core::Gap>& covered);
  bool has_gap_in(const core::Gap& stretch) const;
  void choose_filter();
  void note_broken_lines(const std::string& path, const archive::FileReport& file);
  void count_gaps(const std::vector<core::Gap>& before, const std::vector<core::Gap>& after);

  store::RepositoryStore& repositories_;
  store::PollStore& polls_;
  core::Timestamp now_;
  bool all_ = false;
  std::unordered_map<std::string, core::RepoId> ids_;       // of the chosen repositories, by RepoName::key()
  std::unordered_map<std::string, std::uint64_t> numbers_;  // of polled repositories at GitHub, by feed
  bool numbers_read_ = false;
  std::vector<core::Event> batch_;
  std::size_t batch_bytes_ = 0;
  bool keep_gaps_ = false;
  archive::EventFilter filter_{{}};
  std::vector<core::Gap> gaps_;     // of the chosen repositories, before the import
  std::vector<core::Gap> vouched_;  // as the user says
  std::vector<core::Gap> hours_;    // as the files prove
  struct Unproven {
    core::Gap hour;
    archive::HourDoubt doubt;
    std::string path;
  };
  std::vector<Unproven> unproven_;
  ImportReport report_;
};

}  // namespace repopulse::app
