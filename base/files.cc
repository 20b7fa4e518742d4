// SPDX-License-Identifier: Apache-2.0
// Reading and writing of whole files.

#include "base/files.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <vector>

#include "base/error.h"

namespace base {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void fail(const fs::path& path, std::string_view doing, int error) {
  throw Error(ExitCode::kCheckFailed, path.string(),
              "cannot " + std::string(doing) + ": " + std::strerror(error));
}

// Makes the parent folders of a file.
void make_parents(const fs::path& path) {
  std::error_code error;
  if (path.has_parent_path()) fs::create_directories(path.parent_path(), error);
  if (error) fail(path, "write", error.value());
}

// Writes a new file with a name of its own next to `path` and returns its name.
std::string write_beside(const fs::path& path, std::string_view content) {
  std::string beside = path.string() + ".XXXXXX";
  const int file = ::mkostemp(beside.data(), O_CLOEXEC);
  if (file < 0) fail(path, "write", errno);
  const mode_t mask = ::umask(0);  // mkostemp makes 0600; a product is as public as any file
  ::umask(mask);
  int error = ::fchmod(file, 0666 & ~mask) == 0 ? 0 : errno;
  while (error == 0 && !content.empty()) {
    const ssize_t count = ::write(file, content.data(), content.size());
    if (count >= 0) content.remove_prefix(static_cast<size_t>(count));
    if (count < 0 && errno != EINTR) error = errno;
  }
  if (::close(file) != 0 && error == 0) error = errno;
  if (error != 0) {
    ::unlink(beside.c_str());
    fail(path, "write", error);
  }
  return beside;
}

// A set of files on its way: undone unless finished.
class Replacement {
 public:
  ~Replacement() {
    for (auto item = items_.rbegin(); item != items_.rend(); ++item) {
      if (!item->old.empty() && ::rename(item->old.c_str(), item->path.c_str()) == 0) continue;
      if (item->placed && item->fresh) ::unlink(item->path.c_str());
      if (!item->placed) ::unlink(item->beside.c_str());
    }
  }
  void add(const fs::path& path, std::string_view content) {
    make_parents(path);
    Item item;
    item.path = path;
    item.beside = write_beside(path, content);
    items_.push_back(std::move(item));
  }
  void place() {
    for (Item& item : items_) {
      // The old content keeps a second name until all is done. File systems without hard links
      // cannot undo.
      const std::string old = item.beside + ".old";
      if (items_.size() > 1 && ::link(item.path.c_str(), old.c_str()) == 0) item.old = old;
      item.fresh = item.old.empty() && ::access(item.path.c_str(), F_OK) != 0;
      if (::rename(item.beside.c_str(), item.path.c_str()) != 0) fail(item.path, "write", errno);
      item.placed = true;
    }
    for (const Item& item : items_)
      if (!item.old.empty()) ::unlink(item.old.c_str());
    items_.clear();
  }

 private:
  struct Item {
    fs::path path;
    std::string beside, old;
    bool placed = false, fresh = false;
  };
  std::vector<Item> items_;
};

void require_no_folder(const fs::path& path) {
  std::error_code error;
  if (!path.has_filename() || fs::is_directory(path, error)) fail(path, "write", EISDIR);
}

}  // namespace

std::string read_file(const fs::path& path) {
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) usage_error(path.string(), std::string("cannot read: ") + std::strerror(errno));
  std::string text;
  std::array<char, 65536> buffer;
  ssize_t count = 0;
  while ((count = ::read(file, buffer.data(), buffer.size())) > 0)
    text.append(buffer.data(), static_cast<size_t>(count));
  const int error = errno;
  ::close(file);
  if (count < 0) usage_error(path.string(), std::string("cannot read: ") + std::strerror(error));
  return text;
}

void write_file(const fs::path& path, std::string_view content) {
  require_no_folder(path);
  Replacement replacement;
  replacement.add(path, content);
  replacement.place();
}

void write_files(const fs::path& folder, std::span<const NamedText> files) {
  const bool existed = fs::exists(folder);
  try {
    for (const NamedText& file : files) require_no_folder(folder / file.name);
    Replacement replacement;
    for (const NamedText& file : files) replacement.add(folder / file.name, file.text);
    replacement.place();
  } catch (...) {
    std::error_code ignored;
    if (!existed) fs::remove_all(folder, ignored);
    throw;
  }
}

fs::path temporary_folder() {
  const char* set = std::getenv("TMPDIR");
  if (set == nullptr || *set == 0) return "/tmp";
  std::error_code error;
  if (!fs::is_directory(set, error)) fail(set, "use TMPDIR", error ? error.value() : ENOTDIR);
  return fs::absolute(set);
}

fs::path plain_temporary_folder() {
  const fs::path folder = temporary_folder();
  const auto plain = [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) || std::strchr("/_.-+,", c) != nullptr;
  };
  const std::string& text = folder.native();
  return std::all_of(text.begin(), text.end(), plain) ? folder : "/tmp";
}

TemporaryDirectory::TemporaryDirectory(const fs::path& parent) {
  const fs::path folder = parent.empty() ? temporary_folder() : parent;
  std::string name = (folder / "fircone.XXXXXX").string();
  if (::mkdtemp(name.data()) == nullptr) fail(folder, "make a folder in", errno);
  path_ = name;
}

TemporaryDirectory::~TemporaryDirectory() {
  std::error_code ignored;  // a leftover in the temporary folder is no reason to end the program
  fs::remove_all(path_, ignored);
}

}  // namespace base
