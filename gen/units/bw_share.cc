// SPDX-License-Identifier: Apache-2.0
// Subset sums of samples: formed once, selected by every channel.

#include "gen/units/bw_share.h"

#include <fmt/format.h>

#include <bit>

#include "gen/units/helpers.h"

namespace gen {
namespace {

int members(int subset) { return std::popcount(static_cast<unsigned>(subset)); }

int bits_of(int number) { return static_cast<int>(std::bit_width(static_cast<unsigned>(number))); }

int ceil_log2(int count) { return bits_of(count - 1); }

// What tells the modules of one design from another's: how trees are built.
std::string suffix(const DesignBuilder& design, const BwGroups& g) {
  std::string text = fmt::format("k{}_d{}", g.share, g.data_width);
  for (const auto& [key, usual] :
       {std::pair{"tree", "timing"}, {"compressors", "fa"}, {"final_adder", "timing"}}) {
    if (!design.is(key, usual)) text += "_" + design.spec().get(key);
  }
  return text;
}

// All sums of two samples or more of one group.
const hdl::Module& group_sums(DesignBuilder& design, const BwGroups& groups, int size) {
  const std::string name = fmt::format("fircone_bw_group_n{}_{}", size, suffix(design, groups));
  return design.helper(name, {}, {}, [&](const hdl::Point&) {
    hdl::Module m = helper_module(
        name,
        {fmt::format("Sums of two or more of {} samples of {} bit{}, the subsets in the order of "
                     "their masks.",
                     size, groups.data_width, groups.data_width > 1 ? "s" : "")});
    const hdl::Dim width = groups.data_width;
    const hdl::Bits x = m.input("x_i", hdl::bits(size * width), "Samples.");
    const hdl::Bits sums = m.output("sums_o", hdl::bits(groups.sums_width(size)), "Sums.");
    std::vector<hdl::Bits> made(size_t{1} << size);
    for (int subset = 1; subset < 1 << size; ++subset) {
      const auto at = static_cast<size_t>(subset);
      const int last = bits_of(subset) - 1;  // its highest
      const std::string stem = fmt::format("subset_{}", subset);
      if (members(subset) == 1) {
        made[at] = m.wire(fmt::format("x_{}", last), hdl::bits(width), x.lane(last, width));
        continue;
      }
      m.section(fmt::format("Subset {}.", subset));
      const int sum_width = groups.sum_width(members(subset));
      Heap heap(design, m, sum_width, stem + "_");
      heap.add(made[at ^ (size_t{1} << last)], {});
      heap.add(made[size_t{1} << last], {});
      const HeapRows rows = heap.compress(design.spec());
      made[at] = m.wire(stem, hdl::bits(sum_width),
                        heap.add_rows(rows, design.spec().get("final_adder"), name.substr(8)));
      m.assign(sums.slice(groups.sum_lsb(subset), sum_width), made[at]);
    }
    m.name_unread();
    return m;
  });
}

}  // namespace

int BwGroups::sum_width(int count) const { return data_width + ceil_log2(count); }

int BwGroups::sums_width(int size) const { return size < 2 ? 0 : sum_lsb(1 << size); }

int BwGroups::sum_lsb(int subset) const {
  int lsb = 0;
  for (int before = 1; before < subset; ++before) {
    if (members(before) > 1) lsb += sum_width(members(before));
  }
  return lsb;
}

const hdl::Module& bw_samples(DesignBuilder& design, const BwGroups& groups) {
  const std::string name =
      fmt::format("fircone_bw_samples_n{}_{}", groups.lanes, suffix(design, groups));
  return design.helper(name, {}, {}, [&](const hdl::Point&) {
    hdl::Module m = helper_module(
        name,
        {fmt::format("What all channels share of {} samples: {}the sum of their complements.",
                     groups.lanes, groups.share > 1 ? "sums of subsets of neighbours, and " : "")});
    const int width = groups.data_width, share = groups.share;
    const hdl::Bits x = m.input("x_i", hdl::bits(groups.lanes * width), "Samples.");
    hdl::Bits sums;
    if (groups.shared_width() > 0)
      sums = m.output("sums_o", hdl::bits(groups.shared_width()), "Sums, group by group.");
    const hdl::Bits rest =
        m.output("rest_o", hdl::bits(groups.rest_width()), "The sum of all complements.");
    // lanes * (2^width - 1) less the sum of the samples.
    Heap heap(design, m, groups.rest_width());
    for (int64_t most = groups.lanes * ((int64_t{1} << width) - 1), c = 0; most > 0;
         most >>= 1, ++c)
      if (most % 2 == 1) heap.bits().add_constant(static_cast<int>(c));
    const auto subtract = [&](const hdl::Bits& vector, int lsb, int bits) {
      heap.subtract(vector, {.first = lsb, .width = bits});
    };
    const int each = groups.sums_width(share);
    if (groups.shared_width() > 0) {
      const hdl::Bits made = m.wire("sums", hdl::bits(groups.shared_width()));
      m.section("Sums of each group.");
      if (groups.whole() > 0)
        m.generate_for("gen_group", "g", groups.whole(), [&](const hdl::Dim& g) {
          m.instance("u_sums", group_sums(design, groups, share), {},
                     {{"x_i", x.slice(g * (share * width), share * width)},
                      {"sums_o", made.slice(g * each, each)}});
        });
      if (groups.rest() > 1)
        m.instance(
            "u_rest", group_sums(design, groups, groups.rest()), {},
            {{"x_i", x.slice(groups.whole() * share * width, groups.rest() * width)},
             {"sums_o", made.slice(groups.whole() * each, groups.sums_width(groups.rest()))}});
      m.assign(sums, made);
      const auto add_group = [&](int first, int lane, int size) {
        if (size > 1)
          subtract(made, first + groups.sum_lsb((1 << size) - 1), groups.sum_width(size));
        if (size == 1) subtract(x, lane * width, width);
      };
      for (int g = 0; g < groups.whole(); ++g) add_group(g * each, g * share, share);
      add_group(groups.whole() * each, groups.whole() * share, groups.rest());
    } else {
      for (int l = 0; l < groups.lanes; ++l) subtract(x, l * width, width);
    }
    const HeapRows rows = heap.compress(design.spec());
    m.assign(rest, heap.add_rows(rows, design.spec().get("final_adder"), name.substr(8)));
    m.name_unread();
    return m;
  });
}

namespace {

// The word of the group of `size` lanes whose samples, sums and signs begin at these bits.
hdl::Bits selected(hdl::Module& m, const BwGroups& groups, int size, const hdl::Bits& x,
                   const hdl::Bits& sums, const hdl::Bits& s, const hdl::Dim& lane,
                   const hdl::Dim& sums_lsb, const std::string& prefix = {}) {
  const int width = groups.sum_width(size);
  hdl::Bits word;
  for (int subset = 1; subset < 1 << size; ++subset) {
    hdl::Bits pick;
    for (int i = 0; i < size; ++i) {
      const hdl::Bits sign = s.bit(lane + i);
      const hdl::Bits agrees = (subset >> i & 1) != 0 ? ~sign : sign;
      pick = pick.valid() ? pick & agrees : agrees;
    }
    const int count = members(subset);
    const int one = bits_of(subset) - 1;
    const hdl::Bits value =
        count == 1 ? x.slice((lane + one) * groups.data_width, groups.data_width)
                   : sums.slice(sums_lsb + groups.sum_lsb(subset), groups.sum_width(count));
    const int bits = groups.sum_width(count);
    const hdl::Bits named =
        m.wire(fmt::format("{}subset_{}", prefix, subset), hdl::bits(bits), value);
    const hdl::Bits picked = m.wire(fmt::format("{}pick_{}", prefix, subset), hdl::bits(1), pick);
    const hdl::Bits whole = bits == width ? named : hdl::concat({hdl::zeros(width - bits), named});
    const hdl::Bits part = whole & hdl::replicate(width, picked);
    word = word.valid() ? word | part : part;
  }
  return word;
}

}  // namespace

hdl::Bits bw_select(hdl::Module& m, const BwGroups& groups, const hdl::Bits& x,
                    const hdl::Bits& sums, const hdl::Bits& s) {
  const int share = groups.share, width = groups.sum_width(share), each = groups.sums_width(share);
  const int rest = groups.rest();
  const int rest_width = rest == 0 ? 0 : groups.sum_width(rest);
  const hdl::Bits words = m.wire("words", hdl::bits(groups.whole() * width + rest_width));
  m.section("Of each group the sum of the samples with weight +1.");
  if (groups.whole() > 0)
    m.generate_for("gen_group", "g", groups.whole(), [&](const hdl::Dim& g) {
      const hdl::Bits word = selected(m, groups, share, x, sums, s, g * share, g * each);
      m.assign(words.lane(g, width), groups.inverted() ? ~word : word);
    });
  if (rest > 0) {
    const hdl::Bits word = selected(m, groups, rest, x, sums, s, groups.whole() * share,
                                    groups.whole() * each, "last_");
    m.assign(words.slice(groups.whole() * width, rest_width), groups.inverted() ? ~word : word);
  }
  return words;
}

void bw_add_selected(Heap& heap, const BwGroups& groups, const hdl::Bits& words) {
  const auto add = [&](int first, int width) {
    heap.add(words, {.column = 1, .first = first, .width = width, .inverted = groups.inverted()});
  };
  const int width = groups.sum_width(groups.share);
  for (int g = 0; g < groups.whole(); ++g) add(g * width, width);
  if (groups.rest() > 0) add(groups.whole() * width, groups.sum_width(groups.rest()));
}

}  // namespace gen
