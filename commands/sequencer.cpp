#include "commands/sequencer.h"

#include <fmt/format.h>
#include <pthread.h>

#include <algorithm>
#include <future>
#include <utility>

#include "events/values/assert.h"
#include "events/vault/vault_error.h"

namespace muniment {
namespace {

// A group no larger than this is written where it was decided, if nobody waits: to wake another thread would take as long as to write it.
constexpr std::size_t written_here_max = 32;
// So many submissions at once or more are looked up in the log by whoever hands them over. Fewer are looked up with those of others.
constexpr std::size_t looked_up_min = 32;

Answer failed(const std::string& why) {
  Answer answer;
  answer.status = Answer::Status::failed;
  answer.failure = why;
  return answer;
}

// Those that were not answered otherwise.
void answer_failed(std::span<const Submission> submissions, const std::string& why) {
  for (const Submission& submission : submissions) {
    if (submission.answer) submission.answer(failed(why));
  }
}

}  // namespace

Sequencer::Sequencer(EventLog& log, Vault& vault, Decider::Clock clock, SequencerOptions options)
    : log_(log),
      vault_(vault),
      decider_(log, vault, std::move(clock), 0, *options.fact_formats),
      options_(options),
      durable_(decider_.decided()) {
  // A crash leaves what belongs to accounts of groups under way: one being decided, those that wait, and as many being written.
  MUNIMENT_ASSERT((2 * groups_waiting_max + 1) * options_.group_max <= KeyPool::given_listed);
  if (!options_.has_threads) return;
  writer_ = std::thread([this] { write_groups(); });
  decider_thread_ = std::thread([this] { decide_groups(); });
}

Sequencer::~Sequencer() { stop(); }

void Sequencer::submit(Submission submission) {
  std::vector<Submission> one;
  one.push_back(std::move(submission));
  submit(std::move(one));
}

void Sequencer::submit(std::vector<Submission> submissions) {
  try {
    for (Submission& submission : submissions) {
      const Command& command = submission.command;
      if (!command.is_personal) submission.fingerprint = vault_.fingerprint(command.content);
    }
    if (submissions.size() >= looked_up_min) look_up_commands(log_, 0, submissions);
  } catch (const LogDamaged&) {
    // None of them is looked up. The decider does it, and tells those that it is about.
  } catch (const std::exception& error) {
    fail(error);  // A vault or a log that has failed once fails for ever.
  }
  std::unique_lock lock(mutex_);
  room_.wait(lock, [&] { return queued_ < options_.queue_max || stopping_ || !failure_.empty(); });
  if (const std::string why = !failure_.empty() ? failure_ : stopping_ ? "the node is stopping" : ""; !why.empty()) {
    lock.unlock();
    answer_failed(submissions, why);
    return;
  }
  add_to_queue(std::move(submissions));
  lock.unlock();
  submitted_.notify_one();
}

void Sequencer::add_to_queue(std::vector<Submission> submissions) {
  queued_ += submissions.size();
  if (queue_.empty() || queue_.back()->size() + submissions.size() > options_.group_max) {
    queue_.push_back(std::make_shared<std::vector<Submission>>(std::move(submissions)));
  } else {
    std::move(submissions.begin(), submissions.end(), std::back_inserter(*queue_.back()));
  }
}

Answer Sequencer::ask(Submission submission) {
  std::promise<Answer> promise;
  auto future = promise.get_future();
  submission.answer = [&promise](const Answer& answer) { promise.set_value(answer); };
  submit(std::move(submission));
  return future.get();
}

void Sequencer::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  submitted_.notify_all();
  room_.notify_all();
  if (decider_thread_.joinable()) decider_thread_.join();
  {
    const std::lock_guard lock(mutex_);
    decider_done_ = true;
  }
  decided_.notify_all();
  if (!writer_.joinable()) return;
  writer_.join();
  try {
    decider_.settle(durable_);
  } catch (const std::exception&) {
    // The vault cannot be written. It keeps what is needless until the account changes next; whoever uses it hears of the failure.
  }
}

std::string Sequencer::failure() const {
  const std::lock_guard lock(mutex_);
  return failure_;
}

std::size_t Sequencer::queued() const {
  const std::lock_guard lock(mutex_);
  return queued_;
}

std::size_t Sequencer::decided() const {
  const std::lock_guard lock(mutex_);
  return to_write_.size();
}

void Sequencer::step_decide() {
  MUNIMENT_ASSERT(!options_.has_threads && queued() > 0);
  decide_what_waits();
}

void Sequencer::step_write() {
  MUNIMENT_ASSERT(!options_.has_threads && decided() > 0);
  write_what_waits();
}

void Sequencer::decide_groups() {
  ::pthread_setname_np(::pthread_self(), "decider");
  while (decide_what_waits()) {
  }
}

// Waits until something does. False when there will be no more.
bool Sequencer::decide_what_waits() {
  std::vector<Batch> taken;
  if (!take(taken)) return false;
  for (Batch& batch : taken) {
    if (!decide_batch(batch, &batch == &taken.back())) answer_failed(*batch, failure());
    batch.reset();
  }
  return true;
}

// In groups. False after a failure: then who still has an answer to call is the caller's.
bool Sequencer::decide_batch(const Batch& batch, bool is_last) {
  for (std::span<Submission> submissions = *batch; !submissions.empty();) {
    const std::size_t size = std::min(submissions.size(), options_.group_max);
    const auto group = decide_group(batch, submissions.first(size));
    if (!group) return false;
    submissions = submissions.subspan(size);
    hand_over(group, is_last && submissions.empty() && size <= written_here_max);
  }
  return true;
}

