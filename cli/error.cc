// SPDX-License-Identifier: Apache-2.0
// fircone error: how wrong an approximate unit, or a foreign circuit, is.

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <optional>
#include <sstream>

#include "analysis/error/automaton.h"
#include "analysis/error/exhaustive.h"
#include "analysis/error/operands.h"
#include "analysis/error/report.h"
#include "analysis/error/sat_wce.h"
#include "analysis/error/statistics.h"
#include "analysis/gate_netlist.h"
#include "base/error.h"
#include "base/files.h"
#include "cli/commands.h"
#include "cli/error_ports.h"
#include "cli/error_print.h"
#include "cli/json.h"
#include "cli/progress.h"
#include "cli/sources.h"
#include "synth/library.h"

namespace cli {
namespace {

using analysis::Circuit;
using analysis::Reference;

constexpr const char* kSubject = "error figures";  // of complaints about options

constexpr int64_t kDefaultSamples = 1'000'000;
// Weighted pairs of values up to this many are all looked at.
constexpr uint64_t kMostWeightedPairs = uint64_t{1} << 22;

std::vector<std::string> all_figures() {
  std::vector<std::string> names;
  for (const auto& [name, figure] : analysis::figures_of({})) names.push_back(name);
  names.insert(names.end(), {"bit_error", "histogram"});
  return names;
}

std::vector<std::string> wanted_figures(const std::string& text) {
  const std::vector<std::string> all = all_figures();
  if (text.empty()) return all;
  std::vector<std::string> wanted;
  std::istringstream words(text);
  for (std::string word; std::getline(words, word, ',');) {
    if (std::find(all.begin(), all.end(), word) == all.end()) {
      const std::string near = base::nearest(word, all);
      base::usage_error(
          kSubject,
          fmt::format("unknown figure '{}'; {}", word,
                      near.empty() ? "there are " + fmt::format("{}", fmt::join(all, ", "))
                                   : "did you mean '" + near + "'?"));
    }
    wanted.push_back(word);
  }
  return wanted;
}

// What is judged: Verilog, and for adders of fircone their automaton.
struct Subject {
  base::Spec spec;  // empty unit: foreign
  std::string exact;
  analysis::GateRequest rtl;
  std::vector<std::string> ports;  // as --port
  Reference reference = Reference::kAdd;
  bool a_signed = false;
  bool b_signed = false;
  std::optional<analysis::GateRequest> exact_rtl;
};

Subject unit_subject(const ErrorArgs& args) {
  Subject subject;
  const gen::Design design = gen::generate(base::Spec::parse(args.spec));
  subject.spec = design.spec;
  const std::string& unit = design.spec.unit();
  const bool is_mul = unit == "mul";
  if (!is_mul && !unit.starts_with("add_"))
    base::usage_error(kSubject, fmt::format("'{}' has no error figures; adders (add_...) and mul "
                                            "have, and foreign circuits by --rtl",
                                            unit));
  subject.exact = is_mul ? "mul" : "add";
  subject.reference = is_mul ? Reference::kMultiply : Reference::kAdd;
  subject.b_signed = !design.spec.is("operands", "unsigned");
  subject.a_signed = subject.b_signed && !design.spec.is("operands", "mixed");
  subject.rtl.files = verilog_files(design);
  subject.rtl.top = design.top;
  for (const gen::Port& port : design.ports)
    if (!port.input) subject.ports = {"a=a_i", "b=b_i", "result=" + port.name};
  return subject;
}

analysis::GateRequest request_of(const ForeignRtl& rtl) {
  return {.files = rtl.texts, .include_dirs = rtl.folders, .top = rtl.top, .liberty = {}};
}

Subject foreign_subject(const ErrorArgs& args) {
  Subject subject;
  const bool known = args.exact == "add" || args.exact == "mul";
  if (args.exact.empty())
    base::usage_error(kSubject, "--rtl needs --exact add|mul|FILE: what the circuit ought to be");
  if (!known && !std::filesystem::exists(args.exact))
    base::usage_error(kSubject, fmt::format("--exact {} must be add, mul, or a Verilog file that "
                                            "exists",
                                            args.exact));
  if (known && !args.exact_top.empty())
    base::usage_error(kSubject, "--exact-top needs --exact FILE");
  subject.exact = args.exact;
  subject.reference = args.exact == "add"   ? Reference::kAdd
                      : args.exact == "mul" ? Reference::kMultiply
                                            : Reference::kCircuit;
  subject.a_signed = subject.b_signed = args.is_signed;
  subject.rtl = request_of(read_rtl(args.rtl, args.top));
  subject.ports = args.ports;
  if (!known) subject.exact_rtl = request_of(read_rtl({args.exact}, args.exact_top));
  if (!args.library.empty()) {
    subject.rtl.liberty = synth::Library::open(args.library)->liberty().path;
    if (subject.exact_rtl) subject.exact_rtl->liberty = subject.rtl.liberty;
  }
  return subject;
}

// The subject as gates.
struct Judged {
  Circuit circuit;
  analysis::CircuitPorts ports;
  std::vector<analysis::ProvePort> module_ports;
};

ErrorPorts ports_of(const analysis::GateRequest& request, const std::vector<std::string>& given,
                    bool is_signed, bool talk) {
  ErrorPorts ports = match_error_ports(
      std::make_shared<const analysis::GateNetlist>(analysis::elaborate_gates(request)), given,
      is_signed);
  if (talk)
    for (const std::string& guess : ports.guesses) fmt::print(stderr, "guess: {}\n", guess);
  return ports;
}

Judged judge(const Subject& subject) {
  Judged judged;
  const bool foreign = subject.spec.unit().empty();
  const bool is_signed = subject.a_signed || subject.b_signed;
  ErrorPorts ports = ports_of(subject.rtl, subject.ports, is_signed, foreign);
  for (const analysis::GatePort& port : ports.nets.netlist->ports)
    judged.module_ports.push_back({port.name, port.input, port.width()});
  judged.circuit = {.given = ports.nets,
                    .a_signed = subject.a_signed,
                    .b_signed = subject.b_signed,
                    .reference = subject.reference};
  judged.ports = ports.bits;
  Circuit& c = judged.circuit;
  if (subject.exact_rtl) {
    c.exact = ports_of(*subject.exact_rtl, {}, is_signed, true).nets;
    if (c.exact.a.size() != c.given.a.size() || c.exact.b.size() != c.given.b.size())
      base::usage_error(subject.rtl.top,
                        fmt::format("operands of {} and {} bits, but {} has {} and {}",
                                    c.given.a.size(), c.given.b.size(), subject.exact_rtl->top,
                                    c.exact.a.size(), c.exact.b.size()));
    if (c.exact.result.size() > 64)
      base::usage_error(subject.exact_rtl->top, "results have at most 64 bits in a reference file");
  }
  if (std::max(c.result_bits(), c.exact_bits()) > analysis::ErrorStatistics::kMostBits)
    base::usage_error(subject.rtl.top, fmt::format("results of {} bits; at most {} are supported",
                                                   std::max(c.result_bits(), c.exact_bits()),
                                                   analysis::ErrorStatistics::kMostBits));
  if (c.result_bits() < c.exact_bits())
    fmt::print(stderr, "note: the result has {} bits: the exact one, of {}, is taken modulo 2^{}\n",
               c.result_bits(), c.exact_bits(), c.result_bits());
  if (c.result_bits() > c.exact_bits() + 1 && subject.reference == Reference::kAdd && foreign)
    fmt::print(stderr, "note: the result has {} bits, a sum only {}\n", c.result_bits(),
               c.exact_bits());
  return judged;
}

// Chances of both operands from --bits, --bits-a and --bits-b.
analysis::BitChances chances_of(const ErrorArgs& args, int width_a, int width_b) {
  if (!args.bits.empty() && (!args.bits_a.empty() || !args.bits_b.empty()))
    base::usage_error(kSubject, "--bits stands for --bits-a and --bits-b: give one or the others");
  analysis::BitChances chances;
  const auto parse = [](const char* option, const std::string& text, int width) {
    return text.empty() ? std::vector<mpq_class>() : analysis::parse_chances(option, text, width);
  };
  const bool both = !args.bits.empty();
  chances.a = parse(both ? "--bits" : "--bits-a", both ? args.bits : args.bits_a, width_a);
  chances.b = parse(both ? "--bits" : "--bits-b", both ? args.bits : args.bits_b, width_b);
  return chances;
}

// Figures from gates: all pairs where they can be, else a sample.
class CircuitReport {
 public:
  CircuitReport(const ErrorArgs& args, const Judged& judged)
      : args_(args), circuit_(judged.circuit), progress_(judged.circuit.given.netlist->top) {
    request_.width_a = static_cast<int>(circuit_.given.a.size());
    request_.width_b = static_cast<int>(circuit_.given.b.size());
    request_.result_bits = circuit_.result_bits();
    request_.span = circuit_.span();
    request_.samples = args.samples > 0 ? args.samples : kDefaultSamples;
    request_.seed = args.seed;
    request_.chances = chances_of(args, request_.width_a, request_.width_b);
  }

