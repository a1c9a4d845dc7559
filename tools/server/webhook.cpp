#include "tools/server/webhook.h"

#include <fmt/format.h>

#include <charconv>
#include <stdexcept>

#include "events/values/base64.h"
#include "tools/store/durable_file.h"

namespace muniment {
namespace {

constexpr std::string_view secret_prefix = "whsec_";
constexpr std::size_t secret_bytes_min = 24;
constexpr std::size_t secret_bytes_max = 64;
constexpr unsigned success_first = 200;
constexpr unsigned success_last = 299;
constexpr std::int64_t ns_in_second = 1'000'000'000;

Bytes read_secret(const std::filesystem::path& file) {
  auto secret = webhook_secret(read_whole_file(file));
  if (!secret) throw std::runtime_error(fmt::format("{} has no secret of a webhook; expected whsec_ and base64", file.string()));
  return std::move(*secret);
}

// What is a word on the events that came: malformed, too large, not to be processed. Everything else (moved, not authorized, not there, too
// many) is the trouble of whoever answers, and says nothing about them.
bool is_of_the_events(unsigned status) {
  constexpr unsigned bad_request = 400;
  constexpr unsigned too_large = 413;
  constexpr unsigned unprocessable = 422;
  return status == bad_request || status == too_large || status == unprocessable;
}

}  // namespace

std::string webhook_id(std::span<const schema::Event::Reader> events) {
  std::string out = event_id_of(events.front()).hex();
  if (events.size() > 1) out += '-' + event_id_of(events.back()).hex();
  return out;
}

std::optional<Bytes> webhook_secret(std::string_view text) {
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.remove_suffix(1);
  if (!text.starts_with(secret_prefix)) return std::nullopt;
  auto bytes = from_base64(text.substr(secret_prefix.size()));
  if (!bytes || bytes->size() < secret_bytes_min || bytes->size() > secret_bytes_max) return std::nullopt;
  return bytes;
}

std::string webhook_signature(const HmacKey& key, std::string_view id, std::int64_t seconds, std::string_view body) {
  const std::string time = fmt::format(".{}.", seconds);
  std::string out = "v1,";
  append_base64(out, key.mac({bytes_of(id), bytes_of(std::string_view{time}), bytes_of(body)}));
  return out;
}

Webhook::Webhook(const WebhookSettings& settings, const std::string& origin, const std::atomic<bool>& is_stopping)
    : settings_(settings), key_(read_secret(settings.secret_file)), writer_(origin), is_stopping_(is_stopping) {}

Carrier::Outcome Webhook::carry(std::span<const schema::Event::Reader> events) {
  const bool is_batch = settings_.batch_events > 1;
  body_.assign(is_batch ? 1 : 0, '[');
  for (const auto& event : events) {
    if (body_.size() > 1) body_ += ',';
    writer_.write(event, body_);
  }
  if (is_batch) body_ += ']';
  const std::string id = webhook_id(events);
  const std::int64_t seconds = system_now().ns / ns_in_second;
  const auto answer = session_.exchange(
      {.url = settings_.url,
       .ca = settings_.ca,
       .is_stopping = &is_stopping_,
       .content_type = is_batch ? "application/cloudevents-batch+json; charset=utf-8" : "application/cloudevents+json; charset=utf-8",
       .is_status_enough = true,
       .headers = {fmt::format("webhook-id: {}", id), fmt::format("webhook-timestamp: {}", seconds),
                   fmt::format("webhook-signature: {}", webhook_signature(key_, id, seconds, body_))}},
      &body_);
  if (!answer) return {Result::unreachable, answer.error()};
  if (answer->status >= success_first && answer->status <= success_last) return {};
  const std::string why = fmt::format("it answers with status {}", answer->status);
  return {is_of_the_events(answer->status) ? Result::refused : Result::unreachable, why, answer->retry_after};
}

}  // namespace muniment
