// Stands in for libFuzzer where it is not: gives each file of the named folders to the fuzzer, once as it is, once without its last byte
// and once with each of a few of its bytes changed. Then, for as many seconds as MUNIMENT_FUZZ_SECONDS says, with several changes at
// random: without looking at what they reach, which libFuzzer does (tools/fuzz).
#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <utility>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size);

namespace {

using Bytes = std::vector<std::uint8_t>;

// In memory of exactly its size, so that a sanitizer sees who looks beyond its end.
void give(Bytes bytes) {
  bytes.shrink_to_fit();
  LLVMFuzzerTestOneInput(bytes.data(), bytes.size());
}

Bytes replay(const std::filesystem::path& file) {
  constexpr std::size_t changes_max = 256;
  std::ifstream in(file, std::ios::binary);
  const Bytes seed{std::istreambuf_iterator<char>(in), {}};
  give(seed);
  if (seed.empty()) return seed;
  give({seed.begin(), seed.end() - 1});
  const std::size_t step = std::max<std::size_t>(1, seed.size() / changes_max);
  for (std::size_t at = 0; at < seed.size(); at += step) {
    for (const unsigned flip : {0x01U, 0x20U, 0x80U, 0xffU}) {
      Bytes changed = seed;
      changed[at] = static_cast<std::uint8_t>(changed[at] ^ flip);
      give(std::move(changed));
    }
  }
  return seed;
}

// Bytes changed, taken out, doubled, put in, or taken from another seed.
Bytes changed_at_random(Bytes bytes, const std::vector<Bytes>& seeds, std::mt19937& random) {
  constexpr std::size_t bytes_max = 4096;
  const auto below = [&](std::size_t limit) { return random() % std::max<std::size_t>(limit, 1); };
  const auto offset = [](std::size_t at) { return static_cast<std::ptrdiff_t>(at); };
  for (std::size_t changes = 1 + below(5); changes > 0; --changes) {
    const std::size_t at = below(bytes.size());
    const std::size_t some = std::min(bytes.size() - std::min(at, bytes.size()), 1 + below(16));
    const Bytes& other = seeds[below(seeds.size())];
    const std::size_t from = below(other.size());
    const std::size_t more = std::min(other.size() - std::min(from, other.size()), 1 + below(32));
    switch (below(5)) {
      case 0:
        if (!bytes.empty()) bytes[at] = static_cast<std::uint8_t>(random());
        break;
      case 1:
        bytes.erase(bytes.begin() + offset(at), bytes.begin() + offset(at + some));
        break;
      case 2: {
        const Bytes again(bytes.begin() + offset(at), bytes.begin() + offset(at + some));
        bytes.insert(bytes.begin() + offset(at), again.begin(), again.end());
        break;
      }
      case 3:
        bytes.insert(bytes.begin() + offset(at), some, static_cast<std::uint8_t>(random()));
        break;
      default:
        bytes.insert(bytes.begin() + offset(at), other.begin() + offset(from), other.begin() + offset(from + more));
        break;
    }
  }
  if (bytes.size() > bytes_max) bytes.resize(bytes_max);
  return bytes;
}

// MUNIMENT_FUZZ_LAST names a file that has the bytes given last: those that ended the program, where they do.
void give_at_random(const std::vector<Bytes>& seeds, std::chrono::seconds time) {
  std::mt19937 random(std::random_device{}());
  std::size_t given = 0;
  const auto until = std::chrono::steady_clock::now() + time;
  for (; std::chrono::steady_clock::now() < until; ++given) {
    Bytes bytes = changed_at_random(seeds[random() % seeds.size()], seeds, random);
    if (const char* last = std::getenv("MUNIMENT_FUZZ_LAST"))
      std::ofstream(last, std::ios::binary | std::ios::trunc).write(reinterpret_cast<const char*>(bytes.data()), std::ssize(bytes));
    give(std::move(bytes));
  }
  std::printf("%zu at random\n", given);
}

}  // namespace

int main(int argc, char** argv) {
  std::vector<Bytes> seeds;
  for (int i = 1; i < argc; ++i) {
    for (const auto& entry : std::filesystem::directory_iterator(argv[i])) seeds.push_back(replay(entry.path()));
  }
  std::printf("%zu seeds\n", seeds.size());
  const char* seconds = std::getenv("MUNIMENT_FUZZ_SECONDS");
  if (seconds != nullptr && !seeds.empty()) give_at_random(seeds, std::chrono::seconds{std::atoi(seconds)});
  return seeds.empty() ? 1 : 0;  // A corpus that is not there shows nothing.
}
