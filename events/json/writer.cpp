#include "events/json/writer.h"

#include <capnp/any.h>
#include <fmt/format.h>

#include <array>
#include <bit>
#include <cstring>
#include <iterator>
#include <optional>

#include "events/json/json_string.h"
#include "events/json/plan.h"
#include "events/values/assert.h"
#include "events/values/base64.h"
#include "events/values/provider_id.h"
#include "events/values/put_text.h"

namespace muniment {
namespace {

using capnp::AnyPointer;
using capnp::AnyStruct;
using json::Kind;
using json::Member;
using json::Place;
using json::Scope;
using json::Step;
using json::Union;
using json::Value;

static_assert(std::endian::native == std::endian::little, "A data section is little-endian and is read here as it stands in memory.");

// A field that the struct is too short for has its default: the message is older than the field.
template <typename Int>
std::uint64_t load_as(kj::ArrayPtr<const capnp::byte> data, std::uint32_t offset) {
  Int value = 0;
  if ((offset + std::size_t{1}) * sizeof value <= data.size()) std::memcpy(&value, data.begin() + offset * sizeof value, sizeof value);
  return value;
}

std::uint64_t load(kj::ArrayPtr<const capnp::byte> data, Kind kind, std::uint32_t offset) {
  switch (kind) {
    case Kind::boolean:
      return offset / 8 < data.size() ? data[offset / 8] >> offset % 8 & 1u : 0;
    case Kind::int8:
    case Kind::uint8:
      return load_as<std::uint8_t>(data, offset);
    case Kind::int16:
    case Kind::uint16:
    case Kind::enumeration:
      return load_as<std::uint16_t>(data, offset);
    case Kind::int32:
    case Kind::uint32:
      return load_as<std::uint32_t>(data, offset);
    default:
      return load_as<std::uint64_t>(data, offset);
  }
}

AnyPointer::Reader pointer_at(const AnyStruct::Reader& from, std::uint32_t index) {
  const auto pointers = from.getPointerSection();
  return index < pointers.size() ? pointers[index] : AnyPointer::Reader();
}

// Writes one message. Separators need no state: a comma is due unless the bracket has just been opened.
class WriteWalk {
 public:
  explicit WriteWalk(std::string& out) : out_(out) {}

  void object(const json::Object& plan, const AnyStruct::Reader& from) {
    out_.push_back('{');
    Frame frame;
    frame[0] = from;
    scope(plan.scope, frame);
    out_.push_back('}');
  }

  bool all_known = true;

 private:
  // By number of the place; none for what is left out.
  using Frame = std::array<std::optional<AnyStruct::Reader>, json::max_places>;

  void separate(char opening) {
    if (out_.back() != opening) out_.push_back(',');
  }

  void scope(const Scope& fields, Frame& frame) {
    for (const Step step : fields.order) {
      switch (step.what) {
        case Step::What::place:
          open(fields.places[step.index], frame);
          break;
        case Step::What::member: {
          const Member& one = fields.members[step.index];
          if (frame[one.place]) member(one, *frame[one.place]);
          break;
        }
        case Step::What::choice: {
          const Union& one = fields.unions[step.index];
          if (frame[one.place]) choice(one, frame);
          break;
        }
      }
    }
  }

  static void open(const Place& place, Frame& frame) {
    frame[place.number].reset();
    const auto& parent = frame[place.parent];
    if (!parent) return;
    const AnyPointer::Reader pointer = pointer_at(*parent, place.pointer);
    if (!place.optional || !pointer.isNull()) frame[place.number] = pointer.getAs<AnyStruct>();
  }

  void choice(const Union& one, Frame& frame) {
    const std::uint64_t which = load(frame[one.place]->getDataSection(), Kind::uint16, one.offset);
    separate('{');
    out_.append(one.key);
    if (which >= one.cases.size()) {
      all_known = false;
      out_.append("\"unknown\"");
      return;
    }
    write_json_string(out_, one.names[which]);
    scope(one.cases[which], frame);
  }

  void member(const Member& one, const AnyStruct::Reader& from) {
    const Value& value = one.value;
    if (value.is_pointer()) {
      const AnyPointer::Reader at = pointer_at(from, one.offset);
      if (one.optional && at.isNull()) return;
      begin(one);
      return pointer(value, at);
    }
    if (value.kind == Kind::group) {
      begin(one);
      return object(*value.object, from);
    }
    if (value.kind == Kind::id) return id(one, from.getDataSection());
    if (value.kind == Kind::provider) return provider(one, from.getDataSection());
    const std::uint64_t difference = load(from.getDataSection(), value.kind, one.offset);
    if (one.optional && difference == 0) return;
    begin(one);
    scalar(value.kind, value.enumeration, difference ^ one.default_bits);
  }

  void id(const Member& one, kj::ArrayPtr<const capnp::byte> from) {
    const std::array<std::uint64_t, 2> parts{load(from, Kind::uint64, one.offset), load(from, Kind::uint64, one.offset_2)};
    if (one.optional && parts[0] == 0 && parts[1] == 0) return;
    begin(one);
    out_.push_back('"');
    put_hex(out_, {reinterpret_cast<const Byte*>(parts.data()), sizeof parts});
    out_.push_back('"');
  }

