#include "tools/server/node.h"

#include <fmt/format.h>

#include <algorithm>
#include <exception>
#include <filesystem>

#include "tools/server/https_get.h"
#include "tools/server/problem.h"
#include "tools/store/durable_file.h"
#include "tools/store/vault_place.h"

namespace muniment {
namespace {

constexpr std::chrono::seconds look_every{1};
constexpr std::chrono::seconds silence_max{5};  // Of the sockets' thread.

DiskReserve::Probe probe_of(const NodeOptions& options, const Store& store) {
  if (options.disk_probe) return options.disk_probe;
  return [folder = store.folder()] { return std::uint64_t{std::filesystem::space(folder).available}; };
}

WitnessPolicy read_policy(const std::filesystem::path& file) {
  auto policy = WitnessPolicy::parse(read_whole_file(file));
  if (!policy) throw std::runtime_error(fmt::format("{}: {}", file.string(), policy.error()));
  return std::move(*policy);
}

void tell_of_views(Node& node, const std::exception_ptr& failure, const std::function<void(std::string_view)>& on_notice) {
  try {
    std::rethrow_exception(failure);
  } catch (const LogDamaged& damage) {
    node.note_damage(damage.what());
  } catch (const std::exception& error) {
    on_notice(fmt::format("the views cannot be kept up: {}", error.what()));
  }
}

// What a node that is not ready says of it: without the place, which is the operator's to know.
std::string why_views_stand(const Projector& projector, const std::exception_ptr& failure) {
  Position position = projector.position(all_projections.front());
  for (const ProjectionKind kind : all_projections) position = std::min(position, projector.position(kind));
  try {
    std::rethrow_exception(failure);
  } catch (const LogDamaged&) {
    return fmt::format("the views stand still at position {}: what the log has behind it cannot be read; `muniment verify` says where",
                       position);
  } catch (const std::exception&) {
    return fmt::format("the views cannot be kept up: they stand still at position {}", position);
  }
}

// Who receives events, and where backups go, is for the node that appends.
NodeSettings settings_of_standby(NodeSettings settings) {
  settings.webhooks.clear();
  settings.syslogs.clear();
  return settings;
}

std::string_view notice_of(std::string_view why) {
  if (why == problem::disk_reserve) return "the store's disk is below its reserve: commands are refused until there is room";
  if (why == problem::clock_stepped) return "the machine's clock has stepped: commands are refused until `muniment clock accept`";
  return "commands are taken again";
}

}  // namespace

Node::Node(Store& store, NodeOptions options)
    : store_(store),
      options_(std::move(options)),
      sequencer_(store.follows() ? nullptr : &store.sequencer()),
      generations_(Generations::of(store.log())),
      projector_(store.projector()),
      views_(store.views()),
      callers_(store.folder(), options_.settings.identity_providers),
      quota_file_(store.folder()),
      allowances_(options_.settings.limits, quota_file_.read()),
      access_(views_),
      roster_(views_),
      trail_(views_),
      findings_(views_),
      aggregates_(store.log()),
      event_writer_(capnp::Schema::from<schema::Event>()),
      single_room_(options_.places.single),
      batch_room_(options_.places.in_batches),
      access_record_(options_.clocks.wall, [this](Submission submission) { return submit_own(std::move(submission)); }),
      disk_(probe_of(options_, store), options_.settings.limits.disk_reserve_bytes),
      clock_(options_.clocks, is_standby() ? std::nullopt : unaccepted_step(store.folder(), store.log(), options_.clocks.wall())) {
  if (is_standby()) {
    store_.notary();
    access_forward_.emplace([this](const std::string& message) { return send_access(message); }, options_.on_notice);
  }
  projector_.start();
  watch_ = std::jthread([this](const std::stop_token& stop) { watch_machine(stop); });
  patrol_.emplace(
      store_.log(),
      [this](const LogFault& fault) {
        options_.on_notice(
            fmt::format("the log is not what it was at position {}: {}; keep a copy of the store as it is, and run `muniment verify`",
                        fault.position, fault.what));
      },
      options_.patrol_pace);
  eraser_ = std::jthread([this](const std::stop_token& stop) { carry_out_erasures(stop); });
  backups_.emplace(store_, is_standby() ? BackupSettings{} : options_.settings.backup, options_.on_notice);
  deliveries_.emplace(store_.log(), generations_, store_.log_key().name, store_.folder() / "deliveries",
                      is_standby() ? settings_of_standby(options_.settings) : options_.settings, options_.on_notice);
  if (!is_standby()) begin_to_append();
}

void Node::begin_to_append() {
  review_desk_.emplace(
      store_.log(), views_, [this] { return now(); }, [this](Submission submission) { return submit_own(std::move(submission)); },
      options_.reviews_every);
  begin_time_stamps();
  const bool may_record = !clock_.look();
  if (!may_record && !options_.unrecorded.empty())
    options_.on_notice(fmt::format("{} records of reads and denials on the standby that this node was are lost: the clock is stepped",
                                   options_.unrecorded.size()));
  for (std::size_t i = 0; may_record && i < options_.unrecorded.size(); ++i) {
    Submission submission = options_.unrecorded[i];
    submission.answer = [this](const Answer& answer) { note_failure(answer); };
    sequencer_->submit(std::move(submission));
  }
  if (options_.settings.witness_policy.empty()) return;
  cosigners_.emplace(store_.log(), store_.notary(), read_policy(options_.settings.witness_policy), store_.folder() / "cosigned",
                     post_to_witness, options_.on_notice);
}

void Node::begin_time_stamps() {
  const NodeSettings& settings = options_.settings;
  if (settings.time_authority_url.empty()) return;
  time_stamper_.emplace(
      store_.log(), store_.notary(), TimeAuthority{read_whole_file(settings.time_authority_ca)},
      [this](const std::string& query) { return ask_time_authority(options_.settings.time_authority_url, query, &is_stopping_); },
      options_.on_notice, TimeStamper::Pace{}, options_.clocks.wall);
}

Node::~Node() { stop(); }

std::optional<std::vector<std::pair<std::string, Cell>>> Node::stats(std::chrono::milliseconds time) {
  constexpr Position look_every = 4096;
  const auto until = std::chrono::steady_clock::now() + time;
  const std::unique_lock lock(counts_mutex_, std::try_to_lock);
  if (!lock) return std::nullopt;
  const LogHead head = log().head(0);
  const auto is_in_time = [&](Position position) {
    return position % look_every != 0 || (!is_stopping_ && std::chrono::steady_clock::now() < until);
  };
  if (!counts_.count(log(), head.position, is_in_time)) return std::nullopt;
  return store_stats(store_, head, counts_);
}

bool Node::views_have(Position position) const {
  try {
    return projector_.wait_for(position, std::chrono::milliseconds{0});
  } catch (const std::exception&) {  // They cannot be kept up; whoever asks them is told.
    return true;
  }
}

std::shared_ptr<CommandRoom::Share> Node::take_place(const Token& caller) {
  auto share = single_room_.share_of(principal_of(caller).text());
  return share->take() ? std::move(share) : nullptr;
}

void Node::submit(std::vector<Submission> submissions) { sequencer_->submit(std::move(submissions)); }

// What cannot be recorded now is kept and offered again. Below the reserve of the disk that is all but the ends of exports, which go on and
// wait for their record; at the end it must go. While the clock is stepped nothing is, also at the end: its time would stay for ever.
bool Node::submit_own(Submission submission) {
  const auto* const read = std::get_if<RecordRead>(&submission.command.body);
  const bool is_export = read != nullptr && read->exported;
  // Exports are for the node that appends: their end has no form in which it could be sent there.
  if (is_standby()) return !is_export && access_forward_->take(std::move(submission));
  if (clock_.look()) return false;
  const bool is_due = is_stopping_ || is_export;
  if (!is_due && disk_.is_reached()) return false;
  auto place = single_room_.share_of(Principal::node().text());
  if (!place->take()) return false;
  submission.answer = [this, place = std::move(place), then = std::move(submission.answer)](const Answer& answer) {
    place->give();
    note_failure(answer);
    if (then) then(answer);
  };
  sequencer_->submit(std::move(submission));
  return true;
}

// To whoever has the lease. Why it was not recorded, without the token.
std::string Node::send_access(const std::string& message) const {
  constexpr unsigned status_ok = 200;
  const LeaseHolder holder = lease().holder;
  const ClusterSettings& cluster = options_.settings.cluster;
  if (lease().left == std::chrono::milliseconds::zero()) return fmt::format("the lease of {} is over", holder.name);
  if (holder.address == cluster.advertise) return "no node appends to the log now";
  if (holder.address.empty()) return fmt::format("{} says no address", holder.name);
  if (holder.address.starts_with("https") && cluster.ca.empty()) return "cluster.ca does not say who signs certificates of nodes";
  if (!cluster.may_call(holder.address)) return fmt::format("{} says an address without TLS, and this node has cluster.ca", holder.name);
  const auto said = read_file_if_any(cluster.token_file);
  if (!said) return "cluster.token_file cannot be read";
  std::string token = *said;
  token.resize(std::min(token.find_first_of("\r\n"), token.size()));
  const auto answer = https_exchange({.url = holder.address + "/v1/nodes/access",
                                      .ca = cluster.ca,
                                      .is_stopping = nullptr,
                                      .content_type = "application/capnp",
                                      .headers = {"Authorization: Bearer " + token}},
                                     &message);
  if (!answer) return answer.error();
  return answer->status == status_ok ? std::string{} : fmt::format("{} answers {}", holder.address, answer->status);
}

std::vector<Submission> Node::take_unrecorded() { return access_forward_ ? access_forward_->take_rest() : std::vector<Submission>{}; }

// What the operator of a standby wants to read in its log.
void Node::look_at_lease() {
  constexpr std::chrono::seconds out_of_touch_max{5};
  const PostgresLog& log = *store_.log_in_database();
  const LogLease lease = log.lease();
  const bool is_free = lease.left == lease.left.zero();
  if (is_free && !std::exchange(is_lease_free_, is_free)) options_.on_notice(fmt::format("the lease of {} is over", lease.holder.text()));
  is_lease_free_ = is_free;
  const bool is_lost = !log.failure().empty() || log.out_of_touch() > out_of_touch_max;
  if (is_lost && !has_lost_the_log_)
    options_.on_notice(log.failure().empty() ? "the log's database cannot be asked, or no node appends to the one that answers: questions "
                                               "are answered as of what was seen of it"
                                             : log.failure());
  has_lost_the_log_ = is_lost;
}

Timestamp Node::now() const { return std::max(options_.clocks.wall(), recorded_time(log(), 0, log().head(0).position)); }

std::string_view Node::why_no_commands() {
  if (is_standby()) return {};  // The node that they are forwarded to says so of itself.
  if (disk_.is_reached()) return problem::disk_reserve;
  if (clock_.look()) return problem::clock_stepped;
  return {};
}

std::optional<Answer> Node::accept_clock(const Principal& actor, const std::string& requested_by, std::shared_ptr<const Origin> origin) {
  const auto step = clock_.step();
  if (!step) return std::nullopt;
  Submission submission = muniment::accept_clock(*step, actor, requested_by, schema::Source::NETWORK);
  submission.origin = std::move(origin);
  Answer answer = sequencer_->ask(std::move(submission));
  if (answer.status == Answer::Status::accepted) {
    const std::lock_guard lock(watch_mutex_);
    clock_.accept();
    forget_step(store_.folder());
    is_step_kept_ = false;
  }
  return answer;
}

// On a standby. It gives nothing a time of its own, so there is nothing to refuse or to accept: opening the log to append judges the clock.
void Node::follow_clock() {
  if (!clock_.look()) return;
  clock_.accept();
  options_.on_notice("the machine's clock has stepped: this standby records nothing by it, and goes on with the clock as it is");
}

void Node::look_at_machine() {
  disk_.look();
  if (is_standby()) follow_clock();
  const std::string_view why = why_no_commands();
  {
    const std::lock_guard lock(watch_mutex_);
    if (std::exchange(noticed_, why) == why) return;
  }
  options_.on_notice(notice_of(why));
}

void Node::beat() { last_beat_ = std::chrono::steady_clock::now().time_since_epoch().count(); }

void Node::begin_stop() {
  if (is_stopping_.exchange(true)) return;
  deliveries_->begin_stop();
  backups_->begin_stop();  // Nobody waits for one that a start makes anew.
  options_.on_stopping();
}

void Node::watch_machine(const std::stop_token& stop) {
  bool are_views_stopped = false;
  while (!stop.stop_requested()) {
    look_at_machine();
    if (is_standby()) look_at_lease();
    // Whoever lost the lease says so at once, and not when there is something to record.
    if (!is_standby() && !failure().empty()) fail();
    keep_notes();
    const auto failure = projector_.failure();
    if (failure && !are_views_stopped) tell_of_views(*this, failure, options_.on_notice);
    are_views_stopped = failure != nullptr;
    access_record_.flush();
    const std::chrono::steady_clock::time_point beat{std::chrono::steady_clock::duration{last_beat_.load()}};
    if (std::chrono::steady_clock::now() - beat < silence_max) options_.on_alive();
    std::unique_lock lock(watch_mutex_);
    watch_wakes_.wait_for(lock, stop, look_every, [] { return false; });
  }
}

// Rewriting files takes longer than anything that waits for it may: on a thread of its own. What fails is tried again.
void Node::carry_out_erasures(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    try {
      store_.carry_out_erasures();
      erasing_fails_ = false;
    } catch (const std::exception& error) {
      if (!erasing_fails_.exchange(true)) options_.on_notice(std::string{"an erasure cannot be carried out: "} + error.what());
    }
    std::unique_lock lock(watch_mutex_);
    watch_wakes_.wait_for(lock, stop, look_every, [] { return false; });
  }
}

