// SPDX-License-Identifier: Apache-2.0
// fircone verify: a point of the generator, or RTL from elsewhere, against golden.

#include <fmt/format.h>

#include <chrono>

#include "base/error.h"
#include "base/files.h"
#include "cli/commands.h"
#include "cli/foreign.h"
#include "cli/json.h"
#include "sim/loader.h"
#include "tb/bench.h"

namespace cli {
namespace {

// Nothing that a user sees may depend on what registers hold before reset.
constexpr uint64_t kInitialStates = 3;

sim::ModelRequest request_for(const gen::Design& design, const VerifyArgs& args) {
  sim::ModelRequest request;
  request.top = design.top;
  request.trace = !args.trace.empty();
  request.description = design.spec.line();
  if (args.rtl.empty()) {
    for (const gen::SourceFile& file : design.files)
      request.sources.push_back({file.name, file.text});
    return request;
  }
  // Texts, not paths: an edited file is a new key, a missing one is our own message.
  for (const auto& path : args.rtl)
    request.sources.push_back({path.filename().string(), base::read_file(path)});
  request.top = args.top;
  if (request.top.empty()) {
    std::vector<std::string> texts;
    for (const sim::SourceText& source : request.sources) texts.push_back(source.text);
    request.top = guess_top(texts);
    fmt::print(stderr, "guess: the top module is {}\n", request.top);
  }
  return request;
}

std::string replay_command(const VerifyArgs& args, const tb::Verdict& verdict) {
  std::string text = fmt::format("fircone verify {}", fmt::join(args.spec, " "));
  for (const auto& path : args.rtl) text += " --rtl " + path.string();
  if (!args.top.empty()) text += " --top " + args.top;
  for (const std::string& port : args.ports) text += " --port " + port;
  if (!args.clock.empty()) text += " --clock " + args.clock;
  if (!args.reset.empty()) text += " --reset " + args.reset;
  if (args.latency >= 0) text += fmt::format(" --latency {}", args.latency);
  text += fmt::format(" --seed {}", args.seed);
  if (args.vectors > 0) text += fmt::format(" --vectors {}", args.vectors);
  if (verdict.failed_vector >= 0) text += fmt::format(" --only {}", verdict.failed_vector);
  return text + " --trace out.fst";
}

}  // namespace

void verify(const VerifyArgs& args) {
  const auto start = std::chrono::steady_clock::now();
  const gen::Design design = gen::generate(base::Spec::parse(args.spec));
  tb::Options options;
  options.seed = args.seed;
  options.vectors = args.vectors;
  options.only = args.only;
  options.trace_file = args.trace.string();
  options.latency = args.latency;
  Verification result;
  result.spec = design.spec;
  sim::ModelRequest request = request_for(design, args);
  for (uint64_t state = 1; state <= kInitialStates; ++state) {
    request.x_initial_seed = state;
    std::unique_ptr<sim::Model> model = sim::load_verilog(request);
    if (!args.rtl.empty()) {
      const ForeignPorts foreign =
          match_ports(design.ports, model->ports(), {args.ports, args.clock, args.reset});
      if (state == 1)
        for (const std::string& guess : foreign.guesses) fmt::print(stderr, "guess: {}\n", guess);
      options.gaps = foreign.has_enable;
      model = sim::rename_ports(std::move(model), foreign.map);
    }
    const tb::Verdict verdict = tb::run_bench(*model, design.spec, options);
    result.verdict.vectors += verdict.vectors;
    result.verdict.cycles += verdict.cycles;
    const int64_t vectors = result.verdict.vectors;
    const int64_t cycles = result.verdict.cycles;
    result.verdict = verdict;
    result.verdict.vectors = vectors;
    result.verdict.cycles = cycles;
    if (!verdict.passed) break;
  }
  if (!result.verdict.passed) result.replay = replay_command(args, result.verdict);
  result.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();

  if (args.json) {
    fmt::print("{}", verify_json(result));
  } else if (result.verdict.passed) {
    fmt::print("passed: {}: {} vectors, {} cycles, {} initial states, seed {} ({:.2f} s)\n",
               result.spec.line(), result.verdict.vectors, result.verdict.cycles, kInitialStates,
               args.seed, result.seconds);
    if (result.verdict.accepted_without_stall >= 0)
      fmt::print("back-to-back frames: {:.2f} % of beats accepted without a stall\n",
                 100 * result.verdict.accepted_without_stall);
  }
  if (result.verdict.passed) return;
  fmt::print(stderr, "mismatch: {}\nreplay: {}\n", result.verdict.mismatch, result.replay);
  throw base::Error(base::ExitCode::kCheckFailed, "");
}

}  // namespace cli
