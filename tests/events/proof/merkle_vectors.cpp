// merkle-vectors FOLDER: holds the proofs against a folder of vectors in the form of transparency-dev/merkle's testdata, one JSON object a
// file: leafIdx (or leafIndex), treeSize, root, leafHash, proof, or size1, size2, root1, root2, proof; and wantErr. Exits 1 and names the
// files whose verdict is another, and 2 where there is nothing to hold against.
#include <fmt/format.h>
#include <simdjson.h>

#include <algorithm>
#include <filesystem>

#include "events/proof/consistency.h"
#include "events/proof/inclusion.h"
#include "events/values/base64.h"

namespace muniment {
namespace {

namespace fs = std::filesystem;
using Object = simdjson::dom::object;

// Nothing where it is no hash: no verdict but refusal is right then.
std::optional<Hash> hash_in(simdjson::dom::element value) {
  if (value.is_null()) return std::nullopt;
  const auto bytes = from_base64(std::string_view(value));
  Hash hash;
  if (!bytes) throw std::runtime_error("a hash that is not base64");
  if (bytes->size() != hash.size()) return std::nullopt;
  std::ranges::copy(*bytes, hash.begin());
  return hash;
}

// Some compare roots that are no hashes, and nothing else: what stands here for such a one is equal where it is, and is no tree's root.
Hash root_in(simdjson::dom::element value) {
  if (const auto hash = hash_in(value)) return *hash;
  const auto bytes = value.is_null() ? std::nullopt : from_base64(std::string_view(value));
  return LeafHasher().leaf_hash(bytes ? ByteSpan(*bytes) : ByteSpan());
}

std::optional<Proof> proof_in(simdjson::dom::element value) {
  Proof proof;
  if (value.is_null()) return proof;
  for (const auto element : value.get_array()) {
    const auto hash = hash_in(element);
    if (!hash) return std::nullopt;
    proof.push_back(*hash);
  }
  return proof;
}

bool is_accepted(const Object& vector) {
  LeafHasher hasher;
  const auto proof = proof_in(vector["proof"]);
  for (const char* const index : {"leafIdx", "leafIndex"}) {
    if (vector[index].error() != simdjson::SUCCESS) continue;
    const auto leaf = hash_in(vector["leafHash"]);
    return proof && leaf &&
           verify_inclusion(hasher, std::uint64_t(vector[index]), std::uint64_t(vector["treeSize"]), *leaf, *proof, root_in(vector["root"]))
               .has_value();
  }
  return proof && verify_consistency(hasher, std::uint64_t(vector["size1"]), std::uint64_t(vector["size2"]), *proof,
                                     root_in(vector["root1"]), root_in(vector["root2"]))
                      .has_value();
}

int run(const fs::path& folder) {
  simdjson::dom::parser parser;
  int files = 0;
  int wrong = 0;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (entry.path().extension() != ".json") continue;
    ++files;
    const Object vector = parser.load(entry.path().string());
    if (is_accepted(vector) != bool(vector["wantErr"])) continue;
    ++wrong;
    fmt::print("{}: {}\n", entry.path().string(),
               bool(vector["wantErr"]) ? "accepted, and should be refused" : "refused, and should be accepted");
  }
  fmt::print("{} vectors, {} wrong\n", files, wrong);
  return files == 0 ? 2 : wrong == 0 ? 0 : 1;
}

}  // namespace
}  // namespace muniment

int main(int count, char** arguments) {
  if (count != 2) {
    fmt::print(stderr, "usage: merkle-vectors FOLDER\n");
    return 2;
  }
  try {
    return muniment::run(arguments[1]);
  } catch (const std::exception& error) {
    fmt::print(stderr, "merkle-vectors: {}\n", error.what());
    return 2;
  }
}
