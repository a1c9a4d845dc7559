#include "tests/commands/sequences/run.h"

#include <capnp/message.h>
#include <fmt/format.h>

#include <array>
#include <filesystem>
#include <sstream>

#include "events/record/event_streams.h"
#include "events/values/assert.h"

namespace muniment::sequences {
namespace {

constexpr int decider_lives_for = 7;  // Deeds, until another one takes its place.

std::string shown(const Deed& deed) {
  std::ostringstream out;
  out << deed;
  return out.str();
}

bool makes_account(const Deed& deed) { return deed.kind == Kind::create || deed.kind == Kind::assign_new_primary_user; }

EpochKey make_vault(const std::filesystem::path& folder) {
  std::filesystem::remove_all(folder);
  std::filesystem::create_directories(folder);
  return Vault::create(folder / "vault", folder / "epoch.key");
}

}  // namespace

Run::Run(Vault& vault, std::uint64_t number, Flaw flaw) : vault_(vault), number_(number), model_(flaw) {
  begin_decider();
  set_up();
}

void Run::begin_decider() {
  decider_ = std::make_unique<Decider>(log_, vault_, [this] { return now_; });
}

// Two providers, of which the first has a Primary User and somebody to whom its policy delegates.
void Run::set_up() {
  Command init{.body = InitializeStore{1, "rkelly"}, .type = "initialize_store"};
  init.request.command_id = "init";
  init.request.actor = Principal::node();
  MUNIMENT_ASSERT(submit(std::move(init)).status == Answer::Status::accepted);
  const std::array<Deed, 4> deeds{
      Deed{.kind = Kind::register_provider, .actor = officer, .provider = 0},
      Deed{.kind = Kind::register_provider, .actor = officer, .provider = 1},
      Deed{.kind = Kind::assign_new_primary_user, .actor = officer, .provider = 0},
      Deed{.kind = Kind::create, .actor = 0, .provider = 0, .account = first_delegate, .services = delegate_bit}};
  for (const Deed& deed : deeds) MUNIMENT_ASSERT(play_one(deed).empty());
  capnp::MallocMessageBuilder message;
  auto policy = message.initRoot<schema::Policy>();
  policy.setDelegation(true);
  Command delegating{.body = SetPolicy{provider_id(0), policy.asReader()}, .type = "set_policy"};
  delegating.request.command_id = "policy";
  delegating.request.actor = Principal::officer("rkelly");
  MUNIMENT_ASSERT(submit(std::move(delegating)).status == Answer::Status::accepted);
}

Answer Run::submit(Command command) {
  now_.ns += 1'000'000'000;
  Submission submission{.command = std::move(command)};
  const auto group = std::make_shared<Group>();
  decider_->decide(submission, *group);
  decider_->close(group);
  if (!group->records.empty()) {
    group->seal(sealer_);
    MUNIMENT_ASSERT(log_.append({.records = group->records, .conditions = {}}).has_value());
    decider_->settle(log_.head(0).position);
  }
  return std::move(group->answers.front().second);
}

// Whoever was told an outcome is told it again, however much has happened since; what was not recorded is decided again, and nothing new
// comes of it.
std::string Run::send_again(const Deed& deed, const std::string& id, const Answer& first) {
  const Position before = log_.head(0).position;
  const Answer again = submit(command_of(deed, id, number_));
  if (first.first_position == 0) return log_.head(0).position == before ? "" : "a repeat recorded something";
  if (log_.head(0).position != before) return "a repeat recorded something";
  const bool is_reset = deed.kind == Kind::reset && first.status == Answer::Status::accepted;
  if (is_reset) return again.refusal == Refusal::credential_already_issued && again.credential.empty() ? "" : "a repeat gave a credential";
  if (!again.is_repeat || again.status != first.status || again.refusal != first.refusal || again.first_position != first.first_position ||
      again.last_position != first.last_position || again.username != first.username)
    return "a repeat was answered otherwise";
  Deed other = deed;
  other.services = static_cast<std::uint8_t>(other.services ^ 1U);
  const Answer reused = submit(command_of(other, id, number_));
  return reused.refusal == Refusal::command_id_reused ? "" : "another command took the same id";
}

std::string Run::play_one(const Deed& deed) {
  if (makes_account(deed) && !model_.has_room_for(deed.person())) return {};
  const Expected expected = model_.decide(deed);
  const std::string id = fmt::format("c{}", ++commands_);
  const Answer answer = submit(command_of(deed, id, number_));
  if (Expected{answer.status, answer.refusal} != expected)
    return fmt::format("{}: {}, where the model says {}", shown(deed), text_of({answer.status, answer.refusal}), text_of(expected));
  if (std::string wrong = send_again(deed, id, answer); !wrong.empty()) return fmt::format("{}: {}", shown(deed), wrong);
  if (answer.status != Answer::Status::accepted) return {};
  ++accepted_;
  if (makes_account(deed) && account_of(answer.username) != model_.free_account(deed.person()))
    return fmt::format("{}: the account is called {}", shown(deed), answer.username);
  model_.apply(deed);
  held_.push_back({log_.head(0).position, model_.held()});
  return {};
}

std::string Run::check_replays() {
  World one_by_one;
  World at_once;
  World loaded;
  Sight from_streams(loaded, log_, vault_);
  std::vector<RecordWords> all;
  log_.read(0, 1, log_.head(0).position, [&](Position, RecordWords words) {
    all.push_back(words);
    RecordReader record(words);
    one_by_one.evolve(record.event());
    for (const StreamVersion& entry : streams_of(record.event())) {
      from_streams.version_of(entry.stream);
      decider_->sight().version_of(entry.stream);
    }
    return true;
  });
  at_once.evolve(all);
  if (one_by_one.digest() != decider_->world().digest()) return "a replay does not give the state that was decided on";
  if (at_once.digest() != one_by_one.digest()) return "a replay of all records at once is another than one by one";
  if (loaded.digest() != one_by_one.digest()) return "the streams by themselves do not give the state that a replay gives";
  return {};
}

std::string Run::play(std::span<const Deed> deeds) {
  for (const Deed& deed : deeds) {
    if (std::string wrong = play_one(deed); !wrong.empty()) return wrong;
    if (commands_ % decider_lives_for == 0) begin_decider();
  }
  return check_replays();
}

RunVault::RunVault(const std::filesystem::path& folder) : folder_(folder), epoch_(make_vault(folder)) {}
RunVault::~RunVault() {
  vault_.reset();
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

Vault& RunVault::vault() {
  constexpr unsigned runs_max = 256;
  if (!vault_ || ++used_ % runs_max == 0) {
    vault_.reset();
    vault_ = std::make_unique<Vault>(
        folder_ / "vault", epoch_, [](const AccountId&) { return false; }, VaultOptions{.pool_batch = 32, .keeps_nothing = true});
  }
  return *vault_;
}

}  // namespace muniment::sequences
