// SPDX-License-Identifier: Apache-2.0
// Which engine proves what, and the sentences about it.

#include "analysis/prove/prove.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <optional>

#include "analysis/prove/compose.h"
#include "analysis/prove/equal.h"
#include "analysis/prove/simulate.h"
#include "analysis/prove/sums.h"
#include "analysis/prove/wce.h"
#include "analysis/prove/word_forms.h"
#include "base/error.h"

namespace analysis {
namespace {

class Stopwatch {
 public:
  double seconds() const {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
  }

 private:
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

// Random vectors after a proof that did not end.
constexpr uint64_t kRandomVectors = 1 << 14;

Proof out_of_time(const ProveOptions& options) {
  return {.property = {},
          .engine = "yosys",
          .detail = fmt::format("not elaborated within {:g} s", options.timeout_seconds)};
}

Proof no_proof(const NotCovered& not_covered) {
  return {.property = {}, .engine = "structure", .detail = "not proved: " + not_covered.reason};
}

// One design and what its proofs share: it is elaborated at most once in each form.
class Prover {
 public:
  Prover(const base::Spec& spec, const std::vector<Claim>& claims, const Sources& sources,
         const ProveOptions& options)
      : spec_(spec), claims_(claims), sources_(sources), options_(options) {}

  Proof prove(const Claim& claim) {
    const Stopwatch watch;
    Proof proof;
    try {
      proof = choose(claim);
    } catch (const OutOfTime&) {
      proof = out_of_time(options_);
    } catch (const NotCovered& not_covered) {
      proof = no_proof(not_covered);
    }
    proof.property = claim.text;
    proof.seconds = watch.seconds();
    return proof;
  }

 private:
  Proof choose(const Claim& claim) {
    if (!fits(claim))
      return {.property = {},
              .result = ProofResult::kRefuted,
              .engine = "ranges",
              .detail = fmt::format("{} bits of {} do not hold every value of the right side",
                                    claim.width, claim.output)};
    switch (options_.engine) {
      case EngineChoice::kSat:
        return by_solver(claim, Engine::kSat);
      case EngineChoice::kSmt:
        return by_solver(claim, Engine::kSmt);
      case EngineChoice::kExhaustive:
        return exhaustive(claim);
      case EngineChoice::kRewriting:
        return by_rewriting(claim);
      case EngineChoice::kAuto:
        break;
    }
    if (spec_.unit().starts_with("add_")) return by_solver(claim, Engine::kSat);
    if (free_bits(sources_.ports) <= kExhaustiveBits) return exhaustive(claim);
    Proof proof = by_rewriting(claim);
    if (proof.result != ProofResult::kUnknown) return proof;
    const std::string why = proof.detail;
    Proof second = by_solver(claim, Engine::kSat);
    if (second.result != ProofResult::kUnknown) return second;
    return with_random_vectors(claim, std::move(proof), why + "; " + second.detail);
  }

  const Network& flat() {
    if (!flat_) {
      flat_ = Network::parse(elaborate(sources_, Elaboration::kGates, options_.timeout_seconds),
                             sources_.top);
      check_ports(*flat_);
    }
    return *flat_;
  }

  // Verilog of a user may have other ports than the unit, and registers in any place.
  void check_ports(const Network& network) const {
    for (const ProvePort& port : sources_.ports) {
      if (port.name == "en_i" || port.name == "rst_ni") continue;  // tied
      const auto& ports = port.input ? network.inputs() : network.outputs();
      const auto found = ports.find(port.name);
      if (found == ports.end() || found->second.size() != static_cast<size_t>(port.width))
        base::usage_error(sources_.top,
                          fmt::format("{} {} of {} bits expected", port.input ? "input" : "output",
                                      port.name, port.width));
    }
    const bool clocked = std::any_of(
        sources_.ports.begin(), sources_.ports.end(),
        [](const ProvePort& port) { return port.input && port.name.starts_with("clk"); });
    if (network.has_registers() && !clocked)
      base::usage_error(sources_.top, "it has registers where no clock is expected");
    if (network.has_registers() && network.stages(sources_.late).empty())
      throw NotCovered{kUnevenPaths};
  }

