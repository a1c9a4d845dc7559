// Any bytes may stand where a note, a checkpoint, a key, a proof, the path of a tile or a bundle of records should: they come from other
// people's logs. What is taken says the same when it is written again; nothing verifies that no key signed.
#include <cstdint>
#include <string>
#include <string_view>

#include "events/proof/checkpoint.h"
#include "events/proof/proof_text.h"
#include "events/proof/tile_path.h"
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
  }
  MUNIMENT_ASSERT(!open_checkpoint(bytes, nobodys));
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
  return 0;
}
