// A running node without its sockets: the store, who may call, how much is under way, what is counted.
//
// Thread-safe, but for what starts and ends it.
#pragma once

#include <atomic>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "events/json/writer.h"
#include "events/log/postgres_log.h"
#include "projections/access.h"
#include "projections/findings.h"
#include "projections/roster.h"
#include "projections/trail.h"
#include "tools/server/access_forward.h"
#include "tools/server/access_record.h"
#include "tools/server/aggregate_cache.h"
#include "tools/server/allowances.h"
#include "tools/server/backups.h"
#include "tools/server/callers.h"
#include "tools/server/clock_watch.h"
#include "tools/server/command_room.h"
#include "tools/server/cosigners.h"
#include "tools/server/deliveries.h"
#include "tools/server/disk_reserve.h"
#include "tools/server/log_patrol.h"
#include "tools/server/metrics.h"
#include "tools/server/review_desk.h"
#include "tools/server/settings.h"
#include "tools/server/time_stamper.h"
#include "tools/store/erasure_state.h"
#include "tools/store/generations.h"
#include "tools/store/store.h"
#include "tools/wire/store_stats.h"

namespace muniment {

// How many commands are under way at a time. Batches have places of their own, since they wait for one where a single command is refused:
// whoever sends in bulk would have them all.
struct CommandPlaces {
  // Together below what makes the sequencer's submit() wait, because who submits here must not.
  CommandRoom::Bounds single{.all = 2048, .of_one = 1024};
  CommandRoom::Bounds in_batches{.all = 6144, .of_one = 3072};
};

struct NodeOptions {
  NodeSettings settings = {};
  CommandPlaces places = {};
  Clocks clocks = machine_clocks();
  DiskReserve::Probe disk_probe = {};  // Empty: what is free where the store is.
  // Told, from any thread, in a sentence, what the node has noticed about its machine.
  std::function<void(std::string_view)> on_notice = [](std::string_view) {};
  LogPatrol::Pace patrol_pace = {};
  std::chrono::milliseconds reviews_every{1000};  // So often it looks at reviews of access.
  // Called every second while the sockets' thread shows signs of life.
  std::function<void()> on_alive = [] {};
  // Called once, when the node begins to stop.
  std::function<void()> on_stopping = [] {};
  // Who read and was not let in, as the node that was here before could not have recorded (take_unrecorded).
  std::vector<Submission> unrecorded = {};
};

class Node {
 public:
  // Starts the projector on its own thread, and the sequencer unless the store follows: then this is a standby, which answers questions
  // and leaves what records something to the node that has the lease. Borrows the store. Throws std::runtime_error for a policy of
  // witnesses that cannot be read.
  explicit Node(Store& store, NodeOptions options = {});
  ~Node();  // stop()
  Node(const Node&) = delete;
  Node& operator=(const Node&) = delete;

  const EventLog& log() const { return store_.log(); }
  const ProvenLog& proven_log() const { return store_.log(); }
  // Runs as long as the node does.
  const Notary& notary() const { return store_.notary(); }
  const LogPatrol& patrol() const { return *patrol_; }
  // Null where nobody is asked to cosign.
  const Cosigners* cosigners() const { return cosigners_ ? &*cosigners_ : nullptr; }
  // Null where no time authority is asked.
  const TimeStamper* time_stamper() const { return time_stamper_ ? &*time_stamper_ : nullptr; }
  const Deliveries& deliveries() const { return *deliveries_; }
  // The personal part of an event, opened. Nothing where it has none, or the vault has no key for it.
  std::optional<Personal> open_personal(schema::Event::Reader event) { return store_.open_personal(event); }
  // As the log is now.
  ErasureState erasures() const { return erasure_state(store_); }
  // Whether the last try to carry them out failed; it is tried again.
  bool is_erasing_failing() const { return erasing_fails_; }
  const Generations& generations() const { return generations_; }
  // Runs as long as the node does.
  Backups& backups() { return *backups_; }
  const Backups& backups() const { return *backups_; }
  Callers& callers() { return callers_; }
  TokenBook& tokens() { return callers_.book(); }
  Allowances& allowances() { return allowances_; }
  Metrics& metrics() { return metrics_; }
  AccessRecord& access_record() { return access_record_; }
  const Projector& projector() const { return projector_; }
  // Whether they have taken in this position, or never will: then a question says so. Never waits.
  bool views_have(Position position) const;
  const Views& views() const { return views_; }
  const Access& access() const { return access_; }
  const Roster& roster() const { return roster_; }
  const Trail& trail() const { return trail_; }
  const Findings& findings() const { return findings_; }
  AggregateCache& aggregates() { return aggregates_; }
  const JsonWriter& event_writer() const { return event_writer_; }
  // The personal part of the event at that position, opened; nothing where it has none, or it cannot be had. For who may see it.
  std::optional<Personal> open_personal(Position position);
  // Held while a PDF is printed, which takes a processor and much memory: one at a time.
  std::mutex& printing() { return printing_; }
  // Submits one command and waits until its outcome is durable. Nothing: there is no place for it. Not on the thread of the sockets.
  std::optional<Answer> decide(const Token& caller, Command command, std::shared_ptr<const Origin> origin);

  // What the store holds, as one record. Nothing: the log could not be counted within that time, and the next call goes on there; or
  // another call is counting.
  std::optional<std::vector<std::pair<std::string, Cell>>> stats(std::chrono::milliseconds time);