  analysis::ErrorReport run() {
    if (!args_.operands.empty()) return from_file();
    const bool sample = args_.method == "monte_carlo" || args_.samples > 0;
    if (sample) return sampled();
    if (!request_.chances.uniform())
      base::usage_error(kSubject,
                        "bit chances on a circuit need --samples N: only the adders of "
                        "fircone have a recurrence for them");
    const int bits = circuit_.operand_bits();
    const std::string& top = circuit_.given.netlist->top;
    if (bits > analysis::kMostExhaustiveBits)
      base::usage_error(top,
                        fmt::format("{} operand bits are too many for all pairs (at most {}); give "
                                    "--samples N for a sample, --method sat for the worst case",
                                    bits, analysis::kMostExhaustiveBits));
    if (circuit_.result_bits() > analysis::ErrorStatistics::kFastBits)
      base::usage_error(top,
                        fmt::format("{} result bits are too many for all pairs (at most {}); "
                                    "give --samples N for a sample",
                                    circuit_.result_bits(), analysis::ErrorStatistics::kFastBits));
    return analysis::exhaustive_report(circuit_, show());
  }

 private:
  analysis::ErrorProgress show() {
    return [this](double done) { progress_.show(done); };
  }

  analysis::PairFunction function() {
    auto runner = std::make_shared<analysis::CircuitRunner>(circuit_);
    return [runner](std::span<const uint64_t> a, std::span<const uint64_t> b,
                    std::span<golden::Wide> z,
                    std::span<golden::Wide> y) { runner->pairs(a, b, z, y); };
  }

