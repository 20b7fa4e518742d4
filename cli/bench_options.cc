// SPDX-License-Identifier: Apache-2.0
// A table that leaves out what was asked for in a wrong word would pass for measured.

#include "cli/bench_options.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "base/error.h"

namespace cli {

std::map<std::string, std::string> bench_options(std::span<char* const> arguments,
                                                 const std::vector<std::string>& known) {
  std::vector<std::string> names;
  for (const std::string& option : known) names.push_back(option.substr(0, option.find(' ')));
  std::map<std::string, std::string> found;
  for (size_t i = 1; i < arguments.size(); ++i) {
    const std::string argument = arguments[i];
    if (argument.starts_with("--benchmark_")) continue;
    const auto at = std::find(names.begin(), names.end(), argument);
    if (at == names.end()) {
      const std::string near = base::nearest(argument, names);
      base::usage_error(
          "bench", fmt::format("unknown option '{}'; {}", argument,
                               near.empty() ? fmt::format("there are {}", fmt::join(known, ", "))
                                            : "did you mean '" + near + "'?"));
    }
    const std::string& option = known[static_cast<size_t>(at - names.begin())];
    const bool takes_word = option != *at;
    if (takes_word && i + 1 == arguments.size())
      base::usage_error("bench", fmt::format("{} needs a word: {}", *at, option));
    found[argument] = takes_word ? arguments[++i] : "";
  }
  return found;
}

}  // namespace cli
