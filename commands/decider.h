// Decides commands one after another and encodes what they record, in memory: nothing is durable before the group is appended.
//
// Invariant: a decision sees every decision before it, those in its own group too.
//
// One thread at a time. No threads, files or clocks of its own: whoever owns it appends the groups, in order, and says when each is
// durable.
#pragma once

#include <boost/unordered/unordered_flat_map.hpp>
#include <deque>
#include <functional>
#include <memory>
#include <span>

#include "commands/answer.h"
#include "commands/command.h"
#include "commands/command_lookup.h"
#include "commands/origin.h"
#include "commands/refusal_limit.h"
#include "commands/sight.h"
#include "events/record/encoder.h"
#include "events/record/event_streams.h"
#include "events/record/fact_format.h"

namespace muniment {

struct Submission {
  Command command;
  schema::Source source = schema::Source::OPERATOR;
  std::shared_ptr<const Origin> origin = {};  // Null: it came over no connection.
  std::string program = {};
  // Called once: on the sequencer's writing thread, and after a failure on any, perhaps before the submission returns. Must not block.
  std::function<void(const Answer&)> answer = {};
  // The vault's fingerprint of a content that is not personal, where whoever lets it in has taken it already: the deciding thread is the
  // one that all wait for.
  std::optional<Fingerprint> fingerprint = {};
  std::optional<CommandLookup> lookup = {};  // The same of what the log says of its id.
};

// What the vault may let go of once the event that makes it needless is in the log.
struct Tidying {
  AccountId account;
  Position profile_position = 0;  // The account's profile and PIN as the decision left them.
  EventId pin_event = {};
  VaultBatch always = {};
  VaultBatch if_unchanged = {};  // Only if the account has still those.
};

// What is personal in a record of a group, and where its seal goes.
struct Sealing {
  Position position;
  std::size_t at;  // In bytes, of the group's words, which have zeros there: as many as the seal takes.
  AccountKey key;
  AccountId account;
  EventId event;
  Bytes plaintext;
};

// What is recorded together by one synced write.
struct Group {
  std::vector<capnp::word> words;
  std::vector<RecordWords> records;  // Into `words`; filled by Decider::close.
  std::vector<std::pair<std::function<void(const Answer&)>, Answer>> answers;
  std::optional<Vault::StagedNumber> staged;
  Position first = 0;                  // Of its records; when it has none, one beyond the last decided.
  std::vector<std::size_t> ends = {};  // Of each record in `words`.
  std::vector<Tidying> tidyings = {};
  std::shared_ptr<void> decided =
      {};  // What the submissions stand in: whoever answers lets go of it, so that the deciding thread need not.
  std::vector<Sealing> sealings = {};

  // Puts the seals into the records: before these are appended, and by whoever does that, since the deciding thread is the one that all
  // wait for, and looks at no seal of a group in flight.
  void seal(Sealer& sealer);
};

class Decider {
 public:
  using Clock = std::function<Timestamp()>;

  // Borrows them for its life. Reads the log's head: nobody else may append from now on.
  // `formats`: since which format of the store each kind of fact is written; borrowed too.
  Decider(const EventLog& log, Vault& vault, Clock clock, Partition partition = 0, const FactFormats& formats = fact_formats);

  // Decides the commands one after another and adds their events and answers to the group. Takes the submissions' answer functions. One
  // that rests on what the log cannot read is answered so, and records nothing.
  void decide(std::span<Submission> submissions, Group& group);
  void decide(Submission& submission, Group& group) { decide({&submission, 1}, group); }
  // Ends the group, after which it can be appended, and begins to count it as in flight.
  void close(const std::shared_ptr<Group>& group);
  // Everything up to `position` is in the log: groups in flight up to there are let go, and the vault is tidied after them.
  void settle(Position durable);

  Position decided() const { return next_ - 1; }
  // Keeps no more than so many accounts, names and providers in memory, those that decisions looked at last; a few more while groups are
  // in flight.
  void forget_beyond(std::size_t most);
  World& world() { return world_; }
  Sight& sight() { return sight_; }

 private:
  struct HashOfKey {
    using is_avalanching = void;
    std::size_t operator()(const KeyHash& key) const { return key.low; }
  };

  void find_recorded(std::span<Submission> submissions);
  void forget_commands(Position looked_up);
  void fetch_ahead(std::span<const Submission> submissions);
  // `recorded`: where the same command has recorded its first event already.
  Answer decide_or_tell(const Submission& submission, std::optional<Position> recorded, Group& group);
  Answer decide_one(const Submission& submission, std::optional<Position> recorded, Group& group);
  std::optional<Refusal> refused_as_delegate(const Request& request);
  std::optional<Refusal> refused_as_actor(const Command& command);
  Answer repeat_of(const Submission& submission, Position position);
  Answer answer_again(const Submission& submission, schema::Event::Reader event, Position position);
  std::string receipt_again(const RemoveLeaver& leaver, Position first, Position last);
  std::optional<Refused> stale_version(const Command& command);
  Answer record(const Submission& submission, Decided& decided, Group& group);
  Answer refuse(const Submission& submission, const Refused& refused, Group& group);
  void tidy(const Tidying& tidying);
  bool is_of_later_format(const Decided& decided);
  std::optional<Refusal> refused_as_unsealable(const Decided& decided);
  void encode_all(const Submission& submission, const Decided& decided, Group& group);
  void encode(const Submission& submission, const Decided& decided, std::size_t index, Group& group);
  void make_room_for_seal(const DecidedEvent& event, const std::optional<AccountId>& account, Position position, Group& group);
  EventStreams next_versions(const Streams& streams);
  Fingerprint fingerprint_of(const Submission& submission, const std::optional<AccountId>& account, bool is_refused);
  RecordWords pending(Position position) const;
  ByteSpan pending_personal(Position position) const;
  void visit(Position position, const std::function<void(schema::Event::Reader)>& look) const;

  const EventLog& log_;
  Vault& vault_;
  Clock clock_;
  Partition partition_;
  const FactFormats& formats_;
  World world_;
  Sight sight_;
  Encoder encoder_;
  RefusalLimit refusal_limit_;
  Position next_;
  Timestamp last_recorded_at_;
  Timestamp now_;
  Group* open_ = nullptr;  // During decide.
  std::deque<std::shared_ptr<Group>> in_flight_;
  // Commands that were recorded behind what was last looked up: where their first events stand, and in the order of these.
  boost::unordered_flat_map<KeyHash, Position, HashOfKey> recent_commands_;
  std::deque<std::pair<Position, KeyHash>> recent_in_order_;
  Position commands_forgotten_to_ = 0;  // A look-up that is not true up to here says too little.
  Position aged_at_ = 0;                // The last decided when the aggregates aged.

  // Kept for their memory alone.
  std::vector<std::string_view> usernames_;  // Whom the submissions that are being decided name, and where.
  std::vector<ProviderId> provider_ids_;
  std::vector<StreamVersion> versions_;  // The last of each stream that the decision being encoded writes to: they are few.
  Bytes sealed_;
  std::vector<std::vector<capnp::word>> spare_words_;  // Of groups that are in the log: no more than were ever in flight.
};

}  // namespace muniment
