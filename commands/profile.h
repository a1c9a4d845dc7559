// What the panel says of a person. Personal: it is sealed before it is recorded and never stands in an error or a log line.
// Source: job aid "Update Accounts", the panel's fields.
#pragma once

#include <string>
#include <vector>

#include "commands/field.h"
#include "commands/schema/command.capnp.h"
#include "events/schema/event.capnp.h"
#include "events/values/bytes.h"

namespace muniment {

struct Profile {
  std::string last_name;       // 1 to 60 characters
  std::string first_name;      // 1 to 35 characters
  std::string middle_initial;  // one letter, or empty
  std::string birth_day;       // mm/dd; 02/29 is a day
  std::string email;           // at most 254 characters
  std::string zip;             // 5 or 9 digits, as 02302 or 02302-1234

  bool operator==(const Profile&) const = default;

  static Field<Profile> read(request::Profile::Reader profile);
};

// The fields in which the two differ, in the order of the enum.
std::vector<schema::ProfileField> changed_fields(const Profile& before, const Profile& after);

// Equal for two profiles that look like the same person at one provider: name, birth day and email, without case and accents.
std::string duplicate_key(const Profile& profile);

// The personal part of an event, as it goes under the seal. Empty texts are left out.
struct Personal {
  Profile profile;
  std::string note;
  std::string place;

  bool empty() const { return profile == Profile{} && note.empty() && place.empty(); }
  // The message of schema::Personal in Cap'n Proto's packed form, and back. from_bytes throws BadRecord when the bytes are none.
  Bytes to_bytes() const;
  static Personal from_bytes(ByteSpan bytes);
};

}  // namespace muniment
