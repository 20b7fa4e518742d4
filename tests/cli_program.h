// SPDX-License-Identifier: Apache-2.0
// Runs the program as a user does.

#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <vector>

#include "base/files.h"
#include "base/process.h"

namespace cli_test {

// The program that was built with these tests: build/fircone, or its sanitized twin.
inline std::filesystem::path program() {
  return std::filesystem::read_symlink("/proc/self/exe").parent_path().parent_path() / "fircone";
}

inline base::Output fircone(std::vector<std::string> words) {
  words.insert(words.begin(), program().string());
  // Only what hangs shall end here: a sanitized program maps a unit for minutes on a busy machine.
  return base::run({.argv = words, .timeout_seconds = 1800});
}

// One line `fircone: error: text`, the exit code, nothing on stdout.
inline void expect_error(const std::vector<std::string>& words, int status,
                         const std::string& text) {
  const base::Output output = fircone(words);
  EXPECT_EQ(output.status, status) << output.err;
  EXPECT_EQ(output.err, "fircone: error: " + text + "\n");
  EXPECT_EQ(output.out, "");
}

}  // namespace cli_test