// What the next start must know: quotas, and a step of the clock. A disk that has no room for that is told of once.
void Node::keep_notes() {
  try {
    if (const auto used = allowances_.changed()) quota_file_.write(*used);
    const std::lock_guard lock(watch_mutex_);
    if (const auto step = clock_.step(); step && !is_step_kept_) {
      keep_step(store_.folder(), *step);
      is_step_kept_ = true;
    }
    cannot_keep_notes_ = false;
  } catch (const std::exception&) {
    if (!std::exchange(cannot_keep_notes_, true))
      options_.on_notice("the store's folder cannot be written to: quotas and a step of the clock are not kept for the next start");
  }
}

std::optional<Personal> Node::open_personal(Position position) {
  std::optional<Personal> out;
  if (position == 0 || store_.vault().is_lost()) return out;
  log().read(0, position, position, [&](Position, RecordWords words) {
    RecordReader record(words);
    const std::lock_guard lock(opening_mutex_);
    out = store_.open_personal(record.event());
    return false;
  });
  return out;
}

std::optional<Answer> Node::decide(const Token& caller, Command command, std::shared_ptr<const Origin> origin) {
  const auto place = take_place(caller);
  if (!place) return std::nullopt;
  Answer answer = sequencer_->ask({.command = std::move(command), .source = schema::Source::NETWORK, .origin = std::move(origin)});
  answered(answer, *place);
  return answer;
}

