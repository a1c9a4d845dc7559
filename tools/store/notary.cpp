#include "tools/store/notary.h"

#include "tools/store/durable_file.h"

namespace muniment {

Notary::Notary(ProvenLog& log, LogSigners signers, std::filesystem::path copy)
    : log_(log), signers_(std::move(signers)), copy_(std::move(copy)) {
  sign(log_.tree());
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
