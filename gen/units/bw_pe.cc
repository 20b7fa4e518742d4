// SPDX-License-Identifier: Apache-2.0
// bw_pe: samples with weights +1 or -1, accumulated over beats; whole samples or bit planes.

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

#include "gen/units/bw_rows.h"
#include "gen/units/product_sums.h"

namespace gen {
namespace {

// What travels with the samples.
struct Beat {
  BwBeat lanes;
  hdl::Bits valid, first, last, offset;
  hdl::Bits plane = {};  // bit planes
};

class Builder {
 public:
  Builder(DesignBuilder& design, hdl::Module& module, const BwLanes& lanes,
          const hdl::Dim& acc_width)
      : design_(design),
        m_(module),
        serial_(design.is("activation", "bit_serial")),
        signed_planes_(serial_ && lanes.is_signed()),
        cut_(design.spec()),
        pipeline_(module, design, cut_),
        lanes_(serial_ ? lanes.planes() : lanes),
        width_(acc_width) {}

  void run() {
    declare();
    if (cut_.at(Place::kPre)) m_.section("Stage pre: operands.");
    BwBeat& lanes = beat_.lanes;
    lanes.x = pipeline_.stage(Place::kPre, "x", lanes.x);
    lanes.s = pipeline_.stage(Place::kPre, "s", lanes.s);
    if (lanes.sum.valid()) lanes.sum = pipeline_.stage(Place::kPre, "samples_sum", lanes.sum);
    carry_on(Place::kPre);
    if (signed_planes_) count_sign_plane_negative();
    if (!design_.is("arith", "heap")) {
      accumulate();
    } else if (design_.is("tree", "rows")) {
      accumulate_whole_rows();
    } else {
      accumulate_rows();
    }
    valid_at(Place::kPost);
    m_.section(
        "Valid bits travel with the data; behind the accumulator only last beats are valid.");
    m_.registers(pipeline_.state_clock(), pipeline_.enable(), {}, moves_);
    m_.assign(valid_, beat_.valid);
  }

  int latency() const { return cut_.latency() + 1; }

 private:
  void declare() {
    beat_.valid = pipeline_.valid_in();
    beat_.first = m_.input("first_i", hdl::bits(1), "This beat starts a new sum.");
    beat_.last = m_.input("last_i", hdl::bits(1), "The sum with this beat is a result.");
    if (serial_)
      beat_.plane = m_.input("plane_i", hdl::bits(1),
                             "This beat starts a bit plane, but the first: the sum doubles.");
    beat_.lanes = bw_inputs(m_, lanes_, width_);
    beat_.offset = m_.input("offset_i", hdl::bits(width_),
                            serial_ ? "Added with a last beat: bias and filter's constant."
                                    : "Added with a first beat: bias and filter's constant.");
    valid_ = m_.output("valid_o", hdl::bits(1), "y_o is a result.");
    y_ = m_.output("y_o", hdl::bits(width_), "The sum modulo 2^AccWidth, signed.");
  }

  // The first plane holds the signs of the samples: it counts negative, as if all weights were
  // inverted.
  void count_sign_plane_negative() {
    m_.section("The first plane is that of the signs: all weights count inverted there.");
    const hdl::Bits in_signs = m_.reg("sign_plane_q", hdl::bits(1));
    const hdl::Bits now =
        m_.wire("sign_plane", hdl::bits(1), beat_.first | (in_signs & ~beat_.plane));
    m_.registers(pipeline_.data_clock(), take("take_lanes"), {}, {{in_signs, now}});
    beat_.lanes.s = m_.wire("signs", hdl::bits(lanes_.lanes),
                            beat_.lanes.s ^ hdl::replicate(lanes_.lanes, now));
  }

  // In `+`.
  void accumulate() {
    m_.section("Stage mult: a word for each lane, and their sum.");
    const hdl::Num total = pipeline_.stage(Place::kMult, "beat", hdl::sint(width_),
                                           bw_beat_total(m_, lanes_, beat_.lanes, width_));
    carry_on(Place::kMult);
    section_accumulator("the sum starts");
    const hdl::Bits sum = m_.reg("sum_q", hdl::bits(width_));
    const hdl::Bits kept = m_.wire("kept", hdl::bits(width_), start_of(sum, "sum"));
    hdl::Num next = kept.as_signed() + total;
    if (serial_)
      next =
          next + m_.wire("brought", hdl::bits(width_), gated(beat_.offset, beat_.last)).as_signed();
    const hdl::Num next_sum = m_.wire("next_sum", hdl::sint(width_), next.wrap(width_));
    m_.registers(pipeline_.data_clock(), take("take"), {}, {{sum, next_sum.bits()}});
    accumulated();
    if (cut_.at(Place::kPost)) m_.section("Stage post: the result.");
    const hdl::Bits y = pipeline_.stage(Place::kPost, "y", sum);
    pipeline_.end_stage();
    m_.assign(y_, y);
  }

