#include "tools/server/time_stamper.h"

#include <fmt/format.h>

#include "tools/server/https_get.h"

namespace muniment {

TimeStamper::TimeStamper(ProvenLog& log, const Notary& notary, TimeAuthority trusted, Ask ask, Notice notice, Pace pace,
                         std::function<Timestamp()> clock)
    : log_(log),
      notary_(notary),
      trusted_(std::move(trusted)),
      ask_(std::move(ask)),
      notice_(std::move(notice)),
      pace_(pace),
      clock_(std::move(clock)) {
  know_newest();
  thread_ = std::thread([this] { run(); });
}

void TimeStamper::know_newest() {
  Position size = 0;
  std::string token;
  log_.read_time_stamps(0, [&](Position stamped, std::string_view kept) {
    size = stamped;
    token = kept;
    return true;
  });
  const auto note = log_.checkpoint_at_most(size);
  const auto checkpoint = note ? notary_.keys().open(*note) : std::unexpected(NoteError::malformed);
  if (!checkpoint || checkpoint->size != size) return;
  const auto stamp = verify_time_stamp(token, checkpoint->text(), trusted_);
  if (!stamp) return;
  position_ = size;
  stamped_at_ = stamp->seconds;
}

TimeStamper::~TimeStamper() { stop(); }

void TimeStamper::stop() {
  {
    const std::lock_guard lock(mutex_);
    is_stopping_ = true;
  }
  stopped_.notify_one();
  if (thread_.joinable()) thread_.join();
}

void TimeStamper::run() {
  std::unique_lock lock(mutex_);
  do {
    lock.unlock();
    stamp_if_due();
    lock.lock();
  } while (!stopped_.wait_for(lock, pace_.look, [&] { return is_stopping_; }));
}

void TimeStamper::stamp_if_due() {
  constexpr std::int64_t ns_in_second = 1'000'000'000;
  const bool has_grown = notary_.newest()->checkpoint.size > position_;
  if (!has_grown || clock_().ns / ns_in_second - stamped_at_ < pace_.every.count()) return;
  std::expected<void, std::string> stamped;
  try {
    stamped = stamp();
  } catch (const std::exception& error) {
    stamped = std::unexpected(error.what());
  }
  is_failing_ = !stamped;
  const std::string state = stamped ? "stamps the log's checkpoints" : fmt::format("gives no time stamp: {}", stamped.error());
  if (state == told_) return;
  told_ = state;
  notice_("the time authority " + state);
}

std::expected<void, std::string> TimeStamper::stamp() {
  const Checkpoint checkpoint = notary_.newest()->checkpoint;
  const std::string text = checkpoint.text();
  const std::string query = time_stamp_query(text);
  const auto reply = ask_(query);
  if (!reply) return std::unexpected(reply.error());
  const auto token = token_in_reply(*reply, query, trusted_);
  if (!token) return std::unexpected(token.error());
  const auto stamp = verify_time_stamp(*token, text, trusted_);  // As whoever reads it later does.
  if (!stamp) return std::unexpected(stamp.error());
  log_.keep_time_stamp(checkpoint.size, *token);
  stamped_at_ = stamp->seconds;
  position_ = checkpoint.size;
  return {};
}

std::expected<std::string, std::string> ask_time_authority(const std::string& url, const std::string& query,
                                                           const std::atomic<bool>* is_stopping) {
  constexpr unsigned status_ok = 200;
  constexpr std::size_t reply_bytes_max = std::size_t{64} << 10;
  auto answer = https_exchange({.url = url,
                                .bytes_max = reply_bytes_max,
                                .is_stopping = is_stopping,
                                .content_type = "application/timestamp-query",
                                .is_signed_by_itself = true},
                               &query);
  if (!answer) return std::unexpected(answer.error());
  if (answer->status != status_ok) return std::unexpected(fmt::format("the answer has status {}", answer->status));
  return std::move(answer->body);
}

}  // namespace muniment
