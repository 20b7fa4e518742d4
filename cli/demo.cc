// SPDX-License-Identifier: Apache-2.0
// fircone demo: a picture through the simulated convolution engine, every pixel checked, and the
// direct unit measured beside the fast ones.

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

#include "base/error.h"
#include "base/files.h"
#include "cli/commands.h"
#include "cli/image.h"
#include "cli/measure.h"
#include "cli/sources.h"
#include "cli/table.h"
#include "cli/words.h"
#include "golden/conv2d.h"
#include "tb/activations.h"
#include "tb/conv2d_stream.h"

namespace cli {
namespace {

struct DemoFilter {
  const char* name;
  int shift;  // log2 of the sum of its coefficients
  golden::Kernel kernel() const { return tb::named_kernel(name); }
};

// Of the smallest heaps.
constexpr const char* kHeap = " arith=heap final_adder=ripple";

const std::vector<DemoFilter> kFilters = {{"blur", 4}, {"sharpen", 0}, {"edge", 0}};

// A picture smaller than one window of the unit cannot be its activity.
constexpr int kWindow = 5;

constexpr int kMaxSide = 8192;  // a picture and its filtered copies then fit in 4 GB

std::string engine_line(const std::string& scheme, const golden::Picture& picture) {
  return fmt::format("conv2d_stream scheme={} MaxWidth={} MaxHeight={}", scheme,
                     std::max(640, picture.width), std::max(480, picture.height));
}

std::unique_ptr<sim::Model> load_engine(const gen::Design& design) {
  sim::ModelRequest request = model_request(design);
  request.optimise = 2;
  return sim::load_verilog(request);
}

// Streams the picture once per kernel; returns the outputs in the kernels' order.
std::vector<golden::Picture> run_engine(const golden::Picture& picture, DemoForm& form) {
  const gen::Design design = gen::generate(form.stream);
  form.stream = design.spec;
  const std::unique_ptr<sim::Model> model = load_engine(design);
  tb::Options options;
  options.gaps = false;
  std::vector<golden::Picture> outputs;
  for (const DemoFilter& filter : kFilters) {
    const auto start = std::chrono::steady_clock::now();
    tb::StreamedPicture result =
        tb::stream_picture(*model, design.spec, {picture}, filter.kernel(), filter.shift, options);
    const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
    form.seconds += seconds.count();
    form.cycles += result.cycles;
    form.pixels += static_cast<int64_t>(picture.samples.size());
    outputs.push_back(std::move(result.channels.front()));
  }
  return outputs;
}

// The strips below the pictures of the contact sheet: the original, then the filters' results.
std::vector<CaptionedPicture> read_captions(const std::filesystem::path& data) {
  std::vector<CaptionedPicture> sheet = {{read_png(data / "caption-original.png", 640, 64), {}}};
  for (const DemoFilter& filter : kFilters)
    sheet.push_back({read_png(data / fmt::format("caption-{}.png", filter.name), 640, 64), {}});
  return sheet;
}

void require_writable(const std::filesystem::path& folder) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error) base::check_error(folder.string(), "cannot write: " + error.message());
  const base::TemporaryDirectory probe(folder);
}

int64_t count_differences(const golden::Picture& a, const golden::Picture& b) {
  if (a.width != b.width || a.height != b.height)
    return static_cast<int64_t>(std::max(a.samples.size(), b.samples.size()));
  int64_t count = 0;
  for (size_t i = 0; i < a.samples.size(); ++i) count += a.samples[i] != b.samples[i] ? 1 : 0;
  return count;
}

