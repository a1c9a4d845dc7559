// The answers to submitted lines, written as JSON lines in the order of the lines, however they come in.
//
// The reader of the lines reserves a place a line and fills it at once or lets the sequencer fill it; a thread of its own writes whatever
// is complete from the front. A bounded number of places, so that memory does not grow with the input.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <mutex>
#include <ostream>
#include <string>
#include <thread>
#include <variant>

#include "tools/wire/answer_line.h"

namespace muniment {

// How many lines ended how.
struct Tally {
  std::uint64_t accepted = 0;
  std::uint64_t unchanged = 0;
  std::uint64_t denied = 0;   // Refused, for want of authority.
  std::uint64_t refused = 0;  // For another reason.
  std::uint64_t malformed = 0;
  std::uint64_t failed = 0;
  std::string failure = {};     // The first one.
  std::uint64_t unread = 0;     // What they rest on cannot be read; nothing was recorded.
  std::string damage = {};      // The first one.
  std::string unanswered = {};  // Numbers of lines that got no answer from a node.
};

class Answers {
 public:
  static constexpr std::size_t places_max = 8192;

  Answers(std::ostream& out, bool is_dry_run);
  // What is not filled yet is never written. Whoever may still fill must have ended.
  ~Answers();
  Answers(const Answers&) = delete;
  Answers& operator=(const Answers&) = delete;

  using Place = std::uint64_t;
  // Waits while all places are taken.
  Place reserve(std::uint64_t line, std::string command_id);
  // From any thread, once a place.
  void fill(Place place, std::variant<Answer, JsonError> outcome);
  // Nobody reads the answers any more: nothing further should be submitted.
  bool is_broken() const { return is_broken_; }
  // Waits until everything that was reserved is written. Throws CliError if the output could not be.
  Tally finish();

 private:
  struct Slot {
    bool is_filled = false;
    LineAnswer answer;
  };

  void end(bool is_abandoned);
  void write_all();
  void count(const LineAnswer& answer);

  std::ostream& out_;
  const bool is_dry_run_;
  std::atomic<bool> is_broken_ = false;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Slot> slots_;
  Place first_ = 0;            // Of slots_.front().
  bool is_ending_ = false;     // Nothing more will be reserved.
  bool is_abandoned_ = false;  // Nor filled.
  Tally tally_;
  std::thread writer_;
};

}  // namespace muniment
