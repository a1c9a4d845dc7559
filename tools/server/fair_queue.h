// A queue in which whoever has something waiting has its turn after everybody else has had one, however much one of them brings.
//
// Thread-safe.
#pragma once

#include <cstddef>
#include <deque>
#include <list>
#include <mutex>
#include <string>
#include <unordered_map>
#include <utility>

namespace muniment {

template <typename Item>
class FairQueue {
 public:
  void push(const std::string& owner, Item item) {
    const std::lock_guard lock(mutex_);
    const auto found = places_.find(owner);
    if (found != places_.end()) {
      found->second->items.push_back(std::move(item));
      return;
    }
    turns_.push_back({.owner = owner, .items = {}});
    turns_.back().items.push_back(std::move(item));
    places_.emplace(owner, std::prev(turns_.end()));
  }

  // Precondition: one was pushed for each that is popped.
  Item pop() {
    const std::lock_guard lock(mutex_);
    const auto first = turns_.begin();
    Item item = std::move(first->items.front());
    first->items.pop_front();
    if (first->items.empty()) {
      places_.erase(first->owner);
      turns_.erase(first);
    } else {
      turns_.splice(turns_.end(), turns_, first);
    }
    return item;
  }

 private:
  struct Waiting {
    std::string owner;
    std::deque<Item> items;
  };

  std::mutex mutex_;
  std::list<Waiting> turns_;  // Whose turn is next comes first; none of them is empty.
  std::unordered_map<std::string, typename std::list<Waiting>::iterator> places_;
};

}  // namespace muniment
