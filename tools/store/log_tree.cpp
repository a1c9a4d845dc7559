#include "tools/store/log_tree.h"

#include "events/proof/consistency.h"
#include "events/proof/inclusion.h"

namespace muniment {

MerkleTree tree_at(const ProvenLog& log, Position size) {
  LeafHasher hasher;
  std::vector<Hash> leaves;
  if (size % tile_width != 0) {
    log.read(0, size - size % tile_width + 1, size, [&](Position, RecordWords record) {
      leaves.push_back(hasher.leaf_hash(bytes_of(record)));
      return true;
    });
  }
  return MerkleTree::restore(size, [&](unsigned level, std::uint64_t index) { return log.read_tile(level, index); }, leaves);
}

LogTree::LogTree(const ProvenLog& log, std::shared_ptr<const SignedTree> signed_tree)
    : log_(log), signed_(std::move(signed_tree)), tree_(signed_->tree.fork()) {}

std::optional<std::string> LogTree::file(const TilePath& path) const {
  const std::uint64_t hashes = hashes_at_level(tree_.size(), path.level.value_or(0));
  if (path.index > hashes / tile_width || path.index * tile_width + path.width > hashes) return std::nullopt;
  return path.level ? tile(*path.level, path.index, path.width) : bundle(path.index, path.width);
}

std::string LogTree::tile(unsigned level, std::uint64_t index, unsigned width) const {
  const bool is_full = index < hashes_at_level(tree_.size(), level) / tile_width;
  std::string out;
  if (is_full) {
    out = text_of(tile_bytes(log_.read_tile(level, index)));
  } else {
    for (const Hash& hash : tree_.partial_tile(level)) out += text_of(hash);
  }
  out.resize(width * sizeof(Hash));
  return out;
}

std::string LogTree::bundle(std::uint64_t index, unsigned width) const {
  std::string out;
  const Position first = index * tile_width + 1;
  log_.read(0, first, first + width - 1, [&](Position, RecordWords record) {
    put_bundled(bytes_of(record), out);
    return true;
  });
  return out;
}

NodeSource LogTree::nodes() const {
  return [this](unsigned height, std::uint64_t index) {
    return tree_.node(height, index, [this](unsigned level, std::uint64_t tile) { return log_.read_tile(level, tile); });
  };
}

Proof LogTree::inclusion(std::uint64_t index, std::uint64_t size) const { return inclusion_proof(hasher_, index, size, nodes()).value(); }

Proof LogTree::consistency(std::uint64_t old_size) const { return consistency_proof(hasher_, old_size, tree_.size(), nodes()).value(); }

namespace {

// The checkpoint of that note's size as the log keeps it. Nothing where it keeps another or none.
std::optional<std::string> kept_of(const ProvenLog& log, std::string_view note) {
  const auto parsed = Note::parse(note);
  const auto checkpoint = parsed ? Checkpoint::parse(parsed->text) : std::nullopt;
  auto kept = checkpoint ? log.checkpoint_at_most(checkpoint->size) : std::nullopt;
  const auto kept_note = kept ? Note::parse(*kept) : std::nullopt;
  return kept_note && kept_note->text == parsed->text ? std::move(kept) : std::nullopt;
}

}  // namespace

std::string cosigned_note(const ProvenLog& log, const SignedTree& tree) { return kept_of(log, tree.note).value_or(tree.note); }

bool keeps_checkpoint_of(const ProvenLog& log, std::string_view note) { return kept_of(log, note).has_value(); }

}  // namespace muniment
