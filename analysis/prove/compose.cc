// SPDX-License-Identifier: Apache-2.0
// Proofs of adder cells and final adders.

#include "analysis/prove/compose.h"

#include <fmt/format.h>

#include "analysis/prove/solver.h"

namespace analysis {
namespace {

const std::vector<Net>* find(const std::map<std::string, std::vector<Net>>& ports,
                             const std::string& name) {
  const auto found = ports.find(name);
  return found == ports.end() ? nullptr : &found->second;
}

// Bit i of a row: {carry_o[i], sum_o[i]} as a number is the sum of the inputs' bits i, and, in a
// half adder with a one, 1 more. Empty, or what is wrong.
std::string wrong_cell(Network& row, const std::string& module) {
  const std::vector<Net>* sum = find(row.outputs(), "sum_o");
  const std::vector<Net>* carry = find(row.outputs(), "carry_o");
  const bool full = module.find("fircone_fa") != std::string::npos;
  const bool one = module.find("fircone_ha_one") != std::string::npos;
  if (sum == nullptr || carry == nullptr || sum->size() != carry->size())
    return "it has no sum_o and carry_o of one width";
  const std::vector<Net> sums = *sum, carries = *carry;
  for (size_t i = 0; i < sums.size(); ++i) {
    row.join("number", {sums[i], carries[i]});
    Claim claim{.output = "number", .width = 2};
    for (const char* port : {"a_i", "b_i", "c_i"})
      if (port[0] != 'c' || full)
        claim.terms.push_back({1, {{port, static_cast<int>(i), 1, false}}});
    if (one) claim.terms.push_back({1, {}});
    const Rewriting r = rewrite(row, claim);
    if (r.kind != Rewriting::Kind::kEqual)
      return fmt::format("bit {} is not the sum of its inputs: {}", i, r.where);
  }
  return "";
}

struct AdderProof {
  std::string wrong;  // empty: proved
  std::string engine;
};

AdderProof prove_adder(const Network& adder, double timeout) {
  Claim claim{.output = "sum_o"};
  claim.width = static_cast<int>(adder.outputs().at("sum_o").size());
  for (const char* port : {"a_i", "b_i", "carry_i"})
    if (const std::vector<Net>* bits = find(adder.inputs(), port); bits != nullptr)
      claim.terms.push_back({1, {{port, 0, static_cast<int>(bits->size()), false}}});
  if (!adder.boxes().empty() && rewrite(adder, claim).kind == Rewriting::Kind::kEqual)
    return {"", "rewriting"};
  Sources sources;
  sources.top = "fircone_box";
  sources.ports = ports_of(adder);
  sources.files = {{"box.v", adder.verilog(sources.top)}};
  const std::string body = instance_verilog(sources, "dut") + reference_verilog(claim, "right") +
                           "  assign bad = dut_sum_o != right;\n";
  const Answer answer = ask(sources, question_verilog(sources, body), Engine::kSat, timeout);
  if (answer.kind == Answer::Kind::kHolds) return {"", "yosys sat"};
  if (answer.kind == Answer::Kind::kTimeout)
    return {fmt::format("not proved to add within {:g} s", timeout), "yosys sat"};
  return {fmt::format("it does not add: {}: sum_o must be {}",
                      format_values(sources.ports, answer.inputs),
                      format_hex(evaluate(claim, answer.inputs), claim.width)),
          "yosys sat"};
}

}  // namespace

BoxProofs prove_boxes(const std::string& blif, const std::map<std::string, std::string>& modules,
                      double timeout_seconds) {
  BoxProofs result;
  bool cells = false;
  std::string adder_engine;
  for (const auto& [type, module] : modules) {
    Network box = Network::parse(blif, type);
    std::string wrong;
    if (module.find("fircone_final_adder") != std::string::npos) {
      const AdderProof proof = prove_adder(box, timeout_seconds);
      adder_engine = proof.engine;
      wrong = proof.wrong;
    } else {
      cells = true;
      wrong = wrong_cell(box, module);
    }
    if (wrong.empty()) continue;
    result.proved = false;
    result.detail = module + ": " + wrong;
    return result;
  }
  if (cells) result.engines = "adder cells by polynomials";
  if (!adder_engine.empty())
    result.engines += fmt::format("{}final adder by {}", cells ? ", " : "", adder_engine);
  return result;
}

}  // namespace analysis
