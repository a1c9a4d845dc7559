#include "tools/server/syslog.h"

#include <unistd.h>

#include <array>

namespace muniment {
namespace {

constexpr std::size_t messages_max = 100;       // At once.
constexpr std::chrono::seconds recent_for{10};  // A server that closes takes no longer to work off what it has read.
constexpr std::size_t recent_max = 100;         // Sends.

std::string host_name() {
  std::array<char, 256> name{};
  return ::gethostname(name.data(), name.size() - 1) == 0 ? name.data() : "";
}

}  // namespace

Syslog::Syslog(const SyslogSettings& settings, const std::string& origin, const std::atomic<bool>& is_stopping)
    : writer_(origin, host_name()),
      stream_({.host = settings.host, .port = settings.port, .ca = settings.ca, .certificate = settings.certificate, .key = settings.key},
              is_stopping) {}

std::size_t Syslog::events_max() const { return messages_max; }

Carrier::Outcome Syslog::carry(std::span<const schema::Event::Reader> events) {
  std::string bytes;
  std::string message;
  for (const auto& event : events) {
    message.clear();
    writer_.write(event, message);
    bytes += std::to_string(message.size()) + ' ' + message;
  }
  if (!stream_.is_open()) {
    if (const auto opened = stream_.open(); !opened) return {Result::unreachable, opened.error()};
    for (const Sent& sent : recent_) {
      if (const auto again = stream_.send(sent.bytes); !again) return {Result::unreachable, again.error()};
    }
  }
  if (const auto sent = stream_.send(bytes); !sent) return {Result::unreachable, sent.error()};
  recent_.push_back({Clock::now(), std::move(bytes)});
  forget_old();
  return {};
}

void Syslog::forget_old() {
  while (recent_.size() > recent_max || (!recent_.empty() && recent_.front().at + recent_for < Clock::now())) recent_.pop_front();
}

}  // namespace muniment
