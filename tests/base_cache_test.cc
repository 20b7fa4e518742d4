// SPDX-License-Identifier: Apache-2.0
// The cache under damage, races, kills and its size limit.

#include "base/cache.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <future>
#include <iterator>
#include <thread>

#include "base/error.h"
#include "base/files.h"

namespace base {
namespace {

namespace fs = std::filesystem;

class CacheTest : public testing::Test {
 protected:
  fs::path get(Cache& cache, const std::string& key, const std::string& content,
               bool* made = nullptr) {
    return cache.get(
        "model", key, "a test", [&](const fs::path& to) { write_file(to / "data", content); },
        made);
  }
  TemporaryDirectory folder_;
  fs::path root_ = folder_.path() / "cache";
};

TEST_F(CacheTest, SecondGetMakesNothing) {
  Cache cache(root_);
  bool made = false;
  const fs::path first = get(cache, "k1", "one", &made);
  EXPECT_TRUE(made);
  EXPECT_EQ(get(cache, "k1", "other", &made), first);
  EXPECT_FALSE(made);
  EXPECT_EQ(read_file(first / "data"), "one");
  EXPECT_EQ(read_file(first / "DESCRIPTION"), "a test\n");
}

TEST_F(CacheTest, DamageIsMended) {
  Cache cache(root_);
  const fs::path entry = get(cache, "k1", "one");
  write_file(entry / "data", "tampered");
  bool made = false;
  get(cache, "k1", "one", &made);
  EXPECT_TRUE(made);
  EXPECT_EQ(read_file(entry / "data"), "one");
  write_file(entry / "extra", "a file that nobody made");
  get(cache, "k1", "one", &made);
  EXPECT_TRUE(made);
}

TEST_F(CacheTest, FolderThatOthersCanWriteIsRefused) {
  Cache cache(root_);
  EXPECT_EQ(fs::status(root_).permissions(), fs::perms::owner_all);
  const fs::path entry = get(cache, "k1", "one");
  ::chmod(entry.c_str(), 0777);
  EXPECT_THROW(get(cache, "k1", "one"), Error);
  ::chmod(root_.c_str(), 0777);
  EXPECT_THROW(Cache second(root_), Error);
}

TEST_F(CacheTest, FailedMakeLeavesNothing) {
  Cache cache(root_);
  const auto fail = [](const fs::path& to) {
    write_file(to / "half", "half");
    throw std::runtime_error("stop");
  };
  EXPECT_THROW(cache.get("model", "k1", "", fail), std::runtime_error);
  EXPECT_EQ(cache.info().entries, 0U);
  EXPECT_TRUE(fs::is_empty(root_ / ".making"));
}

TEST_F(CacheTest, AKilledMakerLeavesTheKeyFree) {
  const pid_t child = ::fork();
  if (child == 0) {
    Cache cache(root_);
    cache.get("model", "k1", "", [](const fs::path& to) {
      write_file(to / "half", "half");
      ::_exit(0);  // neither destructors nor handlers: as a kill
    });
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  Cache cache(root_);
  bool made = false;
  EXPECT_EQ(read_file(get(cache, "k1", "one", &made) / "data"), "one");
  EXPECT_TRUE(made);
}

TEST_F(CacheTest, OfManyAtOnceOneMakes) {
  Cache cache(root_);
  std::atomic<int> makes = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i)
    threads.emplace_back([&] {
      cache.get("model", "k1", "", [&](const fs::path& to) {
        ++makes;
        write_file(to / "data", "one");
      });
    });
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(makes, 1);
}

// A netlist of an hour keeps nobody from another: keys that begin alike have locks of their own.
TEST_F(CacheTest, OneKeyDoesNotWaitForAnother) {
  Cache cache(root_);
  std::promise<void> begun, other_made;
  std::future_status waited = std::future_status::timeout;
  std::thread slow([&] {
    cache.get("model", "aaaa1", "", [&](const fs::path& to) {
      begun.set_value();
      waited = other_made.get_future().wait_for(std::chrono::seconds(20));
      write_file(to / "data", "one");
    });
  });
  begun.get_future().wait();
  get(cache, "aaaa2", "two");
  other_made.set_value();
  slow.join();
  EXPECT_EQ(waited, std::future_status::ready);
}

TEST_F(CacheTest, LocksGoWithTheirHolders) {
  Cache cache(root_);
  const auto locks = [&] {
    return std::distance(fs::directory_iterator(root_ / ".locks"), fs::directory_iterator());
  };
  std::atomic<int> makes = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i)
    threads.emplace_back([&] {
      for (int key = 0; key < 40; ++key)
        cache.get("model", std::to_string(key), "", [&](const fs::path& to) {
          ++makes;
          write_file(to / "data", "one");
        });
    });
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(makes, 40);
  EXPECT_EQ(locks(), 0);
  // What a killed maker left goes after a day, unless somebody holds it.
  const auto day = std::chrono::hours(25);
  for (const char* name : {"old", "held"}) {
    write_file(root_ / ".locks" / name, "");
    fs::last_write_time(root_ / ".locks" / name, fs::file_time_type::clock::now() - day);
  }
  const int held = ::open((root_ / ".locks" / "held").c_str(), O_RDWR | O_CLOEXEC);
  ASSERT_EQ(::flock(held, LOCK_EX), 0);
  get(cache, "another", "one");
  EXPECT_EQ(locks(), 1);
  EXPECT_TRUE(fs::exists(root_ / ".locks" / "held"));
  ::close(held);
}

TEST_F(CacheTest, LeastRecentlyUsedGoesFirst) {
  Cache cache(root_, 2500);
  const std::string kilobyte(900, 'x');
  get(cache, "k1", kilobyte);
  get(cache, "k2", kilobyte);
  // Two uses within one tick of the clock would tie.
  fs::last_write_time(root_ / "model" / "k2" / "MANIFEST",
                      fs::file_time_type::clock::now() - std::chrono::hours(1));
  get(cache, "k3", kilobyte);
  EXPECT_FALSE(fs::exists(root_ / "model" / "k2"));
  EXPECT_TRUE(fs::exists(root_ / "model" / "k1"));
  EXPECT_TRUE(fs::exists(root_ / "model" / "k3"));
}

TEST_F(CacheTest, EntriesInUseStayAboveTheLimit) {
  Cache cache(root_, 100);
  const std::string kilobyte(900, 'x');
  get(cache, "k1", kilobyte);
  get(cache, "k2", kilobyte);
  EXPECT_TRUE(fs::exists(root_ / "model" / "k1"));
  const auto long_ago = fs::file_time_type::clock::now() - std::chrono::minutes(11);
  fs::last_write_time(root_ / "model" / "k1" / "MANIFEST", long_ago);
  fs::last_write_time(root_ / "model" / "k2" / "MANIFEST", long_ago);
  get(cache, "k1", kilobyte);  // used again
  get(cache, "k3", kilobyte);
  EXPECT_TRUE(fs::exists(root_ / "model" / "k1"));
  EXPECT_FALSE(fs::exists(root_ / "model" / "k2"));
  EXPECT_TRUE(fs::is_empty(root_ / ".making"));
}

TEST_F(CacheTest, LeftoversOfKilledMakersGoAfterADay) {
  Cache cache(root_);
  write_file(root_ / ".making" / "old" / "half", "half");
  write_file(root_ / ".making" / "new" / "half", "half");
  fs::last_write_time(root_ / ".making" / "old",
                      fs::file_time_type::clock::now() - std::chrono::hours(25));
  get(cache, "k1", "one");
  EXPECT_FALSE(fs::exists(root_ / ".making" / "old"));
  EXPECT_TRUE(fs::exists(root_ / ".making" / "new"));
}

TEST_F(CacheTest, ARelativeRootIsMadeAbsolute) {
  const fs::path here = fs::current_path();
  fs::current_path(folder_.path());
  Cache cache("relative");
  const fs::path entry = get(cache, "k1", "one");
  fs::current_path(here);
  EXPECT_TRUE(entry.is_absolute());
  EXPECT_EQ(read_file(entry / "data"), "one");
  EXPECT_EQ(cache.info().entries, 1U);
}

TEST_F(CacheTest, CountingAndMakingSurviveClearing) {
  Cache cache(root_);
  std::atomic<bool> stop = false;
  std::thread other([&] {
    Cache own(root_);
    while (!stop) own.clear();
  });
  for (int i = 0; i < 300; ++i) {
    EXPECT_NO_THROW(cache.get("model", "k1", "", [](const fs::path& to) {
      for (const char* name : {"a/1", "b/1", "c/1"}) write_file(to / name, "x");
    }));
    EXPECT_NO_THROW(cache.info());
  }
  stop = true;
  other.join();
}

// As when a folder vanishes: the walk cannot go on, here for want of file descriptors.
TEST_F(CacheTest, AWalkThatFailsIsNoError) {
  Cache cache(root_);
  cache.get("model", "k1", "", [](const fs::path& to) { write_file(to / "a/b/c/d/e/f/1", "x"); });
  const int next = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
  ::close(next);
  rlimit old{};
  ::getrlimit(RLIMIT_NOFILE, &old);
  rlimit few = old;
  few.rlim_cur = static_cast<rlim_t>(next) + 5;
  ::setrlimit(RLIMIT_NOFILE, &few);
  EXPECT_NO_THROW(cache.info());
  ::setrlimit(RLIMIT_NOFILE, &old);
}

TEST_F(CacheTest, ClearEmpties) {
  Cache cache(root_);
  get(cache, "k1", "one");
  EXPECT_EQ(cache.info().entries, 1U);
  cache.clear();
  EXPECT_EQ(cache.info().entries, 0U);
  EXPECT_TRUE(fs::is_empty(root_ / ".making"));
}

}  // namespace
}  // namespace base
