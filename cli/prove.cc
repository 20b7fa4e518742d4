// SPDX-License-Identifier: Apache-2.0
// fircone prove: what a unit computes, for all inputs.

#include <fmt/format.h>

#include <algorithm>

#include "analysis/prove/prove.h"
#include "base/error.h"
#include "cli/commands.h"
#include "cli/json.h"
#include "cli/sources.h"
#include "cli/table.h"

namespace cli {
namespace {

analysis::EngineChoice engine_choice(const std::string& name) {
  using analysis::EngineChoice;
  if (name == "sat") return EngineChoice::kSat;
  if (name == "smt") return EngineChoice::kSmt;
  if (name == "exhaustive") return EngineChoice::kExhaustive;
  if (name == "rewriting") return EngineChoice::kRewriting;
  return EngineChoice::kAuto;
}

analysis::Sources sources_of(const gen::Design& design, const ProveArgs& args) {
  analysis::Sources sources;
  sources.files = verilog_files(design);
  sources.top = design.top;
  for (const gen::Port& port : design.ports)
    sources.ports.push_back({port.name, port.input, port.width_value});
  if (!args.rtl.empty()) {
    const ForeignRtl rtl = read_rtl(args.rtl, args.top);
    sources.files = rtl.texts;
    sources.include_dirs = rtl.folders;
    sources.top = rtl.top;
  }
  return sources;
}

const char* result_name(analysis::ProofResult result) {
  switch (result) {
    case analysis::ProofResult::kProved:
      return "proved";
    case analysis::ProofResult::kRefuted:
      return "refuted";
    default:
      return "unknown";
  }
}

void print_rows(const base::Spec& spec, const std::vector<analysis::Proof>& proofs) {
  fmt::print("{}\n", spec.line());
  std::vector<std::vector<std::string>> rows = {{"property", "result", "engine", "seconds"}};
  for (const analysis::Proof& proof : proofs)
    rows.push_back({proof.property, result_name(proof.result), proof.engine,
                    fmt::format("{:.2f}", proof.seconds)});
  fmt::print("{}", format_table(rows));
  for (const analysis::Proof& proof : proofs)
    if (!proof.detail.empty()) fmt::print("{}: {}\n", proof.property, proof.detail);
}

}  // namespace

void prove(const ProveArgs& args) {
  if (!args.top.empty() && args.rtl.empty()) base::usage_error("prove", "--top needs --rtl FILE");
  const gen::Design design = gen::generate(base::Spec::parse(args.spec));
  analysis::ProveOptions options;
  options.engine = engine_choice(args.engine);
  options.timeout_seconds = args.timeout;
  const std::vector<analysis::Proof> proofs =
      analysis::prove(design.spec, sources_of(design, args), options);

  if (args.json) {
    for (const analysis::Proof& proof : proofs)
      fmt::print("{}", prove_json(design.spec, proof, result_name(proof.result)));
  } else {
    print_rows(design.spec, proofs);
  }
  const auto count = [&](analysis::ProofResult result) {
    return std::count_if(proofs.begin(), proofs.end(),
                         [&](const analysis::Proof& p) { return p.result == result; });
  };
  const auto refuted = count(analysis::ProofResult::kRefuted);
  const auto unknown = count(analysis::ProofResult::kUnknown);
  if (refuted + unknown > 0)
    base::check_error(design.spec.unit(),
                      fmt::format("not proved: {} refuted, {} unknown, of {} {}", refuted, unknown,
                                  proofs.size(), proofs.size() == 1 ? "property" : "properties"));
}

}  // namespace cli
