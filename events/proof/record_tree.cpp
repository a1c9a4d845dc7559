#include "events/proof/record_tree.h"

#include "events/values/bytes.h"

namespace muniment {
namespace {

constexpr std::size_t together_max = 64;

}  // namespace

void RecordTree::append(ByteSpan record) {
  bytes_ += text_of(record);
  sizes_.push_back(record.size());
  if (sizes_.size() == together_max) hash_all();
}

MerkleTree& RecordTree::tree() {
  hash_all();
  return tree_;
}

void RecordTree::hash_all() {
  records_.clear();
  std::size_t at = 0;
  for (const std::size_t size : sizes_) {
    records_.push_back(bytes_of(std::string_view{bytes_}.substr(at, size)));
    at += size;
  }
  hashes_.resize(records_.size());
  hasher_.leaf_hashes(records_, hashes_);
  tree_.append(hashes_, hasher_);
  bytes_.clear();
  sizes_.clear();
}

}  // namespace muniment
