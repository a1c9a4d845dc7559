#include "events/proof/hash.h"

namespace muniment {
namespace {

constexpr Byte leaf_prefix = 0x00;
constexpr Byte node_prefix = 0x01;

}  // namespace

Hash LeafHasher::leaf_hash(ByteSpan record) { return sha256({{&leaf_prefix, 1}, record}); }

Hash LeafHasher::node_hash(const Hash& left, const Hash& right) { return sha256({{&node_prefix, 1}, left, right}); }

}  // namespace muniment
