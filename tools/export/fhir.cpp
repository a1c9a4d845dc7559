// FHIR R4 AuditEvent (hl7.org/fhir/R4/auditevent.html), one resource a line, as bulk data has it. Codes are DICOM's.
#include <algorithm>
#include <vector>

#include "tools/export/fact_mapping.h"
#include "tools/export/formats.h"
#include "tools/export/text_out.h"
#include "tools/wire/access_rows.h"
#include "tools/wire/event_cells.h"

namespace muniment {
namespace {

constexpr std::string_view dicom = R"({"system":"http://dicom.nema.org/resources/ontology/DCM","code":")";
// http://terminology.hl7.org/CodeSystem/audit-entity-type and .../object-role.
constexpr std::string_view person_in_a_role =
    R"(},"type":{"system":"http://terminology.hl7.org/CodeSystem/audit-entity-type","code":"1","display":"Person"},)"
    R"("role":{"system":"http://terminology.hl7.org/CodeSystem/object-role","code":"11","display":"Security User Entity"}})";
constexpr std::string_view organization_as_resource =
    R"("}},"type":{"system":"http://terminology.hl7.org/CodeSystem/audit-entity-type","code":"3","display":"Organization"},)"
    R"("role":{"system":"http://terminology.hl7.org/CodeSystem/object-role","code":"13","display":"Security Resource"}})";
constexpr std::string_view event_as_object =
    R"("}},"type":{"system":"http://terminology.hl7.org/CodeSystem/audit-entity-type","code":"2","display":"System Object"},"detail":[)";
// Of details, up to their values.
namespace fhir_key {
constexpr std::string_view summary = R"(,{"type":"summary","valueString":)";
constexpr std::string_view command_id = R"(,{"type":"command_id","valueString":)";
constexpr std::string_view reference = R"(,{"type":"reference","valueString":)";
constexpr std::string_view imported_by = R"(,{"type":"imported_by","valueString":")";
constexpr std::string_view granted = R"(,{"type":"granted","valueString":)";
constexpr std::string_view revoked = R"(,{"type":"revoked","valueString":)";
}  // namespace fhir_key

void put_coding(std::string& out, DicomCode code) {
  out += dicom;
  put_number(out, static_cast<unsigned>(code));
  out += R"(","display":")";
  out += display_of(code);
  out += "\"}";
}

// What is the same in all events of a fact.
struct FactText {
  explicit FactText(const FactMapping& mapping) {
    opening = R"(","type":)";
    put_coding(opening, mapping.fhir_type);
    if (mapping.fhir_subtype != DicomCode::none) {
      opening += R"(,"subtype":[)";
      put_coding(opening, mapping.fhir_subtype);
      opening += ']';
    }
    opening += R"(,"action":")";
    opening += mapping.fhir_action;
    opening += R"(","period":{"start":")";
    object = event_as_object;
    put_member(object, R"({"type":"type","valueString":)", mapping.fact);
    object += '}';
  }

  std::string opening;  // Between the id and the time.
  std::string object;   // Behind the position.
};