  // A place for a single command of this caller: its share of them, of which one was taken. Null: there is none. answered() gives it back.
  std::shared_ptr<CommandRoom::Share> take_place(const Token& caller);
  // The places for commands in batches.
  CommandRoom& batch_room() { return batch_room_; }
  // Precondition: a place was taken for each. Never waits. Their answers call answered().
  void submit(std::vector<Submission> submissions);
  void answered(const Answer& answer, CommandRoom::Share& place);
  std::size_t commands_under_way() const { return single_room_.taken() + batch_room_.taken(); }
  std::size_t commands_max() const { return single_room_.bounds().all + batch_room_.bounds().all; }

  // Why commands are refused though the node runs, as a problem's name: disk_reserve, clock_stepped. Empty: they are not. Cheap.
  std::string_view why_no_commands();
  const DiskReserve& disk() const { return disk_; }
  const ClockWatch& clock() const { return clock_; }
  // As decisions have it: what the clock says, and never before the last event was recorded. By it a dated right ends.
  Timestamp now() const;
  // Takes the clock as it is after a step, and records that: for an officer or, with a node as the actor, for the operator whom
  // `requested_by` names. Waits until it is durable. Nothing: there was no step.
  std::optional<Answer> accept_clock(const Principal& actor, const std::string& requested_by, std::shared_ptr<const Origin> origin);
  // Looks at the machine now, as the node does by itself every second.
  void look_at_machine();
  // The thread that serves the sockets says so, every second or more often, while it does.
  void beat();

  // A question or a command met bytes of the log that are not what was written: whoever asked is told that it cannot be read. Here it is
  // counted, told of, and the patrol looks for the place. Any thread.
  void note_damage(const std::string& what);
  std::uint64_t damage_met() const { return damage_met_; }

  // Null on a standby.
  const Sequencer* sequencer() const { return sequencer_; }

  bool is_standby() const { return sequencer_ == nullptr; }
  // Who has the log's lease, as it was seen last. Precondition: it is a standby.
  LogLease lease() const { return store_.log_in_database()->lease(); }
  // For how long the log's database could not be asked. The same.
  std::chrono::milliseconds out_of_touch() const { return store_.log_in_database()->out_of_touch(); }
  // Of those, what waits to be recorded by the other node, and whether that fails. The same.
  const AccessForward& access_forward() const { return *access_forward_; }
  // After stop().
  std::vector<Submission> take_unrecorded();

  // Nothing new is taken from now on.
  void begin_stop();
  bool is_stopping() const { return is_stopping_; }
  // The store could not record something: nothing more is taken, ever. `on_failure` is called once, from any thread; at once where it has
  // happened already.
  bool has_failed() const { return has_failed_; }
  void set_on_failure(std::function<void()> on_failure);
  // Why nothing more is taken, for the operator; of a standby, why it shows nothing more. Empty: it does.
  std::string failure() const;
  // Whether nothing on this machine is at fault: another node has taken the log or the vault, or a database did not say what became of
  // what it was sent. Whoever starts the node again goes on, or is told by the opening what is wrong. Precondition: it has failed.
  bool is_failure_of_databases() const;
  // Why the node cannot serve now; empty: it can.
  std::vector<std::string> why_not_ready();

  // Ends the sequencer, after what is under way is durable, and the projector. Idempotent.
  void stop();

 private:
  void watch_machine(const std::stop_token& stop);
  void keep_notes();
  void carry_out_erasures(const std::stop_token& stop);
  void begin_to_append();
  void begin_time_stamps();
  std::string send_access(const std::string& message) const;
  void look_at_lease();
  // Of what the node says itself. False: not now.
  bool submit_own(Submission submission);
  void note_failure(const Answer& answer);
  void fail();
  void follow_clock();
  void record_what_waits();

  Store& store_;
  const NodeOptions options_;
  Sequencer* const sequencer_;     // Null on a standby.
  const Generations generations_;  // A restoring that was cut off is recorded once the sequencer is started.
  Projector& projector_;
  Views& views_;
  Callers callers_;
  const QuotaFile quota_file_;
  Allowances allowances_;
  Metrics metrics_;
  Access access_;
  Roster roster_;
  Trail trail_;
  Findings findings_;
  AggregateCache aggregates_;
  JsonWriter event_writer_;
  std::mutex counts_mutex_;
  std::mutex opening_mutex_;  // Of what is sealed.
  std::mutex printing_;
  EventCounts counts_;
  CommandRoom single_room_;
  CommandRoom batch_room_;
  std::atomic<bool> is_stopping_ = false;
  std::atomic<bool> has_failed_ = false;
  std::atomic<std::uint64_t> damage_met_ = 0;
  std::mutex damage_mutex_;
  std::string damage_told_;  // The last one.
  std::mutex failure_mutex_;
  std::function<void()> on_failure_;
  std::optional<AccessForward> access_forward_;  // On a standby.
  AccessRecord access_record_;
  DiskReserve disk_;
  ClockWatch clock_;
  std::mutex watch_mutex_;
  std::condition_variable_any watch_wakes_;
  std::atomic<std::chrono::steady_clock::rep> last_beat_ = 0;
  std::string_view noticed_;  // Of why_no_commands, as it was when it was last told.
  std::atomic<bool> erasing_fails_ = false;
  bool is_step_kept_ = false;
  bool cannot_keep_notes_ = false;  // It was told.
  bool is_lease_free_ = false;      // The same of these two.
  bool has_lost_the_log_ = false;
  std::jthread watch_;
  std::optional<LogPatrol> patrol_;  // Nothing after stop().
  std::jthread eraser_;
  std::optional<ReviewDesk> review_desk_;  // Nothing after stop().
  std::optional<Backups> backups_;
  std::optional<Cosigners> cosigners_;
  std::optional<TimeStamper> time_stamper_;
  std::optional<Deliveries> deliveries_;
};

}  // namespace muniment
