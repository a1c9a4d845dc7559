#include "tools/server/syslog.h"

#include <unistd.h>

#include <array>

namespace muniment {
namespace {

constexpr std::size_t messages_max = 100;       // At once.
constexpr std::chrono::seconds recent_for{10};  // A server that closes takes no longer to work off what it has read.
constexpr std::size_t recent_bytes = std::size_t{16} << 20;
constexpr unsigned again_max = 5;  // Of the same: a receiver that closes behind each message would get one for ever.

std::string host_name() {
  std::array<char, 256> name{};
  return ::gethostname(name.data(), name.size() - 1) == 0 ? name.data() : "";
}

}  // namespace

Syslog::Syslog(const SyslogSettings& settings, const std::string& origin, const std::atomic<bool>& is_stopping)
    : writer_(origin, host_name()),
      stream_({.host = settings.host, .port = settings.port, .ca = settings.ca, .certificate = settings.certificate, .key = settings.key},
              is_stopping),
      recent_(recent_for, recent_bytes) {}

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
  }
  if (const auto sent = stream_.send(bytes); !sent) return {Result::unreachable, sent.error()};
  recent_.add(events.front().getPosition(), bytes.size(), RecentSends::Clock::now());
  return {};
}

Carrier::Resumption Syslog::resume_after(Position taken) {
  if (stream_.is_open_still()) {
    recent_.forget_old(RecentSends::Clock::now());
    return {taken};
  }
  const Position sure = sure_of(taken);
  recent_.clear();
  if (sure == taken) return {taken};
  again_ = sure == resumed_ ? again_ + 1 : 1;
  resumed_ = sure;
  if (again_ <= again_max) return {sure};
  return {.after = taken, .unsure_from = sure + 1};
}

Position Syslog::sure_of(Position taken) const { return recent_.first() ? *recent_.first() - 1 : taken; }

}  // namespace muniment
