#include "tests/commands/ledger.h"

#include <capnp/message.h>
#include <capnp/schema.h>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>

#include "events/json/reader.h"
#include "events/log/recorded_abandonments.h"
#include "events/record/event_streams.h"

namespace muniment::test {
namespace {

namespace fs = std::filesystem;

// One vault for the whole program, in a folder that goes with it. Accounts of other ledgers are strangers that no log of this one knows.
class VaultFolder : public testing::Environment {
 public:
  void SetUp() override {
    folder_ = fs::path(testing::TempDir()) / fmt::format("ledger_vault_{}", ::getpid());
    fs::create_directories(folder_);
    const EpochKey key = Vault::create(folder_ / "vault", folder_ / "epoch.key");
    vault_ = std::make_unique<Vault>(folder_ / "vault", key, [](const AccountId&) { return false; }, VaultOptions{.pool_batch = 32});
  }
  void TearDown() override {
    vault_.reset();
    fs::remove_all(folder_);
  }
  Vault& vault() { return *vault_; }

 private:
  fs::path folder_;
  std::unique_ptr<Vault> vault_;
};

// Owned by gtest.
VaultFolder* const vault_folder = [] {
  auto* folder = new VaultFolder;
  testing::AddGlobalTestEnvironment(folder);
  return folder;
}();

std::string name_of_authority(schema::Authority authority) {
  const auto enumerants = capnp::Schema::from<schema::Authority>().getEnumerants();
  return enumerants[static_cast<unsigned>(authority)].getProto().getName().cStr();
}

std::string text_of_personal(const Personal& personal) {
  const Profile& profile = personal.profile;
  return fmt::format("{}|{}|{}|{}|{}|{}|{}|{}", profile.last_name, profile.first_name, profile.middle_initial, profile.birth_day,
                     profile.email, profile.zip, personal.note, personal.place);
}

std::string text_of_event(schema::Event::Fact::Reader fact, const std::string& streams, const std::string& sealed,
                          const std::string& occurred_at) {
  return fmt::format("{} in {}{}{}", kj::str(fact).cStr(), streams, sealed.empty() ? "" : " sealing " + sealed,
                     occurred_at.empty() ? "" : " at " + occurred_at);
}

std::string text_of_expected(const Recorded& recorded) {
  capnp::MallocMessageBuilder message;
  auto event = message.initRoot<schema::Event>();
  write_fact(recorded.fact, event);
  return text_of_event(event.asReader().getFact(), fmt::format("{}", fmt::join(recorded.streams, ", ")),
                       recorded.personal.empty() ? "" : text_of_personal(recorded.personal),
                       recorded.occurred_at ? recorded.occurred_at->text() : "");
}

std::string name_of_status(Answer::Status status) {
  switch (status) {
    case Answer::Status::accepted:
      return "accepted";
    case Answer::Status::unchanged:
      return "unchanged";
    case Answer::Status::refused:
      return "refused";
    case Answer::Status::failed:
      return "failed";
  }
  return "?";
}

std::string outcome(const Answer& answer) {
  if (answer.refusal) return fmt::format("{}: {}", name_of_status(answer.status), name_of(*answer.refusal));
  return name_of_status(answer.status);
}

std::string name_of_type(const CommandBody& body) {
  const auto types = command_types();
  return body.index() < types.size() ? std::string{types[body.index()]} : "internal";
}

Field<Command> read_json(std::string_view json) {
  static JsonReader reader(capnp::Schema::from<request::Command>());
  const auto message = std::make_shared<capnp::MallocMessageBuilder>();
  auto root = message->initRoot<request::Command>();
  const std::string text = R"({"command_id":"by_json",)" + std::string{json.substr(1)};
  if (const auto read = reader.read(text, root); !read)
    return std::unexpected(Malformed{read.error().message(), "JSON as the schema says"});
  return read_command(root.asReader(), message);
}

}  // namespace

std::string form_of(std::string_view json) {
  const auto command = read_json(json);
  return command ? "well-formed" : command.error().message();
}

Profile profile_of(std::string_view first_name, std::string_view last_name) {
  return {std::string{last_name},
          std::string{first_name},
          "Q",
          "07/04",
          fmt::format("{}.{}@clinic.example", first_name, last_name),
          "02302-7519"};
}

Request by(std::string_view actor, Said said) {
  Request out;
  out.actor = Principal::parse(actor).value();
  out.reason = std::move(said.reason);
  out.note = std::move(said.note);
  return out;
}

Asked was_registered(const ProviderId& id) {
  return {RegisterProvider{id, schema::ProviderKind::PROVIDER, "Sisters", "Clinic " + id.text()}, by(officer)};
}
Asked was_closed(const ProviderId& id) { return {CloseProvider{id}, by(officer)}; }
Asked became_primary_user(const ProviderId& id, std::string_view first_name, std::string_view last_name) {
  return {AssignPrimaryUser{id, {}, profile_of(first_name, last_name), std::string{pin_of_everybody}, {}}, by(officer)};
}
Asked became_primary_user(const ProviderId& id, const Username& name) { return {AssignPrimaryUser{id, name, {}, {}, {}}, by(officer)}; }
Asked was_created(const ProviderId& home, const Username& by_whom, std::string_view first_name, std::string_view last_name,
                  ServiceList services) {
  return {CreateSubordinate{home, profile_of(first_name, last_name), std::string{pin_of_everybody}, std::move(services), false},
          by(by_whom)};
}
Asked was_linked(const ProviderId& id, const Username& by_whom, const Username& name, ServiceList services) {
  return {LinkSubordinate{id, name, std::move(services)}, by(by_whom)};
}
Asked was_removed(const ProviderId& id, const Username& by_whom, const Username& name) {
  return {RemoveSubordinate{id, name}, by(by_whom)};
}
Asked was_locked(const Username& name) { return {LockAccount{name}, by(officer, {.reason = "misuse"})}; }
Asked was_disabled(const Username& name) { return {DisableAccount{name}, by(officer, {.reason = "dormant"})}; }
Asked was_terminated(const Username& name) { return {TerminateAccount{name}, by(officer, {.reason = "violation"})}; }
Asked was_published(std::string_view terms_version) { return {PublishTerms{terms_version}, by(officer)}; }
Asked was_accepted(std::string_view terms_version, const Username& name) { return {AcceptTerms{name, terms_version}, by(portal)}; }
Asked was_retired(std::string_view service) { return {RetireService{service}, by(officer)}; }

std::string of(const Username& account) { return "account " + account.text(); }
std::string of(const ProviderId& id) { return "provider " + id.text(); }
std::string of(schema::StreamKind single) { return StreamName::single(single).describe(); }
std::string claim_of(const Username& name) { return "username " + name.text(); }
std::string policy_of(const ProviderId& id) { return "policy " + id.text(); }

std::vector<Refusing> needs_an_open_provider(const std::function<CommandBody(const ProviderId&)>& make) {
  std::vector<Refusing> out;
  for (const ProviderId& provider : {nowhere, closed, importing}) {
    out.push_back({Refusal::actor_unknown, make(provider), by(nobody)});
    out.push_back({Refusal::actor_unknown, make(provider), by("officer:nobody")});
    out.push_back({Refusal::actor_not_usable, make(provider), by(llock)});
  }
  out.push_back({Refusal::provider_unknown, make(nowhere), by(jdoe)});
  out.push_back({Refusal::provider_closed, make(closed), by(jdoe)});
  out.push_back({Refusal::import_in_progress, make(importing), by(jdoe)});
  return out;
}

std::vector<Refusing> needs_the_agency(const CommandBody& body) {
  return {{Refusal::actor_unknown, body, by(nobody)},   {Refusal::actor_unknown, body, by("officer:nobody")},
          {Refusal::actor_not_usable, body, by(llock)}, {Refusal::agency_only, body, by(jdoe)},
          {Refusal::agency_only, body, by(dlopez)},     {Refusal::agency_only, body, by(bking)},
          {Refusal::agency_only, body, by(mhughes)},    {Refusal::agency_only, body, by(portal)}};
}

std::vector<Refusing> needs_an_administrator(const CommandBody& body) {
  return {{Refusal::actor_unknown, body, by(nobody)},     {Refusal::actor_unknown, body, by("officer:nobody")},
          {Refusal::actor_not_usable, body, by(llock)},   {Refusal::not_administrator, body, by(jdoe)},
          {Refusal::not_administrator, body, by(preed)},  {Refusal::not_administrator, body, by(portal)},
          {Refusal::not_administrator, body, by(officer)}};
}

Ledger::Ledger() : decider_(log_, vault_folder->vault(), [this] { return now_; }) {
  Request node;
  node.actor = Principal::node();
  given(Asked{InitializeStore{1, "rkelly"}, node});
  given(was_registered(mercy), was_registered(general), was_registered(closed), was_registered(importing));
  given(was_closed(closed), Asked{StartImport{{importing}, {}, 1}, by(officer)});
  given(Asked{DefineService{fax, "Fax Remittances"}, by(officer)});
  given(became_primary_user(mercy, "Mary", "Hughes"), became_primary_user(general, "Paul", "Reed"));
  given(was_created(mercy, mhughes, "Bella", "King", {portal_user, reports}), was_created(mercy, mhughes, "Diego", "Lopez", {manage}),
        was_created(mercy, mhughes, "John", "Doe", {claims, fax}), was_created(mercy, mhughes, "Liam", "Lock", {portal_user}),
        was_created(mercy, mhughes, "Tara", "Gone", {claims}), was_created(mercy, mhughes, "Una", "Free", {claims}),
        was_created(general, preed, "Sam", "Stone", {claims}));
  given(was_retired(fax), was_locked(llock), was_terminated(tgone), was_removed(mercy, mhughes, ufree));
  given(Asked{policy(mercy, [](schema::Policy::Builder policy) { policy.setDelegation(true); }), by(officer)});
}

void Ledger::give(Asked asked) {
  const Answer given = submit(asked);
  ASSERT_EQ(given.status, Answer::Status::accepted) << "given " << name_of_type(asked.body) << ": " << outcome(given);
}

void Ledger::when(CommandBody body, Request request) {
  last_.clear();
  last_.push_back({std::move(body), std::move(request)});
  when_asked_again();
}

void Ledger::when(const char* json) {
  auto command = read_json(json);
  ASSERT_TRUE(command.has_value()) << command.error().message();
  EXPECT_EQ(command->type, name_of_type(command->body));
  read_.push_back(std::move(*command));
  when(read_.back().body, read_.back().request);
}

void Ledger::when_asked_again() {
  before_ = head();
  answer_ = submit(last_.front());
}

void Ledger::when_repeated() {
  --commands_;
  when_asked_again();
}

Answer Ledger::submit(Asked asked) {
  now_.ns += 1'000'000'000;
  remember_secrets(asked);
  Submission submission{.command = {.request = asked.request, .body = asked.body, .type = {}}};
  const std::string type = name_of_type(asked.body);
  submission.command.type = type;
  submission.command.request.command_id = fmt::format("c{}", ++commands_);
  const auto group = std::make_shared<Group>();
  decider_.decide(submission, *group);
  decider_.close(group);
  if (!group->records.empty()) {
    group->seal(sealer_);
    const auto appended = log_.append({.records = group->records, .conditions = {}});
    EXPECT_TRUE(appended.has_value()) << "the decision's events conflict with what it saw";
    decider_.settle(head());
  }
  Answer answer = std::move(group->answers.front().second);
  if (!answer.credential.empty()) secrets_.insert(answer.credential);
  return answer;
}

void Ledger::remember_secrets(const Asked& asked) {
  const auto keep = [this](const std::string& secret) {
    if (secret.size() > 3) secrets_.insert(secret);  // Sealed bytes are random: now and then they hold any three.
  };
  const auto keep_profile = [&](const Profile& profile) {
    for (const auto& value : {profile.last_name, profile.first_name, profile.birth_day, profile.email, profile.zip}) keep(value);
  };
  keep(asked.request.note);
  std::visit(
      [&](const auto& body) {
        if constexpr (requires { body.profile.last_name; }) keep_profile(body.profile);
        if constexpr (requires { body.profile->last_name; }) {
          if (body.profile) keep_profile(*body.profile);
        }
        if constexpr (requires { body.pin; }) keep(body.pin);
        if constexpr (requires { body.place; }) keep(body.place);
        if constexpr (requires { body.credential; }) keep(std::string{body.credential});
      },
      asked.body);
}

void Ledger::then(schema::Authority authority, const std::vector<Recorded>& events) {
  ASSERT_EQ(outcome(answer_), "accepted");
  EXPECT_EQ(answer_.last_position - answer_.first_position + 1, events.size());
  std::vector<std::string> expected;
  for (const Recorded& event : events) expected.push_back(name_of_authority(authority) + ": " + text_of_expected(event));
  std::vector<std::string> actual;
  log_.read(0, before_ + 1, head(), [&](Position, RecordWords words) {
    actual.push_back(describe(words));
    return true;
  });
  EXPECT_EQ(fmt::format("{}", fmt::join(actual, "\n")), fmt::format("{}", fmt::join(expected, "\n")));
}

void Ledger::then(Refusal refusal) { EXPECT_EQ(outcome(answer_), fmt::format("refused: {}", name_of(refusal))); }

void Ledger::then(Refusal refusal, std::string_view field) {
  then(refusal);
  EXPECT_EQ(answer_.fields, std::vector<std::string>{std::string{field}});
}

void Ledger::then_nothing_is_recorded() {
  EXPECT_EQ(outcome(answer_), "unchanged");
  EXPECT_EQ(head(), before_);
}

void Ledger::refuses_in_order(const std::vector<Refusing>& refused) {
  for (std::size_t i = 0; i < refused.size(); ++i) {
    SCOPED_TRACE(fmt::format("row {}, {}, asked by {}", i, name_of(refused[i].refusal), refused[i].request.actor.text()));
    when(refused[i].body, refused[i].request);
    then(refused[i].refusal);
  }
}

SetPolicy Ledger::policy(const std::optional<ProviderId>& at, const std::function<void(schema::Policy::Builder)>& write) {
  auto builder = messages_.emplace_back().initRoot<schema::Policy>();
  write(builder);
  return {at, builder.asReader()};
}

const Account& Ledger::account(const Username& name) {
  const Account* found = sight().account(name);
  if (found == nullptr) throw std::runtime_error("the test asks for an account that is not there: " + name.text());
  return *found;
}

std::optional<std::string> Ledger::pin(const Username& name) { return vault().pin(account(name).id(), account(name).pin_event()); }

std::vector<std::string_view> Ledger::services_at(const ProviderId& at, const Username& name) {
  const Account::Link* link = account(name).link(at);
  return link == nullptr ? std::vector<std::string_view>{"not linked"} : link->services.texts(sight().service_names());
}

Vault& Ledger::vault() { return vault_folder->vault(); }

std::string Ledger::describe(RecordWords words) {
  RecordReader record(words);
  const auto event = record.event();
  check_envelope(event);
  const bool is_now = event.getOccurredAt() == event.getRecordedAt();
  return name_of_authority(event.getAuthority()) + ": " +
         text_of_event(event.getFact(), describe_streams(event), describe_sealed(event), is_now ? "" : occurred_at(event).text());
}

std::string Ledger::describe_streams(schema::Event::Reader event) {
  std::vector<std::string> out;
  for (const StreamVersion& entry : streams_of(event)) {
    const StreamName& name = entry.stream;
    if (name.kind() == schema::StreamKind::ACCOUNT) {
      out.push_back("account " + std::string{decider_.world().account(AccountId::from(name.key()).value()).username()});
    } else {
      std::string text = name.describe();
      std::ranges::replace(text, ':', ' ');
      out.push_back(std::move(text));
    }
  }
  // What the event is about is what its first streams say.
  const auto is_first_of = [&](std::string_view kind, std::string_view value) {
    const auto found = std::ranges::find_if(out, [&](const std::string& stream) { return stream.starts_with(kind); });
    return found == out.end() || *found == fmt::format("{} {}", kind, value);
  };
  EXPECT_TRUE(is_first_of("account", text_of(event.getUsername()))) << "the event's username is not its first account's";
  EXPECT_TRUE(is_first_of("provider", provider_of(event) ? provider_of(event)->text() : ""))
      << "the event's provider is not that of its first provider stream";
  return fmt::format("{}", fmt::join(out, ", "));
}

std::string Ledger::describe_sealed(schema::Event::Reader event) {
  if (!event.hasSealed()) return {};
  Sealer sealer;
  if (!has_account(event)) return "a seal without an account";
  const AccountId id = account_id_of(event);
  const auto key = vault().account_key(id);
  if (!key) return "a seal whose key is gone";
  const auto opened = sealer.open(*key, id, event_id_of(event), bytes_of(event.getSealed()));
  return opened ? text_of_personal(Personal::from_bytes(*opened)) : "a seal that does not open";
}

std::string Ledger::last_named() const {
  std::string out;
  log_.read(0, head(), head(), [&](Position, RecordWords words) {
    RecordReader record(words);
    const auto provider = provider_of(record.event());
    const auto username = text_of(record.event().getUsername());
    out = (provider ? provider->text() : "-") + " " + std::string{username.empty() ? "-" : username};
    return true;
  });
  return out;
}

void Ledger::see_last(const std::function<void(schema::Event::Reader)>& see) const {
  log_.read(0, head(), head(), [&](Position, RecordWords words) {
    RecordReader record(words);
    see(record.event());
    return true;
  });
}

schema::Authority Ledger::last_authority() const {
  schema::Authority out{};
  see_last([&](schema::Event::Reader event) { out = event.getAuthority(); });
  return out;
}

Position Ledger::last_cause() const {
  Position out = 0;
  see_last([&](schema::Event::Reader event) { out = event.getContext().getCausedBy(); });
  return out;
}

bool Ledger::last_unlinks() const {
  bool out = false;
  see_last([&](schema::Event::Reader event) { out = event.getFact().getSubordinateRemoved().getUnlinked(); });
  return out;
}

std::string Ledger::last_actor() const {
  std::string out;
  log_.read(0, head(), head(), [&](Position, RecordWords words) {
    RecordReader record(words);
    const auto event = record.event();
    out = Principal{event.getActor().getKind(), std::string{text_of(event.getActor().getName())}}.text();
    const auto submitted_by = event.getContext().getSubmittedBy();
    if (event.getContext().hasSubmittedBy())
      out += " by " + Principal{submitted_by.getKind(), std::string{text_of(submitted_by.getName())}}.text();
    return true;
  });
  return out;
}

bool Ledger::log_holds(std::string_view text) const {
  bool found = false;
  log_.read(0, 1, log_.head(0).position, [&](Position, RecordWords words) {
    found = text_of(bytes_of(words)).find(text) != std::string_view::npos;
    return !found;
  });
  return found;
}

void Ledger::TearDown() {
  check_replay();
  check_secrets();
}

void Ledger::check_replay() {
  World replayed;
  replayed.pass_over(recorded_abandonments(log_, 0, head()));
  World loaded;
  Sight from_streams(loaded, log_, vault());
  log_.read(0, 1, head(), [&](Position, RecordWords words) {
    RecordReader record(words);
    replayed.evolve(record.event());
    for (const StreamVersion& entry : streams_of(record.event())) {
      from_streams.version_of(entry.stream);
      sight().version_of(entry.stream);  // What a test made it forget.
    }
    return true;
  });
  EXPECT_EQ(to_hex(replayed.digest()), to_hex(decider_.world().digest())) << "a replay does not give the state that was decided on";
  EXPECT_EQ(to_hex(loaded.digest()), to_hex(replayed.digest())) << "the streams by themselves do not give the state that a replay gives";
}

void Ledger::check_secrets() {
  EXPECT_FALSE(secrets_.empty());
  for (const std::string& secret : secrets_) EXPECT_FALSE(log_holds(secret)) << "a personal value or secret stands in the log";
}

}  // namespace muniment::test
