// SPDX-License-Identifier: Apache-2.0
// The C interface between a loaded model and the program, defined once for both sides.

#pragma once

#include <cstdint>

// Compiled here, and pasted as text into the adaptor of every model. No C++ type crosses it, and no
// exception: calls answer with a status. Change kModelAbi with it.
// Features: 1 waveforms, 2 coverage. Statuses of eval: 0 goes on, 1 $finish, 2 $stop, 3 $fatal or a
// fault in the runtime.
#define FIRCONE_MODEL_ABI                                    \
  struct FirconePort {                                       \
    const char* name;                                        \
    int32_t input;                                           \
    int32_t width;                                           \
  };                                                         \
  struct FirconeModel {                                      \
    uint32_t abi;                                            \
    uint32_t bytes;                                          \
    uint32_t features;                                       \
    uint32_t port_count;                                     \
    const FirconePort* ports;                                \
    void* (*create)(uint32_t seed, void** storage);          \
    void (*destroy)(void* self);                             \
    int32_t (*eval)(void* self);                             \
    const char* (*message)(void* self);                      \
    int32_t (*open_trace)(void* self, const char* file);     \
    void (*dump_trace)(void* self, uint64_t time_ps);        \
    void (*close_trace)(void* self);                         \
    int32_t (*write_coverage)(void* self, const char* file); \
  };

#define FIRCONE_TEXT_OF(...) #__VA_ARGS__
#define FIRCONE_EXPANDED_TEXT_OF(...) FIRCONE_TEXT_OF(__VA_ARGS__)

namespace sim::abi {

FIRCONE_MODEL_ABI

inline constexpr uint32_t kModelAbi = 1;
inline constexpr const char* kText = FIRCONE_EXPANDED_TEXT_OF(FIRCONE_MODEL_ABI);

}  // namespace sim::abi
