// SPDX-License-Identifier: Apache-2.0
// Bench of the streaming convolution engine: registers, frames, errors, throughput.

#include "tb/conv2d_stream.h"

#include <fmt/format.h>

#include <algorithm>
#include <deque>
#include <map>
#include <optional>

#include "sim/axi_lite.h"
#include "sim/axi_stream.h"
#include "sim/failure.h"
#include "sim/scheduler.h"
#include "sim/triggers.h"
#include "tb/activations.h"
#include "tb/conv2d_frames.h"
#include "tb/model_ports.h"

namespace tb {
namespace {

namespace regs = conv2d_regs;
using sim::AxiResponse;
using sim::Beat;
using sim::Pacing;
using sim::Task;

constexpr uint64_t kPlanStream = 0x706c, kPaddingStream = 0x7061;
constexpr int kSliceBeats = 2;  // beats the input slice takes before anything is configured
constexpr int64_t kDefaultFrames = 90;
constexpr int kFullSpeedWidth = 640, kFullSpeedHeight = 480;
constexpr size_t kBeatsBeforeCommit = 6;
constexpr int64_t kQuietCycles = 24;  // pipeline and slices run empty in fewer

// Frames that are sent back to back under one configuration.
struct Group {
  enum class Commit { kNone, kIdle, kInFrame };  // when the configuration is written
  Conv2dConfig config;
  Commit commit = Commit::kIdle;
  std::vector<Beat> beats;
  std::vector<ExpectedBeat> expected;
  size_t last_start = 0;  // where its last frame begins
  unsigned errors = 0;    // status bits that it leaves
  bool broken = false;    // holds planted framing errors
};

// Everything that the processes of one run share.
struct Bench {
  const Conv2dSizes& sizes;
  const Options& options;
  Verdict& verdict;
  sim::Scheduler scheduler;
  sim::Signal clock, reset;
  sim::StreamSignals input, output;
  sim::AxiLiteSignals axil;

  std::deque<ExpectedBeat> expected;
  std::map<int64_t, std::string> frame_text;  // first frame of a group, its registers
  int64_t last_frame = -1;
  sim::Event drained;

  Bench(sim::Model& model, const Conv2dSizes& the_sizes, const Options& the_options,
        Verdict& the_verdict, const sim::SchedulerOptions& scheduling)
      : sizes(the_sizes),
        options(the_options),
        verdict(the_verdict),
        scheduler(model, scheduling),
        clock(scheduler.add_clock("clk_i")),
        reset(scheduler.signal("rst_ni")),
        input(sim::StreamSignals::bind(scheduler, clock, "s_axis_", "rst_ni")),
        output(sim::StreamSignals::bind(scheduler, clock, "m_axis_", "rst_ni")),
        axil(sim::AxiLiteSignals::bind(scheduler, clock, "s_axil_")) {}

  void count(const std::string& name, int64_t n = 1) { verdict.coverage[name] += n; }

  // Compares a beat that came out.
  void check(const Beat& actual) {
    if (expected.empty()) {
      throw sim::Mismatch(
          fmt::format("vector {}: m_axis_tvalid_o=0x1, expected 0x0: a beat "
                      "behind the last one",
                      last_frame));
    }
    ExpectedBeat want = std::move(expected.front());
    expected.pop_front();
    if (want.frame != last_frame) {
      last_frame = want.frame;
      if (options.only < 0 || want.frame == options.only) ++verdict.vectors;
    }
    if (options.tamper) {
      golden::Wide lane = want.beat.field(0, sizes.lane_bits());
      options.tamper(want.frame, static_cast<int>(want.position), lane);
      want.beat.set_field(0, sizes.lane_bits(), static_cast<uint64_t>(lane));
    }
    if ((options.only < 0 || want.frame == options.only) && !(actual == want.beat)) {
      fail(actual, want);
    }
    if (expected.empty()) drained.set();
  }

