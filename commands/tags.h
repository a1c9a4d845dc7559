// What the vault compares by keyed tags. The numbers are on disk.
#pragma once

#include "commands/profile.h"
#include "events/vault/vault.h"

namespace muniment {

constexpr TagKind tag_same_person = 1;     // duplicate_key, everywhere: a roster has people whose home is elsewhere
constexpr TagKind tag_same_email = 2;      // email, everywhere
constexpr TagKind tag_same_birth_pin = 3;  // birth day and PIN, everywhere

// Tags of a new or changed profile. The PIN may be empty: then the tag of birth day and PIN stays as it is.
void tag_profile(VaultBatch& batch, const AccountId& account, const Profile& profile, std::string_view pin);

}  // namespace muniment
