// SPDX-License-Identifier: Apache-2.0
// Chooses the family of a Verilog bench, and fills its template.

#include "tb/verilog_bench.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <stdexcept>

#include "base/error.h"

namespace tb {
namespace {

constexpr int64_t kDefaultVectors = 1500;

template <class Words>
std::string concatenation(const std::vector<Field>& fields, const Words& words) {
  std::string bits;
  constexpr int kMost = static_cast<int>(sizeof(words[0])) * 8 - 1;
  size_t end = 0;
  for (const Field& f : fields) end += static_cast<size_t>(f.count);
  for (size_t n = fields.size(); n-- > 0;) {
    for (int k = 0; k < fields[n].count; ++k) {
      const auto word = words[--end];
      for (int b = fields[n].width - 1; b >= 0; --b)
        bits.push_back(((word >> std::min(b, kMost)) & 1) != 0 ? '1' : '0');
    }
  }
  return bits;
}

}  // namespace

std::string bits_of(const std::vector<Field>& fields, const std::vector<int64_t>& words) {
  return concatenation(fields, words);
}
std::string bits_of(const std::vector<Field>& fields, const std::vector<golden::Wide>& words) {
  return concatenation(fields, words);
}

int total_bits(const std::vector<Field>& fields) {
  int bits = 0;
  for (const Field& f : fields) bits += f.bits();
  return bits;
}

std::string names_of(const std::vector<Field>& fields) {
  std::string text;
  for (size_t n = fields.size(); n-- > 0;) text += (text.empty() ? "" : ", ") + fields[n].port;
  return text;
}

std::string declarations_of(const std::vector<Field>& fields, std::string_view kind) {
  std::string text;
  for (const Field& f : fields)
    text += fmt::format("  {} [{}:0] {};\n", kind, f.bits() - 1, f.port);
  return text;
}

std::string connections_of(const std::vector<Field>& fields) {
  std::string text;
  for (const Field& f : fields) text += fmt::format("    .{0}({0}),\n", f.port);
  return text;
}

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
  if (resolved.unit() == "ccu") return ccu_verilog_bench(resolved, top, options);
  if (resolved.unit() == "bw_conv2d_stream") return bw_conv2d_verilog_bench(resolved, top, options);
  Options limited = options;
  if (limited.vectors == 0) limited.vectors = kDefaultVectors;
  const auto unit = make_unit(resolved, limited);
  return unit->combinational() ? combinational_verilog_bench(*unit, resolved, top, limited)
                               : pipelined_verilog_bench(*unit, resolved, top, limited);
}

}  // namespace tb
