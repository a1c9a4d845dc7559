// Stands in for libFuzzer where it is not: gives each file of the named folders to the fuzzer, once as it is, once without its last byte
// and once with each of a few of its bytes changed.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size);

namespace {

using Bytes = std::vector<std::uint8_t>;

// In memory of exactly its size, so that a sanitizer sees who looks beyond its end.
void give(Bytes bytes) {
  bytes.shrink_to_fit();
  LLVMFuzzerTestOneInput(bytes.data(), bytes.size());
}

void replay(const std::filesystem::path& file) {
  constexpr std::size_t changes_max = 256;
  std::ifstream in(file, std::ios::binary);
  const Bytes seed{std::istreambuf_iterator<char>(in), {}};
  give(seed);
  if (seed.empty()) return;
  give({seed.begin(), seed.end() - 1});
  const std::size_t step = std::max<std::size_t>(1, seed.size() / changes_max);
  for (std::size_t at = 0; at < seed.size(); at += step) {
    for (const unsigned flip : {0x01U, 0x20U, 0x80U, 0xffU}) {
      Bytes changed = seed;
      changed[at] = static_cast<std::uint8_t>(changed[at] ^ flip);
      give(std::move(changed));
    }
  }
}

}  // namespace

int main(int argc, char** argv) {
  std::size_t files = 0;
  for (int i = 1; i < argc; ++i) {
    for (const auto& entry : std::filesystem::directory_iterator(argv[i])) {
      replay(entry.path());
      ++files;
    }
  }
  std::printf("%zu seeds\n", files);
  return files > 0 ? 0 : 1;  // A corpus that is not there shows nothing.
}
