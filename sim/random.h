// SPDX-License-Identifier: Apache-2.0
// Seeded random numbers that are the same on every machine: xoshiro256** with splitmix64 seeding.

#pragma once

#include <array>
#include <cstdint>

namespace sim {

// One step of splitmix64 (Steele, Lea, Flood, OOPSLA 2014): a bijection that mixes well.
constexpr uint64_t mix(uint64_t x) {
  x += 0x9e3779b97f4a7c15u;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
  return x ^ (x >> 31);
}

// A probability as a threshold, so that a draw costs one comparison.
class Chance {
 public:
  constexpr Chance() = default;
  constexpr explicit Chance(double probability)
      : threshold_(probability <= 0   ? 0
                   : probability >= 1 ? kOne
                                      : static_cast<uint64_t>(probability * 0x1p53)) {}
  constexpr uint64_t threshold() const { return threshold_; }
  constexpr bool never() const { return threshold_ == 0; }

  static constexpr uint64_t kOne = uint64_t{1} << 53;

 private:
  uint64_t threshold_ = 0;
};

// xoshiro256** (Blackman and Vigna, 2018). The standard library's distributions differ between
// implementations, so the few that are needed are here.
class Random {
 public:
  // Streams of one seed are independent: `Random(seed, 1)` for the source, `Random(seed, 2)` ...
  explicit constexpr Random(uint64_t seed, uint64_t stream = 0) {
    uint64_t x = mix(seed) ^ mix(~stream);
    for (uint64_t& s : state_) s = x = mix(x);
  }

  constexpr uint64_t next() {
    const uint64_t result = rotate(state_[1] * 5, 7) * 9;
    const uint64_t t = state_[1] << 17;
    state_[2] ^= state_[0];
    state_[3] ^= state_[1];
    state_[1] ^= state_[2];
    state_[0] ^= state_[3];
    state_[2] ^= t;
    state_[3] = rotate(state_[3], 45);
    return result;
  }

  constexpr uint64_t bits(int width) { return width <= 0 ? 0 : next() >> (64 - width); }  // 0..64

  // Uniform in 0..bound-1, bound at least 1, without bias (rejection above the last multiple).
  constexpr uint64_t below(uint64_t bound) {
    const uint64_t reject = (~uint64_t{0} - bound + 1) % bound;  // 2^64 mod bound
    uint64_t x = next();
    while (x < reject) x = next();
    return x % bound;
  }

  constexpr int64_t between(int64_t low, int64_t high) {  // both included
    const uint64_t span = static_cast<uint64_t>(high) - static_cast<uint64_t>(low) + 1;
    return static_cast<int64_t>(static_cast<uint64_t>(low) + (span == 0 ? next() : below(span)));
  }

  constexpr bool draw(Chance chance) { return (next() >> 11) < chance.threshold(); }

 private:
  static constexpr uint64_t rotate(uint64_t x, int k) { return (x << k) | (x >> (64 - k)); }
  std::array<uint64_t, 4> state_{};
};

}  // namespace sim
