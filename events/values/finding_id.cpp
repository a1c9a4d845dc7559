#include "events/values/finding_id.h"

#include <fmt/format.h>
#include <openssl/sha.h>

#include <charconv>

namespace muniment {
namespace {

// Takes what stands before the next full stop, or the rest.
std::string_view take_part(std::string_view& rest) {
  const std::size_t end = rest.find('.');
  const std::string_view part = rest.substr(0, end);
  rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
  return part;
}

template <typename Number>
bool read_number(std::string_view text, int base, Number& out) {
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), out, base);
  return error == std::errc{} && stop == text.data() + text.size();
}

}  // namespace

std::optional<FindingId> FindingId::parse(std::string_view text) {
  std::string_view rest = text;
  const auto rule = rule_named(take_part(rest));
  const auto provider = ProviderId::parse(take_part(rest));
  if (!rule || !provider) return std::nullopt;
  FindingId out{.rule = *rule, .provider = *provider};
  if (!read_number(take_part(rest), 10, out.position) || !read_number(rest, 16, out.digest)) return std::nullopt;
  if (out.text() != text) return std::nullopt;
  return out;
}

FindingId FindingId::of(Rule rule, const ProviderId& provider, std::uint64_t position, std::string_view subject, std::string_view service,
                        std::string_view apart) {
  std::string gathered;
  for (const std::string_view part : {subject, service, apart}) gathered.append(part).push_back('\0');
  unsigned char hash[SHA256_DIGEST_LENGTH];
  ::SHA256(reinterpret_cast<const unsigned char*>(gathered.data()), gathered.size(), hash);
  FindingId out{.rule = rule, .provider = provider, .position = position};
  for (int i = 0; i < 4; ++i) out.digest = out.digest << 8 | hash[i];
  return out;
}

std::string FindingId::text() const { return fmt::format("{}.{}.{}.{:08x}", name_of(rule), provider.text(), position, digest); }

}  // namespace muniment
