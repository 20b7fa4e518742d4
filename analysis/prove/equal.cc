// SPDX-License-Identifier: Apache-2.0
// Exhaustive, by ABC or a solver, and random comparison of two networks.

#include "analysis/prove/equal.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "analysis/prove/simulate.h"
#include "base/error.h"
#include "base/files.h"
#include "base/process.h"

namespace analysis {
namespace {

constexpr uint64_t kRandomVectors = 1 << 20;

// Empty, or why the two cannot be compared.
std::string different_shape(const Network& left, const Network& right) {
  for (const auto& [name, bits] : left.outputs()) {
    const auto found = right.outputs().find(name);
    if (found == right.outputs().end() || found->second.size() != bits.size())
      return fmt::format("{} is not an output of {} bits in both", name, bits.size());
  }
  for (const auto& [name, bits] : left.inputs()) {
    const auto found = right.inputs().find(name);
    if (found == right.inputs().end() || found->second.size() != bits.size())
      return fmt::format("{} is not an input of {} bits in both", name, bits.size());
  }
  const std::vector<int> stages = left.stages(), others = right.stages();
  for (const auto& [name, bits] : left.outputs())
    for (size_t i = 0; i < bits.size(); ++i) {
      const int a = stages[bits[i]], b = others[right.outputs().at(name)[i]];
      if (a >= 0 && b >= 0 && a != b)
        return fmt::format("{}[{}] comes after {} registers here and {} there", name, i, a, b);
    }
  return "";
}

// The Verilog of both, and a question in which output bits differ.
struct Miter {
  Sources sources;
  std::string question;
};

Miter miter_of(const Network& left, const Network& right) {
  Miter miter;
  miter.sources.top = "fircone_left";
  miter.sources.ports = ports_of(left);
  miter.sources.files = {{"left.v", left.verilog("fircone_left")},
                         {"right.v", right.verilog("fircone_right")}};
  Sources other = miter.sources;
  other.top = "fircone_right";
  std::string body = instance_verilog(miter.sources, "left") + instance_verilog(other, "right");
  std::string differs;
  for (const auto& [name, bits] : left.outputs())
    differs += fmt::format("{}left_{} != right_{}", differs.empty() ? "" : " || ", name, name);
  miter.question = question_verilog(miter.sources, body + "  assign bad = " + differs + ";\n");
  return miter;
}

// ABC's own format: the question as an AIG whose output must be 0.
std::optional<bool> by_abc(const Miter& miter, double timeout) {
  base::find_tool("yosys-abc");
  const base::TemporaryDirectory folder(base::plain_temporary_folder());
  const std::vector<synth::VerilogFile> more = {{"question.v", miter.question}};
  const auto write = [&](const char* top, const char* file) {
    return fmt::format(
        "hierarchy -check -top {0}\nproc\nflatten\nopt_clean\ntechmap\nsimplemap\naigmap\n"
        "opt_clean\nwrite_blif {1}\n",
        top, file);
  };
  const std::string script = read_script(miter.sources, {}) + "design -save both\n" +
                             write("fircone_left", "left.blif") + "design -load both\n" +
                             write("fircone_right", "right.blif");
  if (!run_yosys(miter.sources, {}, script, folder.path(), timeout)) return std::nullopt;
  base::Command command;
  command.argv = {"yosys-abc", "-c",
                  fmt::format("cec -n -T {} left.blif right.blif", static_cast<long>(timeout) + 1)};
  command.directory = folder.path();
  command.timeout_seconds = timeout;
  const base::Output output = base::run(command);
  if (output.timed_out) return std::nullopt;
  if (output.out.find("Networks are equivalent") != std::string::npos) return true;
  if (output.out.find("Networks are NOT EQUIVALENT") != std::string::npos) return false;
  return std::nullopt;
}

Proof refuted(const Network& left, const Network& right, std::string engine, const Values& inputs) {
  Proof proof{.property = {}, .engine = std::move(engine)};
  for (const auto& [name, bits] : left.outputs()) {
    const Claim output{.output = name, .width = static_cast<int>(bits.size())};
    const mpz_class a = simulate_one(left, output, inputs), b = simulate_one(right, output, inputs);
    if (a == b) continue;
    proof.result = ProofResult::kRefuted;
    proof.detail = fmt::format("{}: {} is {} and {}", format_values(ports_of(left), inputs), name,
                               format_hex(a, output.width), format_hex(b, output.width));
    return proof;
  }
  proof.detail = "its counterexample is none: " + format_values(ports_of(left), inputs);
  return proof;
}

}  // namespace

Proof prove_equal(const Network& left, const Network& right, const ProveOptions& options,
                  const std::function<bool()>& by_words) {
  if (left.stages().empty() || right.stages().empty()) throw NotCovered{kUnevenPaths};
  if (const std::string reason = different_shape(left, right); !reason.empty())
    return {
        .property = {}, .result = ProofResult::kRefuted, .engine = "structure", .detail = reason};
  const int bits = free_bits(ports_of(left));
  const bool automatic = options.engine == EngineChoice::kAuto;
  if (options.engine == EngineChoice::kExhaustive || (automatic && bits <= kExhaustiveBits)) {
    const Simulation s = compare_all(left, right, options.timeout_seconds);
    if (s.inputs) return refuted(left, right, "exhaustive", *s.inputs);
    Proof proof{.property = {}, .engine = "exhaustive"};
    if (s.finished) proof.result = ProofResult::kProved;
    if (!s.finished)
      proof.detail = fmt::format("no difference in {} of 2^{} inputs, tried within {:g} s",
                                 s.vectors, bits, options.timeout_seconds);
    return proof;
  }
  // Most faults show at once.
  const Simulation s = compare_random(left, right, kRandomVectors, 1);
  if (s.inputs) return refuted(left, right, "simulation", *s.inputs);

  if (automatic && by_words && by_words())
    return {.property = {}, .result = ProofResult::kProved, .engine = "rewriting of both"};

  const Miter miter = miter_of(left, right);
  Proof proof{.property = {}, .engine = "abc cec"};
  if (options.engine == EngineChoice::kSat || options.engine == EngineChoice::kSmt) {
    const bool sat = options.engine == EngineChoice::kSat;
    proof.engine = sat ? "yosys sat" : "yosys-smtbmc z3";
    const Answer answer = ask(miter.sources, miter.question, sat ? Engine::kSat : Engine::kSmt,
                              options.timeout_seconds);
    if (answer.kind == Answer::Kind::kFails)
      return refuted(left, right, proof.engine, answer.inputs);
    if (answer.kind == Answer::Kind::kHolds) proof.result = ProofResult::kProved;
  } else {
    const std::optional<bool> equal = by_abc(miter, options.timeout_seconds);
    if (equal && *equal) proof.result = ProofResult::kProved;
    if (equal && !*equal) {
      // ABC names a counterexample in its own order of bits; the solver has ours.
      const Answer answer =
          ask(miter.sources, miter.question, Engine::kSat, options.timeout_seconds);
      if (answer.kind == Answer::Kind::kFails)
        return refuted(left, right, proof.engine, answer.inputs);
      proof.result = ProofResult::kRefuted;
      proof.detail = "abc cec found a difference";
    }
  }
  if (proof.result == ProofResult::kUnknown)
    proof.detail = fmt::format("{} did not end within {:g} s; no difference in {} random vectors",
                               proof.engine, options.timeout_seconds, s.vectors);
  return proof;
}

}  // namespace analysis
