// FHIR R4 AuditEvent (hl7.org/fhir/R4/auditevent.html), one resource a line, as bulk data has it. Codes are DICOM's.
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

void put_coding(std::string& out, DicomCode code) {
  out += dicom;
  put_number(out, static_cast<unsigned>(code));
  out += R"(","display":")";
  out += display_of(code);
  out += "\"}";
}

class FhirExport final : public EventExport {
 public:
  explicit FhirExport(const std::string& origin) {
    write_json_string(origin_, origin);
    const std::string inner = origin_.substr(1, origin_.size() - 2);
    source_ =
        R"(],"source":{"observer":{"identifier":{"system":"urn:muniment","value":)" + origin_ +
        R"(}},"type":[{"system":"http://terminology.hl7.org/CodeSystem/security-source-type","code":"4","display":"Application Server"}]},)";
    user_system_ = R"("identifier":{"system":"urn:muniment:)" + inner + R"(:user","value":)";
    provider_system_ = R"({"what":{"identifier":{"system":"urn:muniment:)" + inner + R"(:provider","value":")";
    position_system_ = R"("entity":[{"what":{"identifier":{"system":"urn:muniment:)" + inner + R"(:position","value":")";
  }

  std::size_t add(schema::Event::Reader event, std::string& out) override {
    const FactMapping& mapping = mapping_of(static_cast<FactNumber>(event.getFact().which()));
    out += R"({"resourceType":"AuditEvent","id":")";
    put_hex(out, event_id_of(event).bytes());
    out += R"(","type":)";
    put_coding(out, mapping.fhir_type);
    if (mapping.fhir_subtype != DicomCode::none) {
      out += R"(,"subtype":[)";
      put_coding(out, mapping.fhir_subtype);
      out += ']';
    }
    out += R"(,"action":")";
    out += mapping.fhir_action;
    write_times(event, out);
    write_outcome(event, out);
    write_agents(event, out);
    out += source_;
    write_entities(event, mapping, out);
    out += "}\n";
    return 1;
  }

 private:
  void write_times(schema::Event::Reader event, std::string& out) {
    const std::string occurred = occurred_at(event).text();
    out += R"(","period":{"start":")";
    out += occurred;
    out += R"(","end":")";
    const Repeats repeats = repeats_of(event.getFact());
    out += repeats.times > 1 ? Timestamp{repeats.last_at}.text() : occurred;
    out += R"("},"recorded":")";
    out += recorded_at(event).text();
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
    out += R"(,"agent":[{"role":[{"text":)";
    write_json_string(out, name_of(event.getAuthority()));
    out += R"(}],"who":{)";
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
  void write_entities(schema::Event::Reader event, const FactMapping& mapping, std::string& out) {
    out += position_system_;
    put_number(out, event.getPosition());
    out += event_as_object;
    put_member(out, R"({"type":"type","valueString":)", mapping.fact);
    out += '}';
    put_detail("summary", summary_of(event), out);
    put_detail("command_id", text_of(event.getCommandId()), out);
    put_detail("reference", text_of(event.getContext().getReference()), out);
    if (const Position import = event.getContext().getImportedBy(); import != 0) put_detail("imported_by", std::to_string(import), out);
    const FactServices services = services_of(event.getFact());
    for (const auto service : services.granted) put_detail("granted", text_of(service), out);
    for (const auto service : services.revoked) put_detail("revoked", text_of(service), out);
    out += "]}";
    if (const std::string user = subject_of(event); !user.empty()) put_person(user, out);
    if (const std::string_view former = former_of(event.getFact()); !former.empty()) {
      put_person(former, out);
      out.pop_back();
      out += R"(,"detail":[{"type":"revoked","valueString":"primary_user"}]})";
    }
    if (const auto provider = provider_of(event)) {
      out += ',';
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

  static void put_detail(std::string_view type, std::string_view value, std::string& out) {
    if (value.empty()) return;
    put_member(out, R"(,{"type":)", type);
    put_member(out, R"(,"valueString":)", value);
    out += '}';
  }

  std::string origin_;
  std::string source_;
  std::string user_system_;
  std::string provider_system_;
  std::string position_system_;
  std::string text_;  // Scratch.
};

}  // namespace

std::unique_ptr<EventExport> make_fhir_export(const std::string& origin) { return std::make_unique<FhirExport>(origin); }

}  // namespace muniment
