// A stream of commands, one line each, answered line by line, in order, as they become durable.
//
// At most `places_max` lines are under way: whoever feeds it stops reading then, so that memory does not grow with the stream.
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "commands/decider.h"
#include "tools/server/token_file.h"
#include "tools/wire/answer_line.h"
#include "tools/wire/command_reader.h"

namespace muniment {

class Node;

// One thread feeds and takes.
class Batch {
 public:
  static constexpr std::size_t places_max = 1024;

  // `wake` is called, from any thread, when there may be something to take, and not after the batch is gone.
  Batch(Node& node, std::shared_ptr<const Token> caller, std::function<void()> wake);
  // What is under way stays so, and is answered to nobody.
  ~Batch();
  Batch(const Batch&) = delete;
  Batch& operator=(const Batch&) = delete;

  // Precondition: wants_more().
  void feed(std::string_view bytes);
  // The stream has ended. A last line without its end counts if that was in order, and not if the stream was cut off.
  void end(bool is_in_order);
  bool wants_more() const { return !is_ended_ && !is_held_; }
  // Nothing more is taken in.
  bool has_ended() const { return is_ended_; }
  // Appends the lines whose turn it is, and goes on with what was held back. False: nothing more will come.
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

    void fill(std::uint64_t place, std::variant<Answer, JsonError> outcome);
  };

  void pump();
  void end_early();
  bool is_over_quota();
  bool has_place();
  // False: the node has no room now, or the caller no allowance.
  bool begin_line(std::string_view line, bool is_too_long, std::vector<Submission>& submissions);

  Node& node_;
  std::shared_ptr<const Token> caller_;
  std::string actor_;
  std::shared_ptr<Places> places_;
  CommandReader reader_;
  std::string pending_;  // From the first byte that is not worked on.
  std::uint64_t line_ = 0;
  bool is_skipping_ = false;  // The rest of a line that was too long.
  bool is_ended_ = false;
  bool is_held_ = false;  // Lines are pending for which there is no place.
};

}  // namespace muniment
