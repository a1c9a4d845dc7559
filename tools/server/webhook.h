// Takes events to a webhook as CloudEvents over HTTPS, signed as standardwebhooks.com has it:
//   webhook-id          names the delivery, the same at each try of the same events and of no others: webhook_id()
//   webhook-timestamp   of this try, seconds since 1970
//   webhook-signature   v1,base64(HMAC-SHA256(secret, id.timestamp.body))
#pragma once

#include <atomic>
#include <optional>
#include <string>

#include "events/vault/hmac.h"
#include "tools/export/cloud_event.h"
#include "tools/server/carrier.h"
#include "tools/server/https_get.h"
#include "tools/server/settings.h"

namespace muniment {

// `whsec_` and 24 to 64 bytes in base64, as a file has it, perhaps with a line's end. Nothing: it is none.
std::optional<Bytes> webhook_secret(std::string_view text);

// What stands in webhook-id: the event's id; of several, those of the first and the last, between which stand the same in every log.
// Precondition: there are events.
std::string webhook_id(std::span<const schema::Event::Reader> events);

// What stands in webhook-signature.
std::string webhook_signature(const HmacKey& key, std::string_view id, std::int64_t seconds, std::string_view body);

class Webhook final : public Carrier {
 public:
  // `origin`: the log's. Borrows `is_stopping`. Throws std::runtime_error where the secret is none, and std::system_error.
  Webhook(const WebhookSettings& settings, const std::string& origin, const std::atomic<bool>& is_stopping);

  std::size_t events_max() const override { return settings_.batch_events; }
  Outcome carry(std::span<const schema::Event::Reader> events) override;

 private:
  const WebhookSettings settings_;
  const HmacKey key_;
  CloudEventWriter writer_;
  HttpsSession session_;
  const std::atomic<bool>& is_stopping_;
  std::string body_;
};

}  // namespace muniment
