// SPDX-License-Identifier: Apache-2.0
// fircone cache: what is kept between runs.

#include "base/cache.h"

#include <fmt/format.h>

#include "cli/commands.h"
#include "cli/json.h"

namespace cli {

void cache(const CacheArgs& args) {
  base::Cache& cache = base::Cache::user();
  if (args.action == "clear") cache.clear();
  const base::Cache::Info info = cache.info();
  if (args.json)
    return fmt::print("{}",
                      cache_json(info.root.string(), info.entries, info.bytes, info.limit_bytes));
  fmt::print("{}: {} entries, {:.1f} MB of at most {:.0f} MB\n", info.root.string(), info.entries,
             static_cast<double>(info.bytes) * 1e-6, static_cast<double>(info.limit_bytes) * 1e-6);
}

}  // namespace cli
