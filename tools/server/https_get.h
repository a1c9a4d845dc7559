// One document from elsewhere, over HTTPS (plain HTTP from the loopback, and of what is signed by itself), of bounded size and within a
// bounded time. libcurl is in https_get.cpp alone. Waits: never on the thread of the sockets.
#pragma once

#include <atomic>
#include <chrono>
#include <expected>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace muniment {

struct HttpsGet {
  std::string url;
  std::filesystem::path ca = {};  // PEM: whose certificates are believed instead of the machine's own.
  std::size_t bytes_max = std::size_t{256} << 10;
  std::chrono::milliseconds time_max{10'000};
  const std::atomic<bool>* is_stopping = nullptr;  // Ends it when it is set.
  const char* content_type = nullptr;              // Of what is posted.
  bool is_signed_by_itself = false;                // What comes is: plain HTTP from anywhere will do.
  bool is_status_enough = false;                   // The answer has no body, and one that is long or late is not waited for.
  std::vector<std::string> headers = {};           // More of them: `name: value`.
};

// Whether it is HTTPS, or HTTP on the loopback by its address or as localhost, or HTTP at all where what comes is signed by itself; without
// a name and a password in it.
bool may_be_fetched(const std::string& url, bool is_signed_by_itself = false);

// What may be told of a URL to whoever need not know all of it: scheme, host and port, and `/...` for the rest, where many a service has
// a secret.
std::string shown_url(const std::string& url);

struct HttpsAnswer {
  unsigned status = 0;
  std::string body = {};
  std::chrono::seconds retry_after{0};  // As it says; 0: it does not.
};

// Exchanges that share connections, as far as the other side keeps them. One thread at a time.
class HttpsSession {
 public:
  HttpsSession();
  ~HttpsSession();
  HttpsSession(const HttpsSession&) = delete;
  HttpsSession& operator=(const HttpsSession&) = delete;

  // As https_exchange.
  std::expected<HttpsAnswer, std::string> exchange(const HttpsGet& request, const std::string* body);

 private:
  struct Connections;
  const std::unique_ptr<Connections> connections_;
};

// Posts a body, or gets where it is null. No redirects. The error says why there is no answer.
std::expected<HttpsAnswer, std::string> https_exchange(const HttpsGet& request, const std::string* body);

// The document. The error says why there is none.
std::expected<std::string, std::string> https_get(const HttpsGet& request);

}  // namespace muniment
