// What the vault compares by keyed tags. The numbers are on disk.
#pragma once

#include "commands/profile.h"
#include "events/vault/vault.h"

namespace muniment {

constexpr TagKind tag_same_person = 1;     // duplicate_key, everywhere: a roster has people whose home is elsewhere
constexpr TagKind tag_same_email = 2;      // email, everywhere
constexpr TagKind tag_same_birth_pin = 3;  // birth day and PIN, everywhere

// Adds the tags of a new or changed profile, beside those that the account has. The PIN may be empty: then there is no tag of it.
void add_tags(VaultBatch& batch, const AccountId& account, const Profile& profile, std::string_view pin);
// Leaves the account no other tags than these.
void keep_tags(VaultBatch& batch, const AccountId& account, const Profile& profile, std::string_view pin);

}  // namespace muniment
