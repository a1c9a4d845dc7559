// A stream of commands, answered one by one, in order, as they become durable.
//
// At most `places_max` of them are under way: whoever feeds it stops reading then, so that memory does not grow with the stream.
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "commands/decider.h"
#include "tools/server/command_room.h"
#include "tools/server/problem.h"
#include "tools/server/token_file.h"
#include "tools/wire/answer_line.h"
#include "tools/wire/command_intake.h"

namespace muniment {

class Node;

// One thread feeds and takes.
class Batch {
 public:
  static constexpr std::size_t places_max = 1024;

  // Append it in the form that the caller takes.
  struct Form {
    std::function<void(std::string& out, const LineAnswer& answer)> answer;
    std::function<void(std::string& out, const BatchStopped& stopped)> stopped;
  };

  // `wake` is called, from any thread, when there may be something to take, and not after the batch is gone.
  Batch(Node& node, std::shared_ptr<const Token> caller, std::shared_ptr<const Origin> origin, std::unique_ptr<CommandIntake> intake,
        Form form, std::function<void()> wake);
  // What is under way stays so, and is answered to nobody.
  ~Batch();
  Batch(const Batch&) = delete;
  Batch& operator=(const Batch&) = delete;

  // Precondition: wants_more().
  void feed(std::string_view bytes);
  enum class End {
    whole,
    cut_off,    // By the other side, or because the node ends.
    timed_out,  // Nothing came for too long.
  };
  // The stream has ended.
  void end(End how);
  bool wants_more() const { return !is_ended_ && !is_held_; }
  // Nothing more is taken in.
  bool has_ended() const { return is_ended_; }
  // Appends the answers whose turn it is, and goes on with what was held back. False: nothing more will come.
  bool take(std::string& out);

 private:
  struct Slot {
    bool is_filled = false;
    LineAnswer answer;
  };
  // Outlives the batch as long as a command of it is under way.
  struct Places {
    std::mutex mutex;
    std::deque<Slot> slots;
    std::uint64_t first = 0;  // Number of slots.front().
    std::function<void()> wake;
    std::shared_ptr<const Token> caller;
    std::shared_ptr<CommandRoom::Share> share;  // Of the node's places.

    void fill(std::uint64_t place, std::variant<Answer, JsonError> outcome);
  };

  void pump();
  // Takes nothing more, and says why at the end.
  void stop(const Problem& why);
  std::optional<Problem> why_stop();
  void begin(TakenCommand taken);
  void submit();

  Node& node_;
  std::shared_ptr<const Token> caller_;
  std::shared_ptr<const Origin> origin_;
  std::shared_ptr<Places> places_;
  std::unique_ptr<CommandIntake> intake_;
  Form form_;
  std::uint64_t next_place_ = 0;  // One beyond the last that was given to a command.
  std::uint64_t taken_ = 0;       // Places that were taken out again.
  std::vector<Slot> begun_;       // Places and submissions of a pump, handed over together.
  std::vector<Submission> submissions_;
  std::optional<BatchStopped> stopped_;  // To be told yet.
  bool is_ended_ = false;
  bool is_held_ = false;  // Commands are pending for which there is no place.
};

}  // namespace muniment
