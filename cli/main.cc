// SPDX-License-Identifier: Apache-2.0
// The program: verbs and their options.

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <charconv>
#include <cstdio>
#include <sstream>

#include "base/error.h"
#include "base/version.h"
#include "cli/commands.h"
#include "synth/fpga.h"
#include "synth/recipes.h"

namespace {

constexpr const char* kSpecHelp = "unit key=value ... (see 'fircone describe UNIT')";

// "area, balanced, speed, structure or stock"
std::string recipe_names() {
  std::string text;
  const auto recipes = synth::recipes();
  for (size_t i = 0; i < recipes.size(); ++i)
    text += fmt::format("{}{}",
                        i == 0                    ? ""
                        : i + 1 == recipes.size() ? " or "
                                                  : ", ",
                        recipes[i].name);
  return text;
}

// A whole number, strictly: no sign that is not one, no saturation.
CLI::Validator integer_in(int64_t least, int64_t most) {
  const auto check = [least, most](const std::string& text) -> std::string {
    int64_t value = 0;
    const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    const bool whole = error == std::errc() && stop == text.data() + text.size();
    if (whole && value >= least && value <= most) return "";
    return fmt::format("'{}' must be a whole number in {}..{}", text, least, most);
  };
  return CLI::Validator(check, "");
}

constexpr int64_t kMaxSeed = INT64_MAX;
constexpr int64_t kMaxVectors = 10'000'000;
constexpr int64_t kMaxLatency = 1000;
constexpr int64_t kMaxSamples = 10'000'000'000;
constexpr int64_t kMaxTaps = 1'000'000'000;

int fail(base::ExitCode code, const std::string& text) {
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);)
    fmt::print(stderr, "fircone: error: {}\n", line);
  return static_cast<int>(code);
}

void add_json(CLI::App* verb, bool& json) {
  verb->add_flag("--json", json, "for machines")->disable_flag_override();
}

void add_list(CLI::App& app) {
  auto args = std::make_shared<cli::ListArgs>();
  CLI::App* verb = app.add_subcommand("list", "units, one line each");
  add_json(verb, args->json);
  verb->callback([args] { cli::list(*args); });
}

void add_describe(CLI::App& app) {
  auto args = std::make_shared<cli::DescribeArgs>();
  CLI::App* verb = app.add_subcommand("describe", "parameters, options, limits, ports, formula");
  verb->add_option("unit", args->unit, "name of the unit")->required();
  add_json(verb, args->json);
  verb->callback([args] { cli::describe(*args); });
}

void add_generate(CLI::App& app) {
  auto args = std::make_shared<cli::GenerateArgs>();
  CLI::App* verb =
      app.add_subcommand("generate", "Verilog, port JSON, filelist, SDC, FuseSoC core");
  verb->add_option("spec", args->spec, kSpecHelp);
  verb->add_option("-o,--output", args->output, "folder for the files")->capture_default_str();
  verb->add_option("--prefix", args->prefix, "put in front of every module name");
  verb->add_option("--clock", args->clock, "period in the SDC file")->capture_default_str();
  verb->add_option(
      "--library", args->library,
      "bit heaps of this library's adder cells (a name, or the path of a Liberty file)");
  verb->add_option("--model", args->model, "cost model of scheme=auto, a file of 'fircone fit'");
  verb->add_flag("--testbench", args->testbench,
                 "with a self-checking Verilog bench and its vectors");
  verb->add_option("--seed", args->seed, "of the bench's vectors")
      ->capture_default_str()
      ->check(integer_in(0, kMaxSeed));
  verb->add_flag("--catalogue", args->catalogue, "every unit at its catalogue points");
  add_json(verb, args->json);
  verb->callback([args] { cli::generate(*args); });
}

