#include "tools/server/node.h"

#include <fmt/format.h>

#include <filesystem>

#include "tools/server/problem.h"
#include "tools/store/durable_file.h"

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

std::string_view notice_of(std::string_view why) {
  if (why == problem::disk_reserve) return "the store's disk is below its reserve: commands are refused until there is room";
  if (why == problem::clock_stepped) return "the machine's clock has stepped: commands are refused until `muniment clock accept`";
  return "commands are taken again";
}

}  // namespace

Node::Node(Store& store, NodeOptions options)
    : store_(store),
      options_(std::move(options)),
      sequencer_(store.sequencer()),
      projector_(store.projector()),
      views_(store.views()),
      callers_(store.folder(), options_.settings.identity_providers),
      allowances_(options_.settings.limits),
      access_(views_),
      roster_(views_),
      trail_(views_),
      event_writer_(capnp::Schema::from<schema::Event>()),
      access_record_(options_.clocks.wall, [this](Submission submission) { return record_access(std::move(submission)); }),
      disk_(probe_of(options_, store), options_.settings.limits.disk_reserve_bytes),
      clock_(options_.clocks, step_since_last_event(store.log(), options_.clocks.wall())) {
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
  if (options_.settings.witness_policy.empty()) return;
  cosigners_.emplace(store_.log(), store_.notary(), read_policy(options_.settings.witness_policy), store_.folder() / "cosigned",
                     post_to_witness, options_.on_notice);
}

Node::~Node() { stop(); }

std::optional<std::vector<std::pair<std::string, Cell>>> Node::stats(std::chrono::milliseconds time) {
  constexpr Position look_every = 4096;
  const auto until = std::chrono::steady_clock::now() + time;
  const std::lock_guard lock(counts_mutex_);
  const LogHead head = log().head(0);
  const auto is_in_time = [&](Position position) { return position % look_every != 0 || std::chrono::steady_clock::now() < until; };
  if (!counts_.count(log(), head.position, is_in_time)) return std::nullopt;
  return store_stats(store_, head, counts_);
}

bool Node::take_room() {
  std::size_t now = under_way_;
  do {
    if (now >= commands_max) return false;
  } while (!under_way_.compare_exchange_weak(now, now + 1));
  return true;
}

void Node::give_room() { --under_way_; }

void Node::submit(std::vector<Submission> submissions) { sequencer_.submit(std::move(submissions)); }

// What the machine has no room for now is kept and offered again; at the end it must go.
bool Node::record_access(Submission submission) {
  if (!is_stopping_ && !why_no_commands().empty()) return false;
  if (!take_room()) return false;
  submission.answer = [this](const Answer& answer) {
    give_room();
    note_failure(answer);
  };
  sequencer_.submit(std::move(submission));
  return true;
}

std::string_view Node::why_no_commands() {
  if (disk_.is_reached()) return problem::disk_reserve;
  if (clock_.look()) return problem::clock_stepped;
  return {};
}

std::optional<Answer> Node::accept_clock(const Principal& actor, const std::string& requested_by) {
  const auto step = clock_.step();
  if (!step) return std::nullopt;
  Answer answer = sequencer_.ask(muniment::accept_clock(*step, actor, requested_by, schema::Source::NETWORK));
  if (answer.status == Answer::Status::accepted) clock_.accept();
  return answer;
}

void Node::look_at_machine() {
  disk_.look();
  const std::string_view why = why_no_commands();
  {
    const std::lock_guard lock(watch_mutex_);
    if (std::exchange(noticed_, why) == why) return;
  }
  options_.on_notice(notice_of(why));
}

void Node::beat() { last_beat_ = std::chrono::steady_clock::now().time_since_epoch().count(); }

void Node::begin_stop() {
  if (!is_stopping_.exchange(true)) options_.on_stopping();
}

void Node::watch_machine(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    look_at_machine();
    access_record_.flush();
    const std::chrono::steady_clock::time_point beat{std::chrono::steady_clock::duration{last_beat_.load()}};
    if (std::chrono::steady_clock::now() - beat < silence_max) options_.on_alive();
    std::unique_lock lock(watch_mutex_);
    watch_wakes_.wait_for(lock, stop, look_every, [] { return false; });
  }
}

void Node::answered(const Answer& answer) {
  --under_way_;
  metrics_.count(answer);
  note_failure(answer);
}

void Node::note_failure(const Answer& answer) {
  if (answer.status != Answer::Status::failed) return;
  // Whoever submits after an orderly stop gets this status too: nothing has failed then.
  if (sequencer_.failure().empty() || has_failed_.exchange(true)) return;
  if (on_failure_) on_failure_();
}

std::vector<std::string> Node::why_not_ready() {
  std::vector<std::string> out;
  if (is_stopping_) out.emplace_back("the node is stopping");
  if (has_failed_) out.emplace_back("the store could not record something; the node's log says what");
  if (disk_.is_reached()) out.emplace_back("the store's disk is below its reserve; commands are refused until there is room");
  if (clock_.is_stepped()) out.emplace_back("the machine's clock has stepped; commands are refused until `muniment clock accept`");
  if (patrol_ && patrol_->first_fault() != 0) out.emplace_back("the log is not what it was; `muniment verify` says where");
  if (!tokens().failure().empty()) out.emplace_back("the file of tokens cannot be read; nobody is let in");
  try {
    projector_.wait_for(0, std::chrono::milliseconds{0});
    constexpr Position lag_max = 100'000;
    Position behind = log().head(0).position;
    for (const ProjectionKind kind : all_projections) behind = std::min(behind, projector_.position(kind));
    if (log().head(0).position - behind > lag_max) out.emplace_back("the views are far behind the log and catching up");
  } catch (const std::exception&) {
    out.emplace_back("the views cannot be kept up; questions are not answered");
  }
  return out;
}

void Node::stop() {
  begin_stop();
  watch_ = {};
  patrol_.reset();
  callers_.stop();
  access_record_.flush(true);
  sequencer_.stop();
  if (cosigners_) {
    store_.notary().stop();  // So that they are asked for the last events too.
    cosigners_->stop();
  }
  projector_.stop();
}

}  // namespace muniment
