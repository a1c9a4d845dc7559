#include "tools/bench/http_callers.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>
#include <ctime>
#include <stdexcept>

namespace muniment {
namespace {

constexpr std::size_t receive_bytes = std::size_t{64} << 10;
constexpr std::string_view head_end = "\r\n\r\n";

std::string text_of_time(std::int64_t ns) {
  const std::time_t seconds = ns / 1'000'000'000;
  std::tm utc{};
  ::gmtime_r(&seconds, &utc);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z", utc.tm_year + 1900, utc.tm_mon + 1, utc.tm_mday, utc.tm_hour, utc.tm_min,
                     utc.tm_sec, ns / 1'000'000 % 1000);
}

// The answer as far as it has come: whether it is whole. Knows a length and chunks, and nothing else that a node does not send here.
class AnswerScan {
 public:
  bool is_whole(std::string_view answer) {
    if (body_ == 0 && !read_head(answer)) return false;
    if (!is_chunked_) return answer.size() >= body_ + length_;
    while (next_ < answer.size()) {
      const std::size_t line_end = answer.find("\r\n", next_);
      if (line_end == std::string_view::npos) return false;
      std::size_t size = 0;
      std::from_chars(answer.data() + next_, answer.data() + line_end, size, 16);
      const std::size_t end = line_end + 2 + size + 2;
      if (size == 0) return answer.size() >= end;
      if (end > answer.size()) return false;
      next_ = end;
    }
    return false;
  }

 private:
  bool read_head(std::string_view answer) {
    const std::size_t end = answer.find(head_end);
    if (end == std::string_view::npos) return false;
    const std::string_view head = answer.substr(0, end);
    if (!head.starts_with("HTTP/1.1 200")) throw std::runtime_error(std::string{answer});
    body_ = next_ = end + head_end.size();
    is_chunked_ = head.find("chunked") != std::string_view::npos;
    if (const std::size_t at = head.find("Content-Length: "); at != std::string_view::npos)
      std::from_chars(head.data() + at + 16, head.data() + head.size(), length_);
    return true;
  }

  std::size_t body_ = 0;  // Where it begins; 0: not known yet.
  std::size_t next_ = 0;  // The next chunk.
  std::size_t length_ = 0;
  bool is_chunked_ = false;
};

}  // namespace

class HttpCallers::Caller {
 public:
  Caller(std::uint16_t port, std::vector<RequestTemplate> requests, std::size_t number)
      : requests_(std::move(requests)), number_(number), socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(port);
    const int on = 1;
    ::setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    if (::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) throw std::runtime_error("cannot connect");
  }
  ~Caller() { ::close(socket_); }
  Caller(const Caller&) = delete;
  Caller& operator=(const Caller&) = delete;

  int socket() const { return socket_; }

  void send() {
    RequestTemplate& request = requests_[turn_++ % requests_.size()];
    const std::int64_t now =
        std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::system_clock::now().time_since_epoch()).count();
    for (const std::size_t at : request.ids) fmt::format_to(request.text.data() + at, "{:04}{:010}", number_, sent_++);
    for (const std::size_t at : request.times) std::memcpy(request.text.data() + at, &now, sizeof now);
    if (!request.text_times.empty()) {
      const std::string text = text_of_time(now);
      for (const std::size_t at : request.text_times) request.text.replace(at, text.size(), text);
    }
    answer_.clear();
    scan_ = {};
    std::string_view rest = request.text;
    while (!rest.empty()) {
      const ssize_t sent = ::send(socket_, rest.data(), rest.size(), MSG_NOSIGNAL);
      if (sent <= 0) throw std::runtime_error("the node has closed");
      rest.remove_prefix(static_cast<std::size_t>(sent));
    }
  }

  // Whether the answer is whole.
  bool receive() {
    const std::size_t size = answer_.size();
    ssize_t got = 0;
    answer_.resize_and_overwrite(size + receive_bytes, [&](char* bytes, std::size_t) {
      got = ::recv(socket_, bytes + size, receive_bytes, 0);
      return size + static_cast<std::size_t>(std::max<ssize_t>(got, 0));
    });
    if (got <= 0) throw std::runtime_error("the node has closed");
    return scan_.is_whole(answer_);
  }

 private:
  std::vector<RequestTemplate> requests_;
  std::size_t turn_ = 0;
  std::size_t number_;
  int socket_;
  std::size_t sent_ = 0;  // Commands.
  std::string answer_;
  AnswerScan scan_;
};

HttpCallers::HttpCallers(std::uint16_t port, std::vector<std::vector<RequestTemplate>> requests) : poll_(::epoll_create1(EPOLL_CLOEXEC)) {
  for (std::size_t i = 0; i < requests.size(); ++i) {
    callers_.push_back(std::make_unique<Caller>(port, std::move(requests[i]), i));
    epoll_event event{.events = EPOLLIN, .data = {.u64 = i}};
    if (::epoll_ctl(poll_, EPOLL_CTL_ADD, callers_[i]->socket(), &event) != 0) throw std::runtime_error("cannot wait for answers");
  }
}

HttpCallers::~HttpCallers() { ::close(poll_); }

std::size_t HttpCallers::run(std::chrono::steady_clock::duration time) {
  const auto until = std::chrono::steady_clock::now() + time;
  for (const auto& caller : callers_) caller->send();
  std::size_t under_way = callers_.size();
  std::size_t answered = 0;
  std::array<epoll_event, 64> events{};
  while (under_way > 0) {
    const int count = ::epoll_wait(poll_, events.data(), events.size(), -1);
    const bool goes_on = std::chrono::steady_clock::now() < until;
    for (int i = 0; i < count; ++i) {
      Caller& caller = *callers_[events[static_cast<std::size_t>(i)].data.u64];
      if (!caller.receive()) continue;
      ++answered;
      if (goes_on) {
        caller.send();
      } else {
        --under_way;
      }
    }
  }
  return answered;
}

}  // namespace muniment