// Waits for submissions, and until they can be decided at once, so that meanwhile more come; takes all. False when there will be no more.
bool Sequencer::take(std::vector<Batch>& batches) {
  {
    std::unique_lock lock(mutex_);
    submitted_.wait(lock, [this] { return !queue_.empty() || stopping_ || !failure_.empty(); });
    wait_for_writer(lock);
    if (!failure_.empty() || queue_.empty()) return false;
    batches.swap(queue_);
    queued_ = 0;
  }
  room_.notify_all();
  return true;
}

void Sequencer::wait_for_writer(std::unique_lock<std::mutex>& lock) {
  written_.wait(lock, [this] { return to_write_.size() < groups_waiting_max || !failure_.empty(); });
}

// Decides them as one group. Null after a failure: then whoever was not answered is the caller's.
std::shared_ptr<Group> Sequencer::decide_group(const Batch& batch, std::span<Submission> submissions) {
  {
    std::unique_lock lock(mutex_);
    wait_for_writer(lock);
    if (!failure_.empty()) return nullptr;
  }
  auto group = std::make_shared<Group>();
  group->decided = batch;
  try {
    decider_.settle(durable_);
    decider_.forget_beyond(options_.accounts_max);
    decider_.decide(submissions, *group);
    decider_.close(group);
  } catch (const std::exception& error) {
    fail(error);
    for (const auto& [answer, unused] : group->answers) {
      if (answer) answer(failed(error.what()));
    }
    return nullptr;
  }
  return group;
}

// To the writing thread; or, if nothing waits to be decided or written, writes it here.
void Sequencer::hand_over(const std::shared_ptr<Group>& group, bool may_write_here) {
  {
    const std::lock_guard lock(mutex_);
    may_write_here = may_write_here && queue_.empty() && to_write_.empty() && !is_writing_;
    if (!may_write_here) to_write_.push_back(group);
  }
  if (may_write_here) {
    write_and_answer({&group, 1});
  } else {
    decided_.notify_one();
  }
}

void Sequencer::write_groups() {
  ::pthread_setname_np(::pthread_self(), "log writer");
  while (write_what_waits()) {
  }
}

// Waits until something does. False when there will be no more.
bool Sequencer::write_what_waits() {
  std::vector<std::shared_ptr<Group>> groups;
  {
    std::unique_lock lock(mutex_);
    is_writing_ = false;
    decided_.wait(lock, [this] { return !to_write_.empty() || decider_done_; });
    if (to_write_.empty()) return false;
    groups.swap(to_write_);
    is_writing_ = true;
  }
  written_.notify_one();
  write_and_answer(groups);
  return true;
}

// One thread at a time.
void Sequencer::write_and_answer(std::span<const std::shared_ptr<Group>> groups) {
  std::string why = failure();
  if (why.empty()) {
    try {
      write(groups);
    } catch (const std::exception& error) {
      why = error.what();
      fail(error);
    }
  }
  // The decider keeps a group until it is settled, and after a failure to its end: not what its callers wait with.
  for (const auto& group : groups) {
    for (auto& [answer, outcome] : group->answers) {
      if (answer) std::exchange(answer, {})(why.empty() ? outcome : failed(why));
    }
    group->decided.reset();
  }
}

// The groups become one append, so that one sync serves them all. The decisions of a group rest on everything before its first position,
// and the log takes it there or nowhere: no condition says more. What the vault holds for the events is durable before the events are; an
// answer comes after both.
void Sequencer::write(std::span<const std::shared_ptr<Group>> groups) {
  const auto began = std::chrono::steady_clock::now();
  std::size_t commands = 0;
  std::optional<Vault::StagedNumber> staged;
  records_.clear();
  for (const auto& group : groups) {
    commands += group->answers.size();
    group->seal(sealer_);
    if (group->staged) staged = group->staged;
    records_.insert(records_.end(), group->records.begin(), group->records.end());
  }
  if (staged) vault_.commit(*staged);
  if (records_.empty()) return;
  const auto appended = log_.append({.partition = 0, .records = records_, .conditions = {}});
  meter_.count(commands, std::chrono::steady_clock::now() - began);
  if (!appended) {
    const Conflict& conflict = appended.error();
    const std::string what = conflict.stream ? conflict.stream->describe() + " stands at version" : "its head stands at position";
    throw LogFailed(
        fmt::format("another writer appended to the log: {} {}, not {}; stop the other node", what, conflict.actual, conflict.expected));
  }
  durable_ = appended->position;
}

Sequencer::FailedIn Sequencer::failed_in() const {
  const std::lock_guard lock(mutex_);
  return failed_in_;
}

void Sequencer::fail(const std::exception& error) {
  const std::string why = error.what();
  std::vector<Batch> waiting;
  {
    const std::lock_guard lock(mutex_);
    if (failure_.empty()) {
      failure_ = why;
      if (dynamic_cast<const LogFailed*>(&error) != nullptr) failed_in_ = FailedIn::log;
      if (dynamic_cast<const VaultError*>(&error) != nullptr) failed_in_ = FailedIn::vault;
    }
    waiting.swap(queue_);
    queued_ = 0;
  }
  submitted_.notify_all();
  room_.notify_all();
  written_.notify_all();
  for (const Batch& batch : waiting) answer_failed(*batch, why);
}

}  // namespace muniment
