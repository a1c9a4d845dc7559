#include "tools/server/https_get.h"

#include <curl/curl.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <memory>
#include <optional>
#include <string_view>

#include "events/values/freed.h"

namespace muniment {
namespace {

using Handle = std::unique_ptr<CURL, Freed<curl_easy_cleanup>>;
using Url = std::unique_ptr<CURLU, Freed<curl_url_cleanup>>;
using Headers = std::unique_ptr<curl_slist, Freed<curl_slist_free_all>>;

constexpr std::chrono::milliseconds body_time_max{1000};  // Where the status is enough.

// What has come of an answer.
struct Incoming {
  using Clock = std::chrono::steady_clock;

  const HttpsGet& request;
  std::string body = {};
  std::optional<Clock::time_point> head_at = {};  // When its status and headers were complete.
  bool is_interim = false;                        // The head that comes.

  bool is_answered() const { return request.is_status_enough && head_at; }
};

std::size_t take(char* bytes, std::size_t, std::size_t size, void* target) {
  auto& incoming = *static_cast<Incoming*>(target);
  if (incoming.body.size() + size > incoming.request.bytes_max) return 0;
  incoming.body.append(bytes, size);
  return size;
}

// Called with each line of a head, that of a status from 100 to 199 too, which another head follows.
std::size_t look_at_head(char* bytes, std::size_t, std::size_t size, void* target) {
  auto& incoming = *static_cast<Incoming*>(target);
  const std::string_view line(bytes, size);
  if (line.starts_with("HTTP/")) incoming.is_interim = line.substr(std::min(line.find(' '), line.size())).starts_with(" 1");
  const bool is_end = line.find_first_not_of("\r\n") == std::string_view::npos;
  if (is_end && !incoming.is_interim) incoming.head_at = Incoming::Clock::now();
  return size;
}

int look_whether_to_stop(void* target, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  const auto& incoming = *static_cast<const Incoming*>(target);
  const bool is_late = incoming.is_answered() && Incoming::Clock::now() > *incoming.head_at + body_time_max;
  return is_late || (incoming.request.is_stopping != nullptr && incoming.request.is_stopping->load()) ? 1 : 0;
}

Headers headers_of(const HttpsGet& request) {
  Headers out;
  const auto add = [&out](const std::string& header) {
    curl_slist* const list = out.release();
    curl_slist* const longer = curl_slist_append(list, header.c_str());
    out.reset(longer != nullptr ? longer : list);
  };
  if (request.content_type != nullptr) add(fmt::format("Content-Type: {}", request.content_type));
  for (const std::string& header : request.headers) add(header);
  return out;
}

// All but what is sent. `why` takes curl's own words.
void set_up(CURL* curl, const HttpsGet& request, Incoming& incoming, std::array<char, CURL_ERROR_SIZE>& why) {
  curl_easy_reset(curl);  // Keeps the connections.
  curl_easy_setopt(curl, CURLOPT_URL, request.url.c_str());
  curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "https,http");
  curl_easy_setopt(curl, CURLOPT_SSLVERSION, CURL_SSLVERSION_TLSv1_2);
  if (!request.ca.empty()) {
    curl_easy_setopt(curl, CURLOPT_CAINFO, request.ca.c_str());
    curl_easy_setopt(curl, CURLOPT_CAPATH, nullptr);  // The machine's own folder of them would count besides.
  }
  curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);
  curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, static_cast<long>(request.time_max.count()));
  curl_easy_setopt(curl, CURLOPT_USERAGENT, "muniment");
  curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, why.data());
  curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, &take);
  curl_easy_setopt(curl, CURLOPT_WRITEDATA, &incoming);
  curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, &look_at_head);
  curl_easy_setopt(curl, CURLOPT_HEADERDATA, &incoming);
  curl_easy_setopt(curl, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
  curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
  curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, &look_whether_to_stop);
  curl_easy_setopt(curl, CURLOPT_XFERINFODATA, &incoming);
}

std::string part_of(CURLU* url, CURLUPart part) {
  char* text = nullptr;
  if (curl_url_get(url, part, &text, 0) != CURLUE_OK) return {};
  std::string out = text;
  curl_free(text);
  return out;
}

}  // namespace

