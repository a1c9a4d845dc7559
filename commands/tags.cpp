#include "commands/tags.h"

#include "events/values/text.h"

namespace muniment {

void tag_profile(VaultBatch& batch, const AccountId& account, const Profile& profile, std::string_view pin) {
  const std::string person = duplicate_key(profile);
  batch.replace_tag(tag_same_person, {}, bytes_of(person), account);
  const std::string email = search_key(profile.email);
  batch.replace_tag(tag_same_email, {}, bytes_of(email), account);
  if (pin.empty()) return;
  const std::string birth_pin = profile.birth_day + ' ' + std::string{pin};
  batch.replace_tag(tag_same_birth_pin, {}, bytes_of(birth_pin), account);
}

}  // namespace muniment
