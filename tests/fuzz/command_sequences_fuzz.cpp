// Any sequence of commands may come, of whom ever: each is decided as the job aids' rules say, and the log replays to the same state.
// Five bytes a command.
#include <cstdint>

#include "events/values/assert.h"
#include "scratch_folder.h"
#include "tests/commands/sequences/run.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  using namespace muniment;
  using namespace muniment::sequences;
  constexpr std::size_t deeds_max = 200;
  static const ScratchFolder folder("sequences");
  static RunVault vault(folder.path() / "vaults");
  static std::uint64_t number = 0;
  std::vector<Deed> deeds = deeds_of({bytes, size});
  if (deeds.size() > deeds_max) deeds.resize(deeds_max);
  const std::string wrong = Run(vault.vault(), ++number).play(deeds);
  if (!wrong.empty()) std::fprintf(stderr, "%s\n", wrong.c_str());
  MUNIMENT_ASSERT(wrong.empty());
  return 0;
}
