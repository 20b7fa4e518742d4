// SPDX-License-Identifier: Apache-2.0
// Files whole or not at all, child processes, hashes.

#include "base/files.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <algorithm>

#include "base/error.h"
#include "base/hash.h"
#include "base/process.h"

namespace base {
namespace {

namespace fs = std::filesystem;

size_t count_files(const fs::path& folder) {
  return static_cast<size_t>(
      std::distance(fs::directory_iterator(folder), fs::directory_iterator()));
}

TEST(Files, WrittenTextIsRead) {
  const TemporaryDirectory folder;
  const std::string text(200'000, 'x');
  write_file(folder.path() / "a" / "b.txt", text);
  EXPECT_EQ(read_file(folder.path() / "a" / "b.txt"), text);
  write_file(folder.path() / "a" / "b.txt", "");
  EXPECT_EQ(read_file(folder.path() / "a" / "b.txt"), "");
  EXPECT_EQ(count_files(folder.path() / "a"), 1U);
}

TEST(Files, AMissingFileIsNamed) {
  try {
    read_file("/nonexistent/x");
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ExitCode::kUsage);
    EXPECT_STREQ(error.what(), "/nonexistent/x: cannot read: No such file or directory");
  }
}

TEST(Files, AFailedSetLeavesTheOldFiles) {
  const TemporaryDirectory folder;
  const std::vector<NamedText> old = {{"a", "1"}, {"b", "2"}};
  write_files(folder.path(), old);
  const std::vector<NamedText> bad = {{"a", "new"}, {"a/under_a_file", "x"}};
  EXPECT_THROW(write_files(folder.path(), bad), Error);
  EXPECT_EQ(read_file(folder.path() / "a"), "1");
  EXPECT_EQ(count_files(folder.path()), 2U);
}

TEST(Files, AFailedSetRemovesTheFolderMadeForIt) {
  const TemporaryDirectory folder;
  const std::vector<NamedText> bad = {{"a", "1"}, {std::string(300, 'n'), "2"}};
  EXPECT_THROW(write_files(folder.path() / "new", bad), Error);
  EXPECT_FALSE(fs::exists(folder.path() / "new"));
}

TEST(Process, StreamsAndStatus) {
  const Output output = run({.argv = {"sh", "-c", "cat; echo bad >&2; exit 7"}, .input = "hello"});
  EXPECT_EQ(output.out, "hello");
  EXPECT_EQ(output.err, "bad\n");
  EXPECT_EQ(output.status, 7);
}

TEST(Process, LargeInputAndOutputDoNotBlock) {
  const std::string text(3'000'000, 'y');
  EXPECT_EQ(run({.argv = {"cat"}, .input = text}).out.size(), text.size());
  EXPECT_EQ(run({.argv = {"true"}, .input = text}).status, 0);  // nobody reads
}

TEST(Process, ArgumentsAreNeverShellWords) {
  EXPECT_EQ(run({.argv = {"echo", "$(id); `id` > x"}}).out, "$(id); `id` > x\n");
}

TEST(Process, TimeLimitEndsTheGroup) {
  const Output output =
      run({.argv = {"sh", "-c", "sleep 100 & sleep 100"}, .timeout_seconds = 0.2});
  EXPECT_TRUE(output.timed_out);
  EXPECT_EQ(output.status, 128 + 9);
}

TEST(Process, MissingToolNamesItsPackage) {
  try {
    find_tool("no_such_tool");
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ExitCode::kToolMissing);
    EXPECT_STREQ(error.what(), "no_such_tool not found; it is in the package 'no_such_tool'");
  }
}

TEST(Hash, Sha256OfAKnownText) {
  EXPECT_EQ(sha256("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST(Hash, PartsDoNotRunTogether) {
  EXPECT_NE(KeyBuilder().add("ab").add("c").hex(), KeyBuilder().add("a").add("bc").hex());
  EXPECT_NE(KeyBuilder().add("a").hex(), KeyBuilder().add("a").add("").hex());
}

}  // namespace
}  // namespace base
