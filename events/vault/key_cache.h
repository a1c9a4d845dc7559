// Account keys in memory, at most so many: the oldest goes first. Not thread-safe.
#pragma once

#include <boost/unordered/unordered_flat_map.hpp>
#include <cstdint>
#include <functional>
#include <optional>
#include <utility>
#include <vector>

#include "events/values/assert.h"
#include "events/vault/private_pages.h"
#include "events/vault/secret.h"
#include "events/vault/wrap.h"

namespace muniment {

class KeyCache {
 public:
  explicit KeyCache(std::size_t keys_max) : order_(keys_max) {
    MUNIMENT_ASSERT(keys_max > 0);
    keys_.reserve(keys_max + 1);  // Growing would copy every key.
  }

  std::optional<AccountKey> find(const AccountId& account) const {
    const auto found = keys_.find(account);
    if (found == keys_.end()) return std::nullopt;
    return found->second.key;
  }

  // How many erasures there have been. Asked before a key is read elsewhere, and handed back with it.
  std::uint64_t erasures() const { return erasures_; }

  // Does nothing if there has been an erasure since: it may have been of this account.
  void insert(const AccountId& account, const AccountKey& key, std::uint64_t erasures_before) {
    if (erasures_ == erasures_before) add(account, {key, std::nullopt});
  }

  // The key of a new account, which owns nothing else: that need not be looked up until it does.
  void insert_new(const AccountId& account, const AccountKey& key, const Wrapped& wrapped) { add(account, {key, wrapped}); }
  // The wrapped key of an account that is known to own nothing else.
  std::optional<Wrapped> key_alone(const AccountId& account) const {
    const auto found = keys_.find(account);
    return found == keys_.end() ? std::nullopt : found->second.key_alone;
  }
  void owns_more(const AccountId& account) {
    if (const auto found = keys_.find(account); found != keys_.end()) found->second.key_alone.reset();
  }

  void erase(const AccountId& account) {
    keys_.erase(account);
    ++erasures_;
  }
  std::size_t size() const { return keys_.size(); }

 private:
  struct Known {
    AccountKey key;
    std::optional<Wrapped> key_alone;
  };

  void add(const AccountId& account, const Known& known) {
    if (!keys_.try_emplace(account, known).second) return;
    if (!order_[next_].is_zero()) keys_.erase(order_[next_]);
    order_[next_] = account;
    next_ = (next_ + 1) % order_.size();
  }

  boost::unordered_flat_map<AccountId, Known, std::hash<AccountId>, std::equal_to<AccountId>,
                            PrivatePages<std::pair<const AccountId, Known>>>
      keys_;
  std::vector<AccountId> order_;  // A ring, oldest at next_.
  std::size_t next_ = 0;
  std::uint64_t erasures_ = 0;
};

}  // namespace muniment
