#include "tools/server/tls_stream.h"

#include <curl/curl.h>
#include <fmt/format.h>
#include <linux/sockios.h>
#include <poll.h>
#include <sys/ioctl.h>

#include <array>
#include <thread>

#include "events/values/freed.h"

namespace muniment {
namespace {

constexpr int poll_ms = 100;
constexpr std::chrono::milliseconds confirm_every{2};

int look_whether_stopped(void* flag, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  return static_cast<const std::atomic<bool>*>(flag)->load() ? 1 : 0;
}

}  // namespace

struct TlsStream::Connection {
  std::unique_ptr<CURL, Freed<curl_easy_cleanup>> handle;
  curl_socket_t socket = CURL_SOCKET_BAD;

  // Whether the peer has ended it. What it says is nobody's business.
  bool is_closed_by_peer() const {
    std::array<char, 512> bytes{};
    while (true) {
      std::size_t count = 0;
      const CURLcode code = curl_easy_recv(handle.get(), bytes.data(), bytes.size(), &count);
      if (code == CURLE_AGAIN) return false;
      if (code != CURLE_OK || count == 0) return true;
    }
  }
  // Bytes that the other machine has not confirmed.
  int unconfirmed() const {
    int count = 0;
    return ::ioctl(socket, SIOCOUTQ, &count) == 0 ? count : 0;
  }
};

TlsStream::TlsStream(TlsPeer peer, const std::atomic<bool>& is_stopping) : peer_(std::move(peer)), is_stopping_(is_stopping) {}

TlsStream::~TlsStream() = default;

bool TlsStream::is_open() const { return connection_ != nullptr; }

bool TlsStream::is_open_still() {
  if (is_open() && connection_->is_closed_by_peer()) close();
  return is_open();
}

void TlsStream::close() { connection_.reset(); }

std::unexpected<std::string> TlsStream::fail(std::string why) {
  close();
  return std::unexpected(std::move(why));
}

std::expected<void, std::string> TlsStream::open() {
  static const CURLcode is_ready = curl_global_init(CURL_GLOBAL_DEFAULT);
  auto connection = std::make_unique<Connection>();
  if (is_ready == CURLE_OK) connection->handle.reset(curl_easy_init());
  CURL* const curl = connection->handle.get();
  if (curl == nullptr) return std::unexpected("libcurl cannot be used");
  std::array<char, CURL_ERROR_SIZE> why{};
  const bool is_six = peer_.host.find(':') != std::string::npos;
  const std::string url = fmt::format(fmt::runtime(is_six ? "https://[{}]:{}" : "https://{}:{}"), peer_.host, peer_.port);
  curl_easy_setopt(curl, CURLOPT_URL, url.c_str());
  curl_easy_setopt(curl, CURLOPT_CONNECT_ONLY, 1L);
  curl_easy_setopt(curl, CURLOPT_SSL_ENABLE_ALPN, 0L);
  curl_easy_setopt(curl, CURLOPT_SSLVERSION, CURL_SSLVERSION_TLSv1_2);
  curl_easy_setopt(curl, CURLOPT_NOPROXY, "*");
  if (!peer_.ca.empty()) {
    curl_easy_setopt(curl, CURLOPT_CAINFO, peer_.ca.c_str());
    curl_easy_setopt(curl, CURLOPT_CAPATH, nullptr);  // The machine's own folder of them would count besides.
  }
  if (!peer_.certificate.empty()) {
    curl_easy_setopt(curl, CURLOPT_SSLCERT, peer_.certificate.c_str());
    curl_easy_setopt(curl, CURLOPT_SSLKEY, peer_.key.c_str());
  }
  curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, static_cast<long>(peer_.time_max.count()));
  curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, why.data());
  curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
  curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, &look_whether_stopped);
  curl_easy_setopt(curl, CURLOPT_XFERINFODATA, const_cast<std::atomic<bool>*>(&is_stopping_));
  const CURLcode code = curl_easy_perform(curl);
  if (code != CURLE_OK) return std::unexpected(why[0] != '\0' ? std::string{why.data()} : std::string{curl_easy_strerror(code)});
  curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, nullptr);
  if (curl_easy_getinfo(curl, CURLINFO_ACTIVESOCKET, &connection->socket) != CURLE_OK) return std::unexpected("there is no socket");
  connection_ = std::move(connection);
  return {};
}

std::expected<void, std::string> TlsStream::send(std::string_view bytes) {
  const auto until = std::chrono::steady_clock::now() + peer_.time_max;
  const auto is_over = [&] { return is_stopping_ || std::chrono::steady_clock::now() >= until; };
  if (connection_->is_closed_by_peer()) return fail("the receiver has closed the connection");
  while (!bytes.empty()) {
    std::size_t sent = 0;
    const CURLcode code = curl_easy_send(connection_->handle.get(), bytes.data(), bytes.size(), &sent);
    if (code != CURLE_OK && code != CURLE_AGAIN) return fail(curl_easy_strerror(code));
    bytes.remove_prefix(sent);
    if (code == CURLE_OK) continue;
    if (is_over()) return fail("the receiver takes nothing");
    pollfd waited{.fd = connection_->socket, .events = POLLOUT, .revents = 0};
    ::poll(&waited, 1, poll_ms);
  }
  while (connection_->unconfirmed() > 0) {
    if (is_over()) return fail("the receiver's machine confirms nothing");
    std::this_thread::sleep_for(confirm_every);
  }
  if (connection_->is_closed_by_peer()) return fail("the receiver has closed the connection");
  return {};
}

}  // namespace muniment
