#include "events/vault/vault_batch.h"

#include <algorithm>

#include "events/values/assert.h"

namespace muniment {

void VaultBatch::put_pin(const AccountId& account, const EventId& event, std::string_view digits) {
  MUNIMENT_ASSERT(digits.size() == Digits::size && std::ranges::all_of(digits, [](char c) { return c >= '0' && c <= '9'; }));
  writes_.emplace_back(PutPin{account, event, Digits(bytes_of(digits).first<Digits::size>())});
}

void VaultBatch::drop_pin(const AccountId& account, const EventId& event) { writes_.emplace_back(DropPin{account, event}); }

void VaultBatch::put_credential(const AccountId& account, const EventId& event, const Credential& credential) {
  writes_.emplace_back(PutCredential{account, event, credential.verifier, credential.expires_at});
}

void VaultBatch::drop_credential(const AccountId& account, const EventId& event) { writes_.emplace_back(DropCredential{account, event}); }

void VaultBatch::add_tag(TagKind kind, std::string_view scope, ByteSpan content, const AccountId& account) {
  MUNIMENT_ASSERT(scope.size() <= scope_max);
  writes_.emplace_back(AddTag{kind, std::string(scope), Content(content), account});
}

void VaultBatch::keep_tag(TagKind kind, std::string_view scope, ByteSpan content, const AccountId& account) {
  MUNIMENT_ASSERT(scope.size() <= scope_max);
  writes_.emplace_back(KeepTag{kind, std::string(scope), Content(content), account});
}

}  // namespace muniment
