#include "tools/muniment/remote_submission.h"

#include <fmt/format.h>

#include "events/json/text_member.h"

namespace muniment {
namespace {

constexpr std::size_t piece_bytes = std::size_t{64} << 10;
constexpr unsigned retries_max = 6;
constexpr std::chrono::seconds pause_told{1};  // A shorter one nobody notices.
constexpr std::string_view line_member = "{\"line\":";

// The answer with the number that the line has in the input.
void renumber(std::string& out, std::string_view answer, std::uint64_t number) {
  if (!answer.starts_with(line_member)) throw AnswerUnreadable("what answers is no node, or one that this program does not know");
  const std::size_t end = answer.find_first_not_of("0123456789", line_member.size());
  out = line_member;
  out += std::to_string(number);
  out += answer.substr(std::min(end, answer.size()));
  out += '\n';
}

}  // namespace

RemoteSubmission::RemoteSubmission(const ServerFlags& flags, std::ostream& out, std::function<void(std::string_view why)> tell_wait)
    : node_(flags), out_(out), tell_wait_(std::move(tell_wait)), talker_([this] { talk(); }) {}

RemoteSubmission::~RemoteSubmission() {
  {
    const std::lock_guard lock(mutex_);
    is_ended_ = true;
    is_over_ = true;
  }
  changed_.notify_all();
  node_.client().wake();
  if (talker_.joinable()) talker_.join();
}

bool RemoteSubmission::add(std::uint64_t number, std::string text, std::string answer) {
  {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return is_over_ || (lines_.size() < lines_max && bytes_ < bytes_max); });
    if (is_over_) return false;
    bytes_ += text.size();
    lines_.push_back({number, std::move(text), std::move(answer)});
  }
  changed_.notify_all();
  node_.client().wake();
  return true;
}

Tally RemoteSubmission::finish() {
  {
    const std::lock_guard lock(mutex_);
    is_ended_ = true;
  }
  changed_.notify_all();
  node_.client().wake();
  talker_.join();
  tally_.unanswered = unanswered();
  return tally_;
}

HttpFeed::Next RemoteSubmission::next(std::string& out) {
  {
    const std::lock_guard lock(mutex_);
    while (sent_ < lines_.size() && out.size() < piece_bytes) {
      const Line& line = lines_[sent_++];
      if (line.answer.empty()) out += line.text + '\n';
    }
    if (!out.empty()) return Next::bytes;
    if (is_over_ || (is_ended_ && sent_ == lines_.size())) return Next::end;
  }
  write_ready();
  return Next::wait;
}

bool RemoteSubmission::expects_answer() const {
  const std::lock_guard lock(mutex_);
  return sent_ > 0 || is_ended_;
}

bool RemoteSubmission::wait_for_lines() {
  std::unique_lock lock(mutex_);
  while (true) {
    changed_.wait(lock, [this] { return is_over_ || is_ended_ || !lines_.empty(); });
    lock.unlock();
    write_ready();
    lock.lock();
    if (!is_over_ && !lines_.empty()) return true;
    if (is_over_ || is_ended_) return false;
  }
}

void RemoteSubmission::talk() {
  try {
    unsigned retries = 0;
    while (wait_for_lines()) {
      const std::uint64_t before = answered_;
      const std::optional<CliError> failure = send_batch();
      if (answered_ > before) retries = 0;
      if (!failure) continue;
      if (retries >= retries_max) throw *failure;
      const auto pause = pause_before(retries++, failure->retry_after);
      if (pause >= pause_told) tell_wait_(failure->what());
      std::this_thread::sleep_for(pause);
    }
  } catch (const CliError& error) {
    failure_ = error;
  } catch (const std::exception& error) {
    failure_ = CliError(ExitCode::failure, error.what());
  }
  {
    const std::lock_guard lock(mutex_);
    is_over_ = true;
  }
  changed_.notify_all();
}

