// SPDX-License-Identifier: Apache-2.0
// fircone draw: a filter's pre-additions, products and post-additions as a picture.

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/error.h"
#include "base/files.h"
#include "base/process.h"
#include "cli/commands.h"
#include "cli/flow_picture.h"
#include "cli/words.h"
#include "gen/generate.h"
#include "gen/units/signal_flow.h"

namespace cli {
namespace {

constexpr double kSecondsToDraw = 60;

// "svg", "png", "pdf" or "dot" from the file's name.
std::string format_of(const std::filesystem::path& file) {
  constexpr std::array<std::string_view, 4> kFormats = {".svg", ".png", ".pdf", ".dot"};
  const std::string suffix = file.extension().string();
  if (std::find(kFormats.begin(), kFormats.end(), suffix) == kFormats.end())
    base::usage_error("draw",
                      fmt::format("'{}' must end in .svg, .png, .pdf or .dot", file.string()));
  return suffix.substr(1);
}

std::string picture(const std::string& dot, const std::string& format) {
  if (format == "dot") return dot;
  const base::Output output = base::run(
      {.argv = {"dot", "-n2", "-T" + format}, .input = dot, .timeout_seconds = kSecondsToDraw});
  if (output.timed_out)
    base::check_error("dot", fmt::format("did not end within {:g} s", kSecondsToDraw));
  if (output.status != 0)
    base::check_error("dot", fmt::format("exit status {}: {}", output.status,
                                         output.err.substr(0, output.err.find('\n'))));
  return output.out;
}

}  // namespace

void draw(const DrawArgs& args) {
  const std::string format = format_of(args.output);
  const gen::Design design = gen::generate(base::Spec::parse(args.spec));
  const std::vector<gen::FlowGraph> graphs = gen::signal_flow(design.spec, args.nested);
  const std::string title =
      fmt::format("{}: {} for {}", fmt::join(args.spec, " "),
                  counted(design.operations.multiplications, "multiplication"),
                  counted(design.outputs_per_cycle, "output"));
  base::write_file(args.output, picture(flow_dot(title, graphs), format));
  fmt::print("{}\n", args.output.string());
}

}  // namespace cli
