#include "tools/server/export_chunks.h"

namespace muniment {
namespace {

// How long the end of an export waits for the checkpoint that covers it, and then for its own record. A checkpoint comes every second.
constexpr std::chrono::seconds checkpoint_wait_max{5};
constexpr std::chrono::seconds record_wait_max{10};

}  // namespace

ExportChunks::~ExportChunks() = default;

void ExportChunks::record_cut() {
  if (!has_sent_ || ended_at_) return;
  try {
    record(true);
  } catch (const std::exception&) {  // That it was begun is on record.
  }
}

Chunks::Next ExportChunks::next(std::string& out) {
  while (out.empty() && !is_made_) {
    // The first piece was made to answer the question.
    if (has_sent_ && (node_.is_stopping() || !right_.holds())) return Next::cut;
    is_made_ = !make(out);
    has_sent_ = true;
  }
  return out.empty() ? end() : Next::chunk;
}

Chunks::Next ExportChunks::end() {
  const Clock::time_point now = Clock::now();
  if (!made_at_) made_at_ = now;
  if (!ended_at_) {
    const bool is_covered = node_.notary().newest()->checkpoint.size >= read().head;
    if (!is_covered && now < *made_at_ + checkpoint_wait_max) return Next::wait;
    ended_at_ = now;
    record(false);
  }
  if (*is_recorded_) return Next::end;
  return now < *ended_at_ + record_wait_max ? Next::wait : Next::cut;
}

void ExportChunks::record(bool is_cut) {
  const auto signed_tree = node_.notary().newest();
  ExportEnd end = end_of(is_cut);
  end.checkpoint_size = signed_tree->checkpoint.size;
  end.checkpoint_root = signed_tree->checkpoint.root;
  node_.access_record().note_export(right_.caller(), read(), std::make_shared<const ExportEnd>(std::move(end)),
                                    [is_recorded = is_recorded_] { *is_recorded = true; });
}

}  // namespace muniment