void add_verify(CLI::App& app) {
  auto args = std::make_shared<cli::VerifyArgs>();
  CLI::App* verb = app.add_subcommand("verify", "simulate against the golden model");
  verb->add_option("spec", args->spec, kSpecHelp)->required();
  verb->add_option("--seed", args->seed, "of stimulus and gaps")
      ->capture_default_str()
      ->check(integer_in(0, kMaxSeed));
  verb->add_option("--vectors", args->vectors, "how many; 0: the bench's default")
      ->check(integer_in(0, kMaxVectors));
  verb->add_option("--only", args->only, "compare this vector alone (replay)")
      ->check(integer_in(0, kMaxVectors));
  verb->add_option("--trace", args->trace, "write an FST waveform");
  verb->add_option("--rtl", args->rtl,
                   "verify this Verilog file instead of a generated one (repeat for each file)")
      ->allow_extra_args(false)
      ->option_text("FILE");
  verb->add_option("--top", args->top, "their top module");
  verb->add_option("--port", args->ports, "expected=actual port name, e.g. x_i=A (repeat for each)")
      ->allow_extra_args(false)
      ->option_text("PORT=NAME");
  verb->add_option("--clock", args->clock, "their clock port");
  verb->add_option("--reset", args->reset, "their reset port and level, e.g. rst:low");
  verb->add_option("--latency", args->latency, "their latency in cycles")
      ->check(integer_in(0, kMaxLatency));
  add_json(verb, args->json);
  verb->callback([args] { cli::verify(*args); });
}

void add_characterize(CLI::App& app) {
  auto args = std::make_shared<cli::CharacterizeArgs>();
  CLI::App* verb =
      app.add_subcommand("characterize", "area, timing and power from a mapped netlist");
  verb->add_option("spec", args->spec, kSpecHelp);
  verb->add_option("--library", args->library, "name, or path of a Liberty file")
      ->capture_default_str();
  verb->add_option("--model", args->model, "cost model of scheme=auto, a file of 'fircone fit'");
  verb->add_option("--recipe", args->recipe, recipe_names())->capture_default_str();
  verb->add_option("--clock", args->clock, "period")->capture_default_str();
  verb->add_option("--driver", args->driver, "cell that drives each input, e.g. INVX4");
  verb->add_option("--load", args->load, "capacitance on each output, e.g. 20fF");
  verb->add_option("--adder-cells", args->adder_cells,
                   "the library's full adders in bit heaps: auto (speed tries both), yes, no")
      ->capture_default_str()
      ->check(CLI::IsMember({"auto", "yes", "no"}));
  verb->add_option("--fpga", args->fpga,
                   "count primitives of an FPGA instead: " +
                       fmt::format("{}", fmt::join(synth::fpga_targets(), ", ")))
      ->check(CLI::IsMember(synth::fpga_targets()));
  verb->add_option("--picture", args->picture, "PNG whose windows are the activity for power");
  verb->add_option("--rtl", args->rtl,
                   "characterize this Verilog file instead (repeat for each file)")
      ->allow_extra_args(false)
      ->option_text("FILE");
  verb->add_option("--top", args->top, "their top module");
  verb->add_option("--seed", args->seed, "of stimulus")
      ->capture_default_str()
      ->check(integer_in(0, kMaxSeed));
  add_json(verb, args->json);
  verb->callback([args] { cli::characterize(*args); });
}

constexpr double kMaxTimeout = 86400;

void add_prove(CLI::App& app) {
  auto args = std::make_shared<cli::ProveArgs>();
  CLI::App* verb = app.add_subcommand("prove", "that a unit computes its formula, for all inputs");
  verb->add_option("spec", args->spec, kSpecHelp)->required();
  verb->add_option("--engine", args->engine, "auto, sat, smt, exhaustive or rewriting")
      ->capture_default_str()
      ->check(CLI::IsMember({"auto", "sat", "smt", "exhaustive", "rewriting"}));
  verb->add_option("--timeout", args->timeout, "seconds for each property")
      ->capture_default_str()
      ->check(CLI::Range(0.001, kMaxTimeout));
  verb->add_option("--bound", args->bound,
                   "approximate adders: prove that |error| is at most this");
  verb->add_flag("--netlist", args->netlist, "prove the mapped netlist equal to the RTL")
      ->disable_flag_override();
  verb->add_option("--library", args->library, "of the netlist: name, or path of a Liberty file")
      ->capture_default_str();
  verb->add_option("--recipe", args->recipe, "of the netlist: " + recipe_names())
      ->capture_default_str();
  verb->add_option("--rtl", args->rtl,
                   "prove this Verilog file instead of a generated one (repeat for each file)")
      ->allow_extra_args(false)
      ->option_text("FILE");
  verb->add_option("--top", args->top, "their top module");
  verb->add_option("--port", args->ports,
                   "expected=actual port name, e.g. sum_o=S (repeat for each)")
      ->allow_extra_args(false)
      ->option_text("PORT=NAME");
  add_json(verb, args->json);
  verb->callback([args] { cli::prove(*args); });
}

