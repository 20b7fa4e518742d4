// SPDX-License-Identifier: Apache-2.0
// fircone prove: what a unit computes, for all inputs.

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <optional>

#include "analysis/prove/network.h"
#include "analysis/prove/prove.h"
#include "base/error.h"
#include "base/files.h"
#include "cli/automatic.h"
#include "cli/commands.h"
#include "cli/foreign.h"
#include "cli/json.h"
#include "cli/sources.h"
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
    const std::array<std::string_view, 4> of_heaps = {spec.has("products") ? "products" : "form",
                                                      "tree", "compressors", "final_adder"};
    base::Spec plain(spec.unit());
    for (const auto& [name, value] : spec.items())
      if (std::find(of_heaps.begin(), of_heaps.end(), name) == of_heaps.end())
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

// Prints each proof when it is found: a large filter has hundreds, the first in no time.
class Report {
 public:
  Report(const base::Spec& spec, const std::vector<analysis::ProvePort>& ports, bool json)
      : spec_(spec), json_(json) {
    if (json) return;
    for (const analysis::Claim& claim : analysis::claims_of(spec, ports))
      width_ = std::max(width_, claim.text.size());
  }

  // Rows that are known to come.
  void expect(const std::vector<analysis::Proof>& proofs) {
    for (const analysis::Proof& proof : proofs) width_ = std::max(width_, proof.property.size());
  }

  void add(const analysis::Proof& proof) {
    ++count_;
    refuted_ += proof.result == analysis::ProofResult::kRefuted ? 1 : 0;
    unknown_ += proof.result == analysis::ProofResult::kUnknown ? 1 : 0;
    if (json_) {
      fmt::print("{}", prove_json(spec_, proof, result_name(proof.result)));
    } else {
      if (count_ == 1) {
        width_ = std::max(width_, proof.property.size());
        fmt::print("{}\n", spec_.line());
        fmt::print("{:<{}}  result   seconds  engine\n", "property", width_);
        fmt::print("{}\n", std::string(width_ + 33, '-'));
      }
      fmt::print("{:<{}}  {:<7}  {:>7.2f}  {}\n", proof.property, width_, result_name(proof.result),
                 proof.seconds, proof.engine);
      if (!proof.detail.empty()) details_ += fmt::format("{}: {}\n", proof.property, proof.detail);
    }
    std::fflush(stdout);
  }

  void note(const std::string& text) { details_ += text + "\n"; }

  void finish() const {
    if (!json_) fmt::print("{}", details_);
    if (refuted_ + unknown_ > 0)
      base::check_error(spec_.unit(),
                        fmt::format("not proved: {} refuted, {} unknown, of {} {}", refuted_,
                                    unknown_, count_, count_ == 1 ? "property" : "properties"));
  }

 private:
  const base::Spec& spec_;
  bool json_;
  size_t width_ = 0;
  size_t count_ = 0, refuted_ = 0, unknown_ = 0;
  std::string details_;
};

void report_proofs(const gen::Design& design, const ProveArgs& args,
                   const analysis::ProveOptions& options, Report& report) {
  const base::Spec& spec = design.spec;
  const analysis::Sources rtl = sources_of(design, args);
  if (args.netlist) {
    analysis::ProveOptions by_gates = options;
    by_gates.by_words = false;
    report.add(analysis::prove_same(
        rtl, netlist_of(rtl, args),
        fmt::format("netlist ({}, {}) == RTL", args.library, args.recipe), by_gates));
    return;
  }
  const std::vector<analysis::Proof> algebra =
      args.rtl.empty() ? algebra_of(spec) : std::vector<analysis::Proof>{};
  report.expect(algebra);
  for (const analysis::Proof& proof : algebra) report.add(proof);
  bool formula = false;
  analysis::prove(spec, rtl, options, [&](const analysis::Proof& proof) {
    formula = true;
    report.add(proof);
  });
  // What has no formula, or an approximate one, is held against its plainest form; `fir` and
  // `bw_array` keep samples or sums, so they are no functions of their inputs.
  const bool inexact = !formula || analysis::is_approximate_adder(spec);
  const auto plain = plain_form(spec);
  if (plain && inexact && !options.bound && spec.unit() != "fir" && spec.unit() != "bw_array") {
    const gen::Design other = gen::generate(*plain);
    report.add(analysis::prove_same(rtl, sources_of(other), "equals " + plain->line(), options));
  } else if (!formula && !algebra.empty()) {
    report.note(fmt::format(
        "proved are the algebra and the widths of every signal; that the Verilog connects them so, "
        "registers and delays included, is left to simulation: fircone verify {}",
        spec.line()));
  } else if (!formula) {
    report.add({.property = "its function",
                .engine = "none",
                .detail = fmt::format("not proved: no formula of {} with these keys is known here; "
                                      "'fircone verify' simulates it{}",
                                      spec.unit(),
                                      spec.unit() == "bw_array"
                                          ? "; its sums have one: output=raw pool=none, "
                                            "weights=stream or late"
                                          : "")});
  }
}

}  // namespace

void prove(const ProveArgs& args) {
  if (!(args.top.empty() && args.ports.empty()) && args.rtl.empty())
    base::usage_error("prove", "--top and --port need --rtl FILE");
  const gen::Design design = gen::generate(base::Spec::parse(args.spec));
  note_idle_autos(base::Spec::parse(args.spec), design.spec);
  analysis::ProveOptions options;
  options.engine = engine_choice(args.engine);
  options.timeout_seconds = args.timeout;
  if (!args.bound.empty()) options.bound = bound_of(args.bound);
  Report report(design.spec, sources_of(design).ports, args.json);
  report_proofs(design, args, options, report);
  report.finish();
}

}  // namespace cli
