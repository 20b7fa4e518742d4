// SPDX-License-Identifier: Apache-2.0
// The cache: make beside, write a manifest, rename; check before use; evict the least recently
// used.

#include "base/cache.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <sstream>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/files.h"
#include "base/hash.h"

namespace base {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kManifest = "MANIFEST";
constexpr std::string_view kDescription = "DESCRIPTION";
constexpr std::string_view kMaking = ".making";
constexpr std::string_view kLocks = ".locks";
// Who was given an entry opens it soon after; so long it stays, whatever the limit.
constexpr std::chrono::minutes kInUse{10};

[[noreturn]] void fail(const fs::path& path, int error) {
  throw Error(ExitCode::kCheckFailed, "cache",
              "cannot use " + path.string() + ": " + std::strerror(error) +
                  "; set FIRCONE_CACHE to a folder of yours");
}

void make_private_folder(const fs::path& path) {
  std::error_code error;
  fs::create_directories(path.parent_path(), error);
  if (::mkdir(path.c_str(), 0700) != 0 && errno != EEXIST) fail(path, errno);
}

// Loading code from a folder that others can write to would run their code.
void require_private(const fs::path& path) {
  struct stat info {};
  if (::lstat(path.c_str(), &info) != 0) fail(path, errno);
  if (!S_ISDIR(info.st_mode) || info.st_uid != ::geteuid() || (info.st_mode & 022U) != 0)
    throw Error(ExitCode::kCheckFailed, "cache",
                path.string() + " is not a private folder of this user; mend its owner and mode");
}

// An exclusive lock on a file for as long as it lives; the system frees it when the process dies.
// The file goes with it: who waited for a file that has gone meanwhile begins again.
class Lock {
 public:
  enum class Wait { kYes, kNo };
  explicit Lock(fs::path path, Wait wait = Wait::kYes) : path_(std::move(path)) {
    do {
      release();
      file_ = ::open(path_.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
      if (file_ < 0) fail(path_, errno);
      while (::flock(file_, wait == Wait::kYes ? LOCK_EX : LOCK_EX | LOCK_NB) != 0) {
        if (errno == EINTR) continue;
        const int error = errno;  // a file system without locks, or another process's
        release();
        if (wait == Wait::kNo) return;
        fail(path_, error);
      }
    } while (!names_our_file());
  }
  ~Lock() {
    if (file_ >= 0) ::unlink(path_.c_str());  // first, while nobody else has it
    release();
  }
  Lock(const Lock&) = delete;
  Lock& operator=(const Lock&) = delete;

 private:
  void release() {
    if (file_ >= 0) ::close(file_);
    file_ = -1;
  }
  bool names_our_file() const {
    struct stat ours {
    }, named{};
    return ::fstat(file_, &ours) == 0 && ::stat(path_.c_str(), &named) == 0 &&
           ours.st_ino == named.st_ino && ours.st_dev == named.st_dev;
  }

  fs::path path_;
  int file_ = -1;
};

// What is in a folder, as far as another process does not remove it meanwhile.
template <typename Iterator>
std::vector<fs::directory_entry> list(const fs::path& folder) {
  std::vector<fs::directory_entry> items;
  std::error_code error;
  for (Iterator item(folder, error), end; !error && item != end; item.increment(error))
    items.push_back(*item);
  return items;
}

// The entry's files below `folder`, sorted.
std::vector<fs::path> files_of(const fs::path& folder) {
  std::vector<fs::path> files;
  for (const auto& item : fs::recursive_directory_iterator(folder))
    if (item.is_regular_file() && item.path().filename() != kManifest)
      files.push_back(fs::relative(item.path(), folder));
  std::sort(files.begin(), files.end());
  return files;
}

std::string manifest_of(const fs::path& folder) {
  std::string text;
  for (const fs::path& file : files_of(folder))
    text += sha256_file(folder / file) + "  " + file.string() + "\n";
  return text;
}

// True when every file that the manifest lists is there with its checksum, and none besides.
bool whole(const fs::path& folder) {
  std::error_code error;
  if (!fs::exists(folder / kManifest, error)) return false;
  try {
    require_private(folder);
  } catch (const Error&) {
    if (fs::exists(folder, error)) throw;
    return false;  // another process removed it
  }
  try {
    return read_file(folder / kManifest) == manifest_of(folder);
  } catch (const std::exception&) {
    return false;
  }
}

void touch(const fs::path& path) { ::utimensat(AT_FDCWD, path.c_str(), nullptr, 0); }

fs::path user_root() {
  if (const char* own = std::getenv("FIRCONE_CACHE"); own != nullptr && *own != 0) return own;
  if (const char* xdg = std::getenv("XDG_CACHE_HOME"); xdg != nullptr && *xdg != 0)
    return fs::path(xdg) / "fircone";
  if (const char* home = std::getenv("HOME"); home != nullptr && *home != 0)
    return fs::path(home) / ".cache" / "fircone";
  throw Error(ExitCode::kUsage, "cache", "neither HOME nor FIRCONE_CACHE is set");
}

struct Entry {
  fs::path folder;
  uint64_t bytes = 0;
  fs::file_time_type used;
};

std::vector<Entry> entries_of(const fs::path& root) {
  std::vector<Entry> entries;
  std::error_code error;
  for (const auto& kind : list<fs::directory_iterator>(root)) {
    if (!kind.is_directory(error) || kind.path().filename().string().starts_with('.')) continue;
    for (const auto& item : list<fs::directory_iterator>(kind.path())) {
      if (!item.is_directory(error)) continue;
      Entry entry{item.path(), 0, {}};
      for (const auto& file : list<fs::recursive_directory_iterator>(item.path())) {
        const uintmax_t size = file.is_regular_file(error) ? file.file_size(error) : 0;
        if (!error) entry.bytes += size;
      }
      entry.used = fs::last_write_time(item.path() / kManifest, error);
      if (error) entry.used = fs::file_time_type::clock::now() - std::chrono::hours(8760);
      entries.push_back(entry);
    }
  }
  return entries;
}

// Out of sight in one step, so that nobody sees a half of it; then removed.
void discard(const fs::path& root, const fs::path& folder) {
  const TemporaryDirectory away(root / kMaking);
  std::error_code ignored;  // another process was first
  fs::rename(folder, away.path() / "entry", ignored);
}

// What killed processes left half-made. One that makes an entry now has a recent folder.
void sweep(const fs::path& root) {
  std::error_code error;
  const auto old = fs::file_time_type::clock::now() - std::chrono::hours(24);
  for (const auto& item : list<fs::directory_iterator>(root / kMaking)) {
    const fs::file_time_type time = item.last_write_time(error);
    if (!error && time < old) fs::remove_all(item.path(), error);
  }
  for (const auto& item : list<fs::directory_iterator>(root / kLocks)) {
    const fs::file_time_type time = item.last_write_time(error);
    if (!error && time < old) const Lock remove(item.path(), Lock::Wait::kNo);
  }
}

}  // namespace

Cache& Cache::user() {
  static Cache cache(user_root());
  return cache;
}

Cache::Cache(const fs::path& root, uint64_t limit_bytes)
    : root_(fs::absolute(root)), limit_bytes_(limit_bytes) {
  make_private_folder(root_);
  require_private(root_);
  make_private_folder(root_ / kLocks);
  make_private_folder(root_ / kMaking);
}

fs::path Cache::get(std::string_view kind, const std::string& key, std::string_view describe,
                    const std::function<void(const fs::path&)>& make, bool* made) {
  const fs::path folder = root_ / kind / key;
  if (made != nullptr) *made = false;
  touch(folder / kManifest);  // first, so that nobody evicts it while it is checked
  if (whole(folder)) return folder;
  const Lock lock(root_ / kLocks / (std::string(kind) + "-" + key));
  if (whole(folder)) return folder;  // another process made it while this one waited
  const TemporaryDirectory beside(root_ / kMaking);
  const fs::path fresh = beside.path() / "entry";
  make_private_folder(fresh);
  make(fresh);
  write_file(fresh / kDescription, std::string(describe) + "\n");
  write_file(fresh / kManifest, manifest_of(fresh));
  std::error_code error;
  fs::create_directories(folder.parent_path(), error);
  if (fs::exists(folder, error)) discard(root_, folder);  // a damaged one
  fs::rename(fresh, folder, error);
  if (error) fail(folder, error.value());
  if (made != nullptr) *made = true;
  evict();
  return folder;
}

void Cache::evict() {
  std::vector<Entry> entries = entries_of(root_);
  uint64_t total = 0;
  for (const Entry& entry : entries) total += entry.bytes;
  std::sort(entries.begin(), entries.end(),
            [](const Entry& a, const Entry& b) { return a.used < b.used; });
  const auto now = fs::file_time_type::clock::now();
  for (const Entry& entry : entries) {
    if (total <= limit_bytes_ || now - entry.used < kInUse) break;
    discard(root_, entry.folder);
    total -= entry.bytes;
  }
  sweep(root_);
}

Cache::Info Cache::info() const {
  Info info{.root = root_, .limit_bytes = limit_bytes_};
  for (const Entry& entry : entries_of(root_)) {
    ++info.entries;
    info.bytes += entry.bytes;
  }
  return info;
}

void Cache::clear() {
  for (const Entry& entry : entries_of(root_)) discard(root_, entry.folder);
  sweep(root_);
}

}  // namespace base