void add_error(CLI::App& app) {
  auto args = std::make_shared<cli::ErrorArgs>();
  CLI::App* verb =
      app.add_subcommand("error", "error figures of an approximate adder or multiplier");
  verb->add_option("spec", args->spec, kSpecHelp);
  verb->add_option("--rtl", args->rtl,
                   "judge this Verilog file instead of a unit (repeat for each file)")
      ->allow_extra_args(false)
      ->option_text("FILE");
  verb->add_option("--top", args->top, "their top module");
  verb->add_option("--exact", args->exact, "what they ought to be: add, mul, or a Verilog file");
  verb->add_option("--exact-top", args->exact_top, "top module of that file");
  verb->add_flag("--signed", args->is_signed, "operands and result of --rtl are signed")
      ->disable_flag_override();
  verb->add_option("--port", args->ports,
                   "a=NAME, b=NAME or result=NAME of --rtl (repeat for each)")
      ->allow_extra_args(false)
      ->option_text("PORT=NAME");
  verb->add_option("--library", args->library,
                   "of cells in --rtl: a name, or the path of a Liberty file");
  verb->add_option("--method", args->method, "what gives the figures")
      ->check(CLI::IsMember({"auto", "dp", "exhaustive", "monte_carlo", "sat"}))
      ->capture_default_str();
  verb->add_option("--samples", args->samples, "random pairs, for monte_carlo")
      ->check(integer_in(1, kMaxSamples));
  verb->add_option("--seed", args->seed, "of the samples")
      ->capture_default_str()
      ->check(integer_in(0, kMaxSeed));
  verb->add_option("--bits", args->bits,
                   "chance of 1 of each operand bit, least significant first: 0.5,1/4,... or one");
  verb->add_option("--bits-a", args->bits_a, "the same for operand a alone");
  verb->add_option("--bits-b", args->bits_b, "the same for operand b alone");
  verb->add_option("--operands", args->operands,
                   "file of real operands: lines 'a,b' (a trace), or 'value', or below the heading "
                   "'value,count' a histogram");
  verb->add_option("--taps", args->taps, "also the error of a sum of this many results")
      ->check(integer_in(1, kMaxTaps));
  verb->add_option("--figures", args->figures, "only these: er,me,med,...");
  verb->add_option("--histogram", args->histogram, "write the histogram of the error as CSV");
  verb->add_flag("--evoapprox", args->evoapprox, "also under the names of EvoApproxLib")
      ->disable_flag_override();
  verb->add_option("--timeout", args->timeout, "seconds for each SAT query")
      ->check(CLI::Range(1.0, 86400.0))
      ->capture_default_str();
  add_json(verb, args->json);
  verb->callback([args] { cli::error(*args); });
}

