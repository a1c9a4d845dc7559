#include "tools/client/event_stream.h"

#include <stdexcept>
#include <utility>

namespace muniment {
namespace {

constexpr std::size_t event_bytes_max = std::size_t{16} << 20;

}  // namespace

bool EventStreamReader::feed(std::string_view bytes, const std::function<bool(const StreamedEvent&)>& on_event) {
  pending_ += bytes;
  std::size_t at = 0;
  bool goes_on = true;
  while (goes_on) {
    const std::size_t end = pending_.find('\n', at);
    if (end == std::string::npos) break;
    std::string_view line = std::string_view{pending_}.substr(at, end - at);
    if (line.ends_with('\r')) line.remove_suffix(1);
    at = end + 1;
    if (!line.empty()) {
      take_line(line);
      continue;
    }
    seen_ = event_.id;
    if (std::exchange(has_data_, false)) goes_on = on_event(event_);
    event_.type.clear();
    event_.data.clear();
  }
  pending_.erase(0, at);
  if (pending_.size() + event_.data.size() > event_bytes_max) throw std::runtime_error("the node sends an event without an end");
  return goes_on;
}

void EventStreamReader::take_line(std::string_view line) {
  const std::size_t colon = line.find(':');
  const std::string_view name = line.substr(0, colon);
  std::string_view value = colon == std::string_view::npos ? std::string_view{} : line.substr(colon + 1);
  if (value.starts_with(' ')) value.remove_prefix(1);
  if (name == "id") event_.id = value;
  if (name == "event") event_.type = value;
  if (name != "data") return;
  if (has_data_) event_.data += '\n';
  event_.data += value;
  has_data_ = true;
}

}  // namespace muniment
