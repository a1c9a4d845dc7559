#include "commands/tags.h"

#include "events/values/text.h"

namespace muniment {

namespace {

// add(kind, content) for each.
template <typename Add>
void each_tag(const Profile& profile, std::string_view pin, Add add) {
  add(tag_same_person, duplicate_key(profile));
  add(tag_same_email, search_key(profile.email));
  if (!pin.empty()) add(tag_same_birth_pin, profile.birth_day + ' ' + std::string{pin});
}

}  // namespace

void add_tags(VaultBatch& batch, const AccountId& account, const Profile& profile, std::string_view pin) {
  each_tag(profile, pin, [&](TagKind kind, const std::string& content) { batch.add_tag(kind, {}, bytes_of(content), account); });
}

void keep_tags(VaultBatch& batch, const AccountId& account, const Profile& profile, std::string_view pin) {
  each_tag(profile, pin, [&](TagKind kind, const std::string& content) { batch.keep_tag(kind, {}, bytes_of(content), account); });
}

}  // namespace muniment
