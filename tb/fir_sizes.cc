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
}

Field FirSizes::preadded_field() const {
  const std::vector<golden::Form> forms = golden::block_forms(blocks);
  int width = coefficient;
  for (int64_t reach = 1; reach < golden::largest_gain(forms); reach *= 2) ++width;
  return {"h_i", static_cast<int>(forms.size()), width, true};
}

Values FirSizes::preadded(const Values& coefficients) const {
  return golden::preadded(coefficients, blocks);
}

}  // namespace tb
