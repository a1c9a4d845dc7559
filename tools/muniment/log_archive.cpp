#include "tools/muniment/log_archive.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

#include "events/proof/checkpoint.h"
#include "events/proof/tile_path.h"
#include "tools/store/durable_file.h"
#include "tools/verify/verify.h"

namespace muniment {
namespace {

CliError changed(const Folder& file) {
  return {ExitCode::integrity, fmt::format("{} is not what it was when the archive was verified", file.string())};
}

}  // namespace

LogArchive::LogArchive(Folder folder, const VerifierKey& key) : folder_(std::move(folder)) {
  if (!std::filesystem::exists(folder_ / "checkpoint"))
    throw CliError(ExitCode::not_found,
                   fmt::format("{}: there is no exported log; name the folder that `muniment export log` was given", folder_.string()));
  const Verdict verdict = check_log(key, folder_, {});
  if (verdict.fault) throw CliError(ExitCode::integrity, *verdict.fault);
  const auto note = Note::parse(read_whole_file(folder_ / "checkpoint"));  // The key signed it, or one that it leads to.
  const auto checkpoint = note ? Checkpoint::parse(note->text) : std::nullopt;
  if (!checkpoint) throw changed(folder_ / "checkpoint");
  size_ = checkpoint->size;
}

void LogArchive::read(Position from, Position to, const std::function<bool(Position, RecordWords)>& visit) const {
  std::vector<capnp::word> words;
  for (Position position = from; position <= std::min(to, size_);) {
    const std::uint64_t index = (position - 1) / tile_width;
    const TilePath path{std::nullopt, index, static_cast<unsigned>(std::min<std::uint64_t>(tile_width, size_ - index * tile_width))};
    const std::string bundle = read_whole_file(folder_ / path.text());
    const auto records = bundled_records(bundle);
    if (!records || records->size() != path.width) throw changed(folder_ / path.text());
    for (std::size_t i = (position - 1) % tile_width; i < records->size() && position <= to; ++i, ++position) {
      const ByteSpan record = (*records)[i];
      words.resize(record.size() / sizeof(capnp::word));
      std::memcpy(static_cast<void*>(words.data()), record.data(), words.size() * sizeof(capnp::word));
      if (!visit(position, words)) return;
    }
  }
}

}  // namespace muniment