std::optional<CliError> RemoteSubmission::send_batch() {
  {
    const std::lock_guard lock(mutex_);
    sent_ = 0;
  }
  pending_.clear();
  CliError failure(ExitCode::unavailable, "the node ended the batch");
  stopped_.clear();
  try {
    const auto take = [this](std::string_view bytes) {
      take_answers(bytes);
      return true;
    };
    const HttpAnswer answer = node_.client().exchange("/v1/commands", {{"Content-Type", "application/x-ndjson"}}, *this, take);
    if (answer.status != 200) {
      failure = error_of(answer);
      if (!is_worth_another_try(failure)) throw failure;
    } else if (stopped_ == "quota_exceeded" || stopped_ == "token_invalid") {
      throw CliError(ExitCode::unavailable, "the node ended the batch: " + stopped_);
    } else if (!stopped_.empty()) {
      failure = CliError(ExitCode::unavailable, "the node ended the batch: " + stopped_);
    }
  } catch (const ConnectionLost& lost) {
    if (!lost.was_connected) throw CliError(ExitCode::unavailable, lost.what());
    failure = CliError(ExitCode::unavailable, lost.what());
  } catch (const CertificateRefused& refused) {
    throw CliError(ExitCode::unavailable, refused.what());
  }
  write_ready();
  const std::lock_guard lock(mutex_);
  return lines_.empty() ? std::nullopt : std::optional{std::move(failure)};
}

void RemoteSubmission::take_answers(std::string_view bytes) {
  pending_ += bytes;
  std::size_t at = 0;
  for (std::size_t end = pending_.find('\n'); end != std::string::npos; end = pending_.find('\n', at)) {
    take_answer(std::string_view{pending_}.substr(at, end - at));
    at = end + 1;
  }
  pending_.erase(0, at);
  out_.flush();
  require_written(out_);
  changed_.notify_all();
}

void RemoteSubmission::take_answer(std::string_view answer) {
  if (text_member(answer, "status") == "stopped") {
    stopped_ = text_member(answer, "problem").value_or("it does not say why");
    return;
  }
  write_ready();
  Line line;
  {
    const std::lock_guard lock(mutex_);
    if (sent_ == 0) throw AnswerUnreadable("the node answers what was not asked");
    line = std::move(lines_.front());
    lines_.pop_front();
    bytes_ -= line.text.size();
    --sent_;
  }
  renumber(text_, answer, line.number);
  write(text_);
  write_ready();
}

void RemoteSubmission::write(std::string_view answer) {
  out_ << answer;
  count(answer);
  ++answered_;
}

// What was answered here and stands in front.
void RemoteSubmission::write_ready() {
  while (true) {
    Line line;
    {
      const std::lock_guard lock(mutex_);
      if (lines_.empty() || lines_.front().answer.empty()) return;
      line = std::move(lines_.front());
      lines_.pop_front();
      bytes_ -= line.text.size();
      if (sent_ > 0) --sent_;
    }
    write(line.answer);
    changed_.notify_all();
  }
}

void RemoteSubmission::count(std::string_view answer) {
  const std::string status = text_member(answer, "status").value_or("");
  if (status == "accepted") {
    ++tally_.accepted;
  } else if (status == "unchanged") {
    ++tally_.unchanged;
  } else if (status == "malformed") {
    ++tally_.malformed;
  } else if (status == "refused") {
    const auto refusal = refusal_named(text_member(answer, "refusal").value_or(""));
    ++(refusal && is_denial(*refusal) ? tally_.denied : tally_.refused);
  } else if (text_member(answer, "problem") == unread_problem) {
    ++tally_.unread;
    if (tally_.damage.empty()) tally_.damage = "log_unreadable: what the node's log has of it cannot be read";
  } else {
    ++tally_.failed;
    if (tally_.failure.empty()) tally_.failure = "the node could not record it";
  }
}

// As `3, 5 to 17`.
std::string RemoteSubmission::unanswered() {
  constexpr std::size_t ranges_max = 10;
  std::string out;
  std::size_t ranges = 0;
  for (std::size_t i = 0; i < lines_.size();) {
    std::size_t end = i + 1;
    while (end < lines_.size() && lines_[end].number == lines_[end - 1].number + 1) ++end;
    if (!out.empty()) out += ", ";
    if (++ranges > ranges_max) return out + "...";
    out += std::to_string(lines_[i].number);
    if (end > i + 1) out += " to " + std::to_string(lines_[end - 1].number);
    i = end;
  }
  return out;
}

}  // namespace muniment
