// The vault's pool of keys without its thread: it is filled when it is asked, sometimes before it is empty.
#include "events/vault/key_pool.h"

#include "events/values/assert.h"
#include "events/vault/vault_error.h"
#include "tests/faults/simulation/environment.h"

namespace muniment {

KeyPool::KeyPool(std::vector<NewAccount> ready, std::size_t batch, Keep keep)
    : keep_(std::move(keep)), accounts_(ready.begin(), ready.end()), batch_(batch) {}

KeyPool::~KeyPool() { stop(); }

NewAccount KeyPool::take() {
  if (failure_) std::rethrow_exception(failure_);
  if (accounts_.empty() || (accounts_.size() <= batch_ && faults::environment.chance->one_in(4))) run();
  NewAccount account = accounts_.front();
  accounts_.pop_front();
  given_.push_back(account.id);
  if (given_.size() > given_listed) given_.pop_front();
  return account;
}

void KeyPool::stop() { stopping_ = true; }

std::vector<NewAccount> KeyPool::make(std::size_t count) {
  std::vector<NewAccount> made;
  for (std::size_t i = 0; i < count; ++i) made.push_back({ids_.next_account(), AccountKey::random(keys_)});
  return made;
}

// Fills it once.
void KeyPool::run() {
  std::vector<AccountId> listed;
  for (const NewAccount& account : accounts_) listed.push_back(account.id);
  listed.insert(listed.end(), given_.begin(), given_.end());
  std::vector<NewAccount> made = make(batch_);
  for (const NewAccount& account : made) listed.push_back(account.id);
  try {
    keep_(made, listed);
  } catch (const std::exception&) {
    failure_ = std::current_exception();
    throw;
  }
  accounts_.insert(accounts_.end(), made.begin(), made.end());
}

}  // namespace muniment
