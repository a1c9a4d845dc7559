#include "tools/export/cloud_event.h"

#include <capnp/schema.h>

#include "projections/fact_type.h"
#include "tools/export/fact_mapping.h"
#include "tools/export/formats.h"

namespace muniment {
namespace {

// Twenty digits hold every position, so that the text sorts as the number does.
constexpr std::size_t sequence_digits = 20;

void put_sequence(std::string& out, Position position) {
  const std::size_t begin = out.size();
  put_number(out, position);
  out.insert(begin, sequence_digits - (out.size() - begin), '0');
}

// What a URN may have in it (RFC 8141); the rest percent-encoded.
std::string encoded_for_urn(std::string_view text) {
  constexpr std::string_view allowed = "-._~!$&'()*+,;=:@/";
  constexpr std::string_view digits = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    const bool is_plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    if (is_plain || allowed.find(c) != std::string_view::npos) {
      out += c;
    } else {
      out += {'%', digits[byte >> 4], digits[byte & 15]};
    }
  }
  return out;
}

// Takes the sealed part out of the JSON that begins at `from`. Within a text the quotation marks would be escaped, so that these stand for
// the member alone; in base64 there are none. Copying the message without it takes twice as long as all the rest.
void leave_out_sealed(std::string& out, std::size_t from) {
  constexpr std::string_view member = R"(,"sealed":")";
  const std::size_t begin = out.find(member, from);
  if (begin == std::string::npos) return;
  out.erase(begin, out.find('"', begin + member.size()) + 1 - begin);
}

class CloudEventsExport final : public EventExport {
 public:
  CloudEventsExport(const std::string& origin, bool is_batch) : writer_(origin), is_batch_(is_batch) {}

  void begin(std::string& out) override {
    if (is_batch_) out += '[';
  }
  std::size_t add(schema::Event::Reader event, std::string& out) override {
    if (is_batch_ && !is_first_) out += ",\n";
    is_first_ = false;
    writer_.write(event, out);
    if (!is_batch_) out += '\n';
    return 1;
  }
  void end(std::string& out) override {
    if (is_batch_) out += "]\n";
  }

 private:
  CloudEventWriter writer_;
  const bool is_batch_;
  bool is_first_ = true;
};

}  // namespace

CloudEventWriter::CloudEventWriter(const std::string& origin)
    : source_(R"(","source":"urn:muniment:)" + encoded_for_urn(origin)), events_(capnp::Schema::from<schema::Event>()) {}

void CloudEventWriter::write(schema::Event::Reader event, std::string& out) {
  out += R"({"specversion":"1.0","id":")";
  put_hex(out, event_id_of(event).bytes());
  out += source_;
  if (const auto provider = provider_of(event)) {
    out += ':';
    out += provider->text();
  }
  out += R"(","type":"muniment.)";
  out += fact_name(static_cast<FactNumber>(event.getFact().which()));
  out += '"';
  put_member_if(out, R"(,"subject":)", subject_of(event));
  out += R"(,"time":")";
  put_time(out, occurred_at(event));
  out += R"(","recordedtime":")";
  put_time(out, recorded_at(event));
  out += R"(","sequence":")";
  put_sequence(out, event.getPosition());
  out += R"(","datacontenttype":"application/json","data":)";
  const std::size_t data = out.size();
  events_.write(event, out);
  if (event.hasSealed()) leave_out_sealed(out, data);
  out += '}';
}

std::unique_ptr<EventExport> make_cloud_events_export(const std::string& origin, bool is_batch) {
  return std::make_unique<CloudEventsExport>(origin, is_batch);
}

}  // namespace muniment
