// A table that can forget what was not asked for lately, in bounded memory: two generations, the young one in use. Whatever is asked for
// becomes young; age() lets the old one go and makes the young one old.
//
// One thread at a time. References are valid until the next call: what must stay in its place is held by a pointer.
#pragma once

#include <boost/unordered/unordered_flat_map.hpp>
#include <utility>

namespace muniment {

template <typename Key, typename Value, typename Hash>
class Recent {
 public:
  // Null where there is none.
  template <typename Like>
  Value* find(const Like& key) {
    if (const auto found = young_.find(key); found != young_.end()) return &found->second;
    if (old_.empty()) return nullptr;
    const auto found = old_.find(key);
    if (found == old_.end()) return nullptr;
    Value& kept = young_.emplace(found->first, std::move(found->second)).first->second;
    old_.erase(found);
    return &kept;
  }
  // Precondition: there is none.
  Value& add(Key key, Value value) { return young_.emplace(std::move(key), std::move(value)).first->second; }

  std::size_t size() const { return young_.size() + old_.size(); }
  std::size_t young_size() const { return young_.size(); }
  void age() {
    old_ = std::move(young_);
    young_ = {};
  }
  void clear() {
    young_.clear();
    old_.clear();
  }
  template <typename Look>
  void for_each(Look look) const {
    for (const auto& [key, value] : young_) look(key, value);
    for (const auto& [key, value] : old_) look(key, value);
  }

 private:
  using Table = boost::unordered_flat_map<Key, Value, Hash, std::equal_to<>>;
  Table young_;
  Table old_;
};

}  // namespace muniment