  [[noreturn]] void fail(const Beat& actual, const ExpectedBeat& want) {
    const auto text = frame_text.upper_bound(want.frame);
    const int bits = Conv2dSizes::kLanes * sizes.lane_bits();
    std::string port = "m_axis_tdata_o", got, wanted;
    if (actual.user != want.beat.user) {
      port = "m_axis_tuser_o", got = sim::hex(actual.user, 1), wanted = sim::hex(want.beat.user, 1);
    } else if (actual.last != want.beat.last) {
      port = "m_axis_tlast_o", got = sim::hex(actual.last, 1), wanted = sim::hex(want.beat.last, 1);
    } else if (actual.keep != want.beat.keep) {
      const int width = Conv2dSizes::kLanes * sizes.lane_bytes;
      port = "m_axis_tkeep_o", got = sim::hex(actual.keep, width);
      wanted = sim::hex(want.beat.keep, width);
    } else {
      got = "0x", wanted = "0x";
      for (int lsb = bits - 8; lsb >= 0; lsb -= 8) {
        got += fmt::format("{:02x}", actual.field(lsb, 8));
        wanted += fmt::format("{:02x}", want.beat.field(lsb, 8));
      }
    }
    verdict.failed_vector = want.frame;
    throw sim::Mismatch(fmt::format("vector {}: {} line {} beat {}: {}={}, expected {}", want.frame,
                                    text == frame_text.begin() ? "" : std::prev(text)->second,
                                    want.line, want.position, port, got, wanted));
  }
};

[[noreturn]] void register_mismatch(const std::string& what, uint64_t got, uint64_t wanted) {
  throw sim::Mismatch(
      fmt::format("register {}: {}, expected {}", what, sim::hex(got, 32), sim::hex(wanted, 32)));
}

Task<> expect_register(sim::AxiLiteMaster& bus, uint64_t address, uint64_t wanted,
                       std::string name) {
  const uint64_t got = co_await bus.read_ok(address);
  if (got != wanted) register_mismatch(name, got, wanted);
}

Task<> expect_status(sim::AxiLiteMaster& bus, unsigned mask, unsigned wanted, std::string when) {
  const uint64_t got = co_await bus.read_ok(regs::kStatus) & mask;
  if (got != wanted) register_mismatch("STATUS " + when, got, wanted);
}

Task<> expect_refused(sim::AxiLiteMaster& bus, uint64_t address, uint64_t data) {
  const AxiResponse response = co_await bus.write(address, data);
  if (response != AxiResponse::kSlaveError) {
    throw sim::Mismatch(fmt::format("write of {}: s_axil_bresp_o={}, expected 2 (SLVERR)",
                                    sim::hex(address, 8), static_cast<int>(response)));
  }
}

uint64_t register_bits(int64_t value) { return static_cast<uint64_t>(value) & 0xffffffffU; }

// Every register of a configuration, without the commit.
Task<> write_config(sim::AxiLiteMaster& bus, Conv2dConfig config) {
  co_await bus.write_ok(regs::kWidth, register_bits(config.width));
  for (uint64_t i = 0; i < 9; ++i) {
    co_await bus.write_ok(regs::kCoefficients + 4 * i,
                          register_bits(config.kernel.coefficients[i]));
  }
  co_await bus.write_ok(regs::kHeight, register_bits(config.height));
  co_await bus.write_ok(regs::kShift, register_bits(config.shift));
}

Task<> wait_not_pending(sim::AxiLiteMaster& bus) {
  uint64_t status = regs::kPending;  // g++ 12 miscompiles co_await in the condition of a loop
  while ((status & regs::kPending) != 0) status = co_await bus.read_ok(regs::kStatus);
}

Task<> reset_model(Bench& bench, int64_t cycles) {
  bench.reset.set(0);
  co_await sim::clock_cycles(bench.clock, cycles);
  bench.reset.set(1);
  co_await sim::clock_cycles(bench.clock, 1);
}

// ---- the plan: pictures and kernels ----------------------------------------------------------

golden::Kernel draw_kernel(const Conv2dSizes& sizes, sim::Random& random) {
  golden::Kernel kernel{3, std::vector<int64_t>(9, 0)};
  const int64_t low = golden::smallest(sizes.coefficient, true);
  const int64_t high = golden::largest(sizes.coefficient, true);
  const uint64_t kind = random.below(8);
  const uint64_t place = random.below(9);
  for (uint64_t i = 0; i < 9; ++i) {
    int64_t& c = kernel.coefficients[i];
    if (kind == 0) c = low;
    if (kind == 1) c = high;
    if (kind == 2) c = i == place ? (random.below(2) == 0 ? low : high) : 0;
    if (kind == 3) c = random.below(2) == 0 ? low : high;
    if (kind == 4) c = std::clamp<int64_t>(random.between(-2, 3), low, high);
    if (kind >= 5) c = random.between(low, high);
  }
  return kernel;
}

Picture draw_picture(const Conv2dSizes& sizes, int width, int height, sim::Random& random) {
  Picture picture(width, height);
  const int64_t low = golden::smallest(sizes.data, sizes.data_signed);
  const int64_t high = golden::largest(sizes.data, sizes.data_signed);
  const uint64_t kind = random.below(6);
  for (int64_t& sample : picture.samples) {
    if (kind == 0) sample = high;
    if (kind == 1) sample = low;
    if (kind == 2) sample = random.below(2) == 0 ? low : high;
    if (kind >= 3) sample = random.between(low, high);
  }
  return picture;
}

Conv2dConfig draw_config(const Conv2dSizes& sizes, int width, int height, sim::Random& random) {
  Conv2dConfig config;
  config.width = width;
  config.height = height;
  config.kernel = draw_kernel(sizes, random);
  // Around the shift that brings full-scale sums into range: saturation, rounding, small values.
  config.shift = static_cast<int>(random.between(0, sizes.coefficient + 3));
  if (random.below(10) == 0) config.shift = static_cast<int>(random.between(0, 63));
  return config;
}

// Sizes that matter: single lines and columns, every remainder of the width, the maxima.
std::vector<std::pair<int, int>> corner_sizes(const Conv2dSizes& sizes) {
  const int w = sizes.max_width, h = sizes.max_height;
  const int wide = std::min(w, 20), high = std::min(h, 9);
  std::vector<std::pair<int, int>> all = {
      {1, 1}, {1, high}, {wide, 1}, {2, 2}, {3, 3}, {4, 3}, {5, 2}, {6, 4},     {3, 1},    {4, 1},
      {2, 1}, {7, 5},    {8, 3},    {9, 2}, {w, 2}, {1, h}, {w, 1}, {w - 1, 3}, {w - 2, 2}};
  if (int64_t{w} * h <= 5000) all.emplace_back(w, h);
  std::erase_if(
      all, [&](const auto& size) { return size.first < 1 || size.first > w || size.second > h; });
  return all;
}

void count_size(Bench& bench, const Conv2dConfig& config) {
  bench.count(fmt::format("frames, width mod 3 = {}", config.width % 3));
  if (config.width == 1) bench.count("frames one pixel wide");
  if (config.height == 1) bench.count("frames one line high");
  if (config.width == bench.sizes.max_width) bench.count("frames of the maximum width");
  if (config.height == bench.sizes.max_height) bench.count("frames of the maximum height");
}

// A framing error somewhere in the beats of a frame.
void break_frame(Bench& bench, std::vector<Beat>& beats, const Conv2dSizes& sizes,
                 sim::Random& random) {
  const auto at = static_cast<size_t>(random.below(beats.size()));
  const auto junk = [&](bool user) {
    Beat beat;
    for (int lane = 0; lane < Conv2dSizes::kLanes; ++lane) {
      beat.set_field(lane * sizes.lane_bits(), sizes.lane_bits(), random.bits(sizes.lane_bits()));
    }
    beat.keep = random.bits(Conv2dSizes::kLanes * sizes.lane_bytes);
    beat.last = random.below(3) == 0;
    beat.user = user ? 1 : 0;
    return beat;
  };
  switch (random.below(6)) {
    case 0:
      beats[at].last = !beats[at].last;  // a line too short or too long
      break;
    case 1:
      beats[at].user ^= 1;  // a start in the middle, or a frame without its start
      break;
    case 2:
      beats[0].user = 0;
      break;
    case 3:  // beats from nowhere in front of the frame
      for (uint64_t n = 1 + random.below(5); n > 0; --n) beats.insert(beats.begin(), junk(false));
      break;
    case 4:  // the frame is cut off: the next one starts within it
      beats.resize(at + 1);
      break;
    default:  // anything at all
      for (uint64_t n = 1 + random.below(30); n > 0; --n) {
        beats.push_back(junk(random.below(5) == 0));
      }
      break;
  }
  bench.count("frames with a planted framing error");
}

// Groups for `frames` frames, with what must come out and the status bits.
std::vector<Group> make_plan(Bench& bench, FrameReference& reference, int64_t frames) {
  const Conv2dSizes& sizes = bench.sizes;
  sim::Random random(bench.options.seed, kPlanStream);
  sim::Random padding(bench.options.seed, kPaddingStream);
  const auto corners = corner_sizes(sizes);
  std::vector<Group> groups;
  int64_t frame = 0;
  for (size_t n = 0; frame < frames; ++n) {
    Group group;
    int width = static_cast<int>(random.between(1, std::min(sizes.max_width, 30)));
    int height = static_cast<int>(random.between(1, std::min(sizes.max_height, 12)));
    const bool corner = n % 2 == 0 && n / 2 < corners.size();
    if (corner) std::tie(width, height) = corners[n / 2];
    group.config = draw_config(sizes, width, height, random);
    if (bench.options.image != nullptr) {
      group.config.width = std::min(sizes.max_width, bench.options.image->width);
      group.config.height = std::min(sizes.max_height, bench.options.image->height);
      group.config.kernel = named_kernel(kernel_names()[n % kernel_names().size()]);
      group.config.kernel.coefficients =
          quantised(group.config.kernel.coefficients, sizes.coefficient);
      group.config.shift = sizes.coefficient;
    }
    const Conv2dConfig& config = group.config;
    group.broken = bench.options.image == nullptr && n > 2 && random.below(3) == 0;
    // Configured while the group before still runs, if that is long enough to hit.
    const bool long_before =
        !groups.empty() && !groups.back().broken &&
        groups.back().beats.size() - groups.back().last_start >= kBeatsBeforeCommit + 4;
    group.commit =
        long_before && random.below(4) != 0 ? Group::Commit::kInFrame : Group::Commit::kIdle;
    const int64_t first_frame = frame;
    const auto add = [&](bool broken) {
      Picture picture = draw_picture(sizes, config.width, config.height, random);
      if (bench.options.image != nullptr) {
        for (int r = 0; r < config.height; ++r) {
          for (int c = 0; c < config.width; ++c) {
            picture.at(r, c) =
                activation(bench.options.image->at(r, c), sizes.data, sizes.data_signed);
          }
        }
      }
      std::vector<Beat> beats = frame_beats(sizes, picture, &padding);
      if (broken) break_frame(bench, beats, sizes, random);
      group.last_start = group.beats.size();
      for (const Beat& beat : beats) {
        reference.take(beat, config, frame);
        group.beats.push_back(beat);
      }
      count_size(bench, config);
    };
    const uint64_t repeats =
        bench.options.image != nullptr ? 1 : 1 + random.below(group.broken ? 4 : 2);
    for (uint64_t i = 0; i < repeats; ++i) add(group.broken);
    if (group.broken) add(false);  // a group ends with a whole frame
    group.expected = std::move(reference.expected());
    reference.expected().clear();
    group.errors = reference.errors();
    reference.clear_errors();
    bench.frame_text[first_frame] = config.text();
    groups.push_back(std::move(group));
  }
  return groups;
}

// ---- the processes ---------------------------------------------------------------------------

Task<> commit(sim::AxiLiteMaster& bus) { co_await bus.write_ok(regs::kCommit, 1); }

Task<> wait_drained(Bench& bench, sim::StreamSource& source, std::string what) {
  const auto patience = static_cast<int64_t>(bench.expected.size()) * 20 + 20'000;
  co_await sim::with_timeout(source.idle(), sim::clock_cycles(bench.clock, patience),
                             "acceptance of all beats " + what);
  while (!bench.expected.empty()) {
    bench.drained.clear();
    co_await sim::with_timeout(bench.drained.wait(), sim::clock_cycles(bench.clock, patience),
                               fmt::format("output of {} beats {}", bench.expected.size(), what));
  }
}

// Reads the error bits, clears them one by one, and looks that only those written go.
Task<> check_errors(Bench& bench, sim::AxiLiteMaster& bus, unsigned errors, std::string when) {
  unsigned left = errors;
  co_await expect_status(bus, regs::kErrors | regs::kInFrame | regs::kConfigured,
                         left | regs::kConfigured, when);
  co_await bus.write_ok(regs::kStatus, 0);
  for (unsigned bit = 1; bit <= regs::kRefused; bit *= 2) {
    if ((left & bit) == 0) continue;
    co_await expect_status(bus, regs::kErrors, left, when + ", sticky");
    co_await bus.write_ok(regs::kStatus, bit);
    left &= ~bit;
    bench.count(fmt::format("STATUS {:#x} set and cleared", bit));
  }
  co_await expect_status(bus, regs::kErrors, 0, when + ", cleared");
}

Task<> check_registers(Bench& bench, sim::AxiLiteMaster& bus) {
  const Conv2dSizes& sizes = bench.sizes;
  sim::Random random(bench.options.seed, kPlanStream + 1);
  co_await expect_register(bus, regs::kId, 0x46434f4e, "ID");
  co_await expect_register(bus, regs::kVersion, 0x00010000, "VERSION");
  const unsigned params = static_cast<unsigned>(sizes.data) |
                          static_cast<unsigned>(sizes.coefficient) << 8 | 3U << 16 | 3U << 20 |
                          (sizes.data_signed ? 1U << 24 : 0) | (sizes.ffa ? 1U << 25 : 0);
  co_await expect_register(bus, regs::kParams, params, "PARAMS");
  co_await expect_register(
      bus, regs::kMaxima,
      static_cast<unsigned>(sizes.max_width) | static_cast<unsigned>(sizes.max_height) << 16,
      "MAXIMA");
  for (const uint64_t address : {regs::kWidth, regs::kHeight, regs::kShift, regs::kCommit,
                                 regs::kStatus, regs::kCoefficients, regs::kCoefficients + 32}) {
    co_await expect_register(bus, address, 0, fmt::format("{:#x} after reset", address));
  }
  // Read back, in another order; then byte by byte.
  std::vector<std::pair<uint64_t, uint64_t>> values;
  const auto extend = [&](uint64_t raw) {
    const int64_t value = static_cast<int64_t>(raw << (64 - sizes.coefficient));
    return register_bits(value >> (64 - sizes.coefficient));
  };
  values.emplace_back(regs::kWidth, random.bits(16));
  values.emplace_back(regs::kHeight, random.bits(16));
  values.emplace_back(regs::kShift, random.bits(6));
  for (uint64_t i = 0; i < 9; ++i) {
    values.emplace_back(regs::kCoefficients + 4 * i, extend(random.next()));
  }
  for (const auto& [address, value] : values) co_await bus.write_ok(address, value);
  for (size_t i = values.size(); i-- > 0;) {
    co_await expect_register(bus, values[i].first, values[i].second,
                             fmt::format("{:#x}", values[i].first));
  }
  for (const auto& [address, value] : values) {
    const auto strobe = random.bits(4);
    uint64_t mask = 0;
    for (unsigned byte = 0; byte < 4; ++byte) {
      if ((strobe >> byte & 1) != 0) mask |= uint64_t{0xff} << (8 * byte);
    }
    const uint64_t fresh = random.bits(32);
    co_await bus.write(address, fresh, strobe);
    uint64_t wanted = (value & ~mask) | (fresh & mask);
    if (address == regs::kShift) wanted &= 0x3f;
    if (address == regs::kWidth || address == regs::kHeight) wanted &= 0xffff;
    if (address >= regs::kCoefficients) wanted = extend(wanted);
    co_await expect_register(bus, address, wanted,
                             fmt::format("{:#x} with strobe {:#x}", address, strobe));
  }
  // Where nothing can be written or read.
  for (const uint64_t address :
       {regs::kId, regs::kVersion, regs::kParams, regs::kMaxima, uint64_t{0x24}, uint64_t{0x3c},
        uint64_t{0x64}, uint64_t{0xfc}, regs::kWidth + 1, regs::kCoefficients + 2}) {
    co_await expect_refused(bus, address, 0xffffffff);
  }
  for (const uint64_t address : {uint64_t{0x24}, uint64_t{0x64}, regs::kId + 1}) {
    const sim::AxiRead read = co_await bus.read(address);
    if (read.response != AxiResponse::kSlaveError) {
      throw sim::Mismatch(fmt::format("read of {:#x}: expected SLVERR", address));
    }
  }
  co_await expect_register(bus, regs::kId, 0x46434f4e, "ID behind writes to it");
  bench.count("register map checked");
}

// Commits that must be refused.
Task<> check_refusals(Bench& bench, sim::AxiLiteMaster& bus) {
  const auto w = static_cast<uint64_t>(bench.sizes.max_width);
  const auto h = static_cast<uint64_t>(bench.sizes.max_height);
  const std::pair<uint64_t, uint64_t> illegal[] = {{0, 1},     {1, 0}, {w + 1, 1},
                                                   {1, h + 1}, {0, 0}, {0xffff, 0xffff}};
  for (const auto& [width, height] : illegal) {
    co_await bus.write_ok(regs::kWidth, width);
    co_await bus.write_ok(regs::kHeight, height);
    co_await bus.write_ok(regs::kCommit, 0);  // bit 0 clear: nothing happens
    co_await expect_status(bus, regs::kErrors, 0, "before a refused commit");
    co_await bus.write_ok(regs::kCommit, 1);
    co_await expect_status(bus, regs::kErrors | regs::kPending, regs::kRefused,
                           fmt::format("after a commit of {}x{}", width, height));
    co_await bus.write_ok(regs::kStatus, regs::kRefused);
    bench.count("commits refused");
  }
}

// The next group's registers are written in the middle of a frame: its first beats have left the
// input slice, so its own configuration is in use and must stay. The commit comes at once or while
// the rest of the frame runs.
Task<> configure_in_frame(Bench& bench, sim::AxiLiteMaster& bus, Conv2dConfig config,
                          bool commit_now) {
  co_await write_config(bus, config);
  bench.count("registers written while a frame runs");
  if (!commit_now) co_return;
  co_await commit(bus);
  const unsigned state = regs::kPending | regs::kInFrame | regs::kConfigured;
  co_await expect_status(bus, state | regs::kErrors, state, "with a commit pending");
  for (const uint64_t address :
       {regs::kWidth, regs::kHeight, regs::kShift, regs::kCoefficients, regs::kCoefficients + 32}) {
    co_await expect_refused(bus, address, 1);
  }
  co_await expect_register(bus, regs::kWidth, register_bits(config.width), "WIDTH, commit pending");
  bench.count("commit pending while a frame runs");
}

struct Traffic {
  Pacing gaps, pressure;
  uint64_t seed = 0;
  enum class Sink { kFree, kAfterValid, kNone } sink = Sink::kFree;
};

// Source, sink, monitors and bus master of one run; made before it, since they write idle levels.
struct Drivers {
  sim::StreamSource source;
  std::optional<sim::StreamSink> sink;
  sim::StreamMonitor monitor, entry;
  sim::AxiLiteMaster bus;

