#include "tests/projections/story.h"

#include <cstring>

#include "events/values/assert.h"

namespace muniment {
namespace {

ProviderId provider_id(const std::string& text) {
  const auto id = ProviderId::parse(text);
  MUNIMENT_ASSERT(id.has_value());
  return *id;
}

Texts texts(const Names& names) { return {names.begin(), names.end()}; }

std::vector<ProviderId> providers(const Names& names) {
  std::vector<ProviderId> out;
  for (const auto& name : names) out.push_back(provider_id(name));
  return out;
}

Fact fact_of(const Told& told) {
  if (told.type == "provider_registered") return fact::ProviderRegistered{schema::ProviderKind::PROVIDER, told.organization, "name"};
  if (told.type == "provider_closed") return fact::ProviderClosed{};
  if (told.type == "relationship_started") return fact::RelationshipStarted{provider_id(told.entity)};
  if (told.type == "relationship_ended") return fact::RelationshipEnded{provider_id(told.entity)};
  if (told.type == "service_used") return fact::ServiceUsed{told.service};
  if (told.type == "account_created") return fact::AccountCreated{};
  if (told.type == "subordinate_created") return fact::SubordinateCreated{texts(told.services), false};
  if (told.type == "subordinate_linked") return fact::SubordinateLinked{texts(told.services)};
  if (told.type == "primary_user_assigned") return fact::PrimaryUserAssigned{texts(told.services), told.former, false};
  if (told.type == "services_assigned") return fact::ServicesAssigned{texts(told.granted), texts(told.revoked)};
  if (told.type == "subordinate_removed") return fact::SubordinateRemoved{{}, false};
  if (told.type == "profile_changed") return fact::ProfileChanged{{schema::ProfileField::LAST_NAME}};
  if (told.type == "pin_changed") return fact::PinChanged{};
  if (told.type == "account_locked") return fact::AccountLocked{};
  if (told.type == "account_unlocked") return fact::AccountUnlocked{};
  if (told.type == "account_disabled") return fact::AccountDisabled{};
  if (told.type == "account_enabled") return fact::AccountEnabled{};
  if (told.type == "account_terminated") return fact::AccountTerminated{};
  if (told.type == "subject_erased") return fact::SubjectErased{};
  if (told.type == "password_reset") return fact::PasswordReset{told.at};
  if (told.type == "signed_in") return fact::SignedIn{told.success};
  if (told.type == "terms_published") return fact::TermsPublished{told.terms};
  if (told.type == "terms_accepted") return fact::TermsAccepted{told.terms};
  if (told.type == "departure_reported")
    return fact::DepartureReported{told.left_at.ns == 0 ? told.at : told.left_at, providers(told.links)};
  if (told.type == "import_started") return fact::ImportStarted{1, texts(told.services)};
  if (told.type == "service_defined") return fact::ServiceDefined{told.service, told.service, told.administrator, false};
  if (told.type == "policy_set") return fact::PolicySet{told.policy->getRoot<schema::Policy>().asReader()};
  if (told.type == "provider_import_started") return fact::ProviderImportStarted{};
  if (told.type == "finding_disposed")
    return fact::FindingDisposed{told.finding, told.disposition, told.until.ns == 0 ? std::nullopt : std::optional{told.until}};
  if (told.type == "import_completed") return fact::ImportCompleted{told.completes, 1};
  if (told.type == "import_abandoned") return fact::ImportAbandoned{told.abandons, 1};
  if (told.type == "other") return *told.fact;
  MUNIMENT_ASSERT(told.type == "unknown");
  return fact::AccountLocked{};
}

// Fills an id from a text, the same one each time.
std::array<Byte, 16> bytes_from(std::string_view text) {
  std::array<Byte, 16> out{};
  std::uint64_t hash = 0xcbf29ce484222325;
  for (std::size_t i = 0; i < out.size(); ++i) {
    for (const char c : text) hash = (hash ^ static_cast<Byte>(c)) * 0x100000001b3;
    out[i] = static_cast<Byte>(hash >> 40);
  }
  return out;
}

StreamName import_stream(Position started) { return StreamName::import(EventId{bytes_from("import " + std::to_string(started))}); }

// Where the number of the fact stands: the one place in which two facts without fields differ.
std::size_t discriminant_at(Encoder& encoder, Draft draft) {
  ListLog::Words one;
  ListLog::Words other;
  const Fact locked = fact::AccountLocked{};
  const Fact unlocked = fact::AccountUnlocked{};
  draft.fact = &locked;
  encoder.encode(draft, one);
  draft.fact = &unlocked;
  encoder.encode(draft, other);
  const auto* a = reinterpret_cast<const Byte*>(one.data());
  const auto* b = reinterpret_cast<const Byte*>(other.data());
  std::size_t at = 0;
  while (a[at] == b[at]) ++at;
  return at;
}

}  // namespace

AccountId Story::account_id(const std::string& username) { return AccountId{bytes_from("account " + username)}; }

StreamVersion Story::bump(const StreamName& stream) { return {stream, ++versions_[stream]}; }

std::vector<StreamVersion> Story::streams_of(const Told& told) {
  std::vector<StreamVersion> out;
  if (!told.username.empty()) {
    const auto account = StreamName::account(account_id(told.username));
    const bool is_new = !versions_.contains(account);
    out.push_back(bump(account));
    if (is_new) out.push_back(bump(StreamName::username(*Username::parse(told.username))));
  }
  if (!told.provider.empty()) out.push_back(bump(StreamName::provider(provider_id(told.provider))));
  if (!told.entity.empty()) out.push_back(bump(StreamName::provider(provider_id(told.entity))));
  if (!told.former.empty()) out.push_back(bump(StreamName::account(account_id(told.former))));
  if (!told.review.empty()) out.push_back(bump(StreamName::review(told.review)));
  if (out.empty()) out.push_back(bump(StreamName::single(schema::StreamKind::AGENCY)));
  if (told.type == "import_started") import_started_ = told.position;
  if (told.type == "import_started" || told.type == "provider_import_started") out.push_back(bump(import_stream(import_started_)));
  if (told.type == "import_abandoned") out.push_back(bump(import_stream(told.abandons)));
  return out;
}

ListLog::Words Story::encode(const Told& told) {
  const Fact fact = fact_of(told);
  const auto streams = streams_of(told);
  const auto event_bytes = bytes_from("event " + std::to_string(told.position) + told.type + told.username);
  std::string sealed;
  const FullName name = told.name.value_or(FullName{});
  const std::string personal = told.email + told.birth_day + told.pin + told.place;
  if (told.name || !personal.empty()) {
    for (const std::string& part : {name.last, name.first, name.middle_initial, told.email, told.birth_day, told.pin, told.place})
      sealed += part + '|';
  }
  Draft draft;
  draft.position = told.position;
  draft.recorded_at = told.recorded_at;
  draft.occurred_at = told.at;
  draft.imported_by = told.import;
  draft.source = told.import == 0 ? schema::Source::OPERATOR : schema::Source::IMPORT;
  draft.authority = told.authority;
  draft.actor_kind = told.actor.kind;
  draft.actor_name = told.actor.name;
  draft.event_id = EventId{event_bytes};
  draft.command_id = "command";
  if (!told.provider.empty()) draft.provider = provider_id(told.provider);
  draft.username = told.username;
  draft.streams = streams;
  draft.sealed = bytes_of(std::string_view{sealed});
  draft.requested_by = told.requested_by;
  draft.approved_by = told.approved_by;
  draft.reason = told.reason;
  draft.reference = told.reference;
  draft.submitted_by = told.submitted_by ? &*told.submitted_by : nullptr;
  draft.fact = &fact;
  ListLog::Words out;
  encoder_.encode(draft, out);
  if (told.type == "unknown") {
    const std::uint16_t beyond = 60'000;
    std::memcpy(reinterpret_cast<Byte*>(out.data()) + discriminant_at(encoder_, draft), &beyond, sizeof beyond);
  }
  return out;
}

Position Story::tell(const std::string& type, const std::string& provider, const std::string& username) {
  wait(1);
  Told told = std::exchange(next, {});
  told.type = type;
  told.provider = provider;
  told.username = username;
  told.position = head() + 1;
  told.recorded_at = clock_;
  if (told.at.ns == 0) told.at = clock_;
  if (told.actor.name.empty()) told.actor = Principal::officer("rkelly");
  log_.add(encode(told));
  told_.push_back(std::move(told));
  return head();
}

Position Story::relationship_started(const std::string& provider, const std::string& entity) {
  next.entity = entity;
  return tell("relationship_started", provider, {});
}

Position Story::relationship_ended(const std::string& provider, const std::string& entity) {
  next.entity = entity;
  return tell("relationship_ended", provider, {});
}

Position Story::service_used(const std::string& provider, const std::string& username, const std::string& service) {
  next.service = service;
  return tell("service_used", provider, username);
}

Position Story::created(const std::string& provider, const std::string& username, Names services, std::optional<FullName> name) {
  next.services = std::move(services);
  next.name = std::move(name);
  return tell("subordinate_created", provider, username);
}

Position Story::account_created(const std::string& username, std::optional<FullName> name) {
  next.name = std::move(name);
  return tell("account_created", {}, username);
}

Position Story::linked(const std::string& provider, const std::string& username, Names services) {
  next.services = std::move(services);
  return tell("subordinate_linked", provider, username);
}

Position Story::primary(const std::string& provider, const std::string& username, Names services, const std::string& former) {
  next.services = std::move(services);
  next.former = former;
  return tell("primary_user_assigned", provider, username);
}

Position Story::assigned(const std::string& provider, const std::string& username, Names granted, Names revoked) {
  next.granted = std::move(granted);
  next.revoked = std::move(revoked);
  return tell("services_assigned", provider, username);
}

Position Story::profile_changed(const std::string& provider, const std::string& username, FullName name) {
  next.name = std::move(name);
  return tell("profile_changed", provider, username);
}

Position Story::pin_changed(const std::string& provider, const std::string& username, const std::string& pin) {
  next.pin = pin;
  return tell("pin_changed", provider, username);
}

Position Story::terms_published(const std::string& version) {
  next.terms = version;
  return tell("terms_published", {}, {});
}

Position Story::terms_accepted(const std::string& username, const std::string& version) {
  next.terms = version;
  return tell("terms_accepted", {}, username);
}

Position Story::departure_reported(const std::string& username, Names links) {
  next.links = std::move(links);
  return tell("departure_reported", {}, username);
}

Position Story::finding_disposed(const std::string& provider, const std::string& finding, schema::Disposition disposition,
                                 Timestamp until) {
  next.finding = finding;
  next.disposition = disposition;
  next.until = until;
  return tell("finding_disposed", provider, {});
}

Position Story::happened(Fact fact, const std::string& provider, const std::string& username) {
  next.fact = std::make_shared<const Fact>(std::move(fact));
  return tell("other", provider, username);
}

Position Story::service_defined(const std::string& id, bool administrator) {
  next.service = id;
  next.administrator = administrator;
  return tell("service_defined", {}, {});
}

schema::Policy::Builder Story::policy() {
  if (!next.policy) {
    next.policy = std::make_shared<capnp::MallocMessageBuilder>();
    next.policy->initRoot<schema::Policy>();
  }
  return next.policy->getRoot<schema::Policy>();
}

Position Story::signed_in(const std::string& username, bool success) {
  next.success = success;
  return tell("signed_in", {}, username);
}

Position Story::import_started(Names administrator_services) {
  next.services = std::move(administrator_services);
  return tell("import_started", {}, {});
}

Position Story::import_completed(Position import) {
  next.completes = import;
  return tell("import_completed", {}, {});
}

Position Story::import_abandoned(Position import) {
  next.abandons = import;
  return tell("import_abandoned", {}, {});
}

Position Story::unknown(const std::string& provider, const std::string& username) { return tell("unknown", provider, username); }

Position Story::garbage() {
  wait(1);
  Told told;
  told.type = "garbage";
  told.position = head() + 1;
  told.recorded_at = clock_;
  told.at = clock_;
  log_.add(ListLog::Words(4));
  told_.push_back(std::move(told));
  return head();
}

PersonalOpener Story::opener() const {
  return [this](schema::Event::Reader event) -> std::optional<OpenedPersonal> {
    if (std::find(erased_.begin(), erased_.end(), text_of(event.getUsername())) != erased_.end()) return std::nullopt;
    std::string_view sealed = text_of(bytes_of(event.getSealed()));
    std::vector<std::string> parts;
    for (auto end = sealed.find('|'); end != std::string_view::npos; end = sealed.find('|')) {
      parts.emplace_back(sealed.substr(0, end));
      sealed = sealed.substr(end + 1);
    }
    parts.resize(7);
    const auto number = [&](std::size_t i) { return parts[i].empty() ? std::uint64_t{0} : std::hash<std::string>{}(parts[i]) | 1; };
    return OpenedPersonal{parts[0], parts[1], parts[2], number(3), number(4), number(5), number(6)};
  };
}

}  // namespace muniment
