#include "events/proof/hash.h"

#include <openssl/evp.h>

#include <cstring>
#include <stdexcept>

namespace muniment {
namespace {

constexpr Byte leaf_prefix = 0x00;
constexpr Byte node_prefix = 0x01;
// Records up to here are put behind their prefix and hashed by one call; a second call costs more than the copy.
constexpr std::size_t joined_max = 2048;

[[noreturn]] void fail() { throw std::runtime_error("OpenSSL gives no SHA-256: check its configuration and its providers"); }

}  // namespace

struct LeafHasher::Context {
  std::unique_ptr<EVP_MD, decltype(&EVP_MD_free)> sha256{EVP_MD_fetch(nullptr, "SHA256", nullptr), &EVP_MD_free};
  std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> state{EVP_MD_CTX_new(), &EVP_MD_CTX_free};
  std::array<Byte, 1 + joined_max> leaf{leaf_prefix};
  std::array<Byte, 1 + 2 * std::tuple_size_v<Hash>> node{node_prefix};

  void start() {
    // The digest is an object that was fetched already: nothing is looked up by name here.
    if (EVP_DigestInit_ex2(state.get(), sha256.get(), nullptr) != 1) fail();
  }
  void add(ByteSpan bytes) {
    if (EVP_DigestUpdate(state.get(), bytes.data(), bytes.size()) != 1) fail();
  }
  Hash finish() {
    Hash hash;
    if (EVP_DigestFinal_ex(state.get(), hash.data(), nullptr) != 1) fail();
    return hash;
  }
};

LeafHasher::LeafHasher() : context_(std::make_unique<Context>()) {
  if (!context_->sha256 || !context_->state) fail();
}
LeafHasher::~LeafHasher() = default;
LeafHasher::LeafHasher(LeafHasher&&) noexcept = default;
LeafHasher& LeafHasher::operator=(LeafHasher&&) noexcept = default;

Hash LeafHasher::leaf_hash(ByteSpan record) {
  context_->start();
  if (record.size() <= joined_max) {
    if (!record.empty()) std::memcpy(context_->leaf.data() + 1, record.data(), record.size());
    context_->add(std::span(context_->leaf).first(1 + record.size()));
  } else {
    context_->add(std::span(&leaf_prefix, 1));
    context_->add(record);
  }
  return context_->finish();
}

Hash LeafHasher::node_hash(const Hash& left, const Hash& right) {
  std::memcpy(context_->node.data() + 1, left.data(), left.size());
  std::memcpy(context_->node.data() + 1 + left.size(), right.data(), right.size());
  context_->start();
  context_->add(context_->node);
  return context_->finish();
}

}  // namespace muniment
