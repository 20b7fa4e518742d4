// SPDX-License-Identifier: Apache-2.0
// Questions about the error of an adder, and their answers as rows.

#include "analysis/prove/wce.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

#include "analysis/error/automaton.h"
#include "analysis/error/digit_graph.h"
#include "analysis/error/dp.h"
#include "analysis/prove/simulate.h"
#include "base/error.h"

namespace analysis {
namespace {

class ErrorQuestions {
 public:
  ErrorQuestions(const Claim& claim, const Sources& sources, const ProveOptions& options)
      : claim_(claim), sources_(sources), options_(options) {}

  std::string engine() const {
    return options_.engine == EngineChoice::kSmt ? "yosys-smtbmc z3" : "yosys sat";
  }

  // Is there an input for which `bad`, an expression over `e`, is true?
  Answer ask_about(const std::string& bad) {
    // Two more bits than the result: the difference of two of them fits. `e` is declared signed and
    // so are all constants, since one unsigned operand makes a comparison unsigned.
    const int width = claim_.width, wide = width + 2;
    const auto extended = [&](const std::string& name) {
      return claim_.is_signed ? fmt::format("{{{{2{{{0}[{1}]}}}}, {0}}}", name, width - 1)
                              : fmt::format("{{2'b00, {}}}", name);
    };
    const std::string body =
        instance_verilog(sources_, "dut") + reference_verilog(claim_, "right") +
        fmt::format("  wire signed [{}:0] e = {} - {};\n  assign bad = {};\n", wide - 1,
                    extended("dut_" + claim_.output), extended("right"), bad);
    const Engine engine = options_.engine == EngineChoice::kSmt ? Engine::kSmt : Engine::kSat;
    return ask(sources_, question_verilog(sources_, body), engine, options_.timeout_seconds);
  }

  std::string constant(const mpz_class& value) const {
    const mpz_class size = abs(value);
    return fmt::format("{}{}'sd{}", value < 0 ? "-" : "", claim_.width + 2, size.get_str());
  }

  // An error that is looked for: outside of an interval, or equal to a number.
  struct Wanted {
    mpz_class low, high;
    bool outside = true;
    bool is(const mpz_class& e) const { return (e < low || e > high) == outside; }
  };

  // `holds`: the row is proved when there is no such error; else when there is one.
  Proof row(const std::string& property, const Wanted& wanted, bool holds) {
    const auto start = std::chrono::steady_clock::now();
    Proof proof{.property = property, .engine = engine()};
    try {
      judge(wanted, holds, proof);
    } catch (const OutOfTime&) {
      proof.detail = fmt::format("not elaborated within {:g} s", options_.timeout_seconds);
    } catch (const NotCovered& not_covered) {
      proof.detail = "not proved: " + not_covered.reason;
    }
    proof.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    return proof;
  }

  // Usage error for Verilog that keeps state.
  void require_function() {
    if (flat().has_registers())
      base::usage_error(sources_.top, "it has registers where no clock is expected");
  }

 private:
  const Network& flat() {
    if (!flat_)
      flat_ = Network::parse(elaborate(sources_, Elaboration::kGates, options_.timeout_seconds),
                             sources_.top);
    return *flat_;
  }

  void judge(const Wanted& wanted, bool holds, Proof& proof) {
    const std::string inside =
        fmt::format("e >= {} && e <= {}", constant(wanted.low), constant(wanted.high));
    const Answer answer = ask_about(wanted.outside ? "!(" + inside + ")" : inside);
    if (answer.kind == Answer::Kind::kTimeout) {
      proof.detail =
          fmt::format("{} did not end within {:g} s", engine(), options_.timeout_seconds);
      return;
    }
    const bool none = answer.kind == Answer::Kind::kHolds;
    if (!none) {
      const mpz_class e = error_at(answer.inputs);
      const std::string inputs = format_values(sources_.ports, answer.inputs);
      proof.detail = fmt::format("e = {} at {}", e.get_str(), inputs);
      if (!wanted.is(e)) {  // a fault of the solver, or of the simulator
        proof.detail += ", which is not what was looked for";
        return;
      }
    }
    proof.result = none == holds ? ProofResult::kProved : ProofResult::kRefuted;
  }

  // By the simulator, not by the solver that found the input.
  mpz_class error_at(const Values& inputs) {
    return number(simulate_one(flat(), claim_, inputs)) - number(evaluate(claim_, inputs));
  }

  mpz_class number(mpz_class bits) const {
    if (claim_.is_signed &&
        mpz_tstbit(bits.get_mpz_t(), static_cast<mp_bitcnt_t>(claim_.width - 1)))
      bits -= mpz_class(1) << static_cast<mp_bitcnt_t>(claim_.width);
    return bits;
  }

  const Claim& claim_;
  const Sources& sources_;
  const ProveOptions& options_;
  std::optional<Network> flat_;
};

}  // namespace

std::vector<Proof> prove_error_bound(const base::Spec& resolved, const Claim& claim,
                                     const Sources& sources, const ProveOptions& options,
                                     const std::optional<mpz_class>& bound) {
  ErrorQuestions questions(claim, sources, options);
  using Wanted = ErrorQuestions::Wanted;
  const auto within = [&](const mpz_class& b) {
    return questions.row(fmt::format("|e| <= {}, e = sum_o - (a_i + b_i)", b.get_str()),
                         Wanted{-b, b, true}, true);
  };
  try {
    questions.require_function();
  } catch (const OutOfTime&) {  // then every row says so
  } catch (const NotCovered&) {
  }
  mpz_class limit = 1;
  limit <<= static_cast<mp_bitcnt_t>(claim.width);
  if (bound) return {within(std::min(*bound, limit))};

  const std::unique_ptr<Automaton> automaton = adder_automaton(resolved);
  if (automaton == nullptr)
    base::usage_error(resolved.unit(), "no bound of its error is known; --bound gives one");
  const ErrorSums sums = error_sums(digit_graph(*automaton, claim.is_signed));
  const mpz_class& least = sums.least;
  const mpz_class& most = sums.most;
  const mpz_class b = std::max(mpz_class(abs(least)), mpz_class(abs(most)));
  std::vector<Proof> proofs = {within(b)};
  if (b == 0) return proofs;  // an exact one
  proofs.push_back(questions.row(fmt::format("|e| <= {} is refuted", mpz_class(b - 1).get_str()),
                                 Wanted{1 - b, b - 1, true}, false));
  proofs.push_back(questions.row(fmt::format("{} <= e <= {}", least.get_str(), most.get_str()),
                                 Wanted{least, most, true}, true));
  for (const mpz_class& extreme : {least, most})
    proofs.push_back(questions.row(fmt::format("e = {} is reached", extreme.get_str()),
                                   Wanted{extreme, extreme, false}, false));
  return proofs;
}

}  // namespace analysis
