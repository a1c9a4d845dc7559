// What the node does about access reviews by itself: says that one is due to be reminded of and that one is late, each once, and seals the
// report of each that was closed. Looks every second; what a stop cuts off, the next start finds again.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <thread>

#include "commands/sequencer.h"
#include "projections/reviews.h"

namespace muniment {

class ReviewDesk {
 public:
  // Hands in what the node says. False: it cannot be taken now.
  using Submit = std::function<bool(Submission)>;
  using Clock = std::function<Timestamp()>;

  // Borrows the log and the views.
  ReviewDesk(const EventLog& log, const Views& views, Clock clock, Submit submit, std::chrono::milliseconds look_every);
  ~ReviewDesk() = default;  // Ends the thread.
  ReviewDesk(const ReviewDesk&) = delete;
  ReviewDesk& operator=(const ReviewDesk&) = delete;

 private:
  // One that something is to be said of yet. It is looked at again once it has changed, or its time has come.
  struct Pending {
    Version version = 0;
    Timestamp wake_at = {};
  };

  void run(const std::stop_token& stop);
  void look();
  void find_new(Position last);
  // Whether nothing more is to be said of it.
  bool attend(const std::string& review, Pending& pending);
  void seal(const std::string& review, const ReviewRow& closed);
  // When it is to be looked at next.
  Timestamp remind(const ReviewRow& review, Timestamp now);

  const EventLog& log_;
  const Trail trail_;
  const Roster roster_;
  const Access access_;
  const Reviews reviews_;
  const Clock clock_;
  const Submit submit_;
  const std::chrono::milliseconds look_every_;
  Position seen_ = 0;  // Openings up to there are known.
  std::map<std::string, Pending> pending_;
  std::mutex mutex_;
  std::condition_variable_any wakes_;
  std::jthread thread_;  // Last: it uses the members above.
};

}  // namespace muniment
