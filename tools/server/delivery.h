// Has a carrier take every event to a receiver, in the order of positions and at least once: what was delivered before a crash may come
// again, and nothing is passed over but an event that the receiver refuses when it comes alone, which is on the list of dead letters then
// and can be sent again, and what a carrier gives up to send again (carrier.h), of which a notice tells the positions. A receiver that
// cannot be reached is waited for, however long.
//
// What was tried together is tried again together, and nothing more with it, until the receiver has it or refuses it; what it refuses
// together comes in halves.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>
#include <thread>

#include "tools/server/carrier.h"
#include "tools/server/dead_letters.h"
#include "tools/server/delivery_state.h"

namespace muniment {

// How long to wait before another try, and how often something that is refused is tried.
struct DeliveryPace {
  std::chrono::milliseconds first{1000};  // Then twice as long each time, ...
  std::chrono::milliseconds most{300'000};
  unsigned refusals_max = 5;
  std::chrono::milliseconds cursor_every{1000};  // So often the cursor is written while events go.
  std::chrono::milliseconds look_every{200};     // How long a stop may go unnoticed.
};

struct DeliveryOptions {
  std::string name;              // In metrics and notices.
  std::filesystem::path folder;  // Of its cursor and dead letters.
  bool is_from_start = false;    // Where it has no cursor yet: from the log's first event, and not from what comes next.
  DeliveryPace pace = {};
};

class Delivery {
 public:
  // Told in a sentence when the receiver stops or begins to take events, when it has refused one, and what it may have lost.
  using Notice = std::function<void(std::string_view)>;

  // Borrows the log and the generations. Throws what DeliveryState does.
  Delivery(const EventLog& log, const Generations& generations, std::unique_ptr<Carrier> carrier, DeliveryOptions options, Notice notice);
  ~Delivery();  // stop()
  Delivery(const Delivery&) = delete;
  Delivery& operator=(const Delivery&) = delete;

  // Any thread.
  const std::string& name() const { return options_.name; }
  Position position() const { return position_; }  // Up to it all is delivered, or a dead letter.
  std::uint64_t failures() const { return failures_; }
  std::uint64_t dead_letters() const { return dead_letters_; }
  // From a failure to the next event that is taken.
  bool is_failing() const { return is_failing_; }

  // Nothing new is tried. Any thread.
  void begin_stop() { thread_.request_stop(); }
  // Ends the thread and writes the cursor. Idempotent.
  void stop();

 private:
  using Clock = std::chrono::steady_clock;
  enum class End { delivered, buried, refused_together, failed };

  void run(const std::stop_token& stop);
  void resume();
  void deliver_next(const std::stop_token& stop);
  void go_to(Position position);
  // Has them carried once. Rests after a failure.
  End attempt(std::span<const schema::Event::Reader> events, const std::stop_token& stop);
  void bury(schema::Event::Reader event, const std::string& why);
  // Dead letters, where somebody has asked for it.
  void send_again(const std::stop_token& stop);
  void keep_cursor();
  // Longer after each failure in a row, buried events among them: who refuses everything shall not bury much of it.
  void rest(const std::stop_token& stop, std::chrono::milliseconds least);

  const EventLog& log_;
  const Generations& generations_;
  const std::unique_ptr<Carrier> carrier_;
  const DeliveryOptions options_;
  const Notice notice_;
  DeliveryState state_;
  DeadLetters letters_;
  std::size_t at_once_;   // Fewer than the carrier takes, after a refusal.
  Position in_hand_ = 0;  // The last position of what was tried and is to be tried again; 0: nothing is.
  std::atomic<Position> position_ = 0;
  std::atomic<std::uint64_t> failures_ = 0;
  std::atomic<std::uint64_t> dead_letters_ = 0;
  std::atomic<bool> is_failing_ = false;
  Position kept_ = 0;  // By the cursor's file.
  Clock::time_point kept_at_{};
  unsigned in_a_row_ = 0;  // Failures.
  unsigned refusals_ = 0;  // Of the same event.
  std::jthread thread_;
};

}  // namespace muniment
