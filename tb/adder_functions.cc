// SPDX-License-Identifier: Apache-2.0
// One row an adder: how its keys become arguments of its golden function.

#include "tb/adder_functions.h"

#include <map>
#include <stdexcept>

#include "golden/add_aca1.h"
#include "golden/add_ama.h"
#include "golden/add_bcsa.h"
#include "golden/add_cesa.h"
#include "golden/add_esa.h"
#include "golden/add_eta1.h"
#include "golden/add_eta2.h"
#include "golden/add_exact.h"
#include "golden/add_gear.h"
#include "golden/add_herloa.h"
#include "golden/add_hoeraa.h"
#include "golden/add_loa.h"
#include "golden/add_oloca.h"
#include "golden/add_sara.h"
#include "golden/add_trunc.h"

namespace tb {
namespace {

using base::Spec;
using UWide = golden::UnsignedWide;

// Width + 1 bits of the result, unsigned.
using Sum = std::function<UWide(UWide a, UWide b, bool carry)>;
using Row = Sum (*)(const Spec& spec, int width);

int size(const Spec& spec, std::string_view key) { return static_cast<int>(spec.size(key)); }

golden::Fill fill(const Spec& spec) {
  if (spec.is("fill", "zeros")) return golden::Fill::kZeros;
  return spec.is("fill", "ones") ? golden::Fill::kOnes : golden::Fill::kHalf;
}

Sum exact(const Spec&, int n) {
  return [n](UWide a, UWide b, bool carry) { return golden::add_exact(a, b, n, carry); };
}

const std::map<std::string, Row>& rows() {
  static const std::map<std::string, Row> all = {
      {"add_prefix", exact},
      {"add_ripple", exact},
      {"add_skip", exact},
      {"add_select", exact},
      {"add_increment", exact},
      // Low part approximate, high part exact.
      {"add_loa",
       [](const Spec& s, int n) -> Sum {
         return [n, k = size(s, "ApproxWidth"), c = !s.is("carry", "none")](
                    UWide a, UWide b, bool) { return golden::add_loa(a, b, n, k, c); };
       }},
      {"add_oloca",
       [](const Spec& s, int n) -> Sum {
         return [n, k = size(s, "ApproxWidth"), m = size(s, "OnesWidth")](UWide a, UWide b, bool) {
           return golden::add_oloca(a, b, n, k, m);
         };
       }},
      {"add_eta1",
       [](const Spec& s, int n) -> Sum {
         return [n, k = size(s, "ApproxWidth")](UWide a, UWide b, bool) {
           return golden::add_eta1(a, b, n, k);
         };
       }},
      {"add_herloa",
       [](const Spec& s, int n) -> Sum {
         return [n, k = size(s, "ApproxWidth")](UWide a, UWide b, bool) {
           return golden::add_herloa(a, b, n, k);
         };
       }},
      {"add_hoeraa",
       [](const Spec& s, int n) -> Sum {
         return [n, k = size(s, "ApproxWidth")](UWide a, UWide b, bool) {
           return golden::add_hoeraa(a, b, n, k);
         };
       }},
      {"add_trunc",
       [](const Spec& s, int n) -> Sum {
         return [n, k = size(s, "ApproxWidth"), f = fill(s)](UWide a, UWide b, bool) {
           return golden::add_trunc(a, b, n, k, f);
         };
       }},
      {"add_ama",
       [](const Spec& s, int n) -> Sum {
         return [n, k = size(s, "ApproxWidth"), cell = size(s, "cell")](UWide a, UWide b, bool) {
           return golden::add_ama(a, b, n, k, cell);
         };
       }},
      // Blocks with speculated carries.
      {"add_esa",
       [](const Spec& s, int n) -> Sum {
         return [n, block = size(s, "block")](UWide a, UWide b, bool) {
           return golden::add_esa(a, b, n, block);
         };
       }},
      {"add_eta2",
       [](const Spec& s, int n) -> Sum {
         return [n, block = size(s, "block")](UWide a, UWide b, bool) {
           return golden::add_eta2(a, b, n, block);
         };
       }},
      {"add_aca1",
       [](const Spec& s, int n) -> Sum {
         return [n, window = size(s, "window")](UWide a, UWide b, bool) {
           return golden::add_aca1(a, b, n, window);
         };
       }},
      {"add_gear",
       [](const Spec& s, int n) -> Sum {
         return [n, r = size(s, "r"), p = size(s, "p")](UWide a, UWide b, bool) {
           return golden::add_gear(a, b, n, r, p);
         };
       }},
      {"add_sara",
       [](const Spec& s, int n) -> Sum {
         return [n, block = size(s, "block")](UWide a, UWide b, bool) {
           return golden::add_sara(a, b, n, block);
         };
       }},
      {"add_bcsa",
       [](const Spec& s, int n) -> Sum {
         return [n, block = size(s, "block")](UWide a, UWide b, bool) {
           return golden::add_bcsa(a, b, n, block);
         };
       }},
      {"add_cesa",
       [](const Spec& s, int n) -> Sum {
         return [n, block = size(s, "block"), rectify = s.is("rectify", "yes")](
                    UWide a, UWide b, bool) { return golden::add_cesa(a, b, n, block, rectify); };
       }},
  };
  return all;
}

}  // namespace

bool is_adder(const std::string& unit) { return rows().contains(unit); }

AdderFunction adder_function(const Spec& resolved) {
  const auto row = rows().find(resolved.unit());
  if (row == rows().end()) throw std::logic_error(resolved.unit() + " is no adder");
  const int width = size(resolved, "Width");
  const Sum sum = row->second(resolved, width);
  if (!resolved.is("operands", "signed")) {
    return [sum](uint64_t a, uint64_t b, bool carry) {
      return static_cast<golden::Wide>(sum(a, b, carry));
    };
  }
  return [sum, width](uint64_t a, uint64_t b, bool carry) {
    const UWide bits = golden::signed_result<UWide>(a, b, sum(a, b, carry), width);
    return golden::as_signed(bits, width + 1);
  };
}

}  // namespace tb
