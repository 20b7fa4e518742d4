// SPDX-License-Identifier: Apache-2.0
// fircone prove: what a unit computes, for all inputs.

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <optional>

#include "analysis/prove/network.h"
#include "analysis/prove/prove.h"
#include "base/error.h"
#include "base/files.h"
#include "cli/commands.h"
#include "cli/foreign.h"
#include "cli/json.h"
#include "cli/sources.h"
#include "cli/table.h"
#include "gen/units/filter_proof.h"
#include "synth/map.h"

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

mpz_class bound_of(const std::string& text) {
  constexpr size_t kMostDigits = 30;
  if (text.empty() || text.size() > kMostDigits ||
      text.find_first_not_of("0123456789") != std::string::npos)
    base::usage_error("prove", fmt::format("--bound {} must be a whole number, 0 or more", text));
  return mpz_class(text);
}

analysis::Sources sources_of(const gen::Design& design) {
  analysis::Sources sources;
  sources.files = verilog_files(design);
  sources.top = design.top;
  for (const gen::Port& port : design.ports)
    sources.ports.push_back({port.name, port.input, port.width_value});
  return sources;
}

// A module with the unit's ports around Verilog that has others.
void rename_ports(analysis::Sources& sources, const std::vector<analysis::ProvePort>& actual,
                  const ForeignPorts& foreign) {
  const auto contains = [](const std::vector<std::string>& names, const std::string& name) {
    return std::find(names.begin(), names.end(), name) != names.end();
  };
  std::string ports, pins;
  std::erase_if(sources.ports, [&](const analysis::ProvePort& port) {
    std::string other = port.name;
    for (const auto& [wanted, name] : foreign.map.names)
      if (wanted == port.name) other = name;
    const auto found = std::find_if(actual.begin(), actual.end(),
                                    [&](const analysis::ProvePort& p) { return p.name == other; });
    if (found == actual.end()) return true;
    if (found->width != port.width)
      base::usage_error(sources.top, fmt::format("port {} must have {} bits", other, port.width));
    ports += fmt::format("{}{} [{}:0] {}", ports.empty() ? "" : ", ",
                         port.input ? "input" : "output", port.width - 1, port.name);
    pins += fmt::format("{}.{}({}{})", pins.empty() ? "" : ", ", other,
                        contains(foreign.map.inverted, other) ? "~" : "", port.name);
    return false;
  });
  for (const analysis::ProvePort& port : actual)
    for (const auto& [name, value] : foreign.map.tied)
      if (name == port.name) pins += fmt::format(", .{}({}'d{})", name, port.width, value);
  constexpr const char* kTop = "fircone_renamed";
  sources.files.push_back({"renamed.v", fmt::format("module {}({});\n  {} u_top({});\nendmodule\n",
                                                    kTop, ports, sources.top, pins)});
  sources.top = kTop;
}

analysis::Sources sources_of(const gen::Design& design, const ProveArgs& args) {
  analysis::Sources sources = sources_of(design);
  if (args.rtl.empty()) return sources;
  const ForeignRtl rtl = read_rtl(args.rtl, args.top);
  sources.files = rtl.texts;
  sources.include_dirs = rtl.folders;
  sources.top = rtl.top;
  const std::vector<analysis::ProvePort> actual = analysis::declared_ports(sources, args.timeout);
  if (actual.empty()) return sources;  // the proof says why
  std::vector<sim::ModelPort> ports;
  for (const analysis::ProvePort& port : actual)
    ports.push_back({port.name, port.input, port.width, nullptr});
  const ForeignPorts foreign = match_ports(design.ports, ports, {args.ports, {}, {}, "prove"});
  for (const std::string& guess : foreign.guesses) fmt::print(stderr, "guess: {}\n", guess);
  if (!foreign.guesses.empty() || !foreign.map.names.empty())
    rename_ports(sources, actual, foreign);
  return sources;
}

