// SPDX-License-Identifier: Apache-2.0
// The one place where results become JSON.

#include "cli/json.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/process.h"
#include "base/version.h"

namespace cli {
namespace {

using Json = nlohmann::ordered_json;

Json header(const std::string& command) {
  return {{"schema", base::kSchema}, {"fircone", base::kVersion}, {"command", command}};
}

// Sizes as numbers, options as words.
Json spec_json(const base::Spec& spec) {
  Json json = Json::object();
  for (const auto& [key, value] : spec.items()) {
    const bool number = value.find_first_not_of("-0123456789") == std::string::npos;
    json[key] = number ? Json(spec.size(key)) : Json(value);
  }
  return json;
}

std::string print(const Json& json, Layout layout = Layout::kLine) {
  return json.dump(layout == Layout::kPretty ? 2 : -1) + "\n";
}

Json ports_json(const gen::Design& design) {
  Json ports = Json::array();
  for (const gen::Port& port : design.ports)
    ports.push_back({{"name", port.name},
                     {"direction", port.input ? "input" : "output"},
                     {"width", port.width_value},
                     {"width_expression", port.width},
                     {"signed", port.is_signed},
                     {"doc", port.doc}});
  return ports;
}

Json describe_design(const gen::Design& design) {
  Json parameters = Json::object();
  for (const gen::Parameter& p : design.parameters)
    parameters[p.name] = {{"value", p.value}, {"min", p.min}, {"max", p.max}, {"doc", p.doc}};
  Json derived = Json::object();
  for (const gen::DerivedSize& size : design.derived)
    derived[size.name] = {{"value", size.value}, {"expression", size.expression}};
  Json json = {{"module", design.top},
               {"doc", design.doc},
               {"formula", design.formula},
               {"parameters", parameters},
               {"derived", derived},
               {"ports", ports_json(design)},
               {"latency_cycles", design.latency_cycles},
               {"outputs_per_cycle", design.outputs_per_cycle},
               {"multiplications", design.operations.multiplications},
               {"pre_adders", design.operations.pre_adders},
               {"coefficient_adders", design.operations.coefficient_adders},
               {"branch_adders", design.operations.branch_adders},
               {"post_adders", design.operations.post_adders}};
  if (!design.coefficients.empty()) {
    Json sums = Json::array();
    for (const gen::CoefficientSum& sum : design.coefficients)
      sums.push_back({{"name", sum.name}, {"sum", sum.text()}});
    json["coefficient_sums"] = sums;
  }
  return json;
}

Json point(const std::string& command, const base::Spec& spec) {
  Json json = header(command);
  json["unit"] = spec.unit();
  json["spec"] = spec_json(spec);
  return json;
}

Json measurement_json(const Measurement& m) {
  const synth::Characterization& c = m.figures;
  Json json = {{"top", m.top},
               {"library", c.library},
               {"node", c.node},
               {"corner", c.corner},
               {"voltage_v", c.voltage},
               {"recipe", c.recipe},
               {"arithmetic", m.arithmetic()},
               {"inputs", c.driver.empty() ? "fixed slew" : c.driver},
               {"load_pf", c.load_pf},
               {"clock_ns", c.clock_ns},
               {"area_um2", c.area_um2},
               {"kge", c.kge},
               {"kge_registers", c.kge_registers},
               {"kge_logic", c.kge_logic},
               {"cells", c.cells},
               {"registers", c.registers},
               {"depth", c.depth},
               {"delay_ns", c.delay_ns},
               {"slack_ns", c.slack_ns},
               {"power_mw",
                {{"internal", c.power_internal},
                 {"switching", c.power_switching},
                 {"leakage", c.power_leakage},
                 {"total", c.power_total},
                 {"registers", c.power_registers},
                 {"logic", c.power_logic}}},
               {"activity",
                {{"source", c.activity_source},
                 {"cycles", c.activity_cycles},
                 {"annotated", c.activity_annotated}}},
               {"not_included", c.not_included},
               {"energy_pj_per_cycle", c.energy_pj_per_cycle}};
  if (m.outputs_per_cycle > 0) {
    json["energy_pj_per_output"] = m.busy ? Json(m.energy_pj_per_output()) : Json(nullptr);
    json["multiplications"] = m.multiplications;
    json["outputs_per_cycle"] = m.outputs_per_cycle;
    json["latency_cycles"] = m.latency_cycles;
  }
  json["verified"] = m.verified.empty() ? Json(false) : Json(m.verified);
  Json tools = Json::object();
  for (const auto& [name, version] : c.tools) tools[name] = version;
  json["tools"] = tools;
  return json;
}

}  // namespace

double Measurement::energy_pj_per_output() const {
  return figures.energy_pj_per_cycle / outputs_per_cycle;
}

std::string Measurement::arithmetic() const {
  if (!adder_cells.empty()) return "heap: full adders are " + adder_cells + " cells";
  if (spec.is("arith", "heap")) return "heap: full adders left to the synthesiser";
  if (spec.is("arith", "operators") || spec.is("network", "operators"))
    return "operators: * and + left to the synthesiser";
  return "as generated";
}

std::string list_json() {
  Json json = header("list");
  Json units = Json::array();
  for (const gen::Unit* unit : gen::units())
    units.push_back({{"name", unit->name}, {"doc", unit->doc}, {"source", unit->source}});
  json["units"] = units;
  return print(json);
}

std::string unit_json(const gen::Unit& unit, const gen::Design& design) {
  Json json = header("describe");
  json["unit"] = unit.name;
  json["source"] = unit.source;
  Json params = Json::array();
  for (const gen::Param& param : unit.params) {
    Json p = {{"name", param.name},
              {"kind", param.is_free(design.spec)              ? "free size"
                       : param.is_size()                       ? "fixed size"
                       : param.kind == gen::ParamKind::kSubset ? "subset"
                       : param.kind == gen::ParamKind::kWord   ? "word"
                                                               : "option"},
              {"default", param.default_value},
              {"doc", param.doc}};
    if (param.is_size()) {
      p["min"] = param.min;
      p["max"] = param.max;
      if (!param.free_if.key.empty()) p["free_if"] = param.free_if.text();
    } else {
      for (const gen::Value& value : param.values)
        p["values"].push_back({{"name", value.name}, {"doc", value.doc}});
    }
    if (!param.only_if.key.empty()) p["only_if"] = param.only_if.text();
    params.push_back(p);
  }
  json["params"] = params;
  json["design"] = describe_design(design);
  return print(json);
}

std::string design_json(const gen::Design& design, Layout layout) {
  Json json = point("generate", design.spec);
  json.update(describe_design(design));
  return print(json, layout);
}

std::string generate_json(const gen::Design& design, const std::vector<std::string>& files,
                          double seconds) {
  Json json = point("generate", design.spec);
  json["files"] = files;
  json.update(describe_design(design));
  json["seconds"] = seconds;
  return print(json);
}

std::string verify_json(const Verification& verification) {
  const tb::Verdict& verdict = verification.verdict;
  Json json = point("verify", verification.spec);
  json["passed"] = verdict.passed;
  json["vectors"] = verdict.vectors;
  json["cycles"] = verdict.cycles;
  json["seed"] = verdict.seed;
  json["seconds"] = verification.seconds;
  json["mismatch"] = verdict.mismatch.empty() ? Json(nullptr) : Json(verdict.mismatch);
  if (!verification.replay.empty()) json["replay"] = verification.replay;
  json["coverage"] = verdict.coverage;
  if (verdict.accepted_without_stall >= 0)
    json["accepted_without_stall"] = verdict.accepted_without_stall;
  json["tools"] = {{"verilator", base::tool_version("verilator")},
                   {"g++", base::tool_version("g++")}};
  return print(json);
}

std::string characterize_json(const Measurement& measurement) {
  Json json = measurement.spec.unit().empty() ? header("characterize")
                                              : point("characterize", measurement.spec);
  json.update(measurement_json(measurement));
  return print(json);
}

std::string fpga_json(const FpgaPoint& p) {
  Json json = p.spec.unit().empty() ? header("characterize") : point("characterize", p.spec);
  const synth::FpgaCounts& c = p.counts;
  json.update({{"top", p.top},
               {"fpga", c.target},
               {"dsp", c.dsp},
               {"lut", c.lut},
               {"carry", c.carry},
               {"mux", c.mux},
               {"ff", c.ff},
               {"cells", c.cells},
               {"multiplications", p.multiplications},
               {"outputs_per_cycle", p.outputs_per_cycle},
               {"tools", {{"yosys", base::tool_version("yosys", "-V")}}}});
  return print(json);
}

std::string prove_json(const base::Spec& spec, const analysis::Proof& proof,
                       const std::string& result) {
  Json json = point("prove", spec);
  json["property"] = proof.property;
  json["result"] = result;
  json["engine"] = proof.engine;
  json["seconds"] = proof.seconds;
  json["detail"] = proof.detail.empty() ? Json(nullptr) : Json(proof.detail);
  json["tools"] = {{"yosys", base::tool_version("yosys", "-V")}};
  if (proof.engine.find("z3") != std::string::npos)
    json["tools"]["z3"] = base::tool_version("z3", "--version");
  return print(json);
}

namespace {

// As an integer where it is one that fits.
Json integer_json(const mpz_class& value) {
  return value.fits_slong_p() ? Json(value.get_si()) : Json(value.get_d());
}

Json figure_json(const analysis::Figure& figure) {
  if (!figure.known()) return nullptr;
  if (figure.exact && figure.exact->get_den() == 1) return integer_json(figure.exact->get_num());
  return figure.value;
}

}  // namespace

bool ErrorResult::wants(const std::string& figure) const {
  return std::find(figures.begin(), figures.end(), figure) != figures.end();
}

std::string error_json(const ErrorResult& result) {
  const analysis::ErrorReport& report = result.report;
  Json json = result.spec.unit().empty() ? header("error") : point("error", result.spec);
  if (result.spec.unit().empty()) {
    json["top"] = result.top;
    json["exact"] = result.exact;
    json["signed"] = result.is_signed;
  }
  json["method"] = report.method;
  if (!report.operands.empty()) json["operands"] = report.operands;
  if (report.pairs != 0) json["pairs"] = integer_json(report.pairs);
  if (result.seed) json["seed"] = *result.seed;
  Json methods = Json::object(), fractions = Json::object(), intervals = Json::object();
  Json seen_only = Json::array();
  for (const auto& [name, figure] : analysis::figures_of(report)) {
    if (!result.wants(name)) continue;
    json[name] = figure_json(*figure);
    if (!figure->known()) continue;
    methods[name] = figure->method;
    if (figure->exact) fractions[name] = figure->exact->get_str();
    if (figure->interval) intervals[name] = {figure->interval->low, figure->interval->high};
    if (figure->seen_only) seen_only.push_back(name);
  }
  if (result.wants("bit_error")) {
    json["bit_error"] = Json::array();
    Json bounds = Json::array();
    for (const analysis::Figure& bit : report.bit_error) {
      json["bit_error"].push_back(bit.value);
      if (bit.interval) bounds.push_back({bit.interval->low, bit.interval->high});
    }
    if (!bounds.empty()) intervals["bit_error"] = bounds;
  }
  if (result.wants("histogram")) {
    json["histogram"] = Json::array();
    for (const analysis::ErrorBin& bin : report.histogram)
      json["histogram"].push_back({{"low", integer_json(bin.low)},
                                   {"high", integer_json(bin.high)},
                                   {"share", bin.share.get_d()}});
  }
  json["methods"] = methods;
  json["fractions"] = fractions;
  if (!intervals.empty()) json["intervals"] = intervals;
  if (!seen_only.empty()) json["seen_only"] = seen_only;
  if (report.er.known() && report.mred.known()) {
    Json evo = Json::object();
    for (const auto& [name, value] : analysis::evoapprox_figures(report, result.output_bits))
      evo[name] = value;
    json["evoapprox"] = evo;
  }
  if (result.taps) {
    const analysis::TapsReport& t = *result.taps;
    json["dot"] = {{"taps", t.taps},       {"assumption", "errors of the taps are independent"},
                   {"me", t.me},           {"variance", t.variance},
                   {"sigma", t.sigma},     {"mse", t.mse},
                   {"wce_min", t.wce_min}, {"wce_max", t.wce_max}};
  }
  json["seconds"] = result.seconds;
  if (result.by_yosys) json["tools"] = {{"yosys", base::tool_version("yosys", "-V")}};
  return print(json);
}

std::string lut_json(const LookUpTable& table) {
  Json json = point("lut", table.spec);
  json["file"] = table.file;
  json["format"] = table.dtype.empty() ? "readmemh" : "npy";
  json["shape"] = {table.rows, table.columns};
  json["result_bits"] = table.result_bits;
  json["signed"] = table.is_signed;
  if (!table.dtype.empty()) json["dtype"] = table.dtype;
  return print(json);
}

std::string preadd_json(const PreaddedCoefficients& result) {
  Json json = point("preadd", result.spec);
  json.update({{"port", "h_i"}, {"width", result.width}, {"sums", result.sums}});
  json["hex"] = result.hex;
  return print(json);
}

std::string algorithms_json(const std::vector<AlgorithmCost>& costs) {
  Json json = header("algorithms");
  json["algorithms"] = Json::array();
  const auto form = [](const AlgorithmCost::Form& f) {
    return Json{{"pre_adders", f.pre}, {"post_adders", f.post}, {"gain", f.gain}};
  };
  for (const AlgorithmCost& cost : costs)
    json["algorithms"].push_back({{"name", cost.name},
                                  {"outputs", cost.outputs},
                                  {"taps", cost.taps},
                                  {"multiplications", cost.products},
                                  {"direct", cost.outputs * cost.taps},
                                  {"T", form(cost.t)},
                                  {"D", form(cost.d)},
                                  {"coefficient_adders", cost.coefficient_adders},
                                  {"coefficient_gain", cost.coefficient_gain},
                                  {"largest_entry", cost.largest},
                                  {"divisor", cost.divisor}});
  return print(json);
}

std::string cache_json(const std::string& root, uint64_t entries, uint64_t bytes, uint64_t limit) {
  Json json = header("cache");
  json.update({{"root", root}, {"entries", entries}, {"bytes", bytes}, {"limit_bytes", limit}});
  return print(json);
}

std::string demo_json(const DemoReport& report) {
  Json json = header("demo");
  json["image"] = {{"file", report.image}, {"width", report.width}, {"height", report.height}};
  for (const DemoKernel& kernel : report.kernels)
    json["kernels"].push_back({{"name", kernel.name},
                               {"coefficients", kernel.coefficients},
                               {"shift", kernel.shift},
                               {"picture", kernel.picture}});
  json["mismatches"] = report.mismatches;
  for (const DemoForm& form : report.forms) {
    Json one = {{"engine", form.stream.line()},
                {"cycles", form.cycles},
                {"pixels", form.pixels},
                {"cycles_per_second", static_cast<double>(form.cycles) / form.seconds},
                {"pixels_per_second", static_cast<double>(form.pixels) / form.seconds},
                {"unit", form.unit.spec.line()}};
    one.update(measurement_json(form.unit));
    one["heap"] = measurement_json(form.heap);
    one["heap"]["unit"] = form.heap.spec.line();
    json["forms"].push_back(one);
  }
  return print(json, Layout::kPretty);
}

std::string accuracy_json(const AccuracyReport& report) {
  Json json = header("accuracy");
  json["network"] = report.network;
  json["pictures"] = report.pictures;
  json["bits"] = report.bits;
  json["drop"] = report.drop;
  json["negation"] = report.negation;
  if (!report.adder.empty()) json["adder"] = report.adder;
  json["count"] = report.count;
  json["right"] = report.right;
  json["accuracy"] = static_cast<double>(report.right) / static_cast<double>(report.count);
  json["changed"] = report.changed;
  for (const AccuracyLayer& layer : report.layers)
    json["layers"].push_back({{"mean", layer.mean},
                              {"sigma", layer.sigma},
                              {"predicted_mean", layer.uniform.mean},
                              {"predicted_sigma", layer.uniform.sigma},
                              {"by_bits_mean", layer.by_bits.mean},
                              {"by_bits_sigma", layer.by_bits.sigma}});
  return print(json);
}

std::string bw_demo_json(const BwDemoReport& report) {
  Json json = header("demo bw");
  json["network"] = {{"name", report.name},
                     {"weights", report.weights},
                     {"products_per_picture", report.products}};
  for (const BwDemoSet& set : report.golden) {
    Json one = {{"pictures", set.name}, {"count", set.pictures}, {"right", set.right}};
    if (set.real_accuracy > 0) one["accuracy_float"] = set.real_accuracy;
    one["accuracy"] = static_cast<double>(set.right) / static_cast<double>(set.pictures);
    json["golden"].push_back(one);
  }
  json["golden_pictures_per_second"] = report.pictures_per_second;
  const BwDemoEngine& engine = report.engine;
  json["engine"] = {{"spec", engine.spec.line()},
                    {"pictures", engine.pictures},
                    {"count", engine.inference.classes.size()},
                    {"right", engine.right},
                    {"as_golden", engine.as_golden},
                    {"seconds", engine.seconds}};
  for (const tb::BwLayerTotals& layer : engine.inference.layers)
    json["engine"]["layers"].push_back({{"results", layer.results},
                                        {"wrong", layer.wrong},
                                        {"cycles", layer.cycles},
                                        {"words", layer.counted.words},
                                        {"weight_bits", layer.counted.weight_bits},
                                        {"input_bits", layer.counted.input_bits},
                                        {"output_bits", layer.counted.output_bits},
                                        {"as_predicted", layer.counted == layer.predicted}});
  json["picture"] = report.picture;
  return print(json, Layout::kPretty);
}

}  // namespace cli
