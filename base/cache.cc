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
#include <cstdlib>
#include <cstring>
#include <sstream>
#include <vector>

#include "base/error.h"
#include "base/files.h"
#include "base/hash.h"

namespace base {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kManifest = "MANIFEST";
constexpr std::string_view kDescription = "DESCRIPTION";

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
class Lock {
 public:
  explicit Lock(const fs::path& path)
      : file_(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600)) {
    if (file_ < 0) fail(path, errno);
    while (::flock(file_, LOCK_EX) != 0 && errno == EINTR) {
    }
  }
  ~Lock() { ::close(file_); }
  Lock(const Lock&) = delete;
  Lock& operator=(const Lock&) = delete;

 private:
  int file_;
};

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
  require_private(folder);
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
  for (const auto& kind : fs::directory_iterator(root, error)) {
    if (!kind.is_directory() || kind.path().filename().string().starts_with('.')) continue;
    for (const auto& item : fs::directory_iterator(kind.path(), error)) {
      if (!item.is_directory()) continue;
      Entry entry{item.path(), 0, {}};
      for (const auto& file : fs::recursive_directory_iterator(item.path(), error))
        if (file.is_regular_file(error)) entry.bytes += file.file_size(error);
      entry.used = fs::last_write_time(item.path() / kManifest, error);
      entries.push_back(entry);
    }
  }
  return entries;
}

}  // namespace

Cache& Cache::user() {
  static Cache cache(user_root());
  return cache;
}

Cache::Cache(fs::path root, uint64_t limit_bytes)
    : root_(std::move(root)), limit_bytes_(limit_bytes) {
  make_private_folder(root_);
  require_private(root_);
  make_private_folder(root_ / ".locks");
  make_private_folder(root_ / ".making");
}

fs::path Cache::get(std::string_view kind, const std::string& key, std::string_view describe,
                    const std::function<void(const fs::path&)>& make, bool* made) {
  const fs::path folder = root_ / kind / key;
  if (made != nullptr) *made = false;
  if (whole(folder)) {
    touch(folder / kManifest);
    return folder;
  }
  const Lock lock(root_ / ".locks" / (std::string(kind) + "-" + key.substr(0, 2)));
  if (whole(folder)) return folder;  // another process made it while this one waited
  const TemporaryDirectory beside(root_ / ".making");
  const fs::path fresh = beside.path() / "entry";
  make_private_folder(fresh);
  make(fresh);
  write_file(fresh / kDescription, std::string(describe) + "\n");
  write_file(fresh / kManifest, manifest_of(fresh));
  std::error_code error;
  fs::create_directories(folder.parent_path(), error);
  fs::remove_all(folder, error);  // a damaged one
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
  std::error_code error;
  for (size_t i = 0; i + 1 < entries.size() && total > limit_bytes_; ++i) {
    fs::remove_all(entries[i].folder, error);
    total -= entries[i].bytes;
  }
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
  std::error_code error;
  for (const Entry& entry : entries_of(root_)) fs::remove_all(entry.folder, error);
  // What a killed process left half-made; one that is being made now holds its lock and a recent
  // folder, so only folders older than a day go.
  const auto old = fs::file_time_type::clock::now() - std::chrono::hours(24);
  for (const auto& item : fs::directory_iterator(root_ / ".making", error))
    if (item.last_write_time(error) < old) fs::remove_all(item.path(), error);
}

}  // namespace base