void print_table(const DemoReport& report) {
  std::vector<std::vector<std::string>> rows = {{"form", "outputs", "mult/output", "kGE",
                                                 "kGE/output", "ns", "pJ/output", "Mcycles/s",
                                                 "Mpixels/s"}};
  const auto row = [](const Measurement& m, const std::string& cycles, const std::string& pixels) {
    const synth::Characterization& c = m.figures;
    return std::vector<std::string>{
        m.spec.get("scheme") + (m.spec.is("arith", "heap") ? ", heap" : ""),
        fmt::to_string(m.outputs_per_cycle),
        fmt::format("{:.2f}", double(m.multiplications) / m.outputs_per_cycle),
        fmt::format("{:.2f}", c.kge),
        fmt::format("{:.2f}", c.kge / m.outputs_per_cycle),
        fmt::format("{:.2f}", c.delay_ns),
        fmt::format("{:.2f}", m.energy_pj_per_output()),
        cycles,
        pixels};
  };
  for (const DemoForm& form : report.forms) {
    const double per_second = 1e-6 / form.seconds;
    rows.push_back(row(form.unit, fmt::format("{:.2f}", double(form.cycles) * per_second),
                       fmt::format("{:.2f}", double(form.pixels) * per_second)));
    rows.push_back(row(form.heap, "", ""));
  }
  const synth::Characterization& c = report.forms.front().unit.figures;
  fmt::print("\n{}", format_table(rows));
  fmt::print(
      "\nkGE, ns, pJ: the 3x3 convolution unit (fcu), mapped to {} ({}, {:.1f} V), recipe {},\n"
      "clock {:g} ns, activity: {}. Netlists checked against golden by simulation.\n"
      "Not included:\n  {}.\n"
      "The rows `heap` are merged bit heaps of full adders ({}), the others plain * and +.\n"
      "Mcycles/s, Mpixels/s: the simulated engine (conv2d_stream) with its bench.\n",
      c.library, c.node, c.voltage, c.recipe, c.clock_ns, c.activity_source,
      fmt::join(c.not_included, ";\n  "), kHeap + 1);
}

}  // namespace

void demo(const DemoArgs& args) {
  const std::filesystem::path image = args.image.empty() ? args.data / "picture.png" : args.image;
  const golden::Picture picture = read_png(image, kMaxSide, kMaxSide);
  const double clock_ns = parse_clock(args.clock);
  // Whatever can be wrong is found before the work begins.
  std::vector<CaptionedPicture> sheet = read_captions(args.data);
  sheet.front().picture = picture;
  require_writable(args.output);
  DemoReport report;
  report.image = image.string();
  report.width = picture.width;
  report.height = picture.height;

  std::vector<golden::Picture> expected;
  for (const DemoFilter& filter : kFilters) {
    expected.push_back(golden::convolve_frame(picture, filter.kernel(), filter.shift, 8, false));
    report.kernels.push_back({filter.name, filter.kernel().coefficients, filter.shift,
                              std::string(filter.name) + ".png"});
  }

  std::vector<golden::Picture> outputs;
  for (const std::string& scheme : args.schemes) {
    DemoForm form;
    form.stream = base::Spec::parse_line(engine_line(scheme, picture));
    fmt::print(stderr, "simulating {}\n", form.stream.line());
    outputs = run_engine(picture, form);
    for (size_t i = 0; i < kFilters.size(); ++i) {
      const int64_t differences = count_differences(outputs[i], expected[i]);
      fmt::print("{:6} {:8} {} pixels, {}\n", scheme, kFilters[i].name, picture.samples.size(),
                 differences == 0 ? "all equal golden" : fmt::format("{} DIFFER", differences));
      report.mismatches += differences;
    }
    fmt::print(stderr, "mapping and measuring fcu scheme={}\n", scheme);
    MeasureOptions options;
    options.library = args.library;
    options.clock_ns = clock_ns;
    if (picture.width >= kWindow && picture.height >= kWindow) {
      options.picture = &picture;
      options.activity = "windows of " + image.filename().string();
    }
    form.unit = measure(base::Spec::parse_line(fmt::format("fcu scheme={}", scheme)), options);
    fmt::print(stderr, "mapping and measuring fcu scheme={}{}\n", scheme, kHeap);
    form.heap =
        measure(base::Spec::parse_line(fmt::format("fcu scheme={}{}", scheme, kHeap)), options);
    report.forms.push_back(std::move(form));
  }

  std::vector<base::NamedText> files;
  for (size_t i = 0; i < kFilters.size(); ++i) {
    files.push_back({report.kernels[i].picture, encode_png(outputs[i])});
    sheet[i + 1].picture = std::move(outputs[i]);
  }
  files.push_back({"contact_sheet.png", encode_png(contact_sheet(sheet, 2))});
  files.push_back({"report.json", demo_json(report)});
  base::write_files(args.output, files);
  print_table(report);
  fmt::print("\npictures and figures: {}\n", args.output.string());
  if (report.mismatches > 0)
    base::check_error("demo", fmt::format("{} pixels differ from golden", report.mismatches));
}

}  // namespace cli
