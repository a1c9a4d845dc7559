// OCSF 1.5.0 (schema.ocsf.io), one JSON object a line: what a security team's tools take in.
#include "tools/export/fact_mapping.h"
#include "tools/export/formats.h"
#include "tools/export/text_out.h"
#include "tools/wire/access_rows.h"
#include "tools/wire/event_cells.h"

namespace muniment {
namespace {

using Services = capnp::List<capnp::Text>::Reader;

constexpr std::int64_t ns_in_ms = 1'000'000;
constexpr std::string_view primary_user = "primary_user";
constexpr std::string_view everything = "*";    // All that was held at the provider, for the link has ended.
constexpr std::string_view nobody = "unknown";  // A user object must have a name.

// One object that an event becomes.
struct OcsfActivity {
  OcsfClass ocsf_class;
  std::uint8_t activity;
  std::string_view name;
  std::string_view user;             // Whom it is about.
  Services privileges = {};          // Of user_access.
  std::string_view own_privilege{};  // The same, before those: what is no service.
  std::string_view all_else{};       // And behind them.
};

// user.type_id: 1 User, 2 Admin, 3 System, 99 Other.
std::string_view type_of(schema::PrincipalKind kind) {
  switch (kind) {
    case schema::PrincipalKind::ACCOUNT:
      return R"(,"type_id":1)";
    case schema::PrincipalKind::OFFICER:
      return R"(,"type_id":2)";
    case schema::PrincipalKind::NODE:
    case schema::PrincipalKind::SUBMITTER:
      return R"(,"type_id":3)";
    default:
      return R"(,"type_id":99)";
  }
}

class OcsfExport final : public EventExport {
 public:
  explicit OcsfExport(const std::string& origin) {
    product_ = R"(,"metadata":{"version":"1.5.0","product":{"name":"muniment","vendor_name":"muniment"},"log_name":)";
    write_json_string(product_, origin);
  }

  std::size_t add(schema::Event::Reader event, std::string& out) override {
    const auto fact = event.getFact();
    const FactMapping& mapping = mapping_of(static_cast<FactNumber>(fact.which()));
    const FactServices services = services_of(fact);
    message_ = summary_of(event);
    is_first_ = true;
    const std::string user = subject_of(event);
    const OcsfActivity assigned{OcsfClass::user_access, ocsf_assign, "Assign Privileges", user, services.granted};
    const OcsfActivity revoked{OcsfClass::user_access, ocsf_revoke, "Revoke Privileges", user, services.revoked};
    if (fact.isServicesAssigned()) {
      if (services.granted.size() > 0) write(event, mapping, assigned, out);
      if (services.revoked.size() > 0) write(event, mapping, revoked, out);
      if (!is_first_) return rows(services.granted.size() > 0 && services.revoked.size() > 0);
    }
    OcsfActivity activity{mapping.ocsf_class, mapping.ocsf_activity, mapping.activity_name, user};
    activity.privileges = services.granted.size() > 0 ? services.granted : services.revoked;
    activity.own_privilege = privilege_of(fact);
    if (fact.isSubordinateCreated()) activity.privileges = {};
    write(event, mapping, activity, out);
    if (fact.isSubordinateCreated() && services.granted.size() > 0) {
      write(event, mapping, assigned, out);
      return rows(true);
    }
    if (const std::string_view former_user = former_of(fact); !former_user.empty()) {
      OcsfActivity former = revoked;
      former.user = former_user;
      former.own_privilege = primary_user;
      former.privileges = services.granted;  // What a Primary User is given.
      former.all_else = everything;
      write(event, mapping, former, out);
      return rows(true);
    }
    return rows(false);
  }

 private:
  static std::size_t rows(bool are_two) { return are_two ? 2 : 1; }

  // What was given or used that is no list of services.
  static std::string_view privilege_of(schema::Event::Fact::Reader fact) {
    if (fact.isPrimaryUserAssigned()) return primary_user;
    if (fact.isOfficerAppointed() || fact.isOfficerDismissed()) return "officer";
    if (fact.isDelegateAppointed() || fact.isDelegateDismissed()) return "appointed_delegate";
    if (fact.isServiceUsed()) return text_of(fact.getServiceUsed().getService());
    return {};
  }

  void write(schema::Event::Reader event, const FactMapping& mapping, const OcsfActivity& activity, std::string& out) {
    const auto number = static_cast<unsigned>(activity.ocsf_class);
    out += R"({"category_uid":3,"class_uid":)";
    put_number(out, number);
    out += R"(,"activity_id":)";
    put_number(out, activity.activity);
    put_member(out, R"(,"activity_name":)", activity.name);
    out += R"(,"type_uid":)";
    put_number(out, number * 100 + activity.activity);
    out += R"(,"time":)";
    put_number(out, event.getOccurredAt() / ns_in_ms);
    write_repeats(event, out);
    const std::string_view failure = failure_of(event.getFact());
    out += failure.empty() ? R"(,"severity_id":1,"status_id":1)" : R"(,"severity_id":2,"status_id":2)";
    put_member_if(out, R"(,"status_code":)", failure);
    put_member_if(out, R"(,"message":)", message_);
    write_metadata(event, mapping, out);
    write_actor(event, out);
    if (activity.ocsf_class == OcsfClass::entity_management) {
      write_entity(event, mapping, out);
    } else {
      out += R"(,"user":)";
      write_user(event, activity.user, out);
    }
    if (activity.ocsf_class == OcsfClass::user_access) write_access(event, activity, out);
    write_source(event, out);
    write_unmapped(event, out);
    out += "}\n";
    is_first_ = false;
  }

