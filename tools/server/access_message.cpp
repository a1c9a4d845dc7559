#include "tools/server/access_message.h"

#include <capnp/message.h>
#include <capnp/serialize.h>
#include <kj/exception.h>

#include <cstring>

#include "events/values/assert.h"
#include "events/values/text.h"
#include "tools/server/schema/access.capnp.h"

namespace muniment {
namespace {

constexpr std::size_t text_bytes_max = 512;
constexpr std::size_t narrowed_max = 64;

std::string_view text_in(capnp::Text::Reader text) { return {text.begin(), text.size()}; }

void write_read(const RecordRead& read, access::Record::Builder out) {
  MUNIMENT_ASSERT(!read.exported);
  out.setWhat(read.question);
  auto narrowed = out.initNarrowedBy(static_cast<unsigned>(read.narrowed_by.size()));
  for (unsigned i = 0; i < narrowed.size(); ++i) narrowed.set(i, read.narrowed_by[i]);
  if (read.asked_provider) out.setProvider(read.asked_provider->text());
  if (read.asked_username) out.setUsername(read.asked_username->text());
  out.setHead(read.head);
  out.setFirstAt(read.first_at.ns);
  out.setLastAt(read.last_at.ns);
  out.setTimes(read.times);
  out.setToken(read.token);
}

void write_denial(const RecordDenial& denial, access::Record::Builder out) {
  out.setIsDenial(true);
  out.setWhat(denial.problem);
  out.setRoute(denial.route);
  out.setFirstAt(denial.first_at.ns);
  out.setLastAt(denial.last_at.ns);
  out.setTimes(denial.times);
  out.setToken(denial.token);
}

bool is_in_form(access::Record::Reader in) {
  for (const auto text : {in.getCommandId(), in.getPrincipalName(), in.getWhat(), in.getRoute(), in.getProvider(), in.getUsername(),
                          in.getToken(), in.getAddress()}) {
    if (text.size() > text_bytes_max || !is_utf8(text_in(text))) return false;
  }
  if (in.getNarrowedBy().size() > narrowed_max) return false;
  for (const auto text : in.getNarrowedBy()) {
    if (text.size() > text_bytes_max || !is_utf8(text_in(text))) return false;
  }
  const bool has_kind = in.getPrincipalKind() <= static_cast<std::uint16_t>(schema::PrincipalKind::OPERATOR);
  const bool is_of_access = text_in(in.getCommandId()).starts_with("access:");
  return has_kind && is_of_access && in.getPrincipalName().size() > 0 && in.getWhat().size() > 0 && in.getTimes() > 0;
}

RecordRead read_of_record(access::Record::Reader in) {
  RecordRead out{.question = std::string{text_in(in.getWhat())},
                 .narrowed_by = {},
                 .asked_provider = ProviderId::parse(text_in(in.getProvider())),
                 .asked_username = Username::parse(text_in(in.getUsername())),
                 .head = in.getHead(),
                 .first_at = Timestamp{in.getFirstAt()},
                 .last_at = Timestamp{in.getLastAt()},
                 .times = in.getTimes(),
                 .token = std::string{text_in(in.getToken())}};
  for (const auto text : in.getNarrowedBy()) out.narrowed_by.emplace_back(text_in(text));
  return out;
}

RecordDenial denial_of_record(access::Record::Reader in) {
  return {.problem = std::string{text_in(in.getWhat())},
          .route = std::string{text_in(in.getRoute())},
          .first_at = Timestamp{in.getFirstAt()},
          .last_at = Timestamp{in.getLastAt()},
          .times = in.getTimes(),
          .token = std::string{text_in(in.getToken())}};
}

Submission submission_of_record(access::Record::Reader in) {
  const std::string_view type = in.getIsDenial() ? "record_denial" : "record_read";
  const auto body = in.getIsDenial() ? CommandBody(denial_of_record(in)) : CommandBody(read_of_record(in));
  Submission out{.command = {.body = body, .type = type}, .source = schema::Source::NETWORK};
  if (in.getAddress().size() > 0) out.origin = std::make_shared<const Origin>(std::string{text_in(in.getAddress())}, std::string{});
  out.command.request.command_id = text_in(in.getCommandId());
  out.command.request.actor = {static_cast<schema::PrincipalKind>(in.getPrincipalKind()), std::string{text_in(in.getPrincipalName())}};
  out.command.content.assign(type.begin(), type.end());
  return out;
}

}  // namespace

std::string access_message(std::span<const Submission> submissions) {
  MUNIMENT_ASSERT(submissions.size() <= access_records_max);
  capnp::MallocMessageBuilder message;
  auto records = message.initRoot<access::Records>().initRecords(static_cast<unsigned>(submissions.size()));
  for (unsigned i = 0; i < records.size(); ++i) {
    const Submission& submission = submissions[i];
    auto record = records[i];
    record.setCommandId(submission.command.request.command_id);
    record.setPrincipalKind(static_cast<std::uint16_t>(submission.command.request.actor.kind));
    record.setPrincipalName(submission.command.request.actor.name);
    if (submission.origin) record.setAddress(submission.origin->address);
    if (const auto* const read = std::get_if<RecordRead>(&submission.command.body)) {
      write_read(*read, record);
    } else {
      write_denial(std::get<RecordDenial>(submission.command.body), record);
    }
  }
  const auto words = capnp::messageToFlatArray(message);
  const auto bytes = words.asBytes();
  return {reinterpret_cast<const char*>(bytes.begin()), bytes.size()};
}

std::expected<std::vector<Submission>, std::string> read_access_message(std::string_view bytes) {
  const auto wrong = [] { return std::unexpected(std::string{"expected records of reads and denials, as a standby sends them"}); };
  if (bytes.empty() || bytes.size() % sizeof(capnp::word) != 0) return wrong();
  std::vector<capnp::word> words(bytes.size() / sizeof(capnp::word));
  std::memcpy(static_cast<void*>(words.data()), bytes.data(), bytes.size());
  std::vector<Submission> out;
  try {
    capnp::FlatArrayMessageReader message(kj::arrayPtr(words.data(), words.size()));
    const auto records = message.getRoot<access::Records>().getRecords();
    if (records.size() == 0 || records.size() > access_records_max) return wrong();
    for (const auto record : records) {
      if (!is_in_form(record)) return wrong();
      out.push_back(submission_of_record(record));
    }
  } catch (const kj::Exception&) {
    return wrong();
  }
  return out;
}

}  // namespace muniment
