// SPDX-License-Identifier: Apache-2.0
// Chooses the family of a Verilog bench, and fills its template.

#include "tb/verilog_bench.h"

#include <algorithm>
#include <cctype>
#include <stdexcept>

#include "base/error.h"

namespace tb {

std::string fill(std::string_view pattern,
                 const std::vector<std::pair<std::string_view, std::string>>& texts) {
  std::string result;
  for (size_t begin = 0; begin < pattern.size();) {
    const size_t at = pattern.find('@', begin);
    result += pattern.substr(begin, at - begin);
    if (at == std::string_view::npos) break;
    if (at + 1 >= pattern.size() ||
        std::isupper(static_cast<unsigned char>(pattern[at + 1])) == 0) {
      result += '@';  // Verilog's own
      begin = at + 1;
      continue;
    }
    const size_t end = pattern.find('@', at + 1);
    const std::string_view name = pattern.substr(at + 1, end - at - 1);
    const auto found = std::find_if(texts.begin(), texts.end(),
                                    [&](const auto& entry) { return entry.first == name; });
    if (end == std::string_view::npos || found == texts.end()) {
      throw std::logic_error("fill: unknown name '" + std::string(name) + "'");
    }
    result += found->second;
    begin = end + 1;
  }
  return result;
}

std::string hex_line(std::string bits) {
  bits.insert(0, (4 - bits.size() % 4) % 4, '0');
  std::string line;
  for (size_t i = 0; i < bits.size(); i += 4) {
    int digit = 0;
    for (size_t b = 0; b < 4; ++b) digit = 2 * digit + (bits[i + b] - '0');
    line.push_back("0123456789abcdef"[digit]);
  }
  return line + '\n';
}

std::vector<BenchFile> verilog_bench(const base::Spec& resolved, const std::string& top,
                                     const Options& options) {
  if (!has_bench(resolved.unit())) base::usage_error(resolved.unit(), "no bench knows this unit");
  check_vectors(resolved.unit(), options);
  if (resolved.unit() == "conv2d_stream") return conv2d_verilog_bench(resolved, top, options);
  return pipelined_verilog_bench(resolved, top, options);
}

}  // namespace tb