  analysis::ErrorReport sampled() { return analysis::sampled_report(function(), request_, show()); }

  analysis::ErrorReport from_file() {
    if (!request_.chances.uniform())
      base::usage_error(kSubject, "--operands and --bits exclude each other");
    const std::string name = args_.operands.string();
    const analysis::OperandFile file = analysis::parse_operands(
        base::read_file(args_.operands), name,
        {request_.width_a, request_.width_b, circuit_.a_signed, circuit_.b_signed});
    analysis::ErrorReport report;
    if (file.is_trace()) {
      report = analysis::traced_report(function(), request_, file.pairs);
      report.operands = "the pairs of " + args_.operands.filename().string();
      return report;
    }
    if (file.a.size() * file.b.size() <= kMostWeightedPairs && args_.samples == 0 &&
        args_.method != "monte_carlo") {
      report = analysis::independent_report(function(), request_, file.a, file.b, show());
    } else {
      request_.values_a = file.a;
      request_.values_b = file.b;
      report = sampled();
    }
    report.operands = "independent values of " + args_.operands.filename().string();
    return report;
  }

  const ErrorArgs& args_;
  const Circuit& circuit_;
  Progress progress_;
  analysis::SampleRequest request_;
};

void add_sat(const ErrorArgs& args, const Subject& subject, const Judged& judged,
             analysis::ErrorReport& report) {
  if (subject.reference == Reference::kCircuit)
    base::usage_error(kSubject, "--method sat compares with add or mul, not with a file");
  const analysis::Sources sources{.files = subject.rtl.files,
                                  .include_dirs = subject.rtl.include_dirs,
                                  .top = subject.rtl.top,
                                  .ports = judged.module_ports};
  if (!subject.rtl.liberty.empty())
    base::usage_error(kSubject, "--method sat and --library exclude each other");
  Progress progress(subject.rtl.top + ": SAT");
  // The number of queries is not known before: two searches over about this many bits.
  const double expected = 2.0 * (judged.circuit.result_bits() + 1);
  analysis::set_sat_wce(report, sources, judged.ports, judged.circuit, args.timeout,
                        [&](int queries) { progress.show(std::min(0.99, queries / expected)); });
}

void check_options(const ErrorArgs& args) {
  if (args.spec.empty() == args.rtl.empty())
    base::usage_error(kSubject, args.spec.empty()
                                    ? "what is to be judged? UNIT key=value ..., or --rtl FILE"
                                    : "give a unit or --rtl FILE, not both");
  const bool foreign = !args.top.empty() || !args.exact.empty() || !args.exact_top.empty() ||
                       args.is_signed || !args.ports.empty() || !args.library.empty();
  if (foreign && args.rtl.empty())
    base::usage_error(
        kSubject, "--top, --exact, --exact-top, --signed, --port and --library need --rtl FILE");
  const bool statistics =
      !args.operands.empty() || !args.bits.empty() || !args.bits_a.empty() || !args.bits_b.empty();
  if (args.method == "exhaustive" && (args.samples > 0 || statistics))
    base::usage_error(kSubject,
                      "--method exhaustive looks at all pairs: it goes with none of "
                      "--samples, --operands and --bits");
  if (args.method == "dp" && (args.samples > 0 || !args.operands.empty()))
    base::usage_error(kSubject, "--method dp goes with neither --samples nor --operands");
}

void write_histogram(const std::filesystem::path& path, const analysis::ErrorReport& report) {
  std::string text = "low,high,share\n";
  for (const analysis::ErrorBin& bin : report.histogram)
    text +=
        fmt::format("{},{},{:.17g}\n", bin.low.get_str(), bin.high.get_str(), bin.share.get_d());
  base::write_file(path, text);
}

// What the widths of EvoApproxLib's percentages are: those of the exact result, without the sign of
// an adder.
int evoapprox_bits(Reference reference, int exact_bits, bool is_signed) {
  return reference == Reference::kAdd && is_signed ? exact_bits - 1 : exact_bits;
}

}  // namespace

void error(const ErrorArgs& args) {
  const auto start = std::chrono::steady_clock::now();
  check_options(args);
  ErrorResult result;
  result.figures = wanted_figures(args.figures);
  const Subject subject = args.rtl.empty() ? unit_subject(args) : foreign_subject(args);
  result.spec = subject.spec;
  result.top = subject.rtl.top;
  result.exact = subject.exact;
  result.is_signed = subject.a_signed || subject.b_signed;
  result.evoapprox = args.evoapprox;
  const std::unique_ptr<analysis::Automaton> automaton =
      subject.spec.unit().empty() ? nullptr : analysis::adder_automaton(subject.spec);
  if (args.method == "dp" && !automaton)
    base::usage_error(kSubject, "--method dp is for the adders of fircone (add_...)");
  const bool by_dp = automaton && args.samples == 0 && args.operands.empty() &&
                     (args.method == "auto" || args.method == "dp" || args.method == "sat");
  std::optional<Judged> judged;
  if (!by_dp || args.method == "sat") {
    judged = judge(subject);
    result.by_yosys = true;
  }
  if (by_dp) {
    const int width = automaton->width();
    const bool all = args.evoapprox || !args.histogram.empty() || result.wants("mred") ||
                     result.wants("wcre") || result.wants("histogram");
    result.report = analysis::dp_report(analysis::digit_graph(*automaton, subject.b_signed),
                                        chances_of(args, width, width), all);
    result.output_bits = evoapprox_bits(subject.reference, width + 1, subject.b_signed);
  } else {
    if (args.method != "sat" || args.samples > 0)
      result.report = CircuitReport(args, *judged).run();
    result.output_bits =
        evoapprox_bits(subject.reference, judged->circuit.exact_bits(), result.is_signed);
  }
  if (args.method == "sat") add_sat(args, subject, *judged, result.report);
  const bool has_moments = !result.report.method.empty();
  if (!has_moments) result.report.method = "sat";
  if (!has_moments && (args.taps > 0 || !args.histogram.empty()))
    base::usage_error(kSubject,
                      "--method sat gives the worst case only; --taps and --histogram need "
                      "--samples N as well");
  if (result.report.method == "monte_carlo") result.seed = args.seed;
  if (args.taps > 0) result.taps = analysis::taps_report(result.report, args.taps);
  if (!args.histogram.empty()) write_histogram(args.histogram, result.report);
  result.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  if (args.json)
    fmt::print("{}", error_json(result));
  else
    print_error(result);
}

}  // namespace cli
