#include "tests/events/log/postgres_proxy.h"

#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <memory>
#include <system_error>

namespace muniment {
namespace {

constexpr int poll_ms = 20;

sockaddr_un address_in(const std::filesystem::path& folder) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const std::string path = (folder / ".s.PGSQL.5432").string();
  std::strncpy(address.sun_path, path.c_str(), sizeof address.sun_path - 1);
  return address;
}

const sockaddr* generic(const sockaddr_un& address) { return reinterpret_cast<const sockaddr*>(&address); }

int new_socket() {
  const int made = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (made < 0) throw std::system_error(errno, std::generic_category(), "socket");
  return made;
}

}  // namespace

PostgresProxy::PostgresProxy(std::filesystem::path folder, std::filesystem::path server_folder)
    : folder_(std::move(folder)), server_folder_(std::move(server_folder)), listening_(new_socket()) {
  std::filesystem::create_directories(folder_);
  const sockaddr_un address = address_in(folder_);
  if (::bind(listening_, generic(address), sizeof address) != 0 || ::listen(listening_, 16) != 0)
    throw std::system_error(errno, std::generic_category(), "listen");
  taking_ = std::thread([this] { take(); });
}

PostgresProxy::~PostgresProxy() {
  is_stopping_ = true;
  taking_.join();
  for (std::thread& pump : pumps_) pump.join();
  ::close(listening_);
}

void PostgresProxy::take() {
  while (!is_stopping_) {
    pollfd ready{.fd = listening_, .events = POLLIN, .revents = 0};
    if (::poll(&ready, 1, poll_ms) <= 0) continue;
    const int client = ::accept4(listening_, nullptr, nullptr, SOCK_CLOEXEC);
    if (client < 0) continue;
    const std::lock_guard lock(mutex_);
    pumps_.emplace_back([this, client] { serve(client); });
  }
}

void PostgresProxy::serve(int client) {
  const int server = new_socket();
  const sockaddr_un address = address_in(server_folder_);
  if (::connect(server, generic(address), sizeof address) == 0) {
    std::thread answers([&] { pump(server, client, swallows_answers); });
    pump(client, server, swallows_requests);
    answers.join();
  }
  ::close(server);
  ::close(client);
}

// Until either side ends; then the other one is told.
void PostgresProxy::pump(int from, int to, const std::atomic<bool>& swallows) {
  std::array<char, 65'536> buffer;
  while (!is_stopping_) {
    pollfd ready{.fd = from, .events = POLLIN, .revents = 0};
    if (::poll(&ready, 1, poll_ms) <= 0) continue;
    const ssize_t size = ::read(from, buffer.data(), buffer.size());
    if (size <= 0) break;
    if (swallows) continue;
    for (ssize_t sent = 0; sent < size;) {
      const ssize_t now = ::send(to, buffer.data() + sent, static_cast<std::size_t>(size - sent), MSG_NOSIGNAL);
      if (now <= 0) return;
      sent += now;
    }
  }
  ::shutdown(from, SHUT_RDWR);
  ::shutdown(to, SHUT_RDWR);
}

}  // namespace muniment