  Proof refuted(const Claim& claim, std::string engine, const Values& inputs) {
    const mpz_class got = simulate_one(flat(), claim, inputs);
    const mpz_class right = evaluate(claim, inputs);
    // A counterexample that is none would be a fault of a prover.
    if (got == right)
      return {.property = {},
              .engine = std::move(engine),
              .detail = "its counterexample is none: " + format_values(sources_.ports, inputs)};
    return {.property = {},
            .result = ProofResult::kRefuted,
            .engine = std::move(engine),
            .detail = fmt::format("{}: {}={}, must be {}", format_values(sources_.ports, inputs),
                                  claim.output, format_hex(got, claim.width),
                                  format_hex(right, claim.width))};
  }

  Proof by_solver(const Claim& claim, Engine engine) {
    Sources sources = sources_;
    if (flat().has_registers()) {  // a pipeline: solvers see its function
      sources.files = {{"pipeline.v", flat().verilog(sources.top)}};
      sources.ports = ports_of(flat());
    }
    const std::string body = instance_verilog(sources, "dut") + reference_verilog(claim, "right") +
                             fmt::format("  assign bad = dut_{}[{}:{}] != right;\n", claim.output,
                                         claim.lsb + claim.width - 1, claim.lsb);
    const std::string name = engine == Engine::kSat ? "yosys sat" : "yosys-smtbmc z3";
    const Answer answer =
        ask(sources, question_verilog(sources, body), engine, options_.timeout_seconds);
    if (answer.kind == Answer::Kind::kFails) return refuted(claim, name, answer.inputs);
    Proof proof{.property = {}, .engine = name};
    if (answer.kind == Answer::Kind::kHolds) proof.result = ProofResult::kProved;
    if (answer.kind == Answer::Kind::kTimeout)
      proof.detail = fmt::format("{} did not end within {:g} s", name, options_.timeout_seconds);
    return proof;
  }

  Proof exhaustive(const Claim& claim) {
    const Simulation s = simulate_all(flat(), claim, options_.timeout_seconds);
    const std::string engine = "exhaustive";
    if (s.inputs) return refuted(claim, engine, *s.inputs);
    Proof proof{.property = {}, .engine = engine};
    if (s.finished) proof.result = ProofResult::kProved;
    const double share = static_cast<double>(s.vectors) /
                         static_cast<double>(uint64_t{1} << free_bits(sources_.ports));
    if (!s.finished)
      proof.detail = fmt::format("no difference in the {} inputs ({:.2g} %) tried within {:g} s",
                                 s.vectors, 100 * share, options_.timeout_seconds);
    return proof;
  }

  Proof by_rewriting(const Claim& claim) {
    Proof proof{.property = {}, .engine = "rewriting"};
    const Stopwatch watch;
    if (!boxed_) elaborate_boxes();
    if (!boxes_.engines.empty()) proof.engine += ", " + boxes_.engines;
    if (!boxes_.proved) return with_random_vectors(claim, std::move(proof), boxes_.detail);
    if (words_ && words_->proves(claim)) {
      proof.result = ProofResult::kProved;
      return proof;
    }
    if (!sums_.others.empty()) {  // a fault would make the rewriting long
      Proof quick = with_random_vectors(claim, proof, module_text() + " is no sum of products");
      if (quick.result == ProofResult::kRefuted) return quick;
    }
    Rewriting r = rewrite(*boxed_, claim, options_.timeout_seconds);
    const double left = options_.timeout_seconds - watch.seconds();
    if (r.kind == Rewriting::Kind::kStuck && !sums_.claims.empty() && left > 0) {
      // Perhaps some sum is not used as one number: by its adders, then.
      const Network adders =
          Network::parse(elaborate(sources_, Elaboration::kBoxes, left), sources_.top);
      r = rewrite(adders, claim, options_.timeout_seconds - watch.seconds());
    }
    if (r.kind == Rewriting::Kind::kDiffers) {
      proof = refuted(claim, proof.engine, r.inputs);
      proof.detail += "; " + r.where;
      return proof;
    }
    if (r.kind == Rewriting::Kind::kStuck)
      return with_random_vectors(claim, std::move(proof), r.where);
    proof.result = ProofResult::kProved;
    return proof;
  }

