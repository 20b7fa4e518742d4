// SPDX-License-Identifier: Apache-2.0
// Child processes without a shell.

#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace base {

struct Command {
  std::vector<std::string> argv;         // argv[0] is looked up in PATH
  std::filesystem::path directory = {};  // working directory; empty: the caller's
  std::string input = {};                // standard input
  // Variables that the child has besides the caller's, or instead of them.
  std::vector<std::pair<std::string, std::string>> environment = {};
  double timeout_seconds = 0;  // 0: none; on expiry the whole process group is ended
};

struct Output {
  int status = 0;  // exit status; 128 + signal when killed
  bool timed_out = false;
  std::string out;
  std::string err;
};

// Runs to the end and collects both streams. Throws Error(kToolMissing) naming the Debian package
// when argv[0] is not in PATH; a non-zero status is the caller's to judge. However the caller ends
// meanwhile (Ctrl-C, a kill), the child and all of its process group end with it.
Output run(const Command& command);

// Full path of a tool in PATH, else Error(kToolMissing): `yosys not found; it is in the package
// 'yosys'`.
std::filesystem::path find_tool(std::string_view name);

// First line that `name argument` prints, kept for the life of the process: for tools{} and cache
// keys.
std::string tool_version(std::string_view name, std::string_view argument = "--version");

}  // namespace base
