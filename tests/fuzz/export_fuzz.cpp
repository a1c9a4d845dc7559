// Any bytes may have been put into the files of an export on their way: whoever verifies it finds a fault, or what is established is what
// was before. Bytes of a bundle or of a tile that are others are always found.
//
// The first byte says in which file, the next two where; the rest is written there, and where there is no rest the file ends there.
#include <algorithm>
#include <cstdint>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include "events/values/assert.h"
#include "scratch_folder.h"
#include "tools/store/archive.h"
#include "tools/store/store.h"
#include "tools/verify/verify.h"

namespace muniment {
namespace {

namespace fs = std::filesystem;

std::string content_of(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

// The archive of a small store, which is an export that goes on being one.
class Exported {
 public:
  Exported() : scratch_("export"), store_(scratch_.path() / "store"), folder_(scratch_.path() / "export") {
    Store::create(store_, "agency");
    Store store(store_);
    constexpr unsigned providers = 300;  // More than a full tile and bundle.
    for (unsigned i = 0; i < providers; ++i) {
      Submission next{.command = {.body = RegisterProvider{ProviderId::from(120'000'000 + i, 'B').value(), schema::ProviderKind::PROVIDER,
                                                           "Mercy", "Mercy"},
                                  .type = "register_provider"}};
      next.command.request.command_id = "p" + std::to_string(i);
      next.command.request.actor = Principal::officer("agency");
      next.answer = [](const Answer&) {};
      store.sequencer().submit(std::move(next));
    }
    store.close();
    Store again(store_);
    again.sequencer();  // Signs what no checkpoint covers yet.
    const auto plan = plan_archive(again, again.log().head(0).position);
    MUNIMENT_ASSERT(plan.has_value());
    archive_log(again, *plan, folder_, {});
    again.close();
    for (const auto& entry : fs::recursive_directory_iterator(folder_)) {
      if (entry.is_regular_file()) files_.push_back(entry.path());
    }
    std::ranges::sort(files_);
    sound_ = verdict();
    MUNIMENT_ASSERT(!sound_.fault);
  }

  void change(std::size_t number, std::size_t at, std::string_view bytes) const {
    const fs::path& file = files_[number % files_.size()];
    const std::string before = content_of(file);
    std::string after = before;
    at = std::min(at, after.size());
    if (bytes.empty()) {
      after.resize(at);
    } else {
      after.replace(at, std::min(bytes.size(), after.size() - at), bytes);
    }
    write(file, after);
    const Verdict now = verdict();
    write(file, before);
    if (now.fault) {
      MUNIMENT_ASSERT(!now.fault->empty());
      return;
    }
    MUNIMENT_ASSERT(now.established == sound_.established);
    const bool is_of_records = file.parent_path() != folder_;
    MUNIMENT_ASSERT(!is_of_records || after == before);
  }

 private:
  Verdict verdict() const { return check_log(Trust(read_public_log_key(store_)), folder_, {}); }
  static void write(const fs::path& file, std::string_view bytes) {
    std::ofstream(file, std::ios::binary | std::ios::trunc).write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  }

  ScratchFolder scratch_;
  fs::path store_;
  fs::path folder_;
  std::vector<fs::path> files_;
  Verdict sound_;
};

}  // namespace
}  // namespace muniment

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  static const muniment::Exported exported;
  constexpr std::size_t place_bytes = 3;
  if (size < place_bytes) return 0;
  const std::size_t at = std::size_t{bytes[1]} << 8 | bytes[2];
  exported.change(bytes[0], at, {reinterpret_cast<const char*>(bytes) + place_bytes, size - place_bytes});
  return 0;
}
