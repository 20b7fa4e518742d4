// SPDX-License-Identifier: Apache-2.0
// Reading and writing of whole files.

#include "base/files.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
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

void commit(const std::string& beside, const fs::path& path) {
  if (::rename(beside.c_str(), path.c_str()) == 0) return;
  const int error = errno;
  ::unlink(beside.c_str());
  fail(path, "write", error);
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
  make_parents(path);
  const std::string beside = write_beside(path, content);
  commit(beside, path);
}

void write_files(const fs::path& folder, std::span<const NamedText> files) {
  const bool existed = fs::exists(folder);
  std::vector<std::string> beside;
  try {
    for (const NamedText& file : files) {
      make_parents(folder / file.name);
      beside.push_back(write_beside(folder / file.name, file.text));
    }
    for (size_t i = 0; i < files.size(); ++i) commit(beside[i], folder / files[i].name);
  } catch (...) {
    for (const std::string& path : beside) ::unlink(path.c_str());
    std::error_code ignored;
    if (!existed) fs::remove_all(folder, ignored);
    throw;
  }
}

TemporaryDirectory::TemporaryDirectory(const fs::path& parent) {
  std::error_code error;
  const fs::path folder = parent.empty() ? fs::temp_directory_path(error) : parent;
  if (error) fail(folder, "use as a temporary folder", error.value());
  std::string name = (folder / "fircone.XXXXXX").string();
  if (::mkdtemp(name.data()) == nullptr) fail(folder, "make a folder in", errno);
  path_ = name;
}

TemporaryDirectory::~TemporaryDirectory() {
  std::error_code ignored;  // a leftover in the temporary folder is no reason to end the program
  fs::remove_all(path_, ignored);
}

}  // namespace base
