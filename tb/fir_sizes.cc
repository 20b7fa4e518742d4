// SPDX-License-Identifier: Apache-2.0
// Sizes and ports of the FIR filter, from its resolved spec.

#include "tb/fir_sizes.h"

namespace tb {

FirSizes::FirSizes(const base::Spec& spec)
    : taps(static_cast<int>(spec.size("taps"))),
      parallel(static_cast<int>(spec.size("parallel"))),
      data(static_cast<int>(spec.size("DataWidth"))),
      coefficient(static_cast<int>(spec.size("CoefWidth"))),
      data_signed(spec.is("data", "signed")),
      offline(spec.is("preadd", "offline")) {
  result = data + coefficient + growth(taps, data_signed);
  blocks = {taps, parallel, spec.get("algorithm"),
            !spec.is("scheme", "direct") && spec.is("form", "D")};
  forms = golden::block_forms(blocks);
}

Field FirSizes::preadded_field() const {
  return {"h_i", static_cast<int>(forms.size()),
          coefficient + ceil_log2(golden::largest_gain(forms)), true};
}

Values FirSizes::preadded(const Values& coefficients) const {
  return golden::preadded(coefficients, forms);
}

}  // namespace tb