  // The accumulator as two rows: a beat goes in without a carry chain, the final adder stands
  // behind it.
  void accumulate_rows() {
    const int width = static_cast<int>(width_.value());
    const arith::CompressOptions options = compress_options(design_.spec());
    const bool cut = cut_.at(Place::kMult);
    m_.section("Stage mult: a word for each lane.");
    Heap lanes(design_, m_, width, cut ? "lanes_" : "");
    bw_add_beat(lanes, m_, lanes_, beat_.lanes);
    SeparateRows rows;
    if (cut) rows = stage_rows(pipeline_, Place::kMult, compress_apart(lanes, options), "lanes_");
    carry_on(Place::kMult);
    Heap sum(design_, m_, width, cut ? "sum_" : "");
    Heap& heap = cut ? sum : lanes;
    if (cut) add_rows(heap, rows);
    if (serial_)
      heap.add(m_.wire("brought", hdl::bits(width), gated(beat_.offset, beat_.last)), {});
    const KeptRows kept = kept_rows(heap, options);
    const bool two = kept.lsb < width;
    section_accumulator(two ? "two rows (carry-save), which start" : "one row, which starts");
    const hdl::Bits row_a = m_.reg("sum_a_q", hdl::bits(width));
    hdl::Bits row_b;
    if (two) row_b = m_.reg("sum_b_q", hdl::bits(width - kept.lsb));
    heap.add(m_.wire("kept_a", hdl::bits(width), start_of(row_a, "row_a")), {});
    if (kept.from < width) {
      const hdl::Bits again = two ? going_on(row_b, "row_b") : hdl::Bits();
      std::vector<hdl::Bits> parts;
      if (two) parts.push_back(again);
      if (kept.lsb > kept.from) parts.push_back(hdl::zeros(kept.lsb - kept.from));
      heap.add(m_.wire("kept_b", hdl::bits(width - kept.from), hdl::concat(parts)),
               {.column = kept.from});
    }
    HeapRows next = heap.compress(options);
    if (next.lsb != kept.lsb) throw std::logic_error("bw_pe: the accumulator's second row moved");
    std::vector<std::pair<hdl::Bits, hdl::Bits>> rows_in = {{row_a, next.a}};
    if (two) rows_in.emplace_back(row_b, next.b);
    m_.registers(pipeline_.data_clock(), take("take"), {}, rows_in);
    accumulated();
    const char* rows_text =
        two ? "the accumulator's two rows added." : "the accumulator's one row.";
    m_.section(cut_.at(Place::kPost) ? fmt::format("Stage post: {}", rows_text)
                                     : fmt::format("The result: {}", rows_text));
    next.a = row_a;
    next.b = row_b;
    next.arrival.assign(next.arrival.size(), 0);
    const hdl::Bits y =
        pipeline_.stage(Place::kPost, "y", heap.add_rows(next, design_.spec().get("final_adder")));
    pipeline_.end_stage();
    m_.assign(y_, y);
  }

  // As accumulate_rows, in whole rows.
  void accumulate_whole_rows() {
    const int width = static_cast<int>(width_.value());
    m_.section("Stage mult: a word for each lane.");
    RowTree tree(design_, m_, width);
    tree.add_beat(lanes_, beat_.lanes);
    carry_on(Place::kMult);
    if (serial_) tree.add(m_.wire("brought", hdl::bits(width), gated(beat_.offset, beat_.last)));
    const int lsb = tree.kept_lsb();
    section_accumulator("two rows (carry-save), which start");
    const hdl::Bits row_a = m_.reg("sum_a_q", hdl::bits(width));
    const hdl::Bits row_b = m_.reg("sum_b_q", hdl::bits(width - lsb));
    tree.add(m_.wire("kept_a", hdl::bits(width), start_of(row_a, "row_a")));
    tree.add(m_.wire("kept_b", hdl::bits(width - lsb), going_on(row_b, "row_b")), lsb);
    const HeapRows next = tree.compress();
    if (next.lsb != lsb) throw std::logic_error("bw_pe: the accumulator's second row moved");
    m_.registers(pipeline_.data_clock(), take("take"), {}, {{row_a, next.a}, {row_b, next.b}});
    accumulated();
    m_.section(fmt::format("{}: the accumulator's two rows added.",
                           cut_.at(Place::kPost) ? "Stage post" : "The result"));
    HeapRows kept = next;
    kept.a = row_a;
    kept.b = row_b;
    const hdl::Bits y = pipeline_.stage(Place::kPost, "y", tree.add_rows(kept));
    pipeline_.end_stage();
    m_.assign(y_, y);
  }

