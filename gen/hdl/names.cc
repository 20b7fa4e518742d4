// SPDX-License-Identifier: Apache-2.0
// Names: characters and keywords.

#include "gen/hdl/names.h"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>
#include <unordered_set>

namespace hdl {
namespace {

// IEEE 1364-2005 and, so that the text may stand in a SystemVerilog project, IEEE 1800-2012.
constexpr std::string_view kKeywords =
    " accept_on alias always always_comb always_ff always_latch and assert assign assume automatic "
    "before begin bind bins binsof bit break buf bufif0 bufif1 byte case casex casez cell chandle "
    "checker class clocking cmos config const constraint context continue cover covergroup "
    "coverpoint cross deassign default defparam design disable dist do edge else end endcase "
    "endchecker endclass endclocking endconfig endfunction endgenerate endgroup endinterface "
    "endmodule endpackage endprimitive endprogram endproperty endsequence endspecify endtable "
    "endtask enum event eventually expect export extends extern final first_match for force "
    "foreach forever fork forkjoin function generate genvar global highz0 highz1 if iff ifnone "
    "ignore_bins illegal_bins implements implies import incdir include initial inout input inside "
    "instance int integer interconnect interface intersect join join_any join_none large let "
    "liblist library local localparam logic longint macromodule matches medium modport module nand "
    "negedge nettype new nexttime nmos nor noshowcancelled not notif0 notif1 null or output "
    "package "
    "packed parameter pmos posedge primitive priority program property protected pull0 pull1 "
    "pulldown pullup pulsestyle_ondetect pulsestyle_onevent pure rand randc randcase randsequence "
    "rcmos real realtime ref reg reject_on release repeat restrict return rnmos rpmos rtran "
    "rtranif0 rtranif1 s_always s_eventually s_nexttime s_until s_until_with scalared sequence "
    "shortint shortreal showcancelled signed small soft solve specify specparam static string "
    "strong strong0 strong1 struct super supply0 supply1 sync_accept_on sync_reject_on table "
    "tagged "
    "task this throughout time timeprecision timeunit tran tranif0 tranif1 tri tri0 tri1 triand "
    "trior trireg type typedef union unique unique0 unsigned until until_with untyped use uwire "
    "var "
    "vectored virtual void wait wait_order wand weak weak0 weak1 while wildcard wire with within "
    "wor xnor xor ";

bool is_keyword(std::string_view name) {
  static const std::unordered_set<std::string_view> words = [] {
    std::unordered_set<std::string_view> set;
    for (size_t at = 1, end; at < kKeywords.size(); at = end + 1) {
      end = kKeywords.find(' ', at);
      set.insert(kKeywords.substr(at, end - at));
    }
    return set;
  }();
  return words.count(name) > 0;
}

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

// A file is called like its module, and file systems end at 255.
constexpr size_t kLongest = 240;

}  // namespace

void check_name(std::string_view name) {
  const bool legal = !name.empty() && name.size() <= kLongest && is_letter(name[0]) &&
                     std::all_of(name.begin(), name.end(), [](char c) {
                       return is_letter(c) || (c >= '0' && c <= '9') || c == '_';
                     });
  if (!legal) {
    throw std::logic_error(fmt::format(
        "name '{}': a letter, then letters, digits and underscores, at most {}", name, kLongest));
  }
  if (is_keyword(name)) {
    throw std::logic_error(fmt::format("name '{}' is a keyword", name));
  }
}

}  // namespace hdl
