// Commands as lines of JSON.
#pragma once

#include "tools/wire/command_intake.h"
#include "tools/wire/command_reader.h"

namespace muniment {

// Empty lines are skipped and counted. A last line without its end counts if the stream ended in order, and not if it was cut off.
class CommandLines final : public CommandIntake {
 public:
  // `sender`: of all of them, Principal::text().
  explicit CommandLines(std::string sender) : sender_(std::move(sender)) {}

  void feed(std::string_view bytes) override;
  void end(bool is_in_order) override;
  bool has_next() override;
  TakenCommand next() override;

 private:
  // The line at at_: its end, or where it goes beyond what a line may have.
  std::size_t end_of_line() const { return pending_.find('\n', at_); }

  const std::string sender_;
  CommandReader reader_;
  std::string pending_;
  std::size_t at_ = 0;  // From the first byte that is not worked on.
  std::uint64_t line_ = 0;
  bool is_skipping_ = false;  // The rest of a line that was too long.
};

}  // namespace muniment
