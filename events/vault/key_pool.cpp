#include "events/vault/key_pool.h"

#include <pthread.h>

#include <algorithm>
#include <utility>

#include "events/values/assert.h"
#include "events/vault/vault_error.h"

namespace muniment {

KeyPool::KeyPool(std::vector<NewAccount> ready, std::size_t batch, Keep keep)
    : keep_(std::move(keep)), accounts_(ready.begin(), ready.end()), batch_(batch) {
  MUNIMENT_ASSERT(batch > 0 && batch <= batch_max);
  thread_ = std::thread([this] { run(); });
}

KeyPool::~KeyPool() { stop(); }

NewAccount KeyPool::take() {
  std::unique_lock lock(mutex_);
  if (accounts_.size() <= batch_) low_.notify_one();
  if (accounts_.empty()) {
    batch_ = std::min(batch_ * 2, batch_max);
    ready_.wait(lock, [this] { return !accounts_.empty() || failure_ || stopping_; });
  }
  if (failure_) std::rethrow_exception(failure_);
  if (stopping_) throw VaultError("the vault is closed and gives out no account");
  NewAccount account = accounts_.front();
  accounts_.pop_front();
  given_.push_back(account.id);
  if (given_.size() > given_listed) given_.pop_front();
  return account;
}

void KeyPool::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  low_.notify_all();
  ready_.notify_all();
  if (thread_.joinable()) thread_.join();
}

std::vector<NewAccount> KeyPool::make(std::size_t count) {
  std::vector<NewAccount> made;
  made.reserve(count);
  for (std::size_t i = 0; i < count; ++i) made.push_back({ids_.next_account(), AccountKey::random(keys_)});
  return made;
}

void KeyPool::run() {
  ::pthread_setname_np(::pthread_self(), "vault-keys");  // For top and perf: whether it is taken does not matter.
  try {
    std::unique_lock lock(mutex_);
    while (true) {
      low_.wait(lock, [this] { return stopping_ || accounts_.size() <= batch_; });
      if (stopping_) return;
      std::vector<AccountId> listed;
      listed.reserve(accounts_.size() + given_.size() + batch_);
      for (const NewAccount& account : accounts_) listed.push_back(account.id);
      listed.insert(listed.end(), given_.begin(), given_.end());
      const std::size_t count = batch_;
      lock.unlock();

      std::vector<NewAccount> made = make(count);
      for (const NewAccount& account : made) listed.push_back(account.id);
      keep_(made, listed);

      lock.lock();
      accounts_.insert(accounts_.end(), made.begin(), made.end());
      ready_.notify_all();
    }
  } catch (...) {
    const std::lock_guard lock(mutex_);
    failure_ = std::current_exception();
    ready_.notify_all();
  }
}

}  // namespace muniment
