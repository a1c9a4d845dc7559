// The one sequencer: takes commands from any thread, decides them in order, records them in groups, answers.
//
// What it promises: every answer, whether accepted, refused, repeated or unchanged, is given only once the last position that its decision
// could see is durable. While some groups are being synced, the next are being decided; where nobody waits, one thread does both. If a
// write or a sync fails it stops: what was under way is answered `failed`, and so is everything after it; it never goes on from memory that
// the disk may not have.
#pragma once

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <span>
#include <thread>

#include "commands/decider.h"
#include "commands/group_meter.h"

namespace muniment {

struct SequencerOptions {
  std::size_t group_max = 256;   // Commands in a group.
  std::size_t queue_max = 8192;  // Commands waiting; submit blocks beyond it. As many again are being decided.
  std::size_t accounts_max =
      500'000;  // Kept in memory, about 0.5 KB each: those asked for last. The others are loaded again when asked for.
  const FactFormats* fact_formats = &muniment::fact_formats;  // Borrowed. For tests of formats to come.
  // False: nothing happens but by step_decide() and step_write(), on the caller's thread. For simulations, which choose the order of
  // everything.
  bool has_threads = true;
};

class Sequencer {
 public:
  // Borrows the log and the vault. Nobody else may append to the log.
  Sequencer(EventLog& log, Vault& vault, Decider::Clock clock, SequencerOptions options = {});
  ~Sequencer();  // stop()
  Sequencer(const Sequencer&) = delete;
  Sequencer& operator=(const Sequencer&) = delete;

  // Thread-safe. Waits while the queue is full.
  void submit(Submission submission);
  void submit(std::vector<Submission> submissions);
  // Submits and waits.
  Answer ask(Submission submission);

  // Decides what was submitted, waits until it is durable and ends the threads. Idempotent.
  void stop();
  // Why it stopped by itself; empty: it did not.
  std::string failure() const;
  // What could not be used then, where it stopped by itself.
  enum class FailedIn { log, vault, elsewhere };
  FailedIn failed_in() const;

  // Without threads: decides what was submitted, and writes and answers what was decided. Preconditions: something was; the groups that
  // become of what was submitted and those that wait to be written are at most groups_waiting_max. What the log does while it writes may
  // call step_decide() and submit(), as other threads would at that moment.
  void step_decide();
  void step_write();
  // Groups that were decided and are not being written yet.
  std::size_t decided() const;

  // Decided and waiting for the disk: so many that the decisions do not stop while one write and its sync take as long as deciding all of
  // these. One write takes all that wait: the slower the disk, the more share a sync.
  static constexpr std::size_t groups_waiting_max = 15;

  const GroupMeter& meter() const { return meter_; }
  // Commands that were submitted and are not being decided yet.
  std::size_t queued() const;

 private:
  void decide_groups();
  bool decide_what_waits();
  bool write_what_waits();
  using Batch = std::shared_ptr<std::vector<Submission>>;
  void add_to_queue(std::vector<Submission> submissions);
  bool take(std::vector<Batch>& batches);
  bool decide_batch(const Batch& batch, bool is_last);
  void wait_for_writer(std::unique_lock<std::mutex>& lock);
  std::shared_ptr<Group> decide_group(const Batch& batch, std::span<Submission> submissions);
  void hand_over(const std::shared_ptr<Group>& group, bool may_write_here);
  void write_groups();
  void write_and_answer(std::span<const std::shared_ptr<Group>> groups);
  void write(std::span<const std::shared_ptr<Group>> groups);
  void fail(const std::exception& error);

  EventLog& log_;
  Vault& vault_;
  Decider decider_;
  SequencerOptions options_;
  GroupMeter meter_;

  mutable std::mutex mutex_;
  std::condition_variable submitted_;
  std::condition_variable room_;
  std::condition_variable decided_;
  std::condition_variable written_;
  std::vector<Batch> queue_;  // As they came, but that small ones are put together: a submission is large to move.
  std::size_t queued_ = 0;
  std::vector<std::shared_ptr<Group>> to_write_;
  bool is_writing_ = false;  // The writing thread is.
  bool stopping_ = false;
  bool decider_done_ = false;
  std::string failure_;
  FailedIn failed_in_ = FailedIn::elsewhere;
  std::atomic<Position> durable_;
  std::vector<RecordWords> records_;  // These two are of whoever writes. Kept for its memory alone.
  Sealer sealer_;

  std::thread writer_;
  std::thread decider_thread_;
};

}  // namespace muniment
