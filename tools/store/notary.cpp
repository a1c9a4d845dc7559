#include "tools/store/notary.h"

#include <fmt/format.h>

#include <vector>

#include "tools/store/durable_file.h"

namespace muniment {
namespace {

MerkleTree tree_of(const ProvenLog& log, Position size) {
  std::vector<Hash> last_leaves;
  LeafHasher hasher;
  const Position first = size - size % tile_width + 1;
  const auto hash = [&](Position, RecordWords record) {
    last_leaves.push_back(hasher.leaf_hash(bytes_of(record)));
    return true;
  };
  if (first <= size) log.read(0, first, size, hash);
  return MerkleTree::restore(size, [&](unsigned level, std::uint64_t index) { return log.read_tile(level, index); }, last_leaves);
}

}  // namespace

Notary::Notary(ProvenLog& log, LogSigners signers, std::filesystem::path copy)
    : log_(log), signers_(std::move(signers)), copy_(std::move(copy)) {
  if (signers_.newest) {
    sign(log_.tree());
  } else {
    read_if_newer();
  }
  thread_ = std::thread([this] { run(); });
}

Notary::~Notary() {
  {
    const std::lock_guard lock(mutex_);
    is_stopping_ = true;
  }
  stopped_.notify_one();
  if (thread_.joinable()) thread_.join();
}

std::shared_ptr<const SignedTree> Notary::newest() const {
  const std::lock_guard lock(mutex_);
  return newest_;
}

std::string Notary::failure() const {
  const std::lock_guard lock(mutex_);
  return failure_;
}

void Notary::stop() {
  {
    const std::lock_guard lock(mutex_);
    is_stopping_ = true;
  }
  stopped_.notify_one();
  if (!thread_.joinable()) return;
  thread_.join();
  sign_if_grown();
}

void Notary::run() {
  std::unique_lock lock(mutex_);
  while (!stopped_.wait_for(lock, interval, [&] { return is_stopping_; })) {
    lock.unlock();
    std::string failure;
    try {
      sign_if_grown();
    } catch (const std::exception& error) {
      failure = error.what();
    }
    lock.lock();
    failure_ = std::move(failure);
  }
}

void Notary::sign_if_grown() {
  if (!signers_.newest) return read_if_newer();
  if (log_.head(0).position > newest()->checkpoint.size) sign(log_.tree());
}

// The file before the log: whatever a crash leaves, the newest one that was signed is in the file. At a start this also puts into the log
// what a crash kept from it; one that is there already stays as it is, with what witnesses have added to it.
void Notary::sign(MerkleTree tree) {
  const Hash root = tree.root();
  std::vector<NoteSigner*> by{signers_.newest.get()};
  if (signers_.former && signers_.clock() < signers_.former_until) by.push_back(signers_.former.get());
  std::string note = sign_checkpoint(by, tree.size(), root);
  replace_file(copy_, note);
  const auto kept = log_.checkpoint_at_most(tree.size());
  const auto same = kept ? signers_.keys.open(*kept) : std::unexpected(NoteError::malformed);
  if (!same || same->size != tree.size() || same->root != root) log_.keep_checkpoint(tree.size(), note);
  auto next = std::make_shared<const SignedTree>(SignedTree{{key().name, tree.size(), root}, std::move(note), std::move(tree)});
  const std::lock_guard lock(mutex_);
  newest_ = std::move(next);
}

void Notary::read_if_newer() {
  const auto note = log_.checkpoint_at_most(log_.head(0).position);
  const auto shown = newest();
  if (shown && note && shown->note == *note) return;
  const auto checkpoint = note ? signers_.keys.open(*note) : std::unexpected(NoteError::malformed);
  if (!checkpoint) throw LogDamaged("the newest checkpoint that the log keeps is not signed by a key that this node knows as the log's");
  MerkleTree tree = tree_of(log_, checkpoint->size);
  if (tree.root() != checkpoint->root) {
    throw LogDamaged(fmt::format("the newest checkpoint, of {} events, is not of the log as it is here", checkpoint->size));
  }
  replace_file(copy_, *note);
  auto next = std::make_shared<const SignedTree>(SignedTree{{key().name, checkpoint->size, checkpoint->root}, *note, std::move(tree)});
  const std::lock_guard lock(mutex_);
  newest_ = std::move(next);
}

// The file before the log, as every other.
void sign_handover(ProvenLog& log, NoteSigner& newest, NoteSigner& former, const std::filesystem::path& copy) {
  const MerkleTree tree = log.tree();
  const std::vector<NoteSigner*> both{&newest, &former};
  Note note = Note::parse(sign_checkpoint(both, tree.size(), tree.root())).value();
  const auto kept = log.checkpoint_at_most(tree.size());
  const auto before = kept ? Note::parse(*kept) : std::nullopt;
  if (before && before->text == note.text) {
    for (const NoteSignature& signature : before->signatures) {
      if (signature.name != newest.key().name) note.signatures.push_back(signature);
    }
  }
  const std::string bytes = note.bytes();
  replace_file(copy, bytes);
  log.keep_checkpoint(tree.size(), bytes, true);
}

}  // namespace muniment