class FhirExport final : public EventExport {
 public:
  explicit FhirExport(const std::string& origin) {
    std::string json;
    write_json_string(json, origin);
    const std::string inner = json.substr(1, json.size() - 2);
    source_ =
        R"(],"source":{"observer":{"identifier":{"system":"urn:muniment","value":)" + json +
        R"(}},"type":[{"system":"http://terminology.hl7.org/CodeSystem/security-source-type","code":"4","display":"Application Server"}]},)" +
        R"("entity":[{"what":{"identifier":{"system":"urn:muniment:)" + inner + R"(:position","value":")";
    user_system_ = R"("identifier":{"system":"urn:muniment:)" + inner + R"(:user","value":)";
    provider_system_ = R"(,{"what":{"identifier":{"system":"urn:muniment:)" + inner + R"(:provider","value":")";
    for (const FactMapping& mapping : fact_mappings()) facts_.emplace_back(mapping);
    facts_.emplace_back(mapping_of(fact_unknown));
  }

  std::size_t add(schema::Event::Reader event, std::string& out) override {
    const FactText& fact = facts_[std::min<std::size_t>(static_cast<FactNumber>(event.getFact().which()), facts_.size() - 1)];
    out += R"({"resourceType":"AuditEvent","id":")";
    put_hex(out, event_id_of(event).bytes());
    out += fact.opening;
    write_times(event, out);
    write_outcome(event, out);
    write_agents(event, out);
    out += source_;
    write_entities(event, fact, out);
    out += "}\n";
    return 1;
  }

 private:
  void write_times(schema::Event::Reader event, std::string& out) {
    text_.clear();
    put_time(text_, occurred_at(event));
    out += text_;
    out += R"(","end":")";
    if (const Repeats repeats = repeats_of(event.getFact()); repeats.times > 1) {
      put_time(out, Timestamp{repeats.last_at});
    } else {
      out += text_;
    }
    out += R"("},"recorded":")";
    if (event.getRecordedAt() == event.getOccurredAt()) {
      out += text_;
    } else {
      put_time(out, recorded_at(event));
    }
    out += '"';
  }

  // http://hl7.org/fhir/audit-event-outcome: 0 success, 4 minor failure: the action was not done.
  static void write_outcome(schema::Event::Reader event, std::string& out) {
    const std::string_view failure = failure_of(event.getFact());
    out += failure.empty() ? R"(,"outcome":"0")" : R"(,"outcome":"4")";
    put_member_if(out, R"(,"outcomeDesc":)", failure);
    if (const std::string_view reason = text_of(event.getContext().getReason()); !reason.empty()) {
      put_member(out, R"(,"purposeOfEvent":[{"text":)", reason);
      out += "}]";
    }
  }

  // Of a sign-in the one who signed in acted, and the reporter told of it.
  void write_agents(schema::Event::Reader event, std::string& out) {
    const auto context = event.getContext();
    const bool is_report = event.getFact().isSignedIn();
    out += R"(,"agent":[{"role":[{"text":")";
    out += name_of(event.getAuthority());
    out += R"("}],"who":{)";
    text_.clear();
    put_principal(text_, event.getActor().getKind(), text_of(event.getActor().getName()));
    put_user(text_.empty() ? std::string_view{"unknown"} : std::string_view{text_}, out);
    out += is_report ? R"(},"requestor":false)" : R"(},"requestor":true)";
    // http://hl7.org/fhir/network-type: 1 machine name, 2 IP address.
    if (const std::string_view address = text_of(context.getAddress()); !address.empty()) {
      put_member(out, R"(,"network":{"address":)", address);
      out += is_ip_address(address) ? R"(,"type":"2"})" : R"(,"type":"1"})";
    }
    out += '}';
    if (is_report) put_agent("signed_in", text_of(event.getUsername()), out, true);
    put_agent("requested_by", text_of(context.getRequestedBy()), out);
    put_agent("approved_by", text_of(context.getApprovedBy()), out);
    if (!context.hasSubmittedBy()) return;
    text_.clear();
    put_principal(text_, context.getSubmittedBy().getKind(), text_of(context.getSubmittedBy().getName()));
    put_agent("submitted_by", text_, out);
  }

  void put_agent(std::string_view role, std::string_view name, std::string& out, bool is_requestor = false) const {
    if (name.empty()) return;
    put_member(out, R"(,{"role":[{"text":)", role);
    out += R"(}],"who":{)";
    put_user(name, out);
    out += is_requestor ? R"(},"requestor":true})" : R"(},"requestor":false})";
  }

  void put_user(std::string_view name, std::string& out) const {
    out += user_system_;
    write_json_string(out, name);
    out += '}';
  }

  // The event itself with what it says, then whom and which provider it is about.
  void write_entities(schema::Event::Reader event, const FactText& fact, std::string& out) {
    put_number(out, event.getPosition());
    out += fact.object;
    put_detail(fhir_key::summary, summary_of(event), out);
    put_detail(fhir_key::command_id, text_of(event.getCommandId()), out);
    put_detail(fhir_key::reference, text_of(event.getContext().getReference()), out);
    if (const Position import = event.getContext().getImportedBy(); import != 0) {
      out += fhir_key::imported_by;
      put_number(out, import);
      out += "\"}";
    }
    const FactServices services = services_of(event.getFact());
    for (const auto service : services.granted) put_detail(fhir_key::granted, text_of(service), out);
    for (const auto service : services.revoked) put_detail(fhir_key::revoked, text_of(service), out);
    out += "]}";
    if (const std::string user = subject_of(event); !user.empty()) put_person(user, out);
    if (const std::string_view former = former_of(event.getFact()); !former.empty()) {
      put_person(former, out);
      out.pop_back();
      out += R"(,"detail":[{"type":"revoked","valueString":"primary_user"}]})";
    }
    if (const auto provider = provider_of(event)) {
      out += provider_system_;
      out += provider->text();
      out += organization_as_resource;
    }
    out += ']';
  }

  void put_person(std::string_view user, std::string& out) const {
    out += R"(,{"what":{)";
    put_user(user, out);
    out += person_in_a_role;
  }

  static void put_detail(std::string_view key, std::string_view value, std::string& out) {
    if (value.empty()) return;
    put_member(out, key, value);
    out += '}';
  }

  std::string source_;  // And what stands before the event's position.
  std::string user_system_;
  std::string provider_system_;
  std::vector<FactText> facts_;  // By number; what is unknown is the last.
  std::string text_;             // Scratch.
};

}  // namespace

std::unique_ptr<EventExport> make_fhir_export(const std::string& origin) { return std::make_unique<FhirExport>(origin); }

}  // namespace muniment
