// Requests to one node over HTTP/1.1, in the clear or with TLS. Everything about sockets is in http_client.cpp.
//
// One thread; calls wait for their answers. A connection is kept for the next call. With TLS the node's certificate is verified, its name
// too, against the machine's own authorities or those of a file.
#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tools/client/server_url.h"

namespace muniment {

struct HttpClientOptions {
  ServerUrl server;
  std::string token;              // Empty: none is sent.
  std::filesystem::path ca_file;  // PEM: who may have signed the node's certificate. Empty: whom the machine trusts.
  std::chrono::milliseconds connect_time_max{10'000};
  std::chrono::milliseconds answer_time_max{60'000};  // Until an answer, or its next piece, comes.
};

// The node could not be reached, or the connection was cut before the answer was whole. What was asked may have been done.
struct ConnectionLost : std::runtime_error {
  ConnectionLost(const std::string& message, bool its_was_connected) : std::runtime_error(message), was_connected(its_was_connected) {}
  bool was_connected;  // The node was there.
};

// It is not the node that was meant: its certificate says so, or nothing that this program can verify.
struct CertificateRefused : std::runtime_error {
  using std::runtime_error::runtime_error;
};

using HttpHeaders = std::vector<std::pair<std::string, std::string>>;

struct HttpAnswer {
  unsigned status = 0;
  HttpHeaders headers;
  std::string body;

  // Empty where there is none.
  std::string_view header(std::string_view name) const;
};

// What is sent while answers come.
class HttpFeed {
 public:
  enum class Next {
    bytes,  // `out` has something to send.
    wait,   // Nothing now: ask again after HttpClient::wake().
    end,
  };

  HttpFeed() = default;
  HttpFeed(const HttpFeed&) = delete;
  HttpFeed& operator=(const HttpFeed&) = delete;
  virtual ~HttpFeed() = default;

  // `out` is empty when it is called. Must not wait.
  virtual Next next(std::string& out) = 0;
  // Whether something was sent that has no answer yet: then the node must say something within `answer_time_max`.
  virtual bool expects_answer() const = 0;
};

// Gets the next bytes of a body, of a 200 alone; returns whether to go on.
using OnBytes = std::function<bool(std::string_view)>;

class HttpClient {
 public:
  // Throws std::runtime_error where the file of authorities cannot be read.
  explicit HttpClient(HttpClientOptions options);
  ~HttpClient();
  HttpClient(const HttpClient&) = delete;
  HttpClient& operator=(const HttpClient&) = delete;

  // All of them throw ConnectionLost and CertificateRefused.

  // The whole answer, of up to 64 MiB.
  HttpAnswer get(const std::string& target, const HttpHeaders& headers = {});
  // The body of a 200 as it comes. Where `on_bytes` ends it, the connection is closed.
  HttpAnswer stream(const std::string& target, const HttpHeaders& headers, const OnBytes& on_bytes);
  // Sends what `feed` has, piece by piece, while the answer is read.
  HttpAnswer exchange(const std::string& target, const HttpHeaders& headers, HttpFeed& feed, const OnBytes& on_bytes);
  // The feed of the exchange under way, or of the next one, has something. From any thread.
  void wake();

  struct Impl;

 private:
  std::unique_ptr<Impl> impl_;
};

}  // namespace muniment
