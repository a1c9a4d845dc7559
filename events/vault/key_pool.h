// Accounts ready to be given out, so that creating one waits for no disk: each has its random id and key, and its wrapped key is durable
// before it is handed to anyone.
#pragma once

#include <condition_variable>
#include <deque>
#include <exception>
#include <functional>
#include <mutex>
#include <span>
#include <thread>
#include <vector>

#include "events/values/id.h"
#include "events/vault/random_source.h"
#include "events/vault/secret.h"
#include "events/vault/wrap.h"

namespace muniment {

// An account before its first event. The id is also the id of its key.
struct NewAccount {
  AccountId id;
  AccountKey key;
  Wrapped wrapped{};  // The key as the vault has it.
};

// Thread-safe.
class KeyPool {
 public:
  // Wraps the keys of `made` and makes them durable, and the list of ids whose use is not known to be over: those ready, those just made,
  // and those given out last. Called on the pool's own thread; throws when it cannot.
  using Keep = std::function<void(std::span<NewAccount> made, std::span<const AccountId> listed)>;

  // So many of the ids given out last stay listed, because the events that use them may not be durable yet. No fewer than the decisions
  // that a node can have under way (the sequencer asserts it).
  static constexpr std::size_t given_listed = 8192;
  // A pool that was found empty doubles its batch, up to this.
  static constexpr std::size_t batch_max = 16384;

  // `ready` are accounts from an earlier run that nothing uses.
  KeyPool(std::vector<NewAccount> ready, std::size_t batch, Keep keep);
  ~KeyPool();

  // Waits when the pool is empty. Throws what `keep` threw, from then on for ever.
  NewAccount take();

  // Ends the thread, letting a refill under way finish. take() fails afterwards.
  void stop();

 private:
  void run();
  std::vector<NewAccount> make(std::size_t count);

  const Keep keep_;
  std::mutex mutex_;
  std::condition_variable low_;    // Tells the thread: refill, or stop.
  std::condition_variable ready_;  // Tells takers: there are accounts again, or never will be.
  std::deque<NewAccount> accounts_;
  std::deque<AccountId> given_;
  std::size_t batch_;
  bool stopping_ = false;
  std::exception_ptr failure_;
  IdSource ids_;  // The thread's alone, and so are the keys.
  RandomSource keys_;
  std::thread thread_;
};

}  // namespace muniment