void add_demo(CLI::App& app) {
  auto args = std::make_shared<cli::DemoArgs>();
  CLI::App* verb = app.add_subcommand("demo", "a picture through the convolution engine, checked");
  verb->add_option("-o,--output", args->output, "folder for the pictures")->capture_default_str();
  verb->add_option("--image", args->image,
                   "a PNG picture; default: the one that comes with fircone");
  verb->add_option("--data", args->data, "folder of the demo's own picture")->capture_default_str();
  verb->add_option("--library", args->library, "name, or path of a Liberty file")
      ->capture_default_str();
  verb->add_option("--clock", args->clock, "period for the power figures")->capture_default_str();
  verb->add_option("--scheme", args->schemes, "only this form of the unit (repeat for each)")
      ->allow_extra_args(false)
      ->check(CLI::IsMember(args->schemes));
  auto bw_args = std::make_shared<cli::BwDemoArgs>();
  CLI::App* bw = verb->add_subcommand("bw", "digits through a network with weights of one bit");
  bw->add_option("-o,--output", bw_args->output, "folder for report and picture")
      ->capture_default_str();
  bw->add_option("--network", bw_args->network, "the model file")->capture_default_str();
  bw->add_option("--mnist", bw_args->mnist,
                 "folder with MNIST's IDX files; default: $FIRCONE_MNIST, or without");
  bw->add_option("--digits", bw_args->digits, "folder of the drawn digits")->capture_default_str();
  bw->add_option("--pictures", bw_args->pictures, "how many go through the RTL")
      ->check(integer_in(1, 10'000))
      ->capture_default_str();
  bw->add_option("--engine", bw_args->engine, "spec line of the engine")->capture_default_str();
  bw->callback([bw_args] { cli::demo_bw(*bw_args); });
  verb->callback([args, bw] {
    if (!bw->parsed()) cli::demo(*args);
  });
}

void add_lut(CLI::App& app) {
  auto args = std::make_shared<cli::LutArgs>();
  CLI::App* verb = app.add_subcommand("lut", "table of an adder or multiplier: .npy or $readmemh");
  verb->add_option("spec", args->spec, kSpecHelp)->required();
  verb->add_option("-o,--output", args->output, "FILE.npy or FILE.hex")->required();
  add_json(verb, args->json);
  verb->callback([args] { cli::lut(*args); });
}

void add_preadd(CLI::App& app) {
  auto args = std::make_shared<cli::PreaddArgs>();
  CLI::App* verb =
      app.add_subcommand("preadd", "coefficients as the sums that preadd=offline takes");
  verb->add_option("spec", args->spec, "fcu or fir, key=value ..., then FILE (none or -: stdin)")
      ->required();
  verb->add_flag("--hex", args->hex, "one word a line for $readmemh")->disable_flag_override();
  add_json(verb, args->json);
  verb->callback([args] { cli::preadd(*args); });
}

void add_binarize(CLI::App& app) {
  auto args = std::make_shared<cli::BinarizeArgs>();
  CLI::App* verb =
      app.add_subcommand("binarize", "a trained network as sign bits, offsets and scales");
  verb->add_option("file", args->file, "real weights and batch normalisation (networks/README.md)")
      ->required();
  verb->add_option("-o,--output", args->output, "the model file")->required();
  verb->add_flag("--thresholds", args->thresholds, "where results have 1 to 4 bits")
      ->disable_flag_override();
  verb->callback([args] { cli::binarize(*args); });
}

void add_accuracy(CLI::App& app) {
  auto args = std::make_shared<cli::AccuracyArgs>();
  CLI::App* verb = app.add_subcommand(
      "accuracy", "a binary-weight network whose sums are approximate: classes and errors");
  verb->add_option("network", args->network, "the model file")->capture_default_str();
  verb->add_option("--mnist", args->mnist,
                   "folder with MNIST's IDX files; default: $FIRCONE_MNIST, or the drawn digits");
  verb->add_option("--digits", args->digits, "folder of the drawn digits")->capture_default_str();
  verb->add_option("--pictures", args->pictures, "only so many; 0: all")
      ->check(integer_in(0, 10'000'000))
      ->capture_default_str();
  verb->add_option("--bits", args->bits, "of activations, sums exact")
      ->check(integer_in(1, 8))
      ->capture_default_str();
  verb->add_option("--drop", args->drop, "low bits of samples that count as zero")
      ->check(integer_in(0, 7))
      ->capture_default_str();
  verb->add_option("--negation", args->negation,
                   "of samples: exact, complement (~x for -x) or half (that, and half of the "
                   "weights brought back)")
      ->check(CLI::IsMember({"exact", "complement", "half"}))
      ->capture_default_str();
  verb->add_option("--adder", args->adder,
                   "final adder of a sum's two rows: its spec line, Width is the accumulator's");
  verb->add_option("--lanes", args->lanes, "samples a beat, for --adder")
      ->check(integer_in(1, 256))
      ->capture_default_str();
  verb->add_option("--samples", args->samples,
                   "FILE.png: samples of the layer with the most products, for characterize "
                   "--picture");
  add_json(verb, args->json);
  verb->callback([args] { cli::accuracy(*args); });
}

void add_draw(CLI::App& app) {
  auto args = std::make_shared<cli::DrawArgs>();
  CLI::App* verb = app.add_subcommand("draw", "a filter's additions and products as a picture");
  verb->add_option("spec", args->spec, kSpecHelp)->required();
  verb->add_option("-o,--output", args->output, "FILE.svg, .png, .pdf or .dot")->required();
  verb->add_flag("--nested", args->nested, "two-dimensional filters: one graph for each dimension")
      ->disable_flag_override();
  verb->callback([args] { cli::draw(*args); });
}

void add_algorithms(CLI::App& app) {
  auto args = std::make_shared<cli::AlgorithmsArgs>();
  CLI::App* verb =
      app.add_subcommand("algorithms", "names of fast FIR algorithms and what each costs");
  verb->add_option("--taps", args->taps, "all names for so many taps (2..16)");
  verb->add_option("--parallel", args->parallel, "and so many outputs (default: as taps)");
  verb->add_flag("--markdown", args->markdown, "as a table of a document")->disable_flag_override();
  add_json(verb, args->json);
  verb->callback([args] { cli::algorithms(*args); });
}

void add_fit(CLI::App& app) {
  auto args = std::make_shared<cli::FitArgs>();
  CLI::App* verb = app.add_subcommand("fit", "the cost model of a library, for scheme=auto");
  verb->add_option("--library", args->library, "name, or path of a Liberty file")
      ->capture_default_str();
  verb->add_option("-o,--output", args->output, "file for the model; default: standard output");
  verb->callback([args] { cli::fit(*args); });
}

void add_cache(CLI::App& app) {
  auto args = std::make_shared<cli::CacheArgs>();
  CLI::App* verb = app.add_subcommand("cache", "compiled models and netlists that are kept");
  verb->add_option("action", args->action, "info: where it is and how full; clear: empties it")
      ->required()
      ->check(CLI::IsMember({"info", "clear"}));
  add_json(verb, args->json);
  verb->callback([args] { cli::cache(*args); });
}

// CLI11's message, with the nearest verb when the first word is none.
std::string usage_text(const CLI::App& app, const CLI::ParseError& error, int argc, char** argv) {
  std::vector<std::string> verbs;
  for (const CLI::App* verb : app.get_subcommands({})) verbs.push_back(verb->get_name());
  if (argc > 1 && argv[1][0] != '-' &&
      std::find(verbs.begin(), verbs.end(), argv[1]) == verbs.end()) {
    const std::string near = base::nearest(argv[1], verbs);
    return fmt::format("unknown command '{}'; {}", argv[1],
                       near.empty()
                           ? "it must be one of " + fmt::format("{}", fmt::join(verbs, ", "))
                           : "did you mean '" + near + "'?");
  }
  return fmt::format("usage: {}; see 'fircone --help'", error.what());
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("fircone: verified, synthesizable Verilog for fast convolution", "fircone");
  app.require_subcommand(1);
  app.set_version_flag("--version", std::string("fircone ") + base::kVersion);
  add_list(app);
  add_describe(app);
  add_generate(app);
  add_verify(app);
  add_characterize(app);
  add_prove(app);
  add_error(app);
  add_demo(app);
  add_lut(app);
  add_preadd(app);
  add_binarize(app);
  add_accuracy(app);
  add_draw(app);
  add_algorithms(app);
  add_fit(app);
  add_cache(app);
  try {
    app.parse(argc, argv);
  } catch (const CLI::Success& success) {  // --help, --version
    return app.exit(success);
  } catch (const CLI::ParseError& error) {
    return fail(base::ExitCode::kUsage, usage_text(app, error, argc, argv));
  } catch (const base::Error& error) {
    return fail(error.code(), error.what());
  } catch (const std::exception& error) {
    // What fmt throws when a long text meets a full disk names no file.
    return fail(base::ExitCode::kCheckFailed,
                std::ferror(stdout) != 0 ? "standard output: cannot write" : error.what());
  }
  if (std::fflush(stdout) != 0 || std::ferror(stdout) != 0)
    return fail(base::ExitCode::kCheckFailed, "standard output: cannot write");
  return 0;
}
