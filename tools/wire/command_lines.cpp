#include "tools/wire/command_lines.h"

namespace muniment {
namespace {

constexpr std::string_view white_space = " \t\r";

}  // namespace

void CommandLines::feed(std::string_view bytes) {
  pending_.erase(0, std::exchange(at_, 0));
  pending_ += bytes;
}

void CommandLines::end(bool is_in_order) {
  if (is_in_order && !is_skipping_ && at_ < pending_.size() && pending_.back() != '\n') pending_ += '\n';
}

bool CommandLines::has_next() {
  while (at_ < pending_.size()) {
    const std::size_t end = end_of_line();
    const bool has_end = end != std::string::npos;
    if (is_skipping_) {
      at_ = has_end ? end + 1 : pending_.size();
      is_skipping_ = !has_end;
      continue;
    }
    const std::size_t size = (has_end ? end : pending_.size()) - at_;
    if (size > command_line_bytes_max) return true;
    if (!has_end) return false;
    if (std::string_view{pending_}.substr(at_, size).find_first_not_of(white_space) != std::string_view::npos) return true;
    at_ = end + 1;
    ++line_;
  }
  return false;
}

TakenCommand CommandLines::next() {
  const std::size_t end = end_of_line();
  const bool has_end = end != std::string::npos;
  const std::string_view line = std::string_view{pending_}.substr(at_, (has_end ? end : pending_.size()) - at_);
  at_ += line.size() + (has_end ? 1 : 0);
  TakenCommand out{.number = ++line_, .command_id = {}, .command = std::unexpected(JsonError{"", command_too_large()})};
  if (line.size() > command_line_bytes_max) {
    is_skipping_ = !has_end;
    return out;
  }
  out.command = reader_.read(line, out.command_id, {.sender = sender_});
  return out;
}

}  // namespace muniment
