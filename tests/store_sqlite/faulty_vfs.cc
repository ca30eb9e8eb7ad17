#include "tests/store_sqlite/faulty_vfs.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <new>
#include <utility>

namespace repopulse::store::sqlite {
namespace {

// SQLite allocates szOsFile bytes for each file: this, and behind it the file of the VFS below.
struct FaultyFile {
  sqlite3_file base;
  FaultyVfs* disk;
  const char* path;  // SQLite keeps it for as long as the file is open
  sqlite3_file* below() { return reinterpret_cast<sqlite3_file*>(this + 1); }
};

FaultyFile* faulty(sqlite3_file* file) {
  return reinterpret_cast<FaultyFile*>(file);
}
sqlite3_file* below(sqlite3_file* file) {
  return faulty(file)->below();
}
sqlite3_vfs* disk_below() {
  return sqlite3_vfs_find("unix");
}

int close_file(sqlite3_file* file) {
  return below(file)->pMethods->xClose(below(file));
}

int read_file(sqlite3_file* file, void* out, int size, sqlite3_int64 offset) {
  if (const int code = faulty(file)->disk->fault(FaultyVfs::Operation::kRead)) return code;
  return below(file)->pMethods->xRead(below(file), out, size, offset);
}

int write_file(sqlite3_file* file, const void* data, int size, sqlite3_int64 offset) {
  if (const int code = faulty(file)->disk->fault(FaultyVfs::Operation::kWrite)) return code;
  std::string bytes(static_cast<const char*>(data), static_cast<std::size_t>(size));
  faulty(file)->disk->record(faulty(file)->path, {offset, std::move(bytes), false});
  return below(file)->pMethods->xWrite(below(file), data, size, offset);
}

int truncate_file(sqlite3_file* file, sqlite3_int64 size) {
  faulty(file)->disk->record(faulty(file)->path, {size, "", true});
  return below(file)->pMethods->xTruncate(below(file), size);
}

int sync_file(sqlite3_file* file, int flags) {
  if (const int code = faulty(file)->disk->fault(FaultyVfs::Operation::kSync)) return code;
  const int code = below(file)->pMethods->xSync(below(file), flags);
  if (code == SQLITE_OK) faulty(file)->disk->synced(faulty(file)->path);
  return code;
}

int file_size(sqlite3_file* file, sqlite3_int64* size) {
  return below(file)->pMethods->xFileSize(below(file), size);
}
int lock_file(sqlite3_file* file, int level) {
  return below(file)->pMethods->xLock(below(file), level);
}
int unlock_file(sqlite3_file* file, int level) {
  return below(file)->pMethods->xUnlock(below(file), level);
}
int check_reserved_lock(sqlite3_file* file, int* out) {
  return below(file)->pMethods->xCheckReservedLock(below(file), out);
}
int file_control(sqlite3_file* file, int operation, void* argument) {
  return below(file)->pMethods->xFileControl(below(file), operation, argument);
}
int sector_size(sqlite3_file*) {
  return 512;
}
int device_characteristics(sqlite3_file*) {
  return 0;  // promises nothing: no write is atomic
}
int shm_map(sqlite3_file* file, int page, int size, int extend, void volatile** out) {
  return below(file)->pMethods->xShmMap(below(file), page, size, extend, out);
}
int shm_lock(sqlite3_file* file, int offset, int count, int flags) {
  return below(file)->pMethods->xShmLock(below(file), offset, count, flags);
}
void shm_barrier(sqlite3_file* file) {
  below(file)->pMethods->xShmBarrier(below(file));
}
int shm_unmap(sqlite3_file* file, int remove) {
  return below(file)->pMethods->xShmUnmap(below(file), remove);
}

constexpr sqlite3_io_methods kMethods = {2,
                                         close_file,
                                         read_file,
                                         write_file,
                                         truncate_file,
                                         sync_file,
                                         file_size,
                                         lock_file,
                                         unlock_file,
                                         check_reserved_lock,
                                         file_control,
                                         sector_size,
                                         device_characteristics,
                                         shm_map,
                                         shm_lock,
                                         shm_barrier,
                                         shm_unmap,
                                         nullptr,
                                         nullptr};

int open_file(sqlite3_vfs* vfs, const char* path, sqlite3_file* file, int flags, int* out_flags) {
  FaultyFile* made = new (file) FaultyFile{};
  made->disk = static_cast<FaultyVfs*>(vfs->pAppData);
  made->path = path != nullptr ? path : "";
  const int code = disk_below()->xOpen(disk_below(), path, made->below(), flags, out_flags);
  if (code != SQLITE_OK) return code;
  made->base.pMethods = &kMethods;
  made->disk->created(made->path);
  return SQLITE_OK;
}

int delete_file(sqlite3_vfs* vfs, const char* path, int sync_folder) {
  const int code = disk_below()->xDelete(disk_below(), path, sync_folder);
  if (code == SQLITE_OK) static_cast<FaultyVfs*>(vfs->pAppData)->deleted(path);
  return code;
}

}  // namespace

FaultyVfs::FaultyVfs() : vfs_(*sqlite3_vfs_find("unix")) {
  vfs_.szOsFile += static_cast<int>(sizeof(FaultyFile));
  vfs_.pNext = nullptr;
  vfs_.zName = "faulty";
  vfs_.pAppData = this;
  vfs_.xOpen = open_file;
  vfs_.xDelete = delete_file;
  sqlite3_vfs_register(&vfs_, 1);
}

FaultyVfs::~FaultyVfs() {
  sqlite3_vfs_unregister(&vfs_);
}

void FaultyVfs::fail(Operation operation, int code, int after) {
  const std::lock_guard lock(mutex_);
  faults_[operation] = {code, after};
}

void FaultyVfs::heal() {
  const std::lock_guard lock(mutex_);
  faults_.clear();
}

int FaultyVfs::fault(Operation operation) {
  const std::lock_guard lock(mutex_);
  const auto found = faults_.find(operation);
  if (found == faults_.end()) return SQLITE_OK;
  auto& [code, left] = found->second;
  return left-- > 0 ? SQLITE_OK : code;
}

void FaultyVfs::created(const std::string& path) {
  const std::lock_guard lock(mutex_);
  images_[path];
}

void FaultyVfs::record(const std::string& path, Change change) {
  const std::lock_guard lock(mutex_);
  images_[path].pending.push_back(std::move(change));
}

void FaultyVfs::apply(const Change& change, std::string& image) {
  const auto offset = static_cast<std::size_t>(change.offset);
  if (change.truncation) {
    image.resize(std::min(image.size(), offset));
    return;
  }
  image.resize(std::max(image.size(), offset + change.bytes.size()));
  image.replace(offset, change.bytes.size(), change.bytes);
}

void FaultyVfs::synced(const std::string& path) {
  const std::lock_guard lock(mutex_);
  Image& image = images_[path];
  for (const Change& change : image.pending) apply(change, image.durable);
  image.pending.clear();
}

void FaultyVfs::deleted(const std::string& path) {
  const std::lock_guard lock(mutex_);
  images_.erase(path);
}

void FaultyVfs::copy_after_power_cut(const std::string& from, const std::string& to, std::uint64_t seed) {
  const std::lock_guard lock(mutex_);
  std::mt19937_64 random(seed);
  for (const auto& [path, image] : images_) {
    if (!path.starts_with(from)) continue;
    std::string left = image.durable;
    for (Change change : image.pending) {
      const auto fate = random() % 4;
      if (fate == 0) continue;
      if (fate == 1 && change.bytes.size() > 512) change.bytes.resize(512 * (random() % (change.bytes.size() / 512)));
      apply(change, left);
    }
    const std::string copy = to + "/" + std::filesystem::path(path).filename().string();
    std::ofstream(copy, std::ios::binary).write(left.data(), static_cast<std::streamsize>(left.size()));
  }
}

}  // namespace repopulse::store::sqlite
