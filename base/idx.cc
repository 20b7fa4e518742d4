// SPDX-License-Identifier: Apache-2.0
// Arrays of bytes in IDX files, the format of MNIST's pictures and labels.

#include "base/idx.h"

#include <fmt/format.h>
#include <zlib.h>

#include <algorithm>
#include <string>
#include <string_view>

#include "base/error.h"
#include "base/files.h"

namespace base {
namespace {

namespace fs = std::filesystem;

// Of an array; a file that claims or unpacks to more is taken for damaged.
constexpr size_t kMaxBytes = size_t{1} << 30;

constexpr std::string_view kGzipMagic = "\x1f\x8b";

// All members of a gzip file.
std::string unpack(const std::string& packed, const std::string& name) {
  if (packed.size() > kMaxBytes) usage_error(name, "larger than 1 GB");
  z_stream stream = {};
  if (::inflateInit2(&stream, 15 + 16) != Z_OK) check_error(name, "zlib: out of memory");
  struct End {
    z_stream& stream;
    ~End() { ::inflateEnd(&stream); }
  } end{stream};
  // zlib's interface is older than const.
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed.data()));
  stream.avail_in = static_cast<uInt>(packed.size());
  std::string text;
  std::string buffer(size_t{1} << 16, '\0');
  while (stream.avail_in > 0) {
    stream.next_out = reinterpret_cast<Bytef*>(buffer.data());
    stream.avail_out = static_cast<uInt>(buffer.size());
    const int status = ::inflate(&stream, Z_NO_FLUSH);
    text.append(buffer, 0, buffer.size() - stream.avail_out);
    if (text.size() > kMaxBytes + 64) usage_error(name, "unpacks to more than 1 GB");
    if (status == Z_STREAM_END && stream.avail_in > 0) {
      ::inflateReset(&stream);
    } else if (status == Z_STREAM_END) {
      return text;
    } else if (status != Z_OK) {
      usage_error(name, fmt::format("damaged gzip file after {} bytes of content", text.size()));
    }
  }
  usage_error(name,
              fmt::format("truncated gzip file: ends after {} bytes of content", text.size()));
}

size_t big_endian(const std::string& text, size_t place) {
  size_t value = 0;
  for (size_t i = 0; i < 4; ++i) value = value << 8 | static_cast<uint8_t>(text[place + i]);
  return value;
}

}  // namespace

IdxArray read_idx(const fs::path& path, int dimensions) {
  fs::path file = path;
  std::error_code ignored;
  if (!fs::exists(path, ignored) && fs::exists(path.string() + ".gz", ignored)) file += ".gz";
  const std::string name = file.string();
  std::string text = read_file(file);
  if (text.starts_with(kGzipMagic)) text = unpack(text, name);

  const auto byte = [&](size_t i) { return static_cast<unsigned>(static_cast<uint8_t>(text[i])); };
  if (text.size() >= 4 && (byte(0) != 0 || byte(1) != 0))
    usage_error(name, fmt::format("no IDX file: begins with {:02x} {:02x}, must be 00 00", byte(0),
                                  byte(1)));
  if (text.size() >= 4 && byte(2) != 8)
    usage_error(name,
                fmt::format("elements of type 0x{:02x}, must be 0x08 (unsigned bytes)", byte(2)));
  if (text.size() >= 4 && byte(3) != static_cast<unsigned>(dimensions))
    usage_error(name, fmt::format("{} dimensions, must be {} (pictures have 3, labels 1)", byte(3),
                                  dimensions));
  const size_t header = 4 + 4 * static_cast<size_t>(dimensions);
  if (text.size() < header)
    usage_error(name,
                fmt::format("truncated: {} bytes, the header alone has {}", text.size(), header));

  IdxArray array;
  size_t count = 1;
  for (size_t d = 0; d < static_cast<size_t>(dimensions); ++d) {
    const size_t size = big_endian(text, 4 + 4 * d);
    // In this order nothing overflows, whatever the header claims.
    count = size > kMaxBytes || count * size > kMaxBytes ? kMaxBytes + 1 : count * size;
    array.shape.push_back(size);
    if (count > kMaxBytes) break;
  }
  if (count > kMaxBytes) usage_error(name, "claims more than 1 GB of elements");
  if (text.size() != header + count)
    usage_error(name, fmt::format("{}: {} bytes of elements, the header says {}",
                                  text.size() < header + count ? "truncated" : "too long",
                                  text.size() - header, count));
  array.bytes.assign(text.begin() + static_cast<std::ptrdiff_t>(header), text.end());
  return array;
}

}  // namespace base