  static void write_repeats(schema::Event::Reader event, std::string& out) {
    const Repeats repeats = repeats_of(event.getFact());
    if (repeats.times <= 1) return;
    out += R"(,"count":)";
    put_number(out, repeats.times);
    out += R"(,"start_time":)";
    put_number(out, event.getOccurredAt() / ns_in_ms);
    out += R"(,"end_time":)";
    put_number(out, repeats.last_at / ns_in_ms);
  }

  // metadata.uid is unique: the second object of an event has another than the first.
  void write_metadata(schema::Event::Reader event, const FactMapping& mapping, std::string& out) {
    out += product_;
    out += R"(,"uid":")";
    put_hex(out, event_id_of(event).bytes());
    out += is_first_ ? R"(","sequence":)" : R"(-2","sequence":)";
    put_number(out, event.getPosition());
    put_member(out, R"(,"event_code":)", mapping.fact);
    put_member_if(out, R"(,"correlation_uid":)", text_of(event.getCommandId()));
    out += R"(,"original_time":")";
    put_time(out, occurred_at(event));
    out += R"(","logged_time":)";
    put_number(out, event.getRecordedAt() / ns_in_ms);
    out += '}';
  }

  void write_actor(schema::Event::Reader event, std::string& out) {
    const auto actor = event.getActor();
    out += R"(,"actor":{"user":{"name":)";
    text_.clear();
    put_principal(text_, actor.getKind(), text_of(actor.getName()));
    write_json_string(out, text_.empty() ? nobody : std::string_view{text_});
    out += type_of(actor.getKind());
    out += is_denial(event.getFact()) ? R"(},"authorizations":[{"decision":"denied","policy":{"name":)"
                                      : R"(},"authorizations":[{"decision":"allowed","policy":{"name":)";
    write_json_string(out, name_of(event.getAuthority()));
    out += "}}]}";
  }

  // The account's id stands where the user is the account that the event is about.
  static void write_user(schema::Event::Reader event, std::string_view user, std::string& out) {
    out += R"({"name":)";
    write_json_string(out, user.empty() ? nobody : user);
    if (has_account(event) && user == text_of(event.getUsername())) {
      out += R"(,"uid":")";
      put_hex(out, account_id_of(event).bytes());
      out += '"';
    }
    const auto fact = event.getFact();
    out += fact.isOfficerAppointed() || fact.isOfficerDismissed() ? R"(,"type_id":2})" : R"(,"type_id":1})";
  }

  static void write_access(schema::Event::Reader event, const OcsfActivity& activity, std::string& out) {
    out += R"(,"privileges":[)";
    bool is_first = true;
    const auto add = [&](std::string_view privilege) {
      if (!std::exchange(is_first, false)) out += ',';
      write_json_string(out, privilege);
    };
    if (!activity.own_privilege.empty()) add(activity.own_privilege);
    for (const auto privilege : activity.privileges) add(text_of(privilege));
    if (!activity.all_else.empty()) add(activity.all_else);
    out += ']';
    if (const auto provider = provider_of(event)) {
      out += R"(,"resource":{"type":"provider","uid":")";
      out += provider->text();
      out += "\"}";
    }
  }

  // managed_entity.type_id: 4 Organization, 5 Policy, 99 Other.
  static void write_entity(schema::Event::Reader event, const FactMapping& mapping, std::string& out) {
    put_member(out, R"(,"entity":{"type":)", mapping.entity);
    out += mapping.entity == "provider" ? R"(,"type_id":4)" : mapping.entity == "policy" ? R"(,"type_id":5)" : R"(,"type_id":99)";
    put_member(out, R"(,"name":)", entity_name(event, mapping));
    if (const auto provider = provider_of(event)) {
      out += R"(,"org":{"uid":")";
      out += provider->text();
      out += "\"}";
    }
    if (const std::string user = subject_of(event); !user.empty()) {
      out += R"(,"user":)";
      write_user(event, user, out);
    }
    out += '}';
  }

  static void write_source(schema::Event::Reader event, std::string& out) {
    const std::string_view address = text_of(event.getContext().getAddress());
    if (address.empty()) return;
    put_member(out, is_ip_address(address) ? R"(,"src_endpoint":{"ip":)" : R"(,"src_endpoint":{"name":)", address);
    out += '}';
  }

  // What OCSF has no place for, by the names that it has in muniment.
  void write_unmapped(schema::Event::Reader event, std::string& out) {
    if (!event.hasContext()) return;
    const auto context = event.getContext();
    const std::size_t before = out.size();
    put_member_if(out, R"(,"requested_by":)", text_of(context.getRequestedBy()));
    put_member_if(out, R"(,"approved_by":)", text_of(context.getApprovedBy()));
    put_member_if(out, R"(,"reason":)", text_of(context.getReason()));
    put_member_if(out, R"(,"reference":)", text_of(context.getReference()));
    if (context.hasSubmittedBy()) {
      text_.clear();
      put_principal(text_, context.getSubmittedBy().getKind(), text_of(context.getSubmittedBy().getName()));
      put_member_if(out, R"(,"submitted_by":)", text_);
    }
    if (context.getImportedBy() != 0) put_member(out, R"(,"imported_by":)", std::to_string(context.getImportedBy()));
    if (out.size() == before) return;
    out.replace(before, 1, R"(,"unmapped":{)");
    out += '}';
  }

  std::string product_;  // What metadata begins with, the same in all.
  std::string message_;
  bool is_first_ = true;  // Of the objects of one event.
  std::string text_;      // Scratch.
};

}  // namespace

std::unique_ptr<EventExport> make_ocsf_export(const std::string& origin) { return std::make_unique<OcsfExport>(origin); }

}  // namespace muniment
