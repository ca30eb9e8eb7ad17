// Loads files of recorded events into a store.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <unordered_map>
#include <vector>

#include "archive/archive_reader.h"
#include "core/repo_name.h"
#include "store/store.h"

namespace repopulse::app {

struct ImportReport {
  std::uint64_t files = 0;         // read whole
  std::uint64_t broken_files = 0;  // not to be opened, or damaged: what came before the damage is stored
  std::uint64_t lines = 0;         // of a damaged file those that matched
  std::uint64_t broken_lines = 0;
  std::uint64_t matched = 0;  // events of the repositories chosen
  std::uint64_t stored = 0;
  std::uint64_t known = 0;               // of the matched, stored before
  std::uint64_t without_repository = 0;  // of the matched, those whose repository's name GitHub would not take today
  std::uint64_t gaps_closed = 0;         // nothing of them is left
  std::uint64_t gaps_shortened = 0;      // a part of them is left
  bool closed_thinly_archived = false;   // a gap was filled in a time of which GH Archive lacks many events
  std::vector<std::string> complaints;   // broken lines and files by name, at most a few of each file
};

// Read these files, in this order; then close the gaps. Events go into the store in transactions of a few thousand. A
// run that was cut short is simply repeated: events that are known are passed over.
class Importer {
 public:
  Importer(store::Store& store, core::Timestamp now) : store_(store), now_(now) {}

  // Which repositories: those named, which are added where the store does not know them; where none is, those that the
  // store knows (kNotFound when there are none).
  core::Status choose(const std::vector<core::RepoName>& names);
  // All of them; new ones are added as they come. New ones are inactive either way.
  core::Status choose_all();

  // Errors are the store's. What is wrong with the file goes into the report.
  using ProgressListener = std::function<void(std::uint64_t bytes, std::uint64_t lines)>;
  core::Status import_file(const std::string& path, const ProgressListener& on_progress);

  // Takes from the gaps what the files covered: a file that its name says is an hour of GH Archive covers that hour for
  // all repositories, any other file covers, for a repository, the time between its first event there and its last. A
  // file with a broken line covers nothing.
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

  store::Store& store_;
  core::Timestamp now_;
  bool all_ = false;
  std::unordered_map<std::string, core::RepoId> ids_;  // by RepoName::key(), those chosen
  std::vector<core::Event> batch_;
  std::size_t batch_bytes_ = 0;
  std::vector<core::Gap> hours_;                           // covered, for all repositories
  std::map<std::string, core::Gap> spans_;                 // of the file being read: first and last event, by key
  std::map<std::string, std::vector<core::Gap>> covered_;  // by key
  ImportReport report_;
};

}  // namespace repopulse::app