  void section_accumulator(const std::string& what) {
    m_.section(fmt::format("Accumulator: {} anew with the first beat of a sum{}.", what,
                           serial_ ? ", doubled with each plane" : ""));
  }

  static hdl::Bits gated(const hdl::Bits& value, const hdl::Bits& when) {
    return value & hdl::replicate(value.width(), when);
  }

  // What a row of the sum goes on from: nothing with the first beat, twice itself with a new plane.
  hdl::Bits going_on(const hdl::Bits& row, const std::string& name) {
    hdl::Bits value = row;
    if (serial_) {
      const hdl::Bits twice = row.width() == hdl::Dim(1)
                                  ? hdl::zeros(1)
                                  : hdl::concat({row.slice(0, row.width() - 1), hdl::zeros(1)});
      value = hdl::mux(beat_.plane, twice, row);
      value = m_.wire(name + "_on", hdl::bits(row.width()), value);
    }
    return gated(value, ~beat_.first);
  }

  // As the row that takes the offset with the first beat.
  hdl::Bits start_of(const hdl::Bits& row, const std::string& name) {
    return serial_ ? going_on(row, name) : hdl::mux(beat_.first, beat_.offset, row);
  }

  void accumulated() {
    const hdl::Bits done = m_.reg("valid_sum_q", hdl::bits(1), 0);
    moves_.emplace_back(done, beat_.valid & beat_.last);
    beat_.valid = done;
  }

  void valid_at(Place place) {
    if (!cut_.at(place)) return;
    const hdl::Bits reg = m_.reg("valid_" + std::string(place_name(place)) + "_q", hdl::bits(1), 0);
    moves_.emplace_back(reg, beat_.valid);
    beat_.valid = reg;
  }

  // What is not a sample moves with those of this place; ends the stage.
  void carry_on(Place place) {
    const std::string name(place_name(place));
    beat_.first = pipeline_.stage(place, "first_" + name, beat_.first);
    beat_.last = pipeline_.stage(place, "last_" + name, beat_.last);
    if (serial_) beat_.plane = pipeline_.stage(place, "plane_" + name, beat_.plane);
    beat_.offset = pipeline_.stage(place, "offset_" + name, beat_.offset);
    pipeline_.end_stage();
    valid_at(place);
  }

  hdl::Bits take(const std::string& name) {
    return m_.wire(name, hdl::bits(1), pipeline_.enable() & beat_.valid);
  }