// The netlist that `characterize` measures, with the functions of its cells.
analysis::Sources netlist_of(const analysis::Sources& rtl, const ProveArgs& args) {
  synth::MapRequest request;
  request.files = rtl.files;
  request.include_dirs = rtl.include_dirs;
  request.top = rtl.top;
  request.library = synth::Library::open(args.library);
  request.recipe = args.recipe;
  const synth::Mapped mapped = synth::map(request);
  analysis::Sources netlist;
  netlist.files = {{"netlist.v", base::read_file(mapped.verilog)}};
  netlist.top = mapped.top;
  netlist.ports = rtl.ports;
  netlist.liberty = base::read_file(request.library->liberty().path);
  return netlist;
}

// The form of the unit that leaves its arithmetic to operators, if this is another one.
std::optional<base::Spec> plain_form(const base::Spec& spec) {
  for (const char* key : {"network", "arith"}) {
    if (!spec.has(key) || spec.is(key, "operators")) continue;
    if (std::string_view(key) == "network" && !analysis::is_approximate_adder(spec)) continue;
    if (spec.has("approx") && !spec.is("approx", "none")) continue;  // a heap only
    // Without the keys that only a heap has.
    const std::array<std::string_view, 4> kOfHeaps = {spec.has("products") ? "products" : "form",
                                                      "tree", "compressors", "final_adder"};
    base::Spec plain(spec.unit());
    for (const auto& [name, value] : spec.items())
      if (std::find(kOfHeaps.begin(), kOfHeaps.end(), name) == kOfHeaps.end())
        plain.set(name, name == key ? "operators" : value);
    return plain;
  }
  return std::nullopt;
}

// Of a generated filter: why its algorithm is right at every width.
std::vector<analysis::Proof> algebra_of(const base::Spec& spec) {
  std::vector<analysis::Proof> proofs;
  const auto start = std::chrono::steady_clock::now();
  for (const gen::FilterProof& step : gen::prove_filter(spec))
    proofs.push_back(
        {.property = step.property,
         .result = step.holds ? analysis::ProofResult::kProved : analysis::ProofResult::kRefuted,
         .engine = step.method,
         .detail = step.detail});
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
  if (!proofs.empty()) proofs.back().seconds = seconds.count();
  return proofs;
}

std::vector<analysis::Proof> all_proofs(const gen::Design& design, const ProveArgs& args,
                                        const analysis::ProveOptions& options) {
  const analysis::Sources rtl = sources_of(design, args);
  if (args.netlist)
    return {analysis::prove_same(rtl, netlist_of(rtl, args),
                                 fmt::format("netlist ({}, {}) == RTL", args.library, args.recipe),
                                 options)};
  std::vector<analysis::Proof> proofs = analysis::prove(design.spec, rtl, options);
  // What has no formula, or an approximate one, is held against its plainest form.
  const bool inexact = proofs.empty() || analysis::is_approximate_adder(design.spec);
  if (const auto plain = plain_form(design.spec); plain && inexact && !options.bound) {
    const gen::Design other = gen::generate(*plain);
    proofs.push_back(
        analysis::prove_same(rtl, sources_of(other), "equals " + plain->line(), options));
  }
  if (proofs.empty())
    proofs.push_back({.property = "its function",
                      .engine = "none",
                      .detail = fmt::format("not proved: no formula of {} with these keys is known "
                                            "here; 'fircone verify' simulates it",
                                            design.spec.unit())});
  if (args.rtl.empty()) {
    std::vector<analysis::Proof> algebra = algebra_of(design.spec);
    proofs.insert(proofs.begin(), algebra.begin(), algebra.end());
  }
  return proofs;
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
  if (!(args.top.empty() && args.ports.empty()) && args.rtl.empty())
    base::usage_error("prove", "--top and --port need --rtl FILE");
  const gen::Design design = gen::generate(base::Spec::parse(args.spec));
  analysis::ProveOptions options;
  options.engine = engine_choice(args.engine);
  options.timeout_seconds = args.timeout;
  if (!args.bound.empty()) options.bound = bound_of(args.bound);
  const std::vector<analysis::Proof> proofs = all_proofs(design, args, options);

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
