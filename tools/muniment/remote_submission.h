// Lines to a node as one batch, and their answers as they come: sent again, under the same command ids, when the connection is cut, which
// is harmless. Memory is bounded: what is sent and not answered is kept, up to a number of lines, and no more is read until answers come.
//
// One thread adds lines, a thread of its own talks with the node and writes the answers.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <ostream>
#include <string>
#include <thread>

#include "tools/muniment/answers.h"
#include "tools/muniment/remote_node.h"

namespace muniment {

class RemoteSubmission final : public HttpFeed {
 public:
  static constexpr std::size_t lines_max = 8192;
  static constexpr std::size_t bytes_max = std::size_t{8} << 20;

  // `tell_wait` is called, on the thread that talks, with why it waits before it tries again.
  RemoteSubmission(const ServerFlags& flags, std::ostream& out, std::function<void(std::string_view why)> tell_wait);
  ~RemoteSubmission() override;

  // `answer`, where it is not empty, is the line's answer already, and goes out when its turn comes. Waits while too much is under way.
  // False: no more can be submitted; finish() says why.
  bool add(std::uint64_t number, std::string text, std::string answer = {});
  // Waits until everything is answered, or cannot be. `unanswered` of the tally names the lines that were not.
  Tally finish();
  // Why not everything was; empty: it was.
  const std::optional<CliError>& failure() const { return failure_; }

 private:
  struct Line {
    std::uint64_t number;
    std::string text;
    std::string answer;  // Given here and not by the node.
  };

  Next next(std::string& out) override;
  bool expects_answer() const override;
  void talk();
  // Whether there are lines to send; waits for them. False: there will be none.
  bool wait_for_lines();
  // One batch. Why not everything was answered; nothing: it was. Throws CliError for what no other try would mend.
  std::optional<CliError> send_batch();
  void take_answers(std::string_view bytes);
  void take_answer(std::string_view line);
  void write(std::string_view answer);
  void write_ready();
  void count(std::string_view answer);
  std::string unanswered();

  RemoteNode node_;
  std::ostream& out_;
  const std::function<void(std::string_view)> tell_wait_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Line> lines_;  // Not answered, in order.
  std::size_t bytes_ = 0;   // Of their texts.
  std::size_t sent_ = 0;    // Of them, in the batch under way.
  std::uint64_t answered_ = 0;
  bool is_ended_ = false;  // No more will be added.
  bool is_over_ = false;   // Nothing more is sent.
  std::string pending_;    // Of an answer's line.
  std::string text_;
  std::string stopped_;  // Why the node ended the batch before its end; empty: it did not say.
  Tally tally_;
  std::optional<CliError> failure_;
  std::thread talker_;
};

}  // namespace muniment
