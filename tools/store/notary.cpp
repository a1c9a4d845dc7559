#include "tools/store/notary.h"

#include "tools/store/durable_file.h"

namespace muniment {

Notary::Notary(RocksLog& log, std::unique_ptr<NoteSigner> signer, std::filesystem::path copy)
    : log_(log), signer_(std::move(signer)), copy_(std::move(copy)) {
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
  std::string note = sign_checkpoint(*signer_, tree.size(), root);
  replace_file(copy_, note);
  const auto kept = log_.checkpoint_at_most(tree.size());
  const auto same = kept ? open_checkpoint(*kept, signer_->key()) : std::unexpected(NoteError::malformed);
  if (!same || same->size != tree.size() || same->root != root) log_.keep_checkpoint(tree.size(), note);
  auto next = std::make_shared<const SignedTree>(SignedTree{{signer_->key().name, tree.size(), root}, std::move(note), std::move(tree)});
  const std::lock_guard lock(mutex_);
  newest_ = std::move(next);
}

}  // namespace muniment
