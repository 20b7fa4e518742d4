// SPDX-License-Identifier: Apache-2.0
// fircone verify: a point of the generator, or RTL from elsewhere, against golden.

#include <fmt/format.h>

#include <chrono>

#include "base/error.h"
#include "cli/automatic.h"
#include "cli/commands.h"
#include "cli/foreign.h"
#include "cli/json.h"
#include "cli/sources.h"
#include "cli/words.h"
#include "tb/bench.h"

namespace cli {
namespace {

// Nothing that a user sees may depend on what registers hold before reset.
constexpr uint64_t kInitialStates = 3;

sim::ModelRequest request_for(const gen::Design& design, const VerifyArgs& args) {
  sim::ModelRequest request = model_request(design);
  if (!args.rtl.empty()) {
    const ForeignRtl rtl = read_rtl(args.rtl, args.top);
    request.sources.clear();
    request.files = rtl.files;  // as files, so that what they include is found beside them
    request.top = rtl.top;
  }
  request.trace = !args.trace.empty();
  return request;
}

void require_rtl(const VerifyArgs& args) {
  const bool foreign = !args.top.empty() || !args.ports.empty() || !args.clock.empty() ||
                       !args.reset.empty() || args.latency >= 0;
  if (foreign && args.rtl.empty())
    base::usage_error("verify", "--top, --port, --clock, --reset and --latency need --rtl FILE");
}

std::string replay_command(const VerifyArgs& args, const tb::Verdict& verdict) {
  Words words = {"fircone", "verify"};
  words.insert(words.end(), args.spec.begin(), args.spec.end());
  const auto add = [&words](const char* option, const std::string& value) {
    if (!value.empty()) words.insert(words.end(), {option, value});
  };
  for (const auto& path : args.rtl) add("--rtl", path.string());
  add("--top", args.top);
  for (const std::string& port : args.ports) add("--port", port);
  add("--clock", args.clock);
  add("--reset", args.reset);
  if (args.latency >= 0) add("--latency", std::to_string(args.latency));
  add("--seed", std::to_string(args.seed));
  if (args.vectors > 0) add("--vectors", std::to_string(args.vectors));
  if (verdict.failed_vector >= 0) add("--only", std::to_string(verdict.failed_vector));
  add("--trace", "out.fst");
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : " ") + shell_quoted(word);
  return text;
}

}  // namespace

void verify(const VerifyArgs& args) {
  const auto start = std::chrono::steady_clock::now();
  require_rtl(args);
  const gen::Design design = gen::generate(base::Spec::parse(args.spec));
  note_idle_autos(base::Spec::parse(args.spec), design.spec);
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