  DesignBuilder& design_;
  hdl::Module& m_;
  bool serial_, signed_planes_;
  Cut cut_;
  Pipeline pipeline_;
  BwLanes lanes_;
  hdl::Dim width_;
  Beat beat_;
  hdl::Bits valid_, y_;
  std::vector<std::pair<hdl::Bits, hdl::Bits>> moves_;
};

int64_t default_width(const base::Spec& spec) {
  return bw_acc_width(spec.size("DataWidth"), std::max(spec.size("Lanes"), spec.size("MaxTerms")));
}

Param activation_param() {
  return option("activation",
                {{"parallel", "whole samples, a beat"},
                 {"bit_serial", "a bit of each sample a beat, the highest first"}},
                "How samples come.");
}

// Whole rows are one tree from the lanes to the accumulator.
Rule rows_cut_rule() {
  return {.keys = {"tree", "cut"},
          .broken =
              [](const base::Spec& s) {
                return s.is("tree", "rows") && s.get("cut").find("mult") != std::string::npos;
              },
          .text = "tree=rows has no place mult for a cut",
          .explain =
              [](const base::Spec& s) {
                return fmt::format("cut={} with tree=rows must be none or of pre, post",
                                   s.get("cut"));
              }};
}

// A plane has one bit of each sample; leaving planes out is what `drop` does.
Rule serial_rule() {
  return {
      .keys = {"activation", "form", "data", "drop"},
      .broken =
          [](const base::Spec& s) {
            return s.is("activation", "bit_serial") &&
                   (s.is("form", "approx") || s.is("data", "binary") || s.size("drop") > 0);
          },
      .text = "activation=bit_serial has no form=approx, no data=binary and no drop",
      .explain =
          [](const base::Spec& s) {
            return fmt::format(
                "activation=bit_serial with form={} data={} drop={}: must be form=xor|and|negate, "
                "data=unsigned|signed, drop=0",
                s.get("form"), s.get("data"), s.get("drop"));
          }};
}

}  // namespace

extern const Unit bw_pe;

namespace {

void build(const base::Spec& spec, DesignBuilder& design) {
  const bool serial = spec.is("activation", "bit_serial");
  std::vector<std::string> doc = {
      fmt::format("Processing element with weights +1 and -1, {}: {} a beat.",
                  bw_text(spec, " with a carry-save accumulator"),
                  serial ? "a bit of each sample" : "samples"),
      "A beat whose first_i is 1 starts a new sum; the sum with a beat whose last_i is 1 is a "
      "result. Sums are modulo 2^AccWidth."};
  if (serial)
    doc.emplace_back(
        "Planes come highest first; after p of them a sample counts as its p highest bits.");
  hdl::Module m = design.top(doc);
  const hdl::Dim count = design.parameter(m, "Lanes");
  const hdl::Dim data = bw_data_width(design, m, bw_pe);
  const hdl::Dim width = bw_acc_width(design, m, bw_pe, count, data);
  Builder builder(design, m, BwLanes(spec, count, data), width);
  builder.run();
  design.formula =
      "y = sum over beats and k of (s[k] ? -x[k] : x[k]) + offset - constant of the filter";
  design.latency_cycles = builder.latency();
  design.operations = {.branch_adders = static_cast<int>(spec.size("Lanes"))};
  design.add(std::move(m));
}

}  // namespace

const Unit bw_pe = {
    .name = "bw_pe",
    .doc =
        "Processing element with weights +1 and -1: sums over beats, whole samples or bit planes.",
    .source = "Wang, Lin and Wang, IEEE Trans. VLSI Systems 26(2), 2018",
    .params = {bw_form_param(), bw_compensation_param(), bw_samples_param(), arith_param(),
               bw_data_param(), activation_param(), bw_lanes_param(),
               // Planes are one bit wide.
               bw_data_width_param().fixed_with("activation", "bit_serial"), bw_drop_param(),
               fixed_size("MaxTerms", "t", "4096", 1, 1 << 20,
                          "Products of the longest sum, for AccWidth.")
                   .silent_at("4096"),
               bw_acc_width_param(default_width), bw_tree_param(), compressors_param(),
               bw_final_adder_param(), bw_approx_param(), product_cut_param(), reset_param()},
    .rules = {bw_data_rule(), bw_drop_rule(), serial_rule(), bw_acc_width_rule(),
              compressors_rule(), bw_rows_rule(), bw_approx_rule(), rows_cut_rule()},
    .points =
        {"arith=heap Lanes=4 DataWidth=4 MaxTerms=64", "", "data=signed cut=pre,mult,post",
         "activation=bit_serial", "activation=bit_serial data=signed arith=heap Lanes=3 cut=mult",
         "activation=bit_serial data=signed cut=pre,mult,post",
         "activation=bit_serial form=and samples=given arith=heap data=signed Lanes=5 cut=pre",
         "activation=bit_serial form=negate arith=heap Lanes=2 DataWidth=1 MaxTerms=1",
         "arith=heap final_adder=ripple cut=pre,mult,post",
         "arith=heap form=and samples=given data=signed drop=2 Lanes=7 cut=mult",
         "form=and samples=given cut=pre,mult", "form=and drop=1 Lanes=3",
         "form=approx compensation=half arith=heap Lanes=7 cut=mult data=signed",
         "form=approx compensation=exact cut=post reset=sync",
         "data=binary DataWidth=1 arith=heap Lanes=9", "data=binary DataWidth=1 Lanes=1",
         "arith=heap Lanes=1 DataWidth=1 MaxTerms=1 data=signed cut=mult",
         "arith=heap Lanes=1 DataWidth=16 data=signed MaxTerms=1048576",
         "arith=heap tree=dadda compressors=4_2 cut=post"},
    .build = build,
};

}  // namespace gen