void Node::answered(const Answer& answer, CommandRoom::Share& place) {
  place.give();
  metrics_.count(answer);
  note_failure(answer);
}

// The same again is told of once.
void Node::note_damage(const std::string& what) {
  ++damage_met_;
  {
    const std::lock_guard lock(damage_mutex_);
    if (damage_told_ == what) return;
    damage_told_ = what;
    if (patrol_) patrol_->look_again();
  }
  options_.on_notice(
      fmt::format("something of the log cannot be read, and who asked was told so: {}; keep a copy of the store as it is, and "
                  "run `muniment verify`",
                  what));
}

void Node::note_failure(const Answer& answer) {
  if (answer.status != Answer::Status::failed) return;
  if (answer.is_unread) return note_damage(answer.damage);
  // Whoever submits after an orderly stop gets this status too: nothing has failed then.
  if (!sequencer_->failure().empty()) fail();
}

std::string Node::failure() const {
  std::string out = sequencer_ != nullptr ? sequencer_->failure() : std::string{};
  const PostgresLog* const log = store_.log_in_database();
  return out.empty() && log != nullptr ? log->failure() : out;
}

bool Node::is_failure_of_databases() const {
  const PostgresLog* const log = store_.log_in_database();
  if (log == nullptr || log->failed_here()) return false;
  if (!log->failure().empty()) return true;
  if (sequencer_ == nullptr || sequencer_->failure().empty()) return false;
  const Sequencer::FailedIn where = sequencer_->failed_in();
  return where == Sequencer::FailedIn::log || (where == Sequencer::FailedIn::vault && !read_vault_url(store_.folder()).empty());
}

