// SPDX-License-Identifier: Apache-2.0
// From a spec line to a model under test, for the tests of the benches.

#include "tests/tb_support.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>

#include "tb/bench.h"

namespace tb_test {

namespace {

bool blank(char c) { return std::isspace(static_cast<unsigned char>(c)) != 0; }

// End of `from` in `text` at `begin`, where each run of blanks stands for any other; npos when it
// is not there.
size_t match(std::string_view text, size_t begin, std::string_view from) {
  size_t at = begin;
  for (size_t i = 0; i < from.size();) {
    if (at >= text.size() || blank(from[i]) != blank(text[at])) return std::string::npos;
    if (!blank(from[i])) {
      if (from[i++] != text[at++]) return std::string::npos;
      continue;
    }
    while (i < from.size() && blank(from[i])) ++i;
    while (at < text.size() && blank(text[at])) ++at;
  }
  return at;
}

}  // namespace

bool apply(gen::Design& design, const Edit& edit) {
  for (gen::SourceFile& file : design.files) {
    if (file.name != edit.file) continue;
    for (const std::string_view from : {edit.from, edit.otherwise}) {
      if (from.empty()) continue;
      for (size_t begin = 0; begin < file.text.size(); ++begin) {
        const size_t end = match(file.text, begin, from);
        if (end == std::string::npos) continue;
        file.text.replace(begin, end - begin, edit.to);
        return true;
      }
    }
    return false;
  }
  return false;
}

void expect_caught(const Fault& fault, std::string_view mentioned) {
  gen::Design design = gen::generate(base::Spec::parse_line(fault.spec));
  ASSERT_TRUE(apply(design, fault.edit)) << "does not hold: " << fault.edit.from;
  const tb::Verdict verdict = tb::run_bench(*load(design), design.spec);
  EXPECT_FALSE(verdict.passed) << "the fault went unseen";
  EXPECT_TRUE(verdict.mismatch.starts_with(design.spec.line() + ": seed 1, ")) << verdict.mismatch;
  EXPECT_NE(verdict.mismatch.find(mentioned), std::string::npos) << verdict.mismatch;
}

void expect_passes(const std::string& line) {
  const gen::Design design = gen::generate(base::Spec::parse_line(line));
  const tb::Verdict verdict = tb::run_bench(*load(design), design.spec);
  EXPECT_TRUE(verdict.passed) << verdict.mismatch;
}

sim::ModelRequest request(const gen::Design& design, const base::Spec* sizes) {
  sim::ModelRequest result;
  for (const gen::SourceFile& file : design.files) result.sources.push_back({file.name, file.text});
  result.top = design.top;
  result.description = design.spec.line();
  result.optimise = 0;  // most models here run for milliseconds
  if (sizes == nullptr) return result;
  for (const gen::Parameter& p : design.parameters) {
    result.parameters.emplace_back(p.name, sizes->size(p.name));
  }
  return result;
}

std::unique_ptr<sim::Model> load(const gen::Design& design, uint64_t x_initial_seed) {
  sim::ModelRequest wanted = request(design);
  wanted.x_initial_seed = x_initial_seed;
  return sim::load_verilog(wanted);
}

std::vector<base::Spec> catalogue_specs(const gen::Unit& unit) {
  std::vector<base::Spec> specs;
  for (const std::string_view point : unit.points) {
    specs.push_back(
        gen::resolve(base::Spec::parse_line(std::string(unit.name) + " " + std::string(point))));
  }
  return specs;
}

std::string test_name(const std::string& line) {
  std::string name;
  for (const char c : line) {
    const bool plain = std::isalnum(static_cast<unsigned char>(c)) != 0;
    if (plain || (!name.empty() && name.back() != '_')) name.push_back(plain ? c : '_');
  }
  return name;
}

}  // namespace tb_test