  // What is no PID/SL, in a record that is not ours, is shown as the empty text.
  void provider(const Member& one, kj::ArrayPtr<const capnp::byte> from) {
    const auto number = static_cast<std::uint32_t>(load(from, Kind::uint32, one.offset));
    const auto letter = static_cast<char>(load(from, Kind::uint8, one.offset_2));
    if (one.optional && letter == 0) return;
    begin(one);
    const auto id = ProviderId::from(number, letter);
    write_json_string(out_, id ? id->text() : "");
  }

  void begin(const Member& one) {
    separate('{');
    out_.append(one.key);
  }

  template <typename Int>
  void number(Int value) {
    const fmt::format_int digits(value);
    out_.append(digits.data(), digits.size());
  }

  void scalar(Kind kind, const json::Enumeration* enumeration, std::uint64_t bits) {
    switch (kind) {
      case Kind::boolean:
        out_.append(bits != 0 ? "true" : "false");
        return;
      case Kind::int8:
        return number(static_cast<std::int8_t>(bits));
      case Kind::int16:
        return number(static_cast<std::int16_t>(bits));
      case Kind::int32:
        return number(static_cast<std::int32_t>(bits));
      case Kind::int64:
      case Kind::uint64:
        out_.push_back('"');
        kind == Kind::int64 ? number(static_cast<std::int64_t>(bits)) : number(bits);
        out_.push_back('"');
        return;
      case Kind::enumeration:
        if (bits < enumeration->names.size()) return write_json_string(out_, enumeration->names[bits]);
        all_known = false;
        return number(bits);
      case Kind::time:
        out_.push_back('"');
        put_time(out_, Timestamp{static_cast<std::int64_t>(bits)});
        out_.push_back('"');
        return;
      default:
        return number(bits);
    }
  }

  void pointer(const Value& value, const AnyPointer::Reader& from) {
    switch (value.kind) {
      case Kind::text:
        return text(from.getAs<capnp::Text>());
      case Kind::hex:
      case Kind::base64:
        return data(value.kind, from.getAs<capnp::Data>());
      case Kind::object:
        return object(*value.object, from.getAs<AnyStruct>());
      default:
        return list(value, from);
    }
  }

  void text(const capnp::Text::Reader& from) { write_json_string(out_, {from.begin(), from.size()}); }

  void data(Kind kind, const capnp::Data::Reader& from) {
    const ByteSpan bytes{from.begin(), from.size()};
    out_.push_back('"');
    if (kind == Kind::hex) {
      put_hex(out_, bytes);
    } else {
      append_base64(out_, bytes);
    }
    out_.push_back('"');
  }

  void list(const Value& value, const AnyPointer::Reader& from) {
    const auto scalar_in = [&](auto element) { scalar(value.element, value.enumeration, static_cast<std::uint64_t>(element)); };
    switch (value.element) {
      case Kind::boolean:
        return each(from.getAs<capnp::List<bool>>(), scalar_in);
      case Kind::int8:
      case Kind::uint8:
        return each(from.getAs<capnp::List<std::uint8_t>>(), scalar_in);
      case Kind::int16:
      case Kind::uint16:
      case Kind::enumeration:
        return each(from.getAs<capnp::List<std::uint16_t>>(), scalar_in);
      case Kind::int32:
      case Kind::uint32:
        return each(from.getAs<capnp::List<std::uint32_t>>(), scalar_in);
      case Kind::int64:
      case Kind::uint64:
      case Kind::time:
        return each(from.getAs<capnp::List<std::uint64_t>>(), scalar_in);
      case Kind::text:
        return each(from.getAs<capnp::List<capnp::Text>>(), [&](const auto& element) { text(element); });
      case Kind::hex:
      case Kind::base64:
        return each(from.getAs<capnp::List<capnp::Data>>(), [&](const auto& element) { data(value.element, element); });
      default:
        return each(from.getAs<capnp::AnyList>().as<capnp::List<AnyStruct>>(),
                    [&](const auto& element) { object(*value.object, element); });
    }
  }

  template <typename List, typename Write>
  void each(const List& elements, Write write) {
    out_.push_back('[');
    for (const auto& element : elements) {
      separate('[');
      write(element);
    }
    out_.push_back(']');
  }

  std::string& out_;
};

}  // namespace

JsonWriter::JsonWriter(capnp::StructSchema root) : plan_(std::make_unique<const json::Plan>(json::compile(root))) {}

JsonWriter::~JsonWriter() = default;

bool JsonWriter::write(capnp::DynamicStruct::Reader from, std::string& out) const {
  MUNIMENT_ASSERT(from.getSchema() == plan_->schema);
  WriteWalk walk(out);
  walk.object(*plan_->root, from);
  return walk.all_known;
}

}  // namespace muniment