void Node::fail() {
  if (has_failed_.exchange(true)) return;
  std::function<void()> on_failure;
  {
    const std::lock_guard lock(failure_mutex_);
    on_failure = std::exchange(on_failure_, {});
  }
  if (on_failure) on_failure();
}

void Node::set_on_failure(std::function<void()> on_failure) {
  {
    const std::lock_guard lock(failure_mutex_);
    if (!has_failed_) on_failure_ = std::exchange(on_failure, {});
  }
  if (on_failure) on_failure();
}

std::vector<std::string> Node::why_not_ready() {
  std::vector<std::string> out;
  if (is_stopping_) out.emplace_back("the node is stopping");
  if (has_failed_) out.emplace_back("the store could not record something; the node's log says what");
  if (!has_failed_ && !is_standby() && !failure().empty()) out.emplace_back("the node can record nothing more, and ends; its log says why");
  if (is_standby()) {
    constexpr std::chrono::seconds out_of_touch_max{5};
    if (!failure().empty()) out.emplace_back("the log in the database does not go on as it was; the node's log says how");
    if (out_of_touch() > out_of_touch_max)
      out.emplace_back(
          "the log's database cannot be asked, or no node appends to the one that answers; questions are answered as of what was seen of "
          "it");
  }
  if (disk_.is_reached()) out.emplace_back("the store's disk is below its reserve; commands are refused until there is room");
  if (clock_.is_stepped()) out.emplace_back("the machine's clock has stepped; commands are refused until `muniment clock accept`");
  if (patrol_ && patrol_->first_fault() != 0) out.emplace_back("the log is not what it was; `muniment verify` says where");
  if (!tokens().failure().empty()) out.emplace_back("the file of tokens cannot be read; nobody is let in");
  if (const auto failure = projector_.failure()) {
    out.push_back(why_views_stand(projector_, failure));
    return out;
  }
  constexpr Position lag_max = 100'000;
  Position behind = log().head(0).position;
  for (const ProjectionKind kind : all_projections) behind = std::min(behind, projector_.position(kind));
  if (log().head(0).position - behind > lag_max) out.emplace_back("the views are far behind the log and catching up");
  return out;
}

