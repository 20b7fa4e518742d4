// SPDX-License-Identifier: Apache-2.0
// Which engine proves what, and the sentences about it.

#include "analysis/prove/prove.h"

#include <fmt/format.h>

#include <chrono>

#include "base/error.h"

namespace analysis {
namespace {

class Clock {
 public:
  double seconds() const {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
  }

 private:
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

std::string engine_name(Engine engine) {
  return engine == Engine::kSat ? "yosys sat" : "yosys-smtbmc z3";
}

Proof by_solver(const Claim& claim, const Sources& sources, Engine engine, double timeout) {
  const Clock clock;
  Proof proof{.property = claim.text, .engine = engine_name(engine)};
  const std::string body = instance_verilog(sources, "dut") + reference_verilog(claim, "right") +
                           fmt::format("  assign bad = dut_{}[{}:{}] != right;\n", claim.output,
                                       claim.lsb + claim.width - 1, claim.lsb);
  const Answer answer = ask(sources, question_verilog(sources, body), engine, timeout);
  if (answer.kind == Answer::Kind::kHolds) proof.result = ProofResult::kProved;
  if (answer.kind == Answer::Kind::kTimeout)
    proof.detail = fmt::format("not proved within {:g} s", timeout);
  if (answer.kind == Answer::Kind::kFails) {
    proof.result = ProofResult::kRefuted;
    proof.detail =
        fmt::format("{}: {} must be {}", format_values(sources.ports, answer.inputs), claim.output,
                    format_hex(evaluate(claim, answer.inputs), claim.width));
  }
  proof.seconds = clock.seconds();
  return proof;
}

}  // namespace

std::vector<Proof> prove(const base::Spec& resolved, const Sources& sources,
                         const ProveOptions& options) {
  const std::vector<Claim> claims = claims_of(resolved, sources.ports);
  if (claims.empty())
    base::usage_error(resolved.unit(), "there is no proof for this unit with these options");
  std::vector<Proof> proofs;
  for (const Claim& claim : claims) {
    const Engine engine = options.engine == EngineChoice::kSmt ? Engine::kSmt : Engine::kSat;
    proofs.push_back(by_solver(claim, sources, engine, options.timeout_seconds));
  }
  return proofs;
}

}  // namespace analysis
