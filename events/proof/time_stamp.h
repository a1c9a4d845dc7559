// Time stamps by an authority that is neither the log nor its witness (RFC 3161): its word that a checkpoint was there at a time. A stamp
// is over SHA-256 of the checkpoint's text, so that it stays whoever signs or cosigns that text.
#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

namespace muniment {

// What is sent to an authority (application/timestamp-query), DER. With a nonce: no older answer is one to it.
std::string time_stamp_query(std::string_view text);

struct TimeStamp {
  std::int64_t seconds = 0;  // Since 1970: when the text was there, by the authority's clock.
  std::string authority;     // The subject of its certificate.

  bool operator==(const TimeStamp&) const = default;
};

// Of whom it is checked: PEM, the certificates of whoever certifies the authority.
struct TimeAuthority {
  std::string certificates;
};

// The token in the answer (application/timestamp-reply) to a query, DER. The error says why there is none: the authority refused, answered
// another query, or its certificate does not lead to those that are trusted.
std::expected<std::string, std::string> token_in_reply(std::string_view reply, std::string_view query, const TimeAuthority& trusted);

// Of a token that was kept. That the authority's certificate was valid is asked of the time in the token, not of now, and whether it was
// revoked is not asked.
std::expected<TimeStamp, std::string> verify_time_stamp(std::string_view token, std::string_view text, const TimeAuthority& trusted);

}  // namespace muniment
