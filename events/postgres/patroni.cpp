#include "events/postgres/patroni.h"

#include <fmt/format.h>
#include <netdb.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace muniment {
namespace {

using PatroniClock = std::chrono::steady_clock;

// A status line is shorter.
constexpr std::size_t status_line_max = 256;

enum class Reply : std::uint8_t { pending, yes, no };

// One request of one address.
class Inquiry {
 public:
  Inquiry(std::size_t host, const addrinfo& address, std::string request)
      : host_(host),
        socket_(::socket(address.ai_family, address.ai_socktype | SOCK_NONBLOCK | SOCK_CLOEXEC, address.ai_protocol)),
        request_(std::move(request)) {
    if (socket_ < 0 || (::connect(socket_, address.ai_addr, address.ai_addrlen) != 0 && errno != EINPROGRESS)) reply_ = Reply::no;
  }
  Inquiry(Inquiry&& other) noexcept
      : host_(other.host_),
        socket_(std::exchange(other.socket_, -1)),
        request_(std::move(other.request_)),
        answer_(std::move(other.answer_)),
        reply_(other.reply_) {}
  Inquiry& operator=(Inquiry&&) = delete;
  ~Inquiry() {
    if (socket_ >= 0) ::close(socket_);
  }

  std::size_t host() const { return host_; }
  Reply reply() const { return reply_; }
  // Of one that has replied nothing is waited for.
  pollfd waits_for() const {
    return {.fd = reply_ == Reply::pending ? socket_ : -1, .events = static_cast<short>(request_.empty() ? POLLIN : POLLOUT), .revents = 0};
  }
  void go_on() {
    if (request_.empty()) return read();
    const ssize_t sent = ::send(socket_, request_.data(), request_.size(), MSG_NOSIGNAL);
    if (sent < 0 && errno != EAGAIN && errno != EINTR) reply_ = Reply::no;
    if (sent > 0) request_.erase(0, static_cast<std::size_t>(sent));
  }

 private:
  void read() {
    std::array<char, status_line_max> bytes{};
    const ssize_t got = ::recv(socket_, bytes.data(), bytes.size(), 0);
    if (got < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (got > 0) answer_.append(bytes.data(), static_cast<std::size_t>(got));
    const bool is_line = answer_.find('\n') != std::string::npos;
    if (got > 0 && !is_line && answer_.size() < status_line_max) return;
    reply_ = is_line && says_yes() ? Reply::yes : Reply::no;
  }
  // HTTP/1.x 200, and a reason or none.
  bool says_yes() const {
    constexpr std::string_view protocol = "HTTP/1.";
    constexpr std::string_view yes = " 200";
    constexpr std::size_t end = protocol.size() + 1 + yes.size();
    const std::string_view line = answer_;
    return line.size() > end && line.starts_with(protocol) && line.substr(protocol.size() + 1).starts_with(yes) &&
           std::string_view(" \r\n").contains(line[end]);
  }

  std::size_t host_;
  int socket_;
  std::string request_;  // What of it has not gone yet.
  std::string answer_;
  Reply reply_ = Reply::pending;
};

void ask_each_address(std::size_t number, const PostgresHost& host, std::string_view path, std::vector<Inquiry>& out) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_NUMERICSERV;
  addrinfo* found = nullptr;
  if (::getaddrinfo(host.name.c_str(), host.port.c_str(), &hints, &found) != 0) return;
  const std::unique_ptr<addrinfo, void (*)(addrinfo*)> all(found, ::freeaddrinfo);
  const std::string request = fmt::format("GET {} HTTP/1.0\r\nHost: {}:{}\r\n\r\n", path, host.name, host.port);
  for (const addrinfo* one = all.get(); one != nullptr; one = one->ai_next) out.emplace_back(number, *one, request);
}

}  // namespace

std::optional<std::size_t> first_to_say_yes(std::span<const PostgresHost> patroni, std::string_view path,
                                            std::chrono::milliseconds deadline) {
  const PatroniClock::time_point until = PatroniClock::now() + deadline;
  std::vector<Inquiry> inquiries;
  for (std::size_t i = 0; i < patroni.size(); ++i) ask_each_address(i, patroni[i], path, inquiries);
  while (true) {
    std::vector<pollfd> waiting;
    bool is_pending = false;
    for (const Inquiry& inquiry : inquiries) {
      if (inquiry.reply() == Reply::yes) return inquiry.host();
      is_pending |= inquiry.reply() == Reply::pending;
      waiting.push_back(inquiry.waits_for());
    }
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - PatroniClock::now());
    if (!is_pending || left.count() <= 0) return std::nullopt;
    if (::poll(waiting.data(), waiting.size(), static_cast<int>(left.count())) <= 0) continue;
    for (std::size_t i = 0; i < inquiries.size(); ++i) {
      if (waiting[i].revents != 0) inquiries[i].go_on();
    }
  }
}

}  // namespace muniment
