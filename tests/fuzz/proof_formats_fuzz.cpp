// Any bytes may stand where a note, a checkpoint, a key, a proof, the path of a tile or a bundle of records should: they come from other
// people's logs; or a policy of witnesses, or a time stamp. What is taken says the same when it is written again; nothing verifies that no
// key signed.
#include <cstdint>
#include <string>
#include <string_view>

#include "events/proof/checkpoint.h"
#include "events/proof/cosignature.h"
#include "events/proof/proof_text.h"
#include "events/proof/tile_path.h"
#include "events/proof/time_stamp.h"
#include "events/proof/witness_policy.h"
#include "events/values/assert.h"

namespace {

using namespace muniment;

// As an outsider reads it: what is written of it is read as the same.
template <typename Form>
void read_again(std::string_view text) {
  const auto read = Form::parse(text);
  if (!read) return;
  const std::string written = read->text();
  const auto again = Form::parse(written);
  MUNIMENT_ASSERT(again && again->text() == written);
}

void read_note(std::string_view bytes) {
  static const VerifierKey nobodys{.name = "example.com/audit"};
  const auto note = Note::parse(bytes);
  if (note) {
    const auto again = Note::parse(note->bytes());
    MUNIMENT_ASSERT(again && again->text == note->text && again->signatures == note->signatures);
    MUNIMENT_ASSERT(!verify_note(*note, nobodys));
    MUNIMENT_ASSERT(!verify_cosignature(*note, nobodys));
  }
  MUNIMENT_ASSERT(!open_checkpoint(bytes, nobodys));
}

// A quorum of somebody is met by nobody.
void read_policy(std::string_view text) {
  static const Note unsigned_note{.text = "example.com/audit\n1\nAAAA\n", .signatures = {}};
  const auto policy = WitnessPolicy::parse(text);
  if (!policy) {
    MUNIMENT_ASSERT(!policy.error().empty());
    return;
  }
  MUNIMENT_ASSERT(policy->is_met_by(unsigned_note) == policy->asks_for_nobody());
  for (const WitnessPolicy::WitnessKey& witness : policy->witnesses()) MUNIMENT_ASSERT(VerifierKey::parse(witness.key.text()));
}

void read_time_stamp(std::string_view bytes) {
  static const TimeAuthority nobodys{};
  static const std::string query = time_stamp_query("a text");
  MUNIMENT_ASSERT(!verify_time_stamp(bytes, "a text", nobodys));
  MUNIMENT_ASSERT(!token_in_reply(bytes, query, nobodys));
}

void read_bundle(std::string_view bytes) {
  const auto records = bundled_records(bytes);
  if (!records) return;
  std::string again;
  for (const ByteSpan record : *records) put_bundled(record, again);
  MUNIMENT_ASSERT(again == bytes);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const std::string_view text{reinterpret_cast<const char*>(bytes), size};
  read_note(text);
  read_again<Checkpoint>(text);
  read_again<VerifierKey>(text);
  read_again<InclusionText>(text);
  read_again<ConsistencyText>(text);
  if (const auto path = TilePath::parse(text)) MUNIMENT_ASSERT(path->text() == text);
  read_bundle(text);
  read_policy(text);
  read_time_stamp(text);
  return 0;
}
