// Has a time authority stamp the newest checkpoint (RFC 3161): daily while the log grows. The log does not wait for it.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <expected>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>

#include "events/proof/time_stamp.h"
#include "tools/store/notary.h"

namespace muniment {

class TimeStamper {
 public:
  // Sends a query, and gives what came back; the error says why nothing did. May wait for ten seconds.
  using Ask = std::function<std::expected<std::string, std::string>(const std::string& query)>;
  // Told in a sentence when the authority stops or begins to answer with what can be kept.
  using Notice = std::function<void(std::string_view)>;

  struct Pace {
    std::chrono::seconds every = std::chrono::days{1};
    std::chrono::milliseconds look = std::chrono::minutes{10};  // So often it is looked whether it is time, and an authority asked again.
  };

  // Borrows the log and the notary. The stamps that the log keeps say when the next one is due.
  TimeStamper(ProvenLog& log, const Notary& notary, TimeAuthority trusted, Ask ask, Notice notice, Pace pace,
              std::function<Timestamp()> clock);
  ~TimeStamper();  // Asks nobody any more.
  TimeStamper(const TimeStamper&) = delete;
  TimeStamper& operator=(const TimeStamper&) = delete;

  // Ends the thread. Idempotent.
  void stop();

  // The last position that a stamped checkpoint covers, and when it was stamped, in seconds since 1970; 0: none. Any thread.
  Position position() const { return position_; }
  std::int64_t stamped_at() const { return stamped_at_; }
  // Whether the last attempt failed. Any thread.
  bool is_failing() const { return is_failing_; }

 private:
  void know_newest();
  void run();
  void stamp_if_due();
  std::expected<void, std::string> stamp();

  ProvenLog& log_;
  const Notary& notary_;
  const TimeAuthority trusted_;
  const Ask ask_;
  const Notice notice_;
  const Pace pace_;
  const std::function<Timestamp()> clock_;
  std::atomic<Position> position_ = 0;
  std::atomic<std::int64_t> stamped_at_ = 0;
  std::atomic<bool> is_failing_ = false;
  std::string told_;
  std::mutex mutex_;
  std::condition_variable stopped_;
  bool is_stopping_ = false;
  std::thread thread_;  // Last: it uses the members above.
};

// Over HTTPS or plain HTTP: the answer is signed by itself, and refused where it is not.
// `is_stopping`, where it is one, ends it when it is set.
std::expected<std::string, std::string> ask_time_authority(const std::string& url, const std::string& query,
                                                           const std::atomic<bool>* is_stopping = nullptr);

}  // namespace muniment
