// SPDX-License-Identifier: Apache-2.0
// Files whole or not at all, child processes, hashes.

#include "base/files.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <fstream>

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
    read_file("/proc/nonexistent/x");
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ExitCode::kUsage);
    EXPECT_STREQ(error.what(), "/proc/nonexistent/x: cannot read: No such file or directory");
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

TEST(Files, ATargetThatIsAFolderStopsTheWholeSet) {
  const TemporaryDirectory folder;
  write_file(folder.path() / "a", "1");
  fs::create_directory(folder.path() / "b");
  const std::vector<NamedText> bad = {{"a", "new"}, {"fresh", "new"}, {"b", "new"}};
  try {
    write_files(folder.path(), bad);
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.what(), (folder.path() / "b").string() + ": cannot write: Is a directory");
  }
  EXPECT_EQ(read_file(folder.path() / "a"), "1");
  EXPECT_EQ(count_files(folder.path()), 2U);
}

TEST(Files, AFailedRenameIsUndone) {
  // Two names of one set, the second of which makes the first a folder's name: found by rename
  // only.
  const TemporaryDirectory folder;
  write_file(folder.path() / "a", "1");
  const std::vector<NamedText> bad = {{"a", "new"}, {"fresh", "new"}, {"d", "x"}, {"d/e", "y"}};
  EXPECT_THROW(write_files(folder.path(), bad), Error);
  EXPECT_EQ(read_file(folder.path() / "a"), "1");
  EXPECT_FALSE(fs::exists(folder.path() / "fresh"));
  for (const auto& item : fs::directory_iterator(folder.path()))
    EXPECT_TRUE(item.path().filename() == "a" || item.path().filename() == "d") << item.path();
}

// Sets a variable for as long as it lives.
class Variable {
 public:
  Variable(const char* name, const std::string& value) : name_(name) {
    if (const char* old = std::getenv(name)) old_ = old;
    ::setenv(name, value.c_str(), 1);
  }
  ~Variable() { old_.empty() ? ::unsetenv(name_) : ::setenv(name_, old_.c_str(), 1); }
  Variable(const Variable&) = delete;
  Variable& operator=(const Variable&) = delete;

 private:
  const char* name_;
  std::string old_;
};

TEST(Files, AMissingTemporaryFolderIsNamed) {
  const Variable variable("TMPDIR", "/proc/nonexistent");
  try {
    const TemporaryDirectory folder;
    FAIL();
  } catch (const Error& error) {
    EXPECT_STREQ(error.what(), "/proc/nonexistent: cannot use TMPDIR: No such file or directory");
  }
}

TEST(Files, OddTemporaryFoldersAreNotPlain) {
  const TemporaryDirectory folder;
  EXPECT_EQ(plain_temporary_folder(), temporary_folder());
  for (const char* name : {"a b", "a'b", "a$b", "a\"b"}) {
    const fs::path odd = folder.path() / name;
    fs::create_directory(odd);
    const Variable variable("TMPDIR", odd.string());
    EXPECT_EQ(temporary_folder(), odd);
    EXPECT_EQ(plain_temporary_folder(), "/tmp") << name;
  }
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

TEST(Process, TimeLimitHoldsForAToolThatClosedItsStreams) {
  const Output output =
      run({.argv = {"sh", "-c", "exec >&- 2>&-; sleep 100"}, .timeout_seconds = 0.2});
  EXPECT_TRUE(output.timed_out);
  EXPECT_EQ(output.status, 128 + 9);
}

TEST(Process, TheEnvironmentIsAddedToTheCallers) {
  const Variable kept("FIRCONE_KEPT", "kept"), replaced("FIRCONE_REPLACED", "old");
  const Output output = run({.argv = {"sh", "-c", "echo $FIRCONE_KEPT $FIRCONE_REPLACED"},
                             .environment = {{"FIRCONE_REPLACED", "new"}}});
  EXPECT_EQ(output.out, "kept new\n");
}

TEST(Process, AKilledStatusIsPassedOn) {
  EXPECT_EQ(run({.argv = {"sh", "-c", "kill -11 $$"}}).status, 128 + 11);
}

// Alive, and no zombie that nobody has waited for.
bool alive(pid_t process) {
  std::ifstream file("/proc/" + std::to_string(process) + "/stat");
  std::string id, name, state;
  return static_cast<bool>(file >> id >> name >> state) && state != "Z" && state != "X";
}

class ProcessEnd : public testing::TestWithParam<int> {};

TEST_P(ProcessEnd, GrandchildrenEndWithTheCaller) {
  const TemporaryDirectory folder;
  const pid_t caller = ::fork();
  if (caller == 0) {
    ::signal(GetParam(), SIG_DFL);
    run({.argv = {"sh", "-c", "sleep 100 & echo $! > new; mv new pid; wait"},
         .directory = folder.path()});
    ::_exit(0);
  }
  const auto wait_for = [](const auto& condition) {
    for (int i = 0; i < 1000 && !condition(); ++i) ::usleep(10'000);
    return condition();
  };
  ASSERT_TRUE(wait_for([&] { return fs::exists(folder.path() / "pid"); }));
  const pid_t grandchild = std::stoi(read_file(folder.path() / "pid"));
  EXPECT_TRUE(alive(grandchild));
  ::kill(caller, GetParam());
  ::waitpid(caller, nullptr, 0);
  EXPECT_TRUE(wait_for([&] { return !alive(grandchild); }));
  if (alive(grandchild)) ::kill(grandchild, SIGKILL);
}

INSTANTIATE_TEST_SUITE_P(Signals, ProcessEnd, testing::Values(SIGINT, SIGTERM, SIGHUP, SIGKILL),
                         [](const auto& item) { return std::string(::sigabbrev_np(item.param)); });

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
