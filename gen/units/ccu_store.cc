// SPDX-License-Identifier: Apache-2.0
// Sample memory of ccu: 25 banks, so that any window of 5 x 5 samples is read in one cycle.

#include <fmt/format.h>

#include "gen/units/ccu_parts.h"

namespace gen {
namespace {

constexpr int kBanks = kCcuWindow;  // either way

// Bank of sample i of a window that begins in bank `residue`; 5 has no common factor with a stride
// of 1 or 2, so the five are different.
int bank_of(int residue, int stride, int i) { return (residue + stride * i) % kBanks; }

// Calls `choice` for {stride 2, residue}, all ten of them.
void each_start(
    const std::function<void(const hdl::Bits& label, int stride, int residue)>& choice) {
  for (int stride = 1; stride <= 2; ++stride) {
    for (int residue = 0; residue < kBanks; ++residue)
      choice(hdl::literal(4, (stride - 1) * 8 + residue), stride, residue);
  }
}

hdl::Module build_banks(const std::string& name, const hdl::Point& at) {
  hdl::Module m = helper_module(
      name,
      {"Where the samples of a window lie, in one dimension: sample g of bank b is number 5*g + b. "
       "From the first sample's bank (residue) and group to the group in each of the five banks; "
       "groups go round. Two cycles."});
  const hdl::Dim groups = m.parameter("Groups", at.at("Groups"), 5, 1024, "Groups of a bank.");
  const hdl::Dim width = hdl::clog2(groups);
  const hdl::Bits clk = m.input("clk_i", hdl::bits(1), "Clock.");
  const hdl::Bits stride2 = m.input("stride2_i", hdl::bits(1), "Every second sample.");
  const hdl::Bits residue = m.input("residue_i", hdl::bits(3), "Bank of the first sample, 0..4.");
  const hdl::Num group = m.input("group_i", hdl::uint(width), "Its group.");
  const hdl::Bits out =
      m.output("groups_o", hdl::bits(kBanks * width), "Of the sample in bank b, lane b.");
  m.section("Groups that the window's sample in bank b lies beyond its first.");
  const hdl::Bits beyond_q = m.reg("beyond_q", hdl::bits(2 * kBanks));
  const hdl::Num group_q = m.reg("group_q", hdl::uint(width));
  const hdl::Bits start = m.wire("start", hdl::bits(4), hdl::concat({stride2, residue}));
  m.clocked({.clock = clk}, [&](hdl::Clocked& c) {
    c.set(group_q, group);
    std::vector<hdl::Clocked::Choice> choices;
    each_start([&](const hdl::Bits& label, int stride, int first) {
      int64_t beyond = 0;
      for (int i = 0; i < kBanks; ++i)
        beyond |= int64_t{(first + stride * i) / kBanks} << (2 * bank_of(first, stride, i));
      choices.push_back(
          {label, [&c, &beyond_q, beyond] { c.set(beyond_q, hdl::literal(2 * kBanks, beyond)); }});
    });
    c.select(start, choices, [&] { c.set(beyond_q, hdl::zeros(2 * kBanks)); });
  });
  const hdl::Dim wide = width + 2;
  const hdl::Num count = m.constant("GroupCount", hdl::uint(wide), groups);
  m.generate_for("gen_bank", "b", kBanks, [&](const hdl::Dim& b) {
    const hdl::Num far =
        m.wire("far", hdl::uint(wide), group_q + beyond_q.lane(b, 2).as_unsigned());
    const hdl::Num round =
        m.wire("round", hdl::uint(width), hdl::wrapping_difference(far, count, width));
    const hdl::Num near_q = m.reg("near_q", hdl::uint(width));
    m.registers({.clock = clk}, {}, {{near_q, hdl::mux(far >= count, round, far).wrap(width)}});
    m.assign(out.lane(b, width), near_q.bits());
  });
  return m;
}

hdl::Module build_align(const std::string& name, const hdl::Point& at) {
  hdl::Module m = helper_module(
      name, {"From the order of the five banks to the order of a window's five lanes; one cycle."});
  const hdl::Dim width = m.parameter("Width", at.at("Width"), 1, 128, "Bits of a lane.");
  const hdl::Bits clk = m.input("clk_i", hdl::bits(1), "Clock.");
  const hdl::Bits stride2 = m.input("stride2_i", hdl::bits(1), "Every second sample.");
  const hdl::Bits residue = m.input("residue_i", hdl::bits(3), "Bank of the first sample.");
  const hdl::Bits x = m.input("x_i", hdl::bits(kBanks * width), "Lane b: of bank b.");
  const hdl::Bits y = m.output("y_o", hdl::bits(kBanks * width), "Lane i: sample i.");
  const hdl::Bits y_q = m.reg("y_q", hdl::bits(kBanks * width));
  const hdl::Bits start = m.wire("start", hdl::bits(4), hdl::concat({stride2, residue}));
  m.clocked({.clock = clk}, [&](hdl::Clocked& c) {
    std::vector<hdl::Clocked::Choice> choices;
    each_start([&](const hdl::Bits& label, int stride, int first) {
      std::vector<hdl::Bits> lanes;
      for (int i = kBanks - 1; i >= 0; --i)
        lanes.push_back(x.lane(bank_of(first, stride, i), width));
      choices.push_back({label, [&c, &y_q, lanes = hdl::concat(lanes)] { c.set(y_q, lanes); }});
    });
    c.select(start, choices, [&] { c.set(y_q, x); });
  });
  m.assign(y, y_q);
  return m;
}

const hdl::Module& banks(DesignBuilder& design, const hdl::Dim& groups) {
  const std::string name = "fircone_ccu_banks";
  return design.helper(name, {{"Groups", groups.value()}}, {{"Groups", 26}},
                       [&](const hdl::Point& at) { return build_banks(name, at); });
}

const hdl::Module& align(DesignBuilder& design, const hdl::Dim& width) {
  const std::string name = "fircone_ccu_align";
  return design.helper(name, {{"Width", width.value()}}, {{"Width", 8}},
                       [&](const hdl::Point& at) { return build_align(name, at); });
}

hdl::Module build_store(DesignBuilder& design, const std::string& name, int pixels,
                        const hdl::Point& at) {
  hdl::Module m = helper_module(
      name,
      {fmt::format("Sample memory of ccu: 5 x 5 banks, sample (row, column) in bank (row mod 5, "
                   "column mod 5), all channels of a pixel in a word. Takes {} neighbouring pixels "
                   "a cycle, gives a window of one channel six cycles after it was asked for.",
                   pixels)});
  const hdl::Dim data_width =
      m.parameter("DataWidth", at.at("DataWidth"), 2, 16, "Bits of a sample.");
  const hdl::Dim channels = m.parameter("InChannels", at.at("InChannels"), 1, 64, "Channels.");
  const hdl::Dim row_groups =
      m.parameter("RowGroups", at.at("RowGroups"), 5, 16, "Rows of a bank.");
  const hdl::Dim column_groups =
      m.parameter("ColumnGroups", at.at("ColumnGroups"), 7, 1024, "Columns of a bank.");
  const hdl::Dim word = m.localparam("WordWidth", channels * data_width);
  const hdl::Dim depth = m.localparam("Depth", row_groups * column_groups);
  const hdl::Dim address_width = hdl::clog2(depth);
  const hdl::Dim row_width = hdl::clog2(row_groups);
  const hdl::Dim column_width = hdl::clog2(column_groups);
  const hdl::BitsType flag = hdl::bits(1);
  const hdl::Bits clk = m.input("clk_i", flag, "Clock.");
  const hdl::Num write_row = m.input("write_row_i", hdl::uint(row_width), "Group of the row,");
  const hdl::Bits write_row_bank = m.input("write_row_bank_i", hdl::bits(3), "its bank.");
  const hdl::Num write_column =
      m.input("write_column_i", hdl::uint(column_width), "Group of the first pixel's column,");
  const hdl::Bits write_column_bank = m.input("write_column_bank_i", hdl::bits(3), "its bank.");
  const hdl::Bits write = m.input("write_i", hdl::bits(pixels), "Pixels to write.");
  const hdl::Bits pixel = m.input("pixels_i", hdl::bits(pixels * word), "Their samples.");
  const hdl::Bits read = m.input("read_i", flag, "A window of another place; else the last one.");
  const hdl::Num row = m.input("row_i", hdl::uint(row_width), "Group of its first row,");
  const hdl::Bits row_bank = m.input("row_bank_i", hdl::bits(3), "its bank.");
  const hdl::Num column =
      m.input("column_i", hdl::uint(column_width), "Group of its first column,");
  const hdl::Bits column_bank = m.input("column_bank_i", hdl::bits(3), "its bank.");
  const hdl::Bits stride2 = m.input("stride2_i", flag, "Every second row and column.");
  const hdl::Num channel =
      m.input("channel_i", hdl::uint(kCcuChannelBits), "Channel of the window.");
  const hdl::Bits x = m.output("x_o", hdl::bits(kBanks * kBanks * data_width),
                               "Sample (row r, column c) at bit (5*r + c) * DataWidth.");
  const hdl::Clock clock{.clock = clk};

  m.section("What is written: pixel p goes to the p-th bank after the first one's.");
  const hdl::Bits row_hit = m.wire("row_hit", hdl::bits(kBanks));
  const hdl::Bits column_hit = m.wire("column_hit", hdl::bits(kBanks));
  const hdl::Bits column_data = m.wire("column_data", hdl::bits(kBanks * word));
  const hdl::Bits column_group = m.wire("column_group", hdl::bits(kBanks * column_width));
  hdl::Num next_column;
  if (pixels > 1)
    next_column =
        m.wire("next_column", hdl::uint(column_width), (write_column + 1).wrap(column_width));
  for (int b = 0; b < kBanks; ++b) {
    m.assign(row_hit.bit(b), write_row_bank == hdl::literal(3, b));
    hdl::Bits hit, data, after;
    for (int p = 0; p < pixels; ++p) {
      const int first = (b - p + kBanks) % kBanks;
      const hdl::Bits here = write_column_bank == hdl::literal(3, first);
      const hdl::Bits lane = pixel.lane(p, word);
      hit = hit.valid() ? hit | (here & write.bit(p)) : here & write.bit(p);
      data = data.valid() ? hdl::mux(here, lane, data) : lane;
      if (first > b) after = after.valid() ? after | here : here;
    }
    m.assign(column_hit.bit(b), hit);
    m.assign(column_data.lane(b, word), data);
    m.assign(column_group.lane(b, column_width),
             after.valid() ? hdl::mux(after, next_column.bits(), write_column.bits())
                           : write_column.bits());
  }

  m.section("Groups of a window in each bank, two cycles later.");
  const hdl::Bits row_group = m.wire("row_group", hdl::bits(kBanks * row_width));
  const hdl::Bits read_group = m.wire("read_group", hdl::bits(kBanks * column_width));
  m.instance("u_rows", banks(design, row_groups), {{"Groups", row_groups}},
             {{"clk_i", clk},
              {"stride2_i", stride2},
              {"residue_i", row_bank},
              {"group_i", row},
              {"groups_o", row_group}});
  m.instance("u_columns", banks(design, column_groups), {{"Groups", column_groups}},
             {{"clk_i", clk},
              {"stride2_i", stride2},
              {"residue_i", column_bank},
              {"group_i", column},
              {"groups_o", read_group}});
  const hdl::Bits reading = ccu_delayed(m, clock, "read", read, 2);
  const hdl::Bits channel_3 = ccu_delayed(m, clock, "channel", channel.bits(), 2);
  constexpr int kPlaceBits = kCcuChannelBits + 5;
  const hdl::Num samples = m.constant("SampleWidth", hdl::uint(5), data_width);
  const hdl::Num place_q = m.reg("place_q", hdl::uint(kPlaceBits));
  m.registers(clock, {}, {{place_q, channel_3.as_unsigned() * samples}});

  m.section("The banks, and one channel of their words.");
  constexpr int kBaseBits = 15;
  const hdl::Num row_step = m.constant("RowStep", hdl::uint(11), column_groups);
  const auto address_of = [&](const std::string& what, const hdl::Num& base,
                              const hdl::Num& group) {
    const hdl::Num word_number = m.wire(what + "_word", hdl::uint(kBaseBits + 1), base + group);
    m.unused("unused_" + what + "_word",
             word_number.bits().slice(address_width, kBaseBits + 1 - address_width));
    return m.wire(what + "_address", hdl::uint(address_width), word_number.wrap(address_width));
  };
  const hdl::Num write_base = m.wire("write_base", hdl::uint(kBaseBits), write_row * row_step);
  const hdl::Bits chosen = m.wire("chosen", hdl::bits(kBanks * kBanks * data_width));
  const hdl::Bits chosen_q = m.reg("chosen_q", hdl::bits(kBanks * kBanks * data_width));
  m.generate_for("gen_row", "r", kBanks, [&](const hdl::Dim& r) {
    const hdl::Num read_row =
        m.wire("read_row", hdl::uint(row_width), row_group.lane(r, row_width).as_unsigned());
    const hdl::Num read_base = m.wire("read_base", hdl::uint(kBaseBits), read_row * row_step);
    m.generate_for("gen_column", "c", kBanks, [&](const hdl::Dim& c) {
      const hdl::Num write_address =
          address_of("write", write_base, column_group.lane(c, column_width).as_unsigned());
      const hdl::Num read_address =
          address_of("read", read_base, read_group.lane(c, column_width).as_unsigned());
      const hdl::Bits stored = m.wire("stored", hdl::bits(word));
      m.instance("u_bank", ram_1r1w(design, word.value(), depth.value()),
                 {{"Width", word}, {"Depth", depth}},
                 {{"clk_i", clk},
                  {"read_i", reading},
                  {"read_address_i", read_address},
                  {"read_data_o", stored},
                  {"write_i", row_hit.bit(r) & column_hit.bit(c)},
                  {"write_address_i", write_address},
                  {"write_data_i", column_data.lane(c, word)}});
      const hdl::Num moved =
          m.wire("moved", hdl::uint(word), stored.as_unsigned().shift_right(place_q));
      const hdl::Bits moved_bits = m.wire("moved_bits", hdl::bits(word), moved.bits());
      m.assign(chosen.lane(kBanks * r + c, data_width), moved_bits.slice(0, data_width));
      m.generate_if("gen_more", hdl::is_above(word, data_width), [&] {
        m.unused("unused_moved", moved_bits.slice(data_width, word - data_width));
      });
    });
  });
  m.registers(clock, {}, {}, {{chosen_q, chosen}});

  m.section("From banks to rows and columns of the window.");
  const hdl::Bits stride2_rows = ccu_delayed(m, clock, "stride2", stride2, 4);
  const hdl::Bits row_bank_5 = ccu_delayed(m, clock, "row_bank", row_bank, 4);
  const hdl::Bits stride2_columns = ccu_delayed(m, clock, "stride2_column", stride2_rows, 1);
  const hdl::Bits column_bank_6 = ccu_delayed(m, clock, "column_bank", column_bank, 5);
  const hdl::Dim row_bits = kBanks * data_width;
  const hdl::Bits rows = m.wire("rows", hdl::bits(kBanks * row_bits));
  m.instance("u_align_rows", align(design, row_bits), {{"Width", row_bits}},
             {{"clk_i", clk},
              {"stride2_i", stride2_rows},
              {"residue_i", row_bank_5},
              {"x_i", chosen_q},
              {"y_o", rows}});
  m.generate_for("gen_align", "r", kBanks, [&](const hdl::Dim& r) {
    m.instance("u_align", align(design, data_width), {{"Width", data_width}},
               {{"clk_i", clk},
                {"stride2_i", stride2_columns},
                {"residue_i", column_bank_6},
                {"x_i", rows.lane(r, row_bits)},
                {"y_o", x.lane(r, row_bits)}});
  });
  return m;
}

}  // namespace

hdl::Dim ccu_row_groups(const hdl::Dim& max_kernel) { return hdl::ceil_div(max_kernel + 23, 5); }

hdl::Bits ccu_delayed(hdl::Module& m, const hdl::Clock& clock, const std::string& name,
                      const hdl::Bits& value, int stages) {
  std::vector<std::pair<hdl::Bits, hdl::Bits>> moves;
  hdl::Bits last = value;
  for (int i = 1; i <= stages; ++i) {
    const hdl::Bits next = m.reg(fmt::format("{}_{}_q", name, i), hdl::bits(value.width()));
    moves.emplace_back(next, last);
    last = next;
  }
  m.registers(clock, {}, {}, moves);
  return last;
}

const hdl::Module& ccu_store(DesignBuilder& design) {
  const int pixels = static_cast<int>(design.size("Pixels"));
  const std::string name = fmt::format("fircone_ccu_store_p{}", pixels);
  return design.helper(
      name,
      {{"DataWidth", design.size("DataWidth")},
       {"InChannels", design.size("InChannels")},
       {"RowGroups", ccu_row_groups(design.size("MaxKernel")).value()},
       {"ColumnGroups", (design.size("MaxWidth") + 4) / 5}},
      {{"DataWidth", 8}, {"InChannels", 16}, {"RowGroups", 7}, {"ColumnGroups", 26}},
      [&](const hdl::Point& at) { return build_store(design, name, pixels, at); });
}

}  // namespace gen
