#include "events/vault/vault_batch.h"

#include <algorithm>

#include "events/values/assert.h"

namespace muniment {

void VaultBatch::put_pin(const AccountId& account, const EventId& event, std::string_view digits) {
  MUNIMENT_ASSERT(digits.size() == PinDigits::size && std::ranges::all_of(digits, [](char c) { return c >= '0' && c <= '9'; }));
  writes_.emplace_back(PutPin{account, event, PinDigits(muniment::bytes_of(digits).first<PinDigits::size>())});
}

void VaultBatch::drop_pin(const AccountId& account, const EventId& event) { writes_.emplace_back(DropPin{account, event}); }

void VaultBatch::put_credential(const AccountId& account, const EventId& event, const Credential& credential) {
  writes_.emplace_back(PutCredential{account, event, credential.verifier, credential.expires_at});
}

void VaultBatch::drop_credential(const AccountId& account, const EventId& event) { writes_.emplace_back(DropCredential{account, event}); }

void VaultBatch::add_tag(TagKind kind, std::string_view scope, ByteSpan content, const AccountId& account) {
  writes_.emplace_back(AddTag{tagging(kind, scope, content, account)});
}

void VaultBatch::keep_tag(TagKind kind, std::string_view scope, ByteSpan content, const AccountId& account) {
  writes_.emplace_back(KeepTag{tagging(kind, scope, content, account)});
}

VaultBatch::Tagging VaultBatch::tagging(TagKind kind, std::string_view scope, ByteSpan content, const AccountId& account) {
  MUNIMENT_ASSERT(kind != 0 && scope.size() <= scope_max);
  return {account, kind, keep(muniment::bytes_of(scope)), keep(content)};
}

// Where it grows, nothing is left behind in the former place.
VaultBatch::Text VaultBatch::keep(ByteSpan text) {
  constexpr std::size_t usual = 256;
  if (texts_.capacity() - texts_.size() < text.size()) {
    Bytes grown;
    grown.reserve(std::max(usual, 2 * (texts_.size() + text.size())));
    grown = texts_;
    cleanse(texts_);
    texts_.swap(grown);
  }
  const Text kept{static_cast<std::uint32_t>(texts_.size()), static_cast<std::uint32_t>(text.size())};
  texts_.insert(texts_.end(), text.begin(), text.end());
  return kept;
}

}  // namespace muniment