bool may_be_fetched(const std::string& text, bool is_signed_by_itself) {
  const Url url{curl_url()};
  if (curl_url_set(url.get(), CURLUPART_URL, text.c_str(), 0) != CURLUE_OK) return false;
  if (!part_of(url.get(), CURLUPART_USER).empty() || !part_of(url.get(), CURLUPART_PASSWORD).empty()) return false;
  const std::string scheme = part_of(url.get(), CURLUPART_SCHEME);
  const std::string host = part_of(url.get(), CURLUPART_HOST);
  const bool is_loopback = host == "127.0.0.1" || host == "localhost" || host == "[::1]";
  return scheme == "https" || (scheme == "http" && (is_loopback || is_signed_by_itself));
}

std::string shown_url(const std::string& text) {
  if (text.empty()) return {};
  const Url url{curl_url()};
  if (curl_url_set(url.get(), CURLUPART_URL, text.c_str(), 0) != CURLUE_OK) return "(no URL)";
  const std::string port = part_of(url.get(), CURLUPART_PORT);
  const std::string path = part_of(url.get(), CURLUPART_PATH);
  const bool has_more = (!path.empty() && path != "/") || !part_of(url.get(), CURLUPART_QUERY).empty() ||
                        !part_of(url.get(), CURLUPART_FRAGMENT).empty() || !part_of(url.get(), CURLUPART_USER).empty();
  return fmt::format("{}://{}{}{}{}", part_of(url.get(), CURLUPART_SCHEME), part_of(url.get(), CURLUPART_HOST), port.empty() ? "" : ":",
                     port, has_more ? "/..." : "");
}

struct HttpsSession::Connections {
  Handle handle;
};

HttpsSession::HttpsSession() : connections_(std::make_unique<Connections>()) {
  static const CURLcode is_ready = curl_global_init(CURL_GLOBAL_DEFAULT);
  if (is_ready == CURLE_OK) connections_->handle.reset(curl_easy_init());
}

HttpsSession::~HttpsSession() = default;

std::expected<HttpsAnswer, std::string> https_exchange(const HttpsGet& request, const std::string* posted) {
  return HttpsSession().exchange(request, posted);
}

std::expected<HttpsAnswer, std::string> HttpsSession::exchange(const HttpsGet& request, const std::string* posted) {
  CURL* const curl = connections_->handle.get();
  if (curl == nullptr) return std::unexpected("libcurl cannot be used");
  if (!may_be_fetched(request.url, request.is_signed_by_itself)) return std::unexpected("the URL is not https, nor http on the loopback");
  std::array<char, CURL_ERROR_SIZE> why{};
  Incoming incoming{.request = request};
  const Headers headers = headers_of(request);
  set_up(curl, request, incoming, why);
  if (headers) curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers.get());
  if (posted != nullptr) {
    curl_easy_setopt(curl, CURLOPT_POST, 1L);
    curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(posted->size()));
    curl_easy_setopt(curl, CURLOPT_POSTFIELDS, posted->data());
  }
  const CURLcode code = curl_easy_perform(curl);
  if (code != CURLE_OK && !incoming.is_answered()) {
    if (code == CURLE_WRITE_ERROR) return std::unexpected(fmt::format("the document is larger than {} bytes", request.bytes_max));
    return std::unexpected(why[0] != '\0' ? std::string{why.data()} : std::string{curl_easy_strerror(code)});
  }
  long status = 0;
  curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
  curl_off_t retry_after = 0;
  curl_easy_getinfo(curl, CURLINFO_RETRY_AFTER, &retry_after);
  if (request.is_status_enough) incoming.body.clear();
  return HttpsAnswer{static_cast<unsigned>(status), std::move(incoming.body), std::chrono::seconds{retry_after}};
}

std::expected<std::string, std::string> https_get(const HttpsGet& request) {
  constexpr unsigned status_ok = 200;
  auto answer = https_exchange(request, nullptr);
  if (!answer) return std::unexpected(answer.error());
  if (answer->status != status_ok) return std::unexpected(fmt::format("the answer has status {}", answer->status));
  return std::move(answer->body);
}

}  // namespace muniment
