// SPDX-License-Identifier: Apache-2.0
// The content-addressed cache of models and netlists.

#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>

namespace base {

// Entries are folders `<root>/<kind>/<key>`: made in a private folder beside, listed with checksums
// in a manifest, then renamed into place, so a kill at any moment and any number of processes at
// once leave only whole entries. Bounded: the least recently used entries go first, but none that
// get() returned in the last 10 minutes, because its user may not have opened it yet; until then
// the cache may be above its limit.
class Cache {
 public:
  // $FIRCONE_CACHE, else $XDG_CACHE_HOME/fircone, else ~/.cache/fircone; created with mode 0700.
  static Cache& user();
  explicit Cache(const std::filesystem::path& root, uint64_t limit_bytes = 5'000'000'000);

  // The folder of the entry, made by `make(folder)` when it is absent or damaged. Two processes
  // that want the same entry: one makes it, the other waits; nobody waits for another entry.
  // `made`, if given, tells which happened. `describe` is kept beside the entry (the resolved spec,
  // for people). Throws when the entry's owner is another user or the folder is writable by others.
  std::filesystem::path get(std::string_view kind, const std::string& key,
                            std::string_view describe,
                            const std::function<void(const std::filesystem::path&)>& make,
                            bool* made = nullptr);

  struct Info {
    std::filesystem::path root;
    uint64_t entries = 0;
    uint64_t bytes = 0;
    uint64_t limit_bytes = 0;
  };
  Info info() const;
  // Removes every entry that is not being made. Files that a process has open stay readable to it;
  // one that was given an entry and has not opened it finds it gone.
  void clear();

 private:
  void evict();
  std::filesystem::path root_;
  uint64_t limit_bytes_;
};

}  // namespace base
