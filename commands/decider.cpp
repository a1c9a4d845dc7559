#include "commands/decider.h"

#include <algorithm>
#include <cstring>

#include "commands/record_size.h"
#include "commands/subject.h"
#include "events/values/assert.h"

namespace muniment {
namespace {

constexpr Version no_version = ~Version{0};  // The schema's default: none was in question.
const Request nothing_said{};

// What of a refused command is recorded: a provider that is registered and a username that exists. Never what was merely typed. Of a
// command about several people those of the one at fault.
template <typename Body>
void name_what_exists(const Body& body, std::optional<std::size_t> index, DecidedEvent& event, Sight& sight) {
  if constexpr (requires { body.items.front().username; }) {
    if (index) name_what_exists(body.items[*index], std::nullopt, event, sight);
  }
  if constexpr (requires { body.provider; }) {
    const std::optional<ProviderId> provider = body.provider;
    if (provider && sight.provider(*provider).is_registered()) event.provider = *provider;
  }
  if constexpr (requires { body.username; }) {
    const std::optional<Username> username = body.username;
    if (username && sight.account(*username) != nullptr) event.username = username->text();
  }
}

// Whether the decision keeps something in the vault, or reads out of it what no other place has.
bool needs_vault(const Command& command) {
  if (!command.request.note.empty()) return true;
  return std::visit(
      []<typename Body>(const Body& body) {
        if constexpr (std::is_same_v<Body, AssignPrimaryUser>) return body.profile.has_value();
        if constexpr (std::is_same_v<Body, RecordSignIn>) return !body.place.empty();
        return std::is_same_v<Body, CreateSubordinate> || std::is_same_v<Body, UpdateSubordinate> || std::is_same_v<Body, ResetPassword> ||
               std::is_same_v<Body, RedeemCredential> || std::is_same_v<Body, StartImport> || std::is_same_v<Body, ImportRow>;
      },
      command.body);
}

std::vector<std::string> fields_of(const Refused& refused) {
  std::vector<std::string> out{refused.fields.begin(), refused.fields.end()};
  if (refused.index) out.front() += "[" + std::to_string(*refused.index) + "]";
  return out;
}

std::optional<AccountId> account_of(const DecidedEvent& event) {
  for (const StreamName& stream : event.streams) {
    if (stream.kind() == schema::StreamKind::ACCOUNT) return AccountId::from(stream.key());
  }
  return std::nullopt;
}

// Of the record that begins at this word: where its sealed part is, in bytes.
std::size_t place_of_seal(const std::vector<capnp::word>& words, std::size_t begin) {
  const auto sealed = RecordReader::just_encoded(RecordWords{words}.subspan(begin)).event().getSealed();
  return static_cast<std::size_t>(sealed.begin() - reinterpret_cast<const Byte*>(words.data()));
}

Answer unread(const LogDamaged& damage) {
  Answer answer{.failure = "what the log has of it cannot be read; nothing was recorded"};
  answer.is_unread = true;
  answer.damage = damage.what();
  return answer;
}

// Where it has not been looked up with the others; the answer, if the log cannot tell whether it was recorded before.
std::optional<Answer> look_up_alone(const EventLog& log, Partition partition, Submission& submission) {
  if (submission.lookup) return std::nullopt;
  try {
    look_up_commands(log, partition, {&submission, 1});
    return std::nullopt;
  } catch (const LogDamaged& damage) {
    return unread(damage);
  }
}

std::optional<AccountId> account_of(schema::Event::Reader event) {
  return has_account(event) ? std::optional{account_id_of(event)} : std::nullopt;
}

}  // namespace

void Group::seal(Sealer& sealer) {
  Bytes sealed;
  for (const Sealing& one : sealings) {
    sealed.clear();
    sealer.seal(one.key, one.account, one.event, one.plaintext, sealed);
    MUNIMENT_ASSERT(sealed.size() == Sealer::sealed_size(one.plaintext.size()));  // The room that was left for it.
    std::memcpy(reinterpret_cast<Byte*>(words.data()) + one.at, sealed.data(), sealed.size());
  }
}

Decider::Decider(const EventLog& log, Vault& vault, Clock clock, Partition partition, const FactFormats& formats)
    : log_(log),
      vault_(vault),
      clock_(std::move(clock)),
      partition_(partition),
      formats_(formats),
      sight_(world_, log, vault, partition),
      next_(log.head(partition).position + 1) {
  sight_.set_pending([this](Position position) { return pending(position); },
                     [this](Position position) { return pending_personal(position); });
  if (decided() > 0) visit(decided(), [this](schema::Event::Reader event) { last_recorded_at_ = recorded_at(event); });
}

void Decider::decide(std::span<Submission> submissions, Group& group) {
  if (group.first == 0) {
    group.first = next_;
    if (!spare_words_.empty()) {
      group.words = std::move(spare_words_.back());
      spare_words_.pop_back();
    }
    group.answers.reserve(submissions.size());
  }
  open_ = &group;
  // Also when a decision throws: the group may go then.
  const struct Closing {
    Group*& open;
    ~Closing() { open = nullptr; }
  } closing{open_};
  find_recorded(submissions);
  fetch_ahead(submissions);
  for (Submission& submission : submissions) {
    if (auto untold = look_up_alone(log_, partition_, submission)) {
      untold->true_of = decided();
      group.answers.emplace_back(std::exchange(submission.answer, {}), std::move(*untold));
      continue;
    }
    const auto recent = recent_commands_.find(submission.lookup->command);
    const Position first = next_;
    Answer answer = decide_or_tell(submission, recent != recent_commands_.end() ? recent->second : submission.lookup->recorded, group);
    answer.true_of = decided();
    if (next_ != first) {
      recent_commands_.emplace(submission.lookup->command, first);
      recent_in_order_.emplace_back(first, submission.lookup->command);
    }
    group.answers.emplace_back(std::exchange(submission.answer, {}), std::move(answer));
  }
}

// Most were looked up when they were submitted. What is recorded from then on, recent_commands_ knows.
void Decider::find_recorded(std::span<Submission> submissions) {
  const bool is_known = std::ranges::all_of(submissions, [this](const Submission& submission) {
    return submission.lookup && submission.lookup->as_of >= commands_forgotten_to_;
  });
  try {
    if (!is_known) look_up_commands(log_, partition_, submissions);
  } catch (const LogDamaged&) {
    return;  // Then each is by itself, so that the damage is of nobody else's concern.
  }
  if (submissions.empty()) return;
  forget_commands(std::ranges::min_element(submissions, {}, [](const Submission& one) { return one.lookup->as_of; })->lookup->as_of);
}

// A command that waits long enough is looked up again.
void Decider::forget_commands(Position looked_up) {
  while (!recent_in_order_.empty() && recent_in_order_.front().first <= looked_up) {
    commands_forgotten_to_ = recent_in_order_.front().first;
    recent_commands_.erase(recent_in_order_.front().second);
    recent_in_order_.pop_front();
  }
}

// Of accounts by the million few are in the processor's cache: those of a group are fetched at once, not waited for one by one.
void Decider::fetch_ahead(std::span<const Submission> submissions) {
  usernames_.clear();
  provider_ids_.clear();
  for (const Submission& submission : submissions) {
    const Command& command = submission.command;
    if (command.request.actor.kind == schema::PrincipalKind::ACCOUNT) usernames_.push_back(command.request.actor.name);
    std::visit(
        [this](const auto& body) {
          if constexpr (requires { body.username.text(); }) usernames_.push_back(body.username.text());
          if constexpr (requires { body.provider.number(); }) provider_ids_.push_back(body.provider);
        },
        command.body);
  }
  world_.fetch_ahead(usernames_, provider_ids_);
}

// What is damaged in one place is no reason to refuse everybody; and nothing is decided by what cannot be read.
Answer Decider::decide_or_tell(const Submission& submission, std::optional<Position> recorded, Group& group) {
  try {
    return decide_one(submission, recorded, group);
  } catch (const LogDamaged& damage) {
    return unread(damage);
  }
}

Answer Decider::decide_one(const Submission& submission, std::optional<Position> recorded, Group& group) {
  now_ = std::max(clock_(), last_recorded_at_);
  sight_.begin(now_, decided());
  const Command& command = submission.command;
  if (recorded) return repeat_of(submission, *recorded);
  // Whom a submitter may not name it learns nothing about.
  if (const auto refusal = refused_as_delegate(command.request)) return refuse(submission, Refused{*refusal, {"actor"}}, group);
  // Who is nobody here is told nothing about what is there.
  if (const auto refusal = refused_as_actor(command)) return refuse(submission, Refused{*refusal, {"actor"}}, group);
  if (vault_.is_lost() && needs_vault(command)) return refuse(submission, Refused{Refusal::vault_unavailable}, group);
  Decision decision =
      std::visit([&](const auto& body) -> Decision { return muniment::decide(body, command.request, sight_); }, command.body);
  if (!decision) return refuse(submission, decision.error(), group);
  if (const auto stale = stale_version(command)) return refuse(submission, *stale, group);
  return record(submission, *decision, group);
}

// An officer answers in person, and a submitter for itself.
std::optional<Refusal> Decider::refused_as_delegate(const Request& request) {
  if (!request.submitted_by) return std::nullopt;
  const bool is_listed = sight_.policy_of(std::nullopt).has_delegate(request.submitted_by->text());
  if (is_listed && request.actor.kind == schema::PrincipalKind::ACCOUNT) return std::nullopt;
  return Refusal::not_delegated;
}

std::optional<Refusal> Decider::refused_as_actor(const Command& command) {
  // What the node says of its callers, and who may only read is nobody who decides.
  if (std::holds_alternative<RecordRead>(command.body) || std::holds_alternative<RecordDenial>(command.body)) return std::nullopt;
  if (!sight_.is_known(command.request.actor)) return Refusal::actor_unknown;
  if (std::holds_alternative<AcceptTerms>(command.body)) return std::nullopt;  // By which an account becomes usable again.
  const auto role = sight_.role_of(command.request.actor, std::nullopt);
  if (!role && role.error() == Refusal::actor_not_usable) return role.error();
  return std::nullopt;
}

// Versions are checked last, so that they are told only to who could act.
std::optional<Refused> Decider::stale_version(const Command& command) {
  if (!command.request.expected_version) return std::nullopt;
  const auto subject = subject_of(command.body, sight_);
  if (!subject) return std::nullopt;
  const Version actual = sight_.version_of(*subject);
  if (actual == *command.request.expected_version) return std::nullopt;
  return Refused{Refusal::version_conflict, {"expected_version"}, command.request.expected_version, actual};
}

Answer Decider::repeat_of(const Submission& submission, Position position) {
  std::optional<Answer> answer;
  visit(position, [&](schema::Event::Reader event) { answer = answer_again(submission, event, position); });
  MUNIMENT_ASSERT(answer.has_value());
  return std::move(*answer);
}

Answer Decider::answer_again(const Submission& submission, schema::Event::Reader event, Position position) {
  const Command& command = submission.command;
  const bool is_refused = event.getFact().isCommandRefused();
  const auto account = account_of(event);
  const bool is_keyless = command.is_personal && !is_refused && account && !vault_.is_lost() && !vault_.account_key(*account);
  // Unless it was recorded after that, so that its fingerprint is the vault's.
  if (is_keyless && muniment::fingerprint_of(event) != vault_.fingerprint(command.content)) {
    const bool is_erased = sight_.account(*account).is_erased();  // Else a backup of the vault may have the key.
    return {.status = Answer::Status::refused, .refusal = is_erased ? Refusal::subject_erased : Refusal::personal_data_unavailable};
  }
  const Fingerprint recorded = muniment::fingerprint_of(event);
  const bool is_told_by_id = recorded == fingerprint_without_vault;
  if (!is_told_by_id && recorded != fingerprint_of(submission, account, is_refused)) {
    // Perhaps it is the same, and its fingerprint is of a key that is not here.
    if (vault_.is_lost()) return {.status = Answer::Status::refused, .refusal = Refusal::vault_unavailable};
    return {.status = Answer::Status::refused, .refusal = Refusal::command_id_reused, .fields = {"command_id"}};
  }
  Answer answer{.status = Answer::Status::accepted, .is_repeat = true, .first_position = position, .last_position = position};
  bool is_same = true;
  for (Position next = position + 1; is_same && next <= decided(); ++next) {
    visit(next, [&](schema::Event::Reader later) {
      is_same = text_of(later.getCommandId()) == command.request.command_id && !has_fingerprint(later) &&
                text_of(later.getActor().getName()) == command.request.actor.name;
    });
    if (is_same) answer.last_position = next;
  }
  const auto fact = event.getFact();
  if (is_refused) {
    answer.status = Answer::Status::refused;
    answer.refusal = refusal_named(text_of(fact.getCommandRefused().getRefusal()));
    for (const auto field : fact.getCommandRefused().getFields()) answer.fields.emplace_back(text_of(field));
    const auto refused = fact.getCommandRefused();
    if (refused.getExpectedVersion() != no_version) answer.expected_version = refused.getExpectedVersion();
    if (refused.getActualVersion() != no_version) answer.actual_version = refused.getActualVersion();
  } else if (fact.isPasswordReset()) {
    answer.status = Answer::Status::refused;
    answer.refusal = Refusal::credential_already_issued;
  } else if (fact.isSubjectErased()) {
    answer.receipt = erasure_receipt(!vault_.is_lost());
  } else if (fact.isSubordinateCreated() || fact.isAccountCreated()) {
    answer.username = text_of(event.getUsername());
  } else if (const auto* leaver = std::get_if<RemoveLeaver>(&command.body)) {
    answer.receipt = receipt_again(*leaver, position, answer.last_position);
  }
  return answer;
}

std::string Decider::receipt_again(const RemoveLeaver& leaver, Position first, Position last) {
  std::vector<ProviderId> removed;
  for (Position position = first; position <= last; ++position) {
    visit(position, [&](schema::Event::Reader event) {
      if (const auto provider = provider_of(event)) removed.push_back(*provider);
    });
  }
  const Account* account = sight_.account(leaver.username);
  return account == nullptr ? std::string{} : removal_receipt(*account, removed, now_);
}

Answer Decider::record(const Submission& submission, Decided& decided, Group& group) {
  if (decided.events.empty()) return {.status = Answer::Status::unchanged};
  if (is_of_later_format(decided)) return refuse(submission, Refused{Refusal::upgrade_required}, group);
  if (const auto refusal = refused_as_unsealable(decided)) return refuse(submission, Refused{*refusal}, group);
  const Position first = next_;
  try {
    encode_all(submission, decided, group);
  } catch (const RecordTooLarge&) {
    return refuse(submission, Refused{Refusal::record_too_large, field_without_room(submission.command.body)}, group);
  }
  if (!decided.vault.empty()) group.staged = vault_.stage(decided.vault);
  if (!decided.vault_after.empty() || !decided.tags_after.empty()) {
    const Account& account = world_.account(*account_of(decided.events.front()));
    group.tidyings.push_back(
        {account.id(), account.profile_position(), account.pin_event(), std::move(decided.vault_after), std::move(decided.tags_after)});
  }
  return {.status = Answer::Status::accepted,
          .first_position = first,
          .last_position = next_ - 1,
          .username = std::move(decided.username),
          .credential = std::move(decided.credential),
          .receipt = std::move(decided.receipt)};
}

Answer Decider::refuse(const Submission& submission, const Refused& refused, Group& group) {
  Answer answer{.status = Answer::Status::refused,
                .refusal = refused.refusal,
                .fields = fields_of(refused),
                .expected_version = refused.expected_version,
                .actual_version = refused.actual_version};
  const Request& request = submission.command.request;
  // Who is nobody here is not an authenticated caller, and a name that was typed is not recorded.
  const bool is_actor_unknown = refused.refusal == Refusal::actor_unknown;
  if ((is_actor_unknown && !request.submitted_by) || !refusal_limit_.allows(request.sender().text(), now_)) return answer;
  Decided decided{.authority = schema::Authority::NONE, .is_of_sender = is_actor_unknown || refused.refusal == Refusal::not_delegated};
  decided.events.push_back({.id = sight_.next_event_id(),
                            .fact = fact::CommandRefused{submission.command.type,
                                                         name_of(refused.refusal),
                                                         {answer.fields.begin(), answer.fields.end()},
                                                         refused.expected_version,
                                                         refused.actual_version},
                            .streams = {StreamName::single(schema::StreamKind::REFUSALS)}});
  std::visit([&](const auto& body) { name_what_exists(body, refused.index, decided.events.back(), sight_); }, submission.command.body);
  answer.first_position = answer.last_position = next_;
  encode_all(submission, decided, group);
  return answer;
}

// Whether it has a fact of a kind that the store's format does not have. The decision that makes a store says what format that is.
bool Decider::is_of_later_format(const Decided& decided) {
  std::uint32_t since = oldest_format;
  for (const DecidedEvent& event : decided.events) since = std::max(since, format_since(event.fact, formats_));
  if (since == oldest_format || since <= world_.agency().format()) return false;
  const auto* created = std::get_if<fact::StoreCreated>(&decided.events.front().fact);
  return created == nullptr || since > created->format;
}

// Whether the vault lacks the key of an account that something personal is recorded about.
std::optional<Refusal> Decider::refused_as_unsealable(const Decided& decided) {
  for (const DecidedEvent& event : decided.events) {
    if (!event.personal || event.personal->empty()) continue;
    const AccountId account = *account_of(event);
    if (sight_.account(account).is_erased()) return Refusal::subject_erased;
    if (!sight_.has_key(account)) return Refusal::personal_data_unavailable;
  }
  return std::nullopt;
}

// All events of a decision, or none: a record that is too large leaves the group and the aggregates as they were.
void Decider::encode_all(const Submission& submission, const Decided& decided, Group& group) {
  const std::size_t words_before = group.words.size();
  const std::size_t records_before = group.ends.size();
  const std::size_t sealings_before = group.sealings.size();
  versions_.clear();
  try {
    for (std::size_t i = 0; i < decided.events.size(); ++i) {
      encode(submission, decided, i, group);
      group.ends.push_back(group.words.size());
    }
  } catch (...) {
    group.words.resize(words_before);
    group.ends.resize(records_before);
    group.sealings.erase(group.sealings.begin() + static_cast<std::ptrdiff_t>(sealings_before), group.sealings.end());
    throw;
  }
  std::size_t begin = words_before;
  for (std::size_t i = records_before; i < group.ends.size(); ++i) {
    sight_.evolve(RecordReader::just_encoded(RecordWords{group.words}.subspan(begin, group.ends[i] - begin)).event());
    begin = group.ends[i];
  }
  next_ += decided.events.size();
  last_recorded_at_ = now_;
}

// The decision's event of this index, behind what the group has. The first one carries the command's fingerprint.
void Decider::encode(const Submission& submission, const Decided& decided, std::size_t index, Group& group) {
  const DecidedEvent& event = decided.events[index];
  const Request& request = submission.command.request;
  // Of a refused attempt no typed value is recorded.
  const bool is_refused = std::holds_alternative<fact::CommandRefused>(event.fact);
  const Request& said = is_refused ? nothing_said : request;
  const Principal& actor = decided.is_of_sender ? request.sender() : request.actor;
  const auto account = account_of(event);
  const EventStreams streams = next_versions(event.streams);
  const std::size_t words_before = group.words.size();
  make_room_for_seal(event, account, next_ + index, group);
  std::optional<Fingerprint> fingerprint;
  if (index == 0) fingerprint = fingerprint_of(submission, account, is_refused);
  encoder_.encode({.position = next_ + index,
                   .recorded_at = now_,
                   .occurred_at = event.occurred_at.value_or(now_),
                   .caused_by = event.caused_by ? *event.caused_by
                                : index == 0    ? 0
                                                : next_ + event.cause,
                   .imported_by = decided.imported_by,
                   .source = submission.source,
                   .authority = event.authority.value_or(decided.authority),
                   .actor_kind = actor.kind,
                   .actor_name = actor.name,
                   .event_id = event.id,
                   .command_id = request.command_id,
                   .fingerprint = fingerprint,
                   .provider = event.provider,
                   .username = event.username,
                   .streams = streams,
                   .sealed = sealed_,
                   .requested_by = said.requested_by,
                   .approved_by = said.approved_by,
                   .reason = said.reason,
                   .reference = said.reference,
                   .address = submission.origin ? std::string_view{submission.origin->address} : std::string_view{},
                   .program = submission.program,
                   .submitted_by = request.submitted_by && !decided.is_of_sender ? &*request.submitted_by : nullptr,
                   .token_id = submission.origin ? std::string_view{submission.origin->token_id} : std::string_view{},
                   .fact = &event.fact},
                  group.words);
  if (!sealed_.empty()) group.sealings.back().at = place_of_seal(group.words, words_before);
}

// For what is personal in the event: sealed_ is as many zeros as its seal will take, or empty where nothing is.
void Decider::make_room_for_seal(const DecidedEvent& event, const std::optional<AccountId>& account, Position position, Group& group) {
  sealed_.clear();
  if (!event.personal || event.personal->empty()) return;
  const auto key = vault_.account_key(*account);
  MUNIMENT_ASSERT(key.has_value());
  group.sealings.push_back({position, 0, *key, *account, event.id, event.personal->to_bytes()});
  sealed_.resize(Sealer::sealed_size(group.sealings.back().plaintext.size()));
}

EventStreams Decider::next_versions(const Streams& streams) {
  EventStreams out;
  for (const StreamName& stream : streams) {
    auto last = std::find_if(versions_.begin(), versions_.end(), [&](const StreamVersion& one) { return one.stream == stream; });
    if (last == versions_.end()) last = versions_.insert(versions_.end(), {stream, sight_.version_of(stream)});
    out.push_back({stream, ++last->version});
  }
  return out;
}

Fingerprint Decider::fingerprint_of(const Submission& submission, const std::optional<AccountId>& account, bool is_refused) {
  const Command& command = submission.command;
  if (!command.is_personal) return submission.fingerprint ? *submission.fingerprint : vault_.fingerprint(command.content);
  // Whether there is an account with a key must not be told by what the same id is answered with another person in it.
  if (is_refused) return vault_.fingerprint(command.content_without_person);
  if (account) {
    if (const auto key = vault_.account_key(*account)) return vault_.fingerprint(*key, command.content);
  }
  return vault_.fingerprint(command.content);
}

void Decider::close(const std::shared_ptr<Group>& group) {
  std::size_t begin = 0;
  group->records.reserve(group->ends.size());
  for (const std::size_t end : group->ends) {
    group->records.push_back(RecordWords{group->words}.subspan(begin, end - begin));
    begin = end;
  }
  if (!group->records.empty()) in_flight_.push_back(group);
}

void Decider::settle(Position durable) {
  while (!in_flight_.empty() && in_flight_.front()->first + in_flight_.front()->records.size() - 1 <= durable) {
    Group& group = *in_flight_.front();
    for (const Tidying& tidying : group.tidyings) tidy(tidying);
    group.records.clear();
    group.words.clear();
    spare_words_.push_back(std::move(group.words));
    in_flight_.pop_front();
  }
}

// What ageing drops was not touched since the time before: it is whole in the log once everything decided until then is.
void Decider::forget_beyond(std::size_t most) {
  const bool is_all_durable = in_flight_.empty() || in_flight_.front()->first > aged_at_;
  if (world_.young_count() <= most / 2 || !is_all_durable) return;
  sight_.age();
  aged_at_ = decided();
}

void Decider::tidy(const Tidying& tidying) {
  if (!tidying.always.empty()) vault_.stage(tidying.always);
  if (tidying.if_unchanged.empty()) return;
  sight_.version_of(StreamName::account(tidying.account));  // Loads it, if it was forgotten.
  const Account& account = world_.account(tidying.account);
  const bool is_unchanged = account.profile_position() == tidying.profile_position && account.pin_event() == tidying.pin_event;
  if (is_unchanged) vault_.stage(tidying.if_unchanged);
}

RecordWords Decider::pending(Position position) const {
  for (const auto& group : in_flight_) {
    if (position >= group->first && position < group->first + group->records.size()) return group->records[position - group->first];
  }
  if (open_ == nullptr || position < open_->first || position - open_->first >= open_->ends.size()) return {};
  const std::size_t index = position - open_->first;
  const std::size_t begin = index == 0 ? 0 : open_->ends[index - 1];
  return RecordWords{open_->words}.subspan(begin, open_->ends[index] - begin);
}

// The plaintext that will be sealed into it; empty where there is none.
ByteSpan Decider::pending_personal(Position position) const {
  const auto find = [position](const Group& group) -> ByteSpan {
    const auto found = std::ranges::lower_bound(group.sealings, position, {}, &Sealing::position);
    return found != group.sealings.end() && found->position == position ? ByteSpan{found->plaintext} : ByteSpan{};
  };
  for (const auto& group : in_flight_) {
    if (position >= group->first && position < group->first + group->records.size()) return find(*group);
  }
  return open_ != nullptr ? find(*open_) : ByteSpan{};
}

void Decider::visit(Position position, const std::function<void(schema::Event::Reader)>& look) const {
  const auto see = [&look](Position, RecordWords words) {
    RecordReader record(words);
    look(record.event());
    return false;
  };
  if (const RecordWords words = pending(position); !words.empty()) {
    see(position, words);
  } else {
    log_.read(partition_, position, position, see);
  }
}

}  // namespace muniment
