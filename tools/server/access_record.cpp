#include "tools/server/access_record.h"

#include <fmt/format.h>

#include <algorithm>

#include "events/values/bytes.h"
#include "events/values/id.h"

namespace muniment {
namespace {

Submission submission_of(CommandBody body, std::string_view type, const Principal& who, const std::string& address) {
  Submission out{.command = {.body = std::move(body), .type = type}, .source = schema::Source::NETWORK};
  if (!address.empty()) out.origin = std::make_shared<const Origin>(address, std::string{});
  std::array<Byte, EventId::size> id{};
  fill_random(id);
  out.command.request.command_id = fmt::format("access:{}", to_hex(id));
  out.command.request.actor = who;
  // Its command id is never used again, so this is never compared.
  out.command.content.assign(type.begin(), type.end());
  return out;
}

}  // namespace

Principal principal_of(const Token& token) {
  auto acts_as = token.principal();
  return acts_as ? std::move(*acts_as) : Principal::machine_operator(token.name);
}

void AccessRecord::note(const Token& reader, const Read& read) {
  count(principal_of(reader),
        {.who = principal_of(reader).text(),
         .token = reader.id,
         .what = read.question,
         .narrowed_by = read.narrowed_by,
         .provider = read.provider,
         .username = read.username ? read.username->text() : std::string{},
         .is_denial = false},
        read.head, {});
}

void AccessRecord::note_export(const Token& reader, const Read& read, std::shared_ptr<const ExportEnd> end,
                               std::function<void()> recorded) {
  const Timestamp now = clock_();
  EndedExport ended{.who = principal_of(reader),
                    .read = {.question = read.question,
                             .narrowed_by = read.narrowed_by,
                             .asked_provider = read.provider,
                             .asked_username = read.username,
                             .head = read.head,
                             .first_at = now,
                             .last_at = now,
                             .token = reader.id,
                             .exported = std::move(end)},
                    .recorded = std::move(recorded)};
  const std::lock_guard lock(mutex_);
  if (!record(ended)) ended_.push_back(std::move(ended));
}

bool AccessRecord::record(const EndedExport& ended) {
  Submission submission = submission_of(ended.read, "record_read", ended.who, {});
  submission.answer = [recorded = ended.recorded](const Answer& answer) {
    if (answer.status == Answer::Status::accepted && recorded) recorded();
  };
  return submit_(std::move(submission));
}

void AccessRecord::note_answer(const Token& caller, const Answer& answer, std::string_view route) {
  if (answer.refusal == Refusal::actor_unknown) note_denied(&caller, name_of(Refusal::actor_unknown), route, {});
}

void AccessRecord::note_denied(const Token* caller, std::string_view problem, std::string_view route, const std::string& address) {
  const Principal who = caller == nullptr ? Principal::node() : principal_of(*caller);
  count(who,
        {.who = who.text(),
         .token = caller == nullptr ? std::string{} : caller->id,
         .what = std::string{problem},
         .route = caller == nullptr ? std::string{} : std::string{route},
         .is_denial = true},
        0, {.route = std::string{route}, .address = address});
}

void AccessRecord::count(Principal who, Kind kind, Position head, const Where& where) {
  const Timestamp now = clock_();
  const std::lock_guard lock(mutex_);
  auto found = counted_.find(kind);
  if (found == counted_.end()) {
    kind = within_bounds(std::move(kind), who);
    found = counted_.find(kind);
  }
  const bool is_first = found == counted_.end();
  if (is_first) {
    ++of_one_[kind.who];
    found = counted_.emplace(std::move(kind), Counted{.who = std::move(who), .opened_at = now}).first;
  }
  Counted& counted = found->second;
  if (counted.times++ == 0) {
    counted.first_at = now;
    counted.where = where;
  }
  counted.last_at = now;
  counted.head = head;
  if (is_first) record(found->first, counted);
}

// A kind that is not counted yet, or where there are too many, a coarser one.
AccessRecord::Kind AccessRecord::within_bounds(Kind kind, Principal& who) const {
  if (counted_.size() >= of_all_max) {
    who = Principal::node();
    return {.who = who.text(), .what = kind.what, .is_denial = kind.is_denial};
  }
  const auto of_one = of_one_.find(kind.who);
  if (of_one == of_one_.end() || of_one->second < of_one_max) return kind;
  kind.provider.reset();
  kind.username.clear();
  kind.narrowed_by.clear();
  kind.route.clear();
  return kind;
}

// False: it could not be now, and is counted on.
bool AccessRecord::record(const Kind& kind, Counted& counted) {
  const auto submission = [&] {
    if (kind.is_denial) {
      return submission_of(RecordDenial{.problem = kind.what,
                                        .route = counted.where.route,
                                        .first_at = counted.first_at,
                                        .last_at = counted.last_at,
                                        .times = counted.times,
                                        .token = kind.token},
                           "record_denial", counted.who, counted.where.address);
    }
    return submission_of(RecordRead{.question = kind.what,
                                    .narrowed_by = kind.narrowed_by,
                                    .asked_provider = kind.provider,
                                    .asked_username = Username::parse(kind.username),
                                    .head = counted.head,
                                    .first_at = counted.first_at,
                                    .last_at = counted.last_at,
                                    .times = counted.times,
                                    .token = kind.token},
                         "record_read", counted.who, counted.where.address);
  };
  if (!submit_(submission())) return false;
  counted.times = 0;
  return true;
}

std::size_t AccessRecord::waiting() {
  const std::lock_guard lock(mutex_);
  std::size_t out = ended_.size();
  for (const auto& [kind, counted] : counted_) out += counted.times;
  return out;
}

void AccessRecord::flush(bool all) {
  const Timestamp now = clock_();
  const std::lock_guard lock(mutex_);
  std::erase_if(ended_, [this](const EndedExport& ended) { return record(ended); });
  for (auto at = counted_.begin(); at != counted_.end();) {
    auto& [kind, counted] = *at;
    const bool is_due = all || now.ns - counted.opened_at.ns >= counted.window_ns;
    const bool goes_on = counted.times > 0;
    if (!is_due || (goes_on && !record(kind, counted))) {
      ++at;
      continue;
    }
    if (goes_on && counted.who == Principal::node()) {
      counted.opened_at = now;
      counted.window_ns = std::min(2 * counted.window_ns, window_max_ns);
      ++at;
      continue;
    }
    const auto of_one = of_one_.find(kind.who);
    if (--of_one->second == 0) of_one_.erase(of_one);
    at = counted_.erase(at);
  }
}

}  // namespace muniment
