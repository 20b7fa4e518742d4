// SPDX-License-Identifier: Apache-2.0
// Whole files, written whole or not at all.

#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <string_view>

namespace base {

// Reads all of a file; usage error naming the path and the reason when it cannot.
std::string read_file(const std::filesystem::path& path);

// Writes beside, flushes, then renames; creates parent folders. Error (check failed) naming path
// and reason (full disk, no permission) and nothing left behind.
void write_file(const std::filesystem::path& path, std::string_view content);

// Several files of one folder: all are written beside before the first is renamed into place, so
// that a full disk leaves either the old files or the new ones. A target that is a folder is found
// before anything is written; when a rename fails the files before it get their old content back. A
// folder made for them goes on failure.
struct NamedText {
  std::string name;  // relative to the folder
  std::string text;
};
void write_files(const std::filesystem::path& folder, std::span<const NamedText> files);

// The system's temporary folder ($TMPDIR or /tmp), or /tmp when its path has characters that tools
// without quoting (ABC, make) stumble over. Error naming a $TMPDIR that is no folder.
std::filesystem::path temporary_folder();
std::filesystem::path plain_temporary_folder();

// A new private folder under the system's temporary folder (or `parent`), removed at the end.
class TemporaryDirectory {
 public:
  explicit TemporaryDirectory(const std::filesystem::path& parent = {});
  ~TemporaryDirectory();
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

}  // namespace base
