// SPDX-License-Identifier: Apache-2.0
// The channels of bw_array as bit heaps: a module a channel, and what they share.

#include <fmt/format.h>

#include "gen/units/accumulator.h"
#include "gen/units/bw_array.h"
#include "gen/units/bw_share.h"
#include "gen/units/helpers.h"

namespace gen {
namespace {

BwGroups groups_of(const DesignBuilder& design, const BwSizes& sizes) {
  return {.lanes = static_cast<int>(sizes.simd.value()),
          .share = std::stoi(design.spec().get("share")),
          .data_width = static_cast<int>(sizes.data_width.value())};
}

// By what the channels of two arrays differ.
std::string channel_name(const DesignBuilder& design, const BwSizes& sizes) {
  std::string name = fmt::format("fircone_bw_channel_n{}_d{}_s{}", sizes.simd.value(),
                                 sizes.data_width.value(), sizes.acc_width.value());
  for (const auto& [key, usual, tag] : {std::tuple{"form", "and", ""},
                                        {"share", "1", "k"},
                                        {"tree", "timing", ""},
                                        {"compressors", "fa", ""},
                                        {"final_adder", "timing", ""}}) {
    if (!design.is(key, usual)) name += "_" + (tag + design.spec().get(key));
  }
  return design.is("data", "binary") ? name + "_binary" : name;
}

hdl::Module build_channel(DesignBuilder& design, const std::string& name, const BwSizes& sizes) {
  const bool by_and = design.is("form", "and");
  const BwGroups groups = groups_of(design, sizes);
  hdl::Module m = helper_module(
      name,
      {fmt::format("A channel of {} lanes: a beat's words and the accumulator in one bit "
                   "heap{}.",
                   groups.lanes,
                   by_and ? ", twice what has weight +1 and the sum of all complements" : "")});
  const hdl::BitsType flag = hdl::bits(1);
  const hdl::Bits clk = m.input("clk_i", flag, "Clock.");
  const hdl::Bits take = m.input("take_i", flag, "A beat is added.");
  const hdl::Bits first = m.input("first_i", flag, "It starts a new sum.");
  const hdl::Bits x = m.input("x_i", hdl::bits(sizes.simd * sizes.data_width), "Samples.");
  hdl::Bits sums, rest;
  if (by_and && groups.shared_width() > 0)
    sums = m.input("sums_i", hdl::bits(groups.shared_width()), "Sums of neighbours.");
  if (by_and)
    rest = m.input("rest_i", hdl::bits(groups.rest_width()), "The sum of all complements.");
  const hdl::Bits s = m.input("s_i", hdl::bits(sizes.simd), "Signs; 1 is -1.");
  const hdl::Bits offset =
      m.input("offset_i", hdl::bits(sizes.acc_width), "With first_i: where the sum begins.");
  const hdl::Num sum = m.output("sum_o", hdl::sint(sizes.acc_width), "The sum.");
  Heap heap(design, m, static_cast<int>(sizes.acc_width.value()));
  if (by_and) {
    bw_add_selected(heap, groups, bw_select(m, groups, x, sums, s));
    heap.add(rest, {});
  } else {
    m.section("A word of each lane.");
    const hdl::Bits words = m.wire("words", hdl::bits(sizes.simd * sizes.data_width));
    const bool binary = design.is("data", "binary");  // samples that are signs: twice ~(x ^ s)
    m.generate_for("gen_lane", "l", sizes.simd, [&](const hdl::Dim& l) {
      const hdl::Bits word =
          x.lane(l, sizes.data_width) ^ hdl::replicate(sizes.data_width, s.bit(l));
      m.assign(words.lane(l, sizes.data_width), binary ? ~word : word);
    });
    for (int l = 0; l < groups.lanes; ++l)
      heap.add(
          words,
          {.column = binary ? 1 : 0, .first = l * groups.data_width, .width = groups.data_width});
  }
  const HeapRows rows =
      accumulate_rows(heap, m, compress_options(design.spec()),
                      {.clock = {.clock = clk}, .take = take, .first = first, .start = offset});
  m.section(rows.b.valid() ? "The accumulator's two rows added." : "The accumulator's one row.");
  m.assign(sum, heap.add_rows(rows, design.spec().get("final_adder"), name.substr(8)).as_signed());
  m.name_unread();
  return m;
}

}  // namespace

BwShared bw_shared(DesignBuilder& design, hdl::Module& m, const BwSizes& sizes,
                   const hdl::Bits& x) {
  BwShared shared{.x = x};
  if (!design.is("form", "and")) return shared;
  const BwGroups groups = groups_of(design, sizes);
  m.section("What the channels share of the samples.");
  std::vector<hdl::Connection> pins = {{"x_i", x}};
  if (groups.shared_width() > 0) {
    shared.sums = m.wire("sums", hdl::bits(groups.shared_width()));
    pins.emplace_back("sums_o", shared.sums);
  }
  shared.rest = m.wire("rest", hdl::bits(groups.rest_width()));
  pins.emplace_back("rest_o", shared.rest);
  m.instance("u_samples", bw_samples(design, groups), {}, pins);
  return shared;
}

const hdl::Module& bw_channel(DesignBuilder& design, const BwSizes& sizes) {
  const std::string name = channel_name(design, sizes);
  return design.helper(name, {}, {},
                       [&](const hdl::Point&) { return build_channel(design, name, sizes); });
}

}  // namespace gen
