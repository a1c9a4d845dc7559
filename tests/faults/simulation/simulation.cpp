#include "tests/faults/simulation/simulation.h"

#include <fmt/format.h>
#include <unistd.h>

#include <filesystem>

#include "events/log/keys.h"
#include "events/values/hash.h"
#include "events/vault/rocks_vault_store.h"
#include "tests/faults/simulation/environment.h"
#include "tests/faults/simulation/simulated_vault_store.h"

namespace muniment::faults {
namespace {

constexpr std::size_t group_max = 6;
constexpr int providers = 4;
constexpr int people = 12;
constexpr std::int64_t second_ns = 1'000'000'000;
constexpr std::int64_t began_ns = 1'767'225'600 * second_ns;

// While it lives.
class Flag {
 public:
  explicit Flag(bool& flag) : flag_(flag) { flag_ = true; }
  ~Flag() { flag_ = false; }
  Flag(const Flag&) = delete;
  Flag& operator=(const Flag&) = delete;

 private:
  bool& flag_;
};

}  // namespace

Simulation::Template Simulation::make_template() {
  Chance chance(1);
  MemoryDisk disk(chance);
  environment = {&disk, &chance, true, false};
  const auto folder = std::filesystem::temp_directory_path() / fmt::format("muniment-simulation-{}", ::getpid());
  std::filesystem::create_directories(folder);
  EpochKey epoch = Vault::create(folder / "vault", folder / "epoch.key");
  StoreWrites first;
  RocksVaultStore::visit_copy(folder / "vault", [&](std::string_view key, std::string_view value) { first.put(key, value); });
  std::filesystem::remove_all(folder);
  // The process's own seeds are drawn once, when they are first needed: here, and not in the first run, which would be another then.
  hash_of_key("");
  hash_of(ByteSpan{});
  return {std::move(epoch), SimulatedVaultStore::journal_of(first)};
}

Simulation::Simulation(const Template& from, std::uint64_t seed, const Protections& protections, const std::string& lying_file)
    : template_(from), chance_(seed), protections_(protections), disk_(chance_), now_ns_(began_ns) {
  disk_.lying = lying_file;
  disk_.set(vault_file, template_.vault_bytes);
  disk_.meanwhile = [this] { meanwhile(); };
  environment = {&disk_, &chance_, protections.vault_syncs, false};
}

// Whether the store opens: a disk that fails may keep it from that.
bool Simulation::open() {
  try {
    log_ = std::make_unique<SimulatedLog>(disk_, protections_);
    const auto is_used = [this](const AccountId& account) { return log_->stream_version(0, StreamName::account(account)) > 0; };
    vault_ = std::make_unique<Vault>(std::make_unique<SimulatedVaultStore>(), template_.epoch, is_used, VaultOptions{.pool_batch = 4});
    const auto clock = [this] { return Timestamp{now_ns_}; };
    sequencer_ = std::make_unique<Sequencer>(*log_, *vault_, clock, SequencerOptions{.group_max = group_max, .has_threads = false});
    return true;
  } catch (const LogDamaged& error) {
    outcome_.wrong = fmt::format("refused to open: {}", error.what());
  } catch (const VaultDamaged& error) {
    outcome_.wrong = fmt::format("refused to open: {}", error.what());
  } catch (const std::exception&) {
    if (disk_.failures == 0) outcome_.wrong = "did not open though nothing failed";
  }
  return false;
}

void Simulation::leave(bool power_goes) {
  sequencer_.reset();
  vault_.reset();
  log_.reset();
  outcome_.cuts += power_goes;
  power_goes ? disk_.cut() : disk_.restart();
}

// On a disk without faults: what the model begins with.
void Simulation::set_up() {
  if (!open()) return;
  const ProviderId home = ProviderId::parse("110012345A").value();
  int missing = 0;
  const auto ask = [&](std::string_view type, CommandBody body, Principal actor) {
    Command command{.body = std::move(body), .type = type};
    command.request.command_id = std::string{type};
    command.request.actor = std::move(actor);
    command.content.assign(type.begin(), type.end());
    ++missing;
    submit(std::move(command), [&](const Answer& answer) { missing -= answer.status == Answer::Status::accepted; });
    drain();
  };
  ask("initialize_store", InitializeStore{1, "rkelly"}, Principal::node());
  ask("register_provider", RegisterProvider{home, schema::ProviderKind::PROVIDER, "Mercy", "Mercy"}, Principal::officer("rkelly"));
  ask("assign_primary_user",
      AssignPrimaryUser{home, std::nullopt, Profile{"primary", "Q", "", "02/28", "q@example.org", "02302"}, "1234", {}},
      Principal::officer("rkelly"));
  if (missing > 0) outcome_.wrong = "the store could not be set up";
  log_->write_head();
  is_concurrent_ = true;
}

Wish Simulation::any_wish() {
  const auto kind = static_cast<Kind>(chance_.below(4));
  const int of = kind == Kind::register_provider ? providers : people;
  return {kind, static_cast<int>(chance_.below(static_cast<std::uint64_t>(of))), static_cast<int>(chance_.below(2))};
}

void Simulation::submit(Command command, std::function<void(const Answer&)> answered) {
  Submission submission{.command = std::move(command)};
  submission.answer = std::move(answered);
  sequencer_->submit(std::move(submission));
}

void Simulation::submit(const std::string& id, const Wish& wish) {
  ++outcome_.commands;
  const bool is_late = !sequencer_->failure().empty();
  submit(command_of(wish, id), [this, id, is_late](const Answer& answer) {
    if (answer.status == Answer::Status::failed) return;
    if (is_late) outcome_.wrong = fmt::format("{} was answered after a failure", id);
    if (answer.true_of > log_->head(0).position) outcome_.wrong = fmt::format("{} was answered before all that it saw was there", id);
    history_.answered(id, answer);
  });
}

// Something new; or again what was sent before, whether or not it was answered.
void Simulation::submit_something() {
  if (!history_.empty() && chance_.one_in(4)) {
    const std::string id = history_.any(chance_.bits());
    submit(id, history_.at(id).wish);
    return;
  }
  const std::string id = fmt::format("c{}", next_command_++);
  const Wish wish = any_wish();
  history_.send(id, wish);
  submit(id, wish);
}

// As the sequencer's preconditions say.
bool Simulation::has_room() const {
  const std::size_t groups = (sequencer_->queued() + group_max - 1) / group_max;
  return groups + sequencer_->decided() <= Sequencer::groups_waiting_max;
}

void Simulation::decide() {
  const Flag deciding(is_deciding_);
  sequencer_->step_decide();
}

void Simulation::write() {
  const Flag writing(is_writing_);
  sequencer_->step_write();
}

void Simulation::drain() {
  while (sequencer_->queued() > 0) decide();
  while (sequencer_->decided() > 0) write();
}

// What other threads do while one waits for the disk.
void Simulation::meanwhile() {
  if (!is_concurrent_ || !sequencer_ || depth_ > 2) return;
  ++depth_;
  try {
    while (chance_.one_in(3)) step();
  } catch (...) {
    --depth_;
    throw;
  }
  --depth_;
}

// The machine's clock is set, by as much as a day in either direction.
void Simulation::jump() { now_ns_ += static_cast<std::int64_t>(chance_.below(172'800)) * second_ns - 86'400 * second_ns; }

void Simulation::step() {
  now_ns_ += static_cast<std::int64_t>(chance_.below(2'000'000));
  const std::size_t queue_max = (Sequencer::groups_waiting_max - 1) * group_max;
  switch (chance_.below(8)) {
    case 0:
    case 1:
    case 2:
      // A batch beyond this would be decided as more groups than may wait.
      if (sequencer_->queued() < queue_max) submit_something();
      return;
    case 3:
    case 4:
      if (!is_deciding_ && !environment.is_vault_busy && sequencer_->queued() > 0 && has_room()) decide();
      return;
    case 5:
      if (!is_writing_ && !environment.is_vault_busy && sequencer_->decided() > 0) write();
      return;
    case 6:
      if (!is_on_head_) {
        const Flag on_head(is_on_head_);
        log_->write_head();
      }
      return;
    default:
      if (chance_.one_in(20)) jump();
      return;
  }
}

void Simulation::live() {
  for (auto steps = static_cast<int>(40 + chance_.below(160)); steps > 0 && outcome_.wrong.empty(); --steps) {
    step();
    if (!sequencer_->failure().empty() && chance_.one_in(8)) return;  // The process ends, a little later.
  }
}

// Once more on a disk without faults: all that nobody was told about is sent again, and all that was answered is looked at.
void Simulation::finish() {
  disk_.faults = {};
  is_concurrent_ = false;
  if (!open()) return;
  for (const std::string& id : history_.unanswered()) {
    submit(id, history_.at(id).wish);
    drain();
  }
  if (outcome_.wrong.empty()) outcome_.wrong = history_.check(*log_, *vault_);
  if (outcome_.wrong.empty() && !history_.unanswered().empty()) outcome_.wrong = "commands were not answered on a disk without faults";
  outcome_.root = log_->head(0).root;
}

Outcome Simulation::run() {
  set_up();
  leave(false);
  const std::uint64_t lives = 1 + chance_.below(4);
  for (outcome_.lives = 0; outcome_.lives < lives && outcome_.wrong.empty(); ++outcome_.lives) {
    const auto now_and_then = [this](std::uint64_t many) { return chance_.one_in(2) ? many : 0; };
    disk_.faults = {now_and_then(60), now_and_then(150), now_and_then(150), now_and_then(300)};
    bool power_goes = chance_.one_in(2);
    try {
      if (open()) live();
    } catch (const PowerGone&) {
      power_goes = true;
    }
    leave(power_goes);
  }
  if (outcome_.wrong.empty()) finish();
  leave(false);
  outcome_.acknowledged = history_.acknowledged;
  outcome_.lost = history_.lost;
  outcome_.doubled = history_.doubled;
  outcome_.disk_failures = disk_.failures;
  return outcome_;
}

}  // namespace muniment::faults