  Drivers(Bench& bench, const Traffic& traffic)
      : source(bench.scheduler, bench.input, traffic.gaps, traffic.seed),
        monitor(bench.scheduler, bench.output, "m_axis"),
        entry(bench.scheduler, bench.input, "s_axis"),
        bus(bench.scheduler, bench.axil, traffic.gaps, traffic.seed) {
    if (traffic.sink != Traffic::Sink::kNone) {
      sink.emplace(bench.scheduler, bench.output, traffic.pressure, traffic.seed, "sink",
                   traffic.sink == Traffic::Sink::kAfterValid);
    }
    monitor.on_beat([&bench](const Beat& beat) { bench.check(beat); });
    entry.collect(false);
  }
};

Task<> send(sim::StreamSource& source, const std::vector<Beat>& beats, size_t begin, size_t end) {
  for (size_t i = begin; i < end; ++i) co_await source.send(beats[i]);
}

Task<> play_groups(Bench& bench, Drivers& with, std::span<Group> groups) {
  sim::ProcessHandle committing;
  bool pending = false;  // `committing` runs
  for (size_t g = 0; g < groups.size(); ++g) {
    Group& group = groups[g];
    const std::string when = fmt::format("of group {}", g);
    if (pending) co_await sim::join(committing);
    if (g == 0 || group.commit == Group::Commit::kIdle) {
      co_await wait_drained(bench, with.source, when);
      co_await wait_not_pending(with.bus);
      co_await write_config(with.bus, group.config);
      co_await commit(with.bus);
      bench.count("configured between frames");
    }
    bench.expected.insert(bench.expected.end(), group.expected.begin(), group.expected.end());
    const size_t end = group.beats.size();
    size_t sent = 0;
    pending = g + 1 < groups.size() && groups[g + 1].commit == Group::Commit::kInFrame;
    if (pending) {
      sent = group.last_start + kBeatsBeforeCommit;
      co_await send(with.source, group.beats, 0, sent);
      co_await with.source.idle();
      const bool at_once = g % 2 == 0;
      co_await configure_in_frame(bench, with.bus, groups[g + 1].config, at_once);
      if (at_once) {
        pending = false;
      } else {
        committing = bench.scheduler.start_soon(commit(with.bus), "commit");
      }
    }
    co_await send(with.source, group.beats, sent, end);
    if (group.broken) {
      co_await wait_drained(bench, with.source, when);
      co_await sim::clock_cycles(bench.clock, kQuietCycles);
      co_await check_errors(bench, with.bus, group.errors, when);
    }
    if (bench.options.only >= 0 && bench.last_frame > bench.options.only) co_return;
  }
  co_await wait_drained(bench, with.source, "at the end");
  co_await sim::clock_cycles(bench.clock, kQuietCycles);
  co_await expect_status(with.bus, regs::kErrors | regs::kInFrame, 0, "at the end");
}

Task<> play(Bench& bench, Drivers& with, std::span<Group> groups) {
  int64_t beats = 0;
  for (const Group& group : groups) beats += static_cast<int64_t>(group.beats.size());
  const int64_t budget = 20 * beats + 2000 * static_cast<int64_t>(groups.size()) + 50'000;
  co_await sim::with_timeout(play_groups(bench, with, groups),
                             sim::clock_cycles(bench.clock, budget), "end of the frames");
  bench.count("output beats that waited", with.monitor.stalls());
  bench.count("input beats that waited", with.entry.stalls());
}

// A whole frame as a group of its own, numbered `number`.
Group single_frame(Bench& bench, const Conv2dConfig& config, sim::Random& random, int64_t number) {
  Group group;
  group.config = config;
  group.beats = frame_beats(
      bench.sizes, draw_picture(bench.sizes, config.width, config.height, random), &random);
  FrameReference reference(bench.sizes);
  bench.frame_text[number] = config.text();
  for (const Beat& beat : group.beats) reference.take(beat, config, number);
  group.expected = std::move(reference.expected());
  return group;
}

// Out of reset: a frame waits at the door until registers are checked and a commit is accepted.
Task<> play_start(Bench& bench, Drivers& with, Group& group) {
  co_await reset_model(bench, 3);
  co_await send(with.source, group.beats, 0, std::min<size_t>(group.beats.size(), 40));
  co_await check_registers(bench, with.bus);
  co_await check_refusals(bench, with.bus);
  if (with.source.accepted() > kSliceBeats) {
    throw sim::Mismatch(fmt::format("s_axis_tready_o: {} beats accepted before a configuration",
                                    with.source.accepted()));
  }
  bench.expected.assign(group.expected.begin(), group.expected.end());
  co_await write_config(with.bus, group.config);
  co_await commit(with.bus);
  co_await with_timeout(
      send(with.source, group.beats, std::min<size_t>(group.beats.size(), 40), group.beats.size()),
      sim::clock_cycles(bench.clock, 50'000), "acceptance of the first frame");
  co_await wait_drained(bench, with.source, "of the first frame");
  // A commit that is refused leaves the configuration in use as it is.
  co_await check_refusals(bench, with.bus);
  bench.expected.assign(group.expected.begin(), group.expected.end());
  co_await send(with.source, group.beats, 0, group.beats.size());
  co_await wait_drained(bench, with.source, "behind a refused commit");
}

// Breaks a frame off by reset, with results under way.
Task<> play_until_reset(Bench& bench, Drivers& with, Group& group, int64_t cycles) {
  co_await write_config(with.bus, group.config);
  co_await commit(with.bus);
  bench.expected.assign(group.expected.begin(), group.expected.end());
  co_await sim::first(send(with.source, group.beats, 0, group.beats.size()),
                      sim::clock_cycles(bench.clock, cycles));
}

Task<> play_after_reset(Bench& bench, Drivers& with, Group& group) {
  bench.expected.clear();
  co_await reset_model(bench, 2);
  co_await expect_register(with.bus, regs::kStatus, 0, "STATUS after a reset in a frame");
  co_await expect_register(with.bus, regs::kWidth, 0, "WIDTH after a reset in a frame");
  bench.expected.assign(group.expected.begin(), group.expected.end());
  co_await write_config(with.bus, group.config);
  co_await commit(with.bus);
  co_await send(with.source, group.beats, 0, group.beats.size());
  co_await wait_drained(bench, with.source, "after a reset in a frame");
  bench.count("reset while a frame runs");
}

// Back to back, nobody pauses: only the drain of a line and a beat may hold the source up.
Task<> play_at_full_speed(Bench& bench, Drivers& with, Group& first, Group& second) {
  co_await write_config(with.bus, first.config);
  co_await commit(with.bus);
  co_await wait_not_pending(with.bus);
  bench.expected.assign(first.expected.begin(), first.expected.end());
  bench.expected.insert(bench.expected.end(), second.expected.begin(), second.expected.end());
  co_await send(with.source, first.beats, 0, first.beats.size());
  co_await send(with.source, second.beats, 0, second.beats.size());
  co_await wait_drained(bench, with.source, "at full speed");
  const int64_t stalls = with.entry.stalls();
  const auto beats = static_cast<double>(first.beats.size());
  bench.verdict.accepted_without_stall = beats / (beats + static_cast<double>(stalls));
  const int64_t allowed = Conv2dSizes::beats(first.config.width) + 1;
  if (stalls > allowed) {
    throw sim::Mismatch(fmt::format(
        "s_axis_tready_o: {} stalled cycles between two frames back to back, expected at most {}",
        stalls, allowed));
  }
}

// m_axis_tready must not reach s_axis_tready without a register between: it changes at the falling
// edge, and s_axis_tready must not follow before the next rising one.
Task<> play_ready_paths(Bench& bench, Drivers& with, Group& group) {
  sim::Random random(bench.options.seed, kPlanStream + 3);
  bench.output.ready.set(1);
  co_await write_config(with.bus, group.config);
  co_await commit(with.bus);
  bench.expected.assign(group.expected.begin(), group.expected.end());
  bench.drained.clear();
  for (size_t i = 0; i < std::min<size_t>(group.beats.size(), 60); ++i) {
    co_await with.source.send(group.beats[i]);
  }
  for (int n = 0; n < 300; ++n) {
    co_await sim::falling_edge(bench.clock);
    const bool accepting = bench.input.ready.high(), offering = bench.output.valid.high();
    bench.output.ready.set(random.below(3) == 0 ? 1 : 0);
    co_await sim::read_only();
    if (bench.input.ready.high() != accepting || bench.output.valid.high() != offering) {
      throw sim::Mismatch(
          "m_axis_tready_i reaches s_axis_tready_o or m_axis_tvalid_o within a "
          "cycle");
    }
  }
}

Task<> play_picture(Bench& bench, const Conv2dConfig& config, const Picture& picture,
                    StreamedPicture& result, Drivers& with) {
  const Conv2dSizes& sizes = bench.sizes;
  int row = 0, column = 0;
  with.monitor.on_beat([&](const Beat& beat) {
    for (int lane = 0; lane < Conv2dSizes::kLanes && column < picture.width; ++lane, ++column) {
      auto sample = static_cast<int64_t>(beat.field(lane * sizes.lane_bits(), sizes.data));
      const bool negative = sizes.data_signed && (sample >> (sizes.data - 1)) != 0;
      if (negative) sample -= int64_t{1} << sizes.data;
      if (row < picture.height) result.picture.at(row, column) = sample;
    }
    if (beat.last) ++row, column = 0;
    if (row >= picture.height) bench.drained.set();
  });
  co_await reset_model(bench, 3);
  co_await write_config(with.bus, config);
  co_await commit(with.bus);
  const auto begin = static_cast<int64_t>(bench.scheduler.cycles());
  const std::vector<Beat> beats = frame_beats(sizes, picture, nullptr);
  const auto limit = 20 * static_cast<int64_t>(beats.size()) + 10'000;
  co_await sim::with_timeout(
      sim::all(send(with.source, beats, 0, beats.size()), bench.drained.wait()),
      sim::clock_cycles(bench.clock, limit), "end of the picture");
  result.cycles = static_cast<int64_t>(bench.scheduler.cycles()) - begin;
}

// Plays one part with drivers of its own; false when it failed.
template <class Play, class... Arguments>
bool run(Bench& bench, const Traffic& traffic, Play part, Arguments&&... arguments) {
  Drivers with(bench, traffic);
  run_checked(bench.scheduler, part(bench, with, std::forward<Arguments>(arguments)...),
              bench.verdict);
  return bench.verdict.mismatch.empty();
}

sim::SchedulerOptions scheduling(const Options& options) {
  sim::SchedulerOptions result;
  result.trace_file = options.trace_file;
  return result;
}

void check_engine_ports(const sim::Model& model, const base::Spec& spec, const Conv2dSizes& sizes) {
  const int bits = Conv2dSizes::kLanes * sizes.lane_bits();
  std::vector<PortWidth> ports = {{"clk_i", 1}, {"rst_ni", 1}};
  for (const auto& [prefix, data_i, data_o] :
       {std::tuple{"s_axis_", "_i", "_o"}, std::tuple{"m_axis_", "_o", "_i"}}) {
    for (const auto& [name, width] :
         {std::pair{"tdata", bits}, std::pair{"tkeep", bits / 8}, std::pair{"tuser", 1},
          std::pair{"tlast", 1}, std::pair{"tvalid", 1}}) {
      ports.push_back({std::string(prefix) + name + data_i, width});
    }
    ports.push_back({std::string(prefix) + "tready" + data_o, 1});
  }
  for (const auto& [name, width] :
       {std::pair{"awaddr_i", 8}, std::pair{"awvalid_i", 1}, std::pair{"awready_o", 1},
        std::pair{"wdata_i", 32}, std::pair{"wstrb_i", 4}, std::pair{"wvalid_i", 1},
        std::pair{"wready_o", 1}, std::pair{"bresp_o", 2}, std::pair{"bvalid_o", 1},
        std::pair{"bready_i", 1}, std::pair{"araddr_i", 8}, std::pair{"arvalid_i", 1},
        std::pair{"arready_o", 1}, std::pair{"rdata_o", 32}, std::pair{"rresp_o", 2},
        std::pair{"rvalid_o", 1}, std::pair{"rready_i", 1}}) {
    ports.push_back({std::string("s_axil_") + name, width});
  }
  check_ports(model, spec, ports);
}

}  // namespace

Verdict run_conv2d_stream(sim::Model& model, const base::Spec& spec, const Options& options) {
  const Conv2dSizes sizes(spec);
  check_engine_ports(model, spec, sizes);
  Verdict verdict;
  Bench bench(model, sizes, options, verdict, scheduling(options));
  sim::Random random(options.seed, kPlanStream + 2);

  FrameReference reference(sizes);
  const int64_t image_frames = static_cast<int64_t>(kernel_names().size());
  int64_t frames = options.vectors > 0        ? options.vectors
                   : options.image != nullptr ? image_frames
                                              : kDefaultFrames;
  frames = std::max(frames, options.only + 1);
  std::vector<Group> groups = make_plan(bench, reference, frames);
  int64_t number =
      groups.back().expected.empty() ? frames : groups.back().expected.back().frame + 1;
  bench.count("samples at an end of their range", reference.saturated());

  const Traffic smooth{Pacing::none(), Pacing::none(), options.seed};
  const Traffic gaps{Pacing::random(0.5), Pacing::none(), options.seed + 1};
  const Traffic pressure{Pacing::none(), Pacing::random(0.5), options.seed + 2,
                         Traffic::Sink::kAfterValid};
  const Traffic bursts{Pacing::bursts(), Pacing::bursts(), options.seed + 3};
  const Traffic sinkless{Pacing::none(), Pacing::none(), options.seed, Traffic::Sink::kNone};
  const auto small = [&](int width, int height) {
    return draw_config(sizes, std::min(width, sizes.max_width), std::min(height, sizes.max_height),
                       random);
  };

  const auto passed = [&] {
    Group door = single_frame(bench, small(13, 3), random, number++);
    if (!run(bench, options.gaps ? gaps : smooth, play_start, door)) return false;
    // The plan in four parts, each under other traffic; a reset in a frame between two of them.
    const Traffic traffic[] = {smooth, gaps, pressure, bursts};
    const size_t part = (groups.size() + 3) / 4;
    for (size_t i = 0; i < 4; ++i) {
      const size_t begin = std::min(groups.size(), i * part);
      const size_t end = std::min(groups.size(), begin + part);
      const auto chunk = std::span(groups).subspan(begin, end - begin);
      if (chunk.empty()) continue;
      const Traffic& now = options.gaps ? traffic[i] : smooth;
      if (!run(bench, now, play, chunk)) return false;
      if (options.only >= 0 && bench.last_frame >= options.only) return true;
      if (i != 1 || !options.gaps) continue;
      Group broken = single_frame(bench, small(21, 6), random, number++);
      Group whole = single_frame(bench, small(7, 4), random, number++);
      if (!run(bench, pressure, play_until_reset, broken, 25)) return false;
      if (!run(bench, now, play_after_reset, whole)) return false;
    }
    if (options.vectors > 0 || options.image != nullptr || options.only >= 0) return true;
    Group stuttering = single_frame(bench, small(30, 8), random, number++);
    if (!run(bench, sinkless, play_ready_paths, stuttering)) return false;
    const Conv2dConfig large = small(kFullSpeedWidth, kFullSpeedHeight);
    Group first = single_frame(bench, large, random, number++);
    Group second = single_frame(bench, large, random, number++);
    Group after = single_frame(bench, small(4, 4), random, number++);
    if (!run(bench, smooth, play_after_reset, after)) return false;
    return run(bench, smooth, play_at_full_speed, first, second);
  };
  verdict.passed = passed();
  verdict.cycles = static_cast<int64_t>(bench.scheduler.cycles());
  return verdict;
}

StreamedPicture stream_picture(sim::Model& model, const base::Spec& spec, const Picture& picture,
                               const golden::Kernel& kernel, int shift, const Options& options) {
  const Conv2dSizes sizes(spec);
  check_engine_ports(model, spec, sizes);
  Verdict unused;
  Bench bench(model, sizes, options, unused, scheduling(options));
  StreamedPicture result;
  result.picture = Picture(picture.width, picture.height);
  Conv2dConfig config{picture.width, picture.height, shift, kernel};
  const Traffic traffic = options.gaps ? Traffic{Pacing::bursts(), Pacing::bursts(), options.seed}
                                       : Traffic{Pacing::none(), Pacing::none(), options.seed};
  Drivers with(bench, traffic);
  bench.scheduler.run(play_picture(bench, config, picture, result, with));
  return result;
}

}  // namespace tb
