// Which fact becomes what: one table for all formats that have codes of their own. docs/exports.md shows it to readers.
#pragma once

#include <capnp/list.h>

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "events/record/record.h"
#include "projections/fact_type.h"

namespace muniment {

// OCSF 1.5.0, the numbers of its classes.
enum class OcsfClass : std::uint16_t { account_change = 3001, entity_management = 3004, user_access = 3005 };
constexpr std::uint8_t ocsf_assign = 1;  // Of user_access.
constexpr std::uint8_t ocsf_revoke = 2;
constexpr std::uint8_t ocsf_other = 99;

// DICOM's codes for audit messages (PS3.16, context groups 400 and 401), as FHIR takes them.
enum class DicomCode : std::uint32_t {
  none = 0,
  application_activity = 110100,
  audit_log_used = 110101,
  security_alert = 110113,
  user_authentication = 110114,
  login = 110122,
  security_configuration = 110129,
  use_of_restricted_function = 110132,
  security_roles_changed = 110136,
  user_security_attributes_changed = 110137,
};
std::string_view display_of(DicomCode code);

struct FactMapping {
  std::string_view fact;
  OcsfClass ocsf_class = OcsfClass::entity_management;
  std::uint8_t ocsf_activity = 0;
  std::string_view activity_name = "Unknown";  // The class's own name for the activity; beside 99 a name of ours.
  std::string_view entity = "event";           // What was managed, where the class is entity_management.
  DicomCode fhir_type = DicomCode::security_alert;
  DicomCode fhir_subtype = DicomCode::security_configuration;
  char fhir_action = 'E';  // Create, Read, Update, Delete, Execute.
};

// One a fact, in the order of their numbers.
std::span<const FactMapping> fact_mappings();
// Of a fact that this program does not know: that something happened.
const FactMapping& mapping_of(FactNumber number);

// What the fact gave and took: services, by their ids.
struct FactServices {
  capnp::List<capnp::Text>::Reader granted = {};
  capnp::List<capnp::Text>::Reader revoked = {};
};
FactServices services_of(schema::Event::Fact::Reader fact);

// Of an attempt that failed: why, as a refusal's name. Empty: it tells of none.
std::string_view failure_of(schema::Event::Fact::Reader fact);

// Whether it is an attempt that was not allowed.
bool is_denial(schema::Event::Fact::Reader fact);

// Whom the event is about, as the same person is called as an actor: the account acted on, or `officer:NAME`. Empty: nobody.
std::string subject_of(schema::Event::Reader event);

// Who was the Primary User until the event, and has nothing at the provider from then on. Empty: it is of another kind, or there was
// nobody.
std::string_view former_of(schema::Event::Fact::Reader fact);

// What was managed, where the class is entity_management: by its own name, or its kind where it has none.
std::string entity_name(schema::Event::Reader event, const FactMapping& mapping);

// Of an event that stands for several alike: how many, and the last one's time. 1: it is of one.
struct Repeats {
  std::uint32_t times = 1;
  std::int64_t last_at = 0;  // ns
};
Repeats repeats_of(schema::Event::Fact::Reader fact);

}  // namespace muniment
