// The hashes of many leaves, nodes or texts at once, in less than two thirds of the time that one after the other takes: two are hashed
// side by side where the processor has instructions for SHA-256, else LeafHasher hashes each. The same hashes as its, whatever the
// processor.
#pragma once

#include <array>
#include <memory>
#include <span>

#include "events/proof/hash.h"
#include "events/proof/tree.h"

namespace muniment {

// Not thread-safe: one a thread. Throws what LeafHasher throws.
class BulkHasher {
 public:
  enum class By { processor, library };

  // `library`: one by one, as on a processor without the instructions.
  explicit BulkHasher(By by = By::processor);
  ~BulkHasher();

  // Precondition: out has the size of records.
  void leaf_hashes(std::span<const ByteSpan> records, std::span<Hash> out);
  // SHA-256 of each message as it is. Precondition: the same.
  void digests(std::span<const ByteSpan> messages, std::span<Hash> out);
  // Of each two neighbours. Precondition: out has half the size of children.
  void node_hashes(std::span<const Hash> children, std::span<Hash> out);
  // The root of the tree over these hashes as its leaves: of a tile, or of what there is of one. Precondition: 1 to 256.
  Hash root(std::span<const Hash> hashes);

 private:
  class Lanes;
  Hash root_of_complete(std::span<const Hash> hashes);

  LeafHasher one_by_one_;
  std::unique_ptr<Lanes> lanes_;  // Nothing: one by one.
};

}  // namespace muniment
