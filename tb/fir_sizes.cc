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
}

Field FirSizes::preadded_field() const {
  const auto sums = preadded(Values(static_cast<size_t>(taps), 0));
  return {"h_i", static_cast<int>(sums.size()), coefficient + 1, true};
}

Values FirSizes::preadded(const Values& coefficients) const {
  return golden::filter_sums(coefficients, parallel);
}

}  // namespace tb