  void elaborate_boxes() {
    SumNetwork read = elaborate_sums(sources_, options_.timeout_seconds, module_claims_of(spec_));
    sums_ = std::move(read.sums);
    boxed_ = std::move(read.network);
    boxes_ = std::move(read.boxes);
    check_ports(*boxed_);
    if (!sums_.claims.empty())
      boxes_.engines = fmt::format("{} modules of sums by polynomials{}{}", sums_.claims.size(),
                                   boxes_.engines.empty() ? "" : ", ", boxes_.engines);
    words_.emplace(*boxed_, claims_);
  }

  std::string module_text() const { return std::string(module_of(*sums_.others.begin())); }

  // A proof failed in a way that proves nothing: perhaps a vector refutes the claim.
  Proof with_random_vectors(const Claim& claim, Proof proof, const std::string& why) {
    const Simulation s = simulate_random(flat(), claim, kRandomVectors, 1);
    if (s.inputs) {
      proof = refuted(claim, "simulation", *s.inputs);
      proof.detail += "; " + why;
    } else {
      proof.detail = fmt::format("{}; no difference in {} random vectors", why, s.vectors);
    }
    return proof;
  }

  const base::Spec& spec_;
  const std::vector<Claim>& claims_;
  const Sources& sources_;
  const ProveOptions& options_;
  std::optional<Network> flat_, boxed_;
  SumModules sums_;
  BoxProofs boxes_;
  std::optional<WordForms> words_;
};

}  // namespace

std::vector<Proof> prove(const base::Spec& resolved, const Sources& sources,
                         const ProveOptions& options, const ProofListener& found) {
  const std::vector<Claim> claims = claims_of(resolved, sources.ports);
  std::vector<Proof> proofs;
  const auto add = [&](Proof proof) {
    if (found) found(proof);
    proofs.push_back(std::move(proof));
  };
  if (is_approximate_adder(resolved) && !claims.empty()) {
    for (Proof& proof : prove_error_bound(resolved, claims[0], sources, options, options.bound))
      add(std::move(proof));
    return proofs;
  }
  if (options.bound)
    base::usage_error(resolved.unit(), "--bound is for approximate adders, this unit has no error");
  // A sum of one beat is a function: it starts with that beat and ends with it.
  Sources beat = sources;
  if (resolved.unit() == "bw_pe" || resolved.unit() == "bw_array") {
    beat.ones = {"valid_i", "first_i", "last_i"};
    std::erase_if(beat.ports, [&](const ProvePort& port) {
      return std::find(beat.ones.begin(), beat.ones.end(), port.name) != beat.ones.end();
    });
  }
  if (resolved.unit() == "bw_array" && resolved.is("weights", "late"))
    beat.late = {"s_i", "offset_i"};
  Prover prover(resolved, claims, beat, options);
  for (const Claim& claim : claims) add(prover.prove(claim));
  return proofs;
}

Proof prove_same(const Sources& left, const Sources& right, const std::string& property,
                 const ProveOptions& options) {
  const Stopwatch watch;
  const auto network = [&options](const Sources& sources) {
    return Network::parse(elaborate(sources, Elaboration::kGates, options.timeout_seconds),
                          sources.top);
  };
  Proof proof;
  try {
    proof = prove_equal(network(left), network(right), options, [&] {
      return options.by_words && equal_polynomials(left, right, options.timeout_seconds);
    });
  } catch (const OutOfTime&) {
    proof = out_of_time(options);
  } catch (const NotCovered& not_covered) {
    proof = no_proof(not_covered);
  }
  proof.property = property;
  proof.seconds = watch.seconds();
  return proof;
}

}  // namespace analysis
