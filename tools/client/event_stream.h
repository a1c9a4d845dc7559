// Server-Sent Events out of the bytes of a stream, however they are cut. The HTML standard, "Server-sent events". Pure.
#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace muniment {

struct StreamedEvent {
  std::string id;  // The last one that was said.
  std::string type;
  std::string data;
};

class EventStreamReader {
 public:
  // Calls `on_event` for each that is whole with these bytes; false from it ends the reading. Throws std::runtime_error for an event beyond
  // 16 MiB.
  bool feed(std::string_view bytes, const std::function<bool(const StreamedEvent&)>& on_event);
  // The last id that was said, of a block without data too: the standard's "last event ID". Empty: none was.
  const std::string& seen() const { return seen_; }

 private:
  void take_line(std::string_view line);

  std::string pending_;
  StreamedEvent event_;
  std::string seen_;  // Of the last block that is whole.
  bool has_data_ = false;
};

}  // namespace muniment