// At the end. More kinds may have been counted than commands of the node may be under way: the rest follows as those are answered.
void Node::record_what_waits() {
  constexpr std::chrono::seconds time_max{10};
  constexpr std::chrono::milliseconds pause{5};
  const auto until = std::chrono::steady_clock::now() + time_max;
  access_record_.flush(true);
  while (access_record_.waiting() > 0 && !is_standby() && !clock_.is_stepped() && std::chrono::steady_clock::now() < until) {
    std::this_thread::sleep_for(pause);
    access_record_.flush(true);
  }
  const std::size_t lost = access_record_.waiting();
  if (lost == 0) return;
  options_.on_notice(
      fmt::format("{} reads and denials are not on record: {}", lost,
                  clock_.is_stepped() ? "nothing is recorded while the clock is stepped" : "they could not be recorded in time"));
}

void Node::stop() {
  begin_stop();
  watch_ = {};
  {
    const std::lock_guard lock(damage_mutex_);  // Whoever meets damage asks it to look.
    patrol_.reset();
  }
  review_desk_.reset();
  if (time_stamper_) time_stamper_->stop();
  eraser_ = {};
  backups_->stop();
  deliveries_->stop();
  callers_.stop();
  if (access_forward_) access_forward_->stop();  // It takes whatever comes now.
  record_what_waits();
  keep_notes();
  if (access_forward_) access_forward_->stop();
  if (sequencer_ != nullptr) sequencer_->stop();
  if (cosigners_) {
    store_.notary().stop();  // So that they are asked for the last events too.
    cosigners_->stop();
  }
  projector_.stop();
}

}  // namespace muniment
