#include "tools/wire/answer_frame.h"

#include <capnp/message.h>
#include <capnp/serialize.h>

#include "tools/wire/schema/answer.capnp.h"

namespace muniment {
namespace {

reply::Status status_of(Answer::Status status) {
  switch (status) {
    case Answer::Status::accepted:
      return reply::Status::ACCEPTED;
    case Answer::Status::unchanged:
      return reply::Status::UNCHANGED;
    case Answer::Status::refused:
      return reply::Status::REFUSED;
    case Answer::Status::failed:
      break;
  }
  return reply::Status::FAILED;
}

void fill(reply::Answer::Builder out, const Answer& answer) {
  out.setStatus(status_of(answer.status));
  out.setRepeat(answer.is_repeat);
  out.setFirstPosition(answer.first_position);
  out.setLastPosition(answer.last_position);
  if (answer.status != Answer::Status::failed) out.setTrueOf(answer.true_of);
  if (answer.refusal) {
    const std::string_view name = name_of(*answer.refusal);
    out.setRefusal(capnp::Text::Reader(name.data(), name.size()));
  }
  if (!answer.fields.empty()) {
    auto fields = out.initFields(static_cast<unsigned>(answer.fields.size()));
    for (unsigned i = 0; i < fields.size(); ++i) fields.set(i, answer.fields[i]);
  }
  if (answer.expected_version) out.setExpectedVersion(*answer.expected_version);
  if (answer.actual_version) out.setActualVersion(*answer.actual_version);
  if (!answer.username.empty()) out.setUsername(answer.username);
  if (!answer.credential.empty()) out.setCredential(answer.credential);
  if (!answer.receipt.empty()) out.setReceipt(answer.receipt);
  if (answer.is_unread) out.setProblem(capnp::Text::Reader(unread_problem.data(), unread_problem.size()));
}

void append(std::string& out, capnp::MessageBuilder& message) {
  const auto segments = message.getSegmentsForOutput();
  if (segments.size() == 1) {
    const std::array<std::uint32_t, 2> header{0, static_cast<std::uint32_t>(segments[0].size())};
    out.append(reinterpret_cast<const char*>(header.data()), sizeof header);
    out.append(reinterpret_cast<const char*>(segments[0].begin()), segments[0].size() * sizeof(capnp::word));
    return;
  }
  const auto words = capnp::messageToFlatArray(segments);
  out.append(words.asChars().begin(), words.asChars().size());
}

}  // namespace

void AnswerFrames::write(std::string& out, const LineAnswer& answer) {
  capnp::MallocMessageBuilder message(kj::arrayPtr(scratch_.data(), scratch_.size()));
  auto root = message.initRoot<reply::Answer>();
  root.setNumber(answer.line);
  if (!answer.command_id.empty()) root.setCommandId(answer.command_id);
  if (const auto* error = std::get_if<JsonError>(&answer.outcome)) {
    root.setStatus(reply::Status::MALFORMED);
    root.setPath(error->path);
    root.setProblem(error->problem);
  } else {
    fill(root, std::get<Answer>(answer.outcome));
  }
  append(out, message);
}

void AnswerFrames::write(std::string& out, const BatchStopped& stopped) {
  capnp::MallocMessageBuilder message(kj::arrayPtr(scratch_.data(), scratch_.size()));
  auto root = message.initRoot<reply::Answer>();
  root.setStatus(reply::Status::STOPPED);
  root.setProblem(capnp::Text::Reader(stopped.problem.data(), stopped.problem.size()));
  root.setRetryAfter(static_cast<std::uint32_t>(stopped.retry_after.count()));
  append(out, message);
}

}  // namespace muniment
