#include "events/json/reader.h"

#include <capnp/any.h>
#include <fmt/format.h>
#include <simdjson.h>

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <cstring>
#include <limits>
#include <optional>
#include <stdexcept>

#include "events/json/plan.h"
#include "events/values/assert.h"
#include "events/values/base64.h"
#include "events/values/bytes.h"
#include "events/values/provider_id.h"
#include "events/values/timestamp.h"

namespace muniment {
namespace {

namespace dom = simdjson::dom;
using capnp::AnyPointer;
using capnp::AnyStruct;
using json::Kind;
using json::Member;
using json::Place;
using json::Scope;
using json::Union;
using json::Value;

static_assert(std::endian::native == std::endian::little, "A data section is little-endian and is written here as it stands in memory.");

constexpr std::size_t most_bytes = std::size_t{16} << 20;  // A longer list could overflow the size that simdjson counts.
constexpr std::size_t longest_shown_name = 40;

// An integer and what a reader says when there is none.
struct IntegerKind {
  std::int64_t min;
  std::uint64_t max;
  const char* expected;
};

constexpr IntegerKind integer_kind(Kind kind) {
  switch (kind) {
    case Kind::int8:
      return {-128, 127, "expected a whole number from -128 to 127"};
    case Kind::int16:
      return {-32768, 32767, "expected a whole number from -32768 to 32767"};
    case Kind::int32:
      return {std::numeric_limits<std::int32_t>::min(), std::numeric_limits<std::int32_t>::max(),
              "expected a whole number from -2147483648 to 2147483647"};
    case Kind::uint8:
      return {0, 255, "expected a whole number from 0 to 255"};
    case Kind::uint16:
      return {0, 65535, "expected a whole number from 0 to 65535"};
    case Kind::uint32:
      return {0, std::numeric_limits<std::uint32_t>::max(), "expected a whole number from 0 to 4294967295"};
    case Kind::uint64:
      return {0, std::numeric_limits<std::uint64_t>::max(), "expected a whole number from 0 to 18446744073709551615"};
    default:
      return {std::numeric_limits<std::int64_t>::min(), std::numeric_limits<std::int64_t>::max(),
              "expected a whole number from -9223372036854775808 to 9223372036854775807"};
  }
}

struct Whole {
  bool negative;
  std::uint64_t bits;  // two's complement
};

// The text of an integer as JSON writes it: no plus, no leading zeros, no -0.
std::optional<Whole> parse_whole(std::string_view text) {
  const bool negative = text.starts_with('-');
  const std::string_view digits = text.substr(negative ? 1 : 0);
  if (digits.empty() || (digits.front() == '0' && text.size() > 1)) return std::nullopt;
  const char* const end = text.data() + text.size();
  if (negative) {
    std::int64_t value = 0;
    const auto [stop, error] = std::from_chars(text.data(), end, value);
    if (error != std::errc{} || stop != end) return std::nullopt;
    return Whole{true, static_cast<std::uint64_t>(value)};
  }
  std::uint64_t value = 0;
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc{} || stop != end) return std::nullopt;
  return Whole{false, value};
}

std::optional<Whole> whole_of(dom::element from) {
  switch (from.type()) {
    case dom::element_type::INT64: {
      const std::int64_t value = from.get_int64().value_unsafe();
      return Whole{value < 0, static_cast<std::uint64_t>(value)};
    }
    case dom::element_type::UINT64:
      return Whole{false, from.get_uint64().value_unsafe()};
    case dom::element_type::STRING:
      return parse_whole(from.get_string().value_unsafe());
    default:
      return std::nullopt;
  }
}

std::optional<std::string_view> text_in(dom::element from) {
  if (from.type() != dom::element_type::STRING) return std::nullopt;
  return from.get_string().value_unsafe();
}

// Reads a boolean, an integer, an enumerant or a time. Returns what is wrong, or nullptr.
const char* read_scalar(Kind kind, const json::Enumeration* enumeration, dom::element from, std::uint64_t& bits) {
  switch (kind) {
    case Kind::boolean:
      if (from.type() != dom::element_type::BOOL) return "expected true or false";
      bits = from.get_bool().value_unsafe() ? 1 : 0;
      return nullptr;
    case Kind::enumeration: {
      const auto name = text_in(from);
      const std::uint16_t ordinal = name ? enumeration->by_name.find(*name) : json::NameTable::none;
      if (ordinal == json::NameTable::none) return enumeration->expected.c_str();
      bits = ordinal;
      return nullptr;
    }
    case Kind::time: {
      const auto text = text_in(from);
      const auto moment = text ? Timestamp::parse(*text) : std::nullopt;
      if (!moment) return "expected a time such as 2020-04-02T10:32:23Z";
      bits = static_cast<std::uint64_t>(moment->ns);
      return nullptr;
    }
    default: {
      const IntegerKind range = integer_kind(kind);
      const auto whole = whole_of(from);
      if (!whole) return range.expected;
      const bool fits = whole->negative ? static_cast<std::int64_t>(whole->bits) >= range.min : whole->bits <= range.max;
      if (!fits) return range.expected;
      bits = whole->bits;
      return nullptr;
    }
  }
}

void store(kj::ArrayPtr<capnp::byte> data, Kind kind, std::uint32_t offset, std::uint64_t bits) {
  const auto put = [&](std::size_t width) {
    MUNIMENT_ASSERT((offset + 1) * width <= data.size());
    std::memcpy(data.begin() + offset * width, &bits, width);
  };
  switch (kind) {
    case Kind::boolean: {
      MUNIMENT_ASSERT(offset / 8 < data.size());
      const auto mask = static_cast<capnp::byte>(1u << offset % 8);
      capnp::byte& at = data[offset / 8];
      at = static_cast<capnp::byte>((at & ~mask) | (bits != 0 ? mask : 0));
      return;
    }
    case Kind::int8:
    case Kind::uint8:
      return put(1);
    case Kind::int16:
    case Kind::uint16:
    case Kind::enumeration:
      return put(2);
    case Kind::int32:
    case Kind::uint32:
      return put(4);
    default:
      return put(8);
  }
}

// Field names are public, but what stands in the place of a name may be anything: only what looks like one is shown.
bool may_be_shown(std::string_view name) {
  if (name.empty() || name.size() > longest_shown_name || name.front() < 'a' || name.front() > 'z') return false;
  for (const char c : name) {
    if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_')) return false;
  }
  return true;
}

// One object while its fields are read.
static_assert(json::max_places == 8, "Frame::at has as many initializers, because a Builder has no default.");
struct Frame {
  struct Active {
    const Scope* scope = nullptr;
    std::uint64_t seen = 0;  // bits of its names
  };

  std::array<AnyStruct::Builder, json::max_places> at{nullptr, nullptr, nullptr, nullptr, nullptr, nullptr, nullptr, nullptr};
  std::array<const Place*, json::max_places> places{};  // by number; none for the object itself
  std::uint32_t open = 1;                               // bits of the places that are there already
  std::array<Active, json::max_scopes> active;
  std::size_t active_count = 0;

  explicit Frame(AnyStruct::Builder self) { at[0] = self; }

  bool is_open(std::uint8_t place) const { return (open >> place & 1) != 0; }

  AnyStruct::Builder& place(std::uint8_t number) {
    if (!is_open(number)) {
      const Place& wanted = *places[number];
      at[number] = place(wanted.parent).getPointerSection()[wanted.pointer].initAsAnyStruct(wanted.data_words, wanted.pointers);
      open |= 1u << number;
    }
    return at[number];
  }
};

// Reads one document. A function returns false when it has filled `error`; on the way out each caller adds its part of the path.
class ReadWalk {
 public:
  explicit ReadWalk(bool has_escapes) : has_escapes_(has_escapes) {}

  bool object(const json::Object& plan, dom::element from, AnyStruct::Builder into) {
    dom::object fields;
    if (from.get(fields) != simdjson::SUCCESS) return fail("expected an object");
    Frame frame(into);
    if (!enter(frame, plan.scope, fields)) return false;
    for (const auto& [name, value] : fields) {
      if (!field(frame, name, value)) return false;
    }
    return finish(frame);
  }

  JsonError error;

 private:
  bool fail(std::string_view problem) {
    error = {"", std::string(problem)};
    return false;
  }
  bool in_field(std::string_view name) {
    const bool at_end = error.path.empty() || error.path.front() == '[';
    error.path = at_end ? std::string(name) + error.path : fmt::format("{}.{}", name, error.path);
    return false;
  }
  bool in_element(std::size_t index) {
    const bool at_end = error.path.empty() || error.path.front() == '[';
    error.path = fmt::format("[{}]{}{}", index, at_end ? "" : ".", error.path);
    return false;
  }
  bool fail_in_field(std::string_view name, std::string_view problem) {
    fail(problem);
    return in_field(name);
  }

  // Makes the scope's fields known to the object, and those of the cases that its unions have.
  bool enter(Frame& frame, const Scope& scope, dom::object fields) {
    MUNIMENT_ASSERT(frame.active_count < json::max_scopes);
    frame.active[frame.active_count++].scope = &scope;
    for (const Place& place : scope.places) frame.places[place.number] = &place;
    for (const Union& choice : scope.unions) {
      if (!choose(frame, choice, fields)) return false;
    }
    return true;
  }

  bool choose(Frame& frame, const Union& choice, dom::object fields) {
    for (const auto& [name, value] : fields) {
      if (name != choice.tag) continue;
      const auto text = text_in(value);
      if (!text) return fail_in_field(choice.tag, "expected text");
      const std::uint16_t which = choice.by_name.find(*text);
      if (which == json::NameTable::none) return fail_in_field(choice.tag, choice.expected);
      store(frame.place(choice.place).getDataSection(), Kind::uint16, choice.offset, which);
      return enter(frame, choice.cases[which], fields);
    }
    return may_be_absent(frame, choice.place) || fail_in_field(choice.tag, "is missing");
  }

  // Whether the place, or one around it, is left out when nothing opens it. If something does, finish() asks for what it lacks.
  static bool may_be_absent(const Frame& frame, std::uint8_t place) {
    for (; place != 0; place = frame.places[place]->parent) {
      if (frame.places[place]->optional) return true;
    }
    return false;
  }

  bool field(Frame& frame, std::string_view name, dom::element value) {
    for (std::size_t i = 0; i < frame.active_count; ++i) {
      Frame::Active& active = frame.active[i];
      const std::uint16_t index = active.scope->names.find(name);
      if (index == json::NameTable::none) continue;
      const std::uint64_t bit = std::uint64_t{1} << index;
      if ((active.seen & bit) != 0) return fail_in_field(name, "appears twice");
      active.seen |= bit;
      if (index >= active.scope->members.size()) return true;  // a tag, already read
      const Member& known = active.scope->members[index];
      return member(known, value, frame.place(known.place)) || in_field(name);
    }
    return may_be_shown(name) ? fail_in_field(name, "is unknown") : fail("has an unknown field");
  }

  // Opens the places that must be there, and looks for what is missing in those that are.
  bool finish(Frame& frame) {
    for (std::size_t i = 0; i < frame.active_count; ++i) {
      for (const Place& place : frame.active[i].scope->places) {
        if (!place.optional && frame.is_open(place.parent)) frame.place(place.number);
      }
    }
    for (std::size_t i = 0; i < frame.active_count; ++i) {
      const auto& [scope, seen] = frame.active[i];
      std::uint64_t required = 0;
      for (std::uint8_t place = 0; place < json::max_places; ++place) {
        if (frame.is_open(place)) required |= scope->required[place];
      }
      const std::uint64_t missing = required & ~seen;
      if (missing == 0) continue;
      const auto index = static_cast<std::size_t>(std::countr_zero(missing));
      const std::size_t members = scope->members.size();
      return fail_in_field(index < members ? scope->members[index].name : scope->unions[index - members].tag, "is missing");
    }
    return true;
  }

  bool member(const Member& known, dom::element from, AnyStruct::Builder& into) {
    const Value& value = known.value;
    if (value.kind == Kind::group) return object(*value.object, from, into);
    if (value.is_pointer()) return pointer(value, from, into.getPointerSection()[known.offset]);
    if (value.kind == Kind::id) return id(known, from, into.getDataSection());
    if (value.kind == Kind::provider) return provider(known, from, into.getDataSection());
    // An optional number whose default is the greatest one has none by default: saying it would be taken for saying nothing.
    const bool is_none_by_default = known.optional && value.kind == Kind::uint64 && known.default_bits == ~std::uint64_t{0};
    constexpr const char* less_than_none = "expected a whole number from 0 to 18446744073709551614";
    std::uint64_t bits = 0;
    if (const char* problem = read_scalar(value.kind, value.enumeration, from, bits))
      return fail(is_none_by_default ? less_than_none : problem);
    if (is_none_by_default && bits == known.default_bits) return fail(less_than_none);
    store(into.getDataSection(), value.kind, known.offset, bits ^ known.default_bits);
    return true;
  }

  // All zero is how none is kept: a reader would take it for nothing said.
  bool id(const Member& known, dom::element from, kj::ArrayPtr<capnp::byte> into) {
    const auto digits = text_in(from);
    const auto read = digits ? from_hex(*digits) : std::nullopt;
    if (!read || read->size() != 16 || std::ranges::all_of(*read, [](Byte byte) { return byte == 0; })) {
      return fail("expected 32 hexadecimal digits, not all of them 0");
    }
    std::array<std::uint64_t, 2> parts{};
    std::memcpy(parts.data(), read->data(), sizeof parts);
    store(into, Kind::uint64, known.offset, parts[0]);
    store(into, Kind::uint64, known.offset_2, parts[1]);
    return true;
  }

  bool provider(const Member& known, dom::element from, kj::ArrayPtr<capnp::byte> into) {
    const auto text = text_in(from);
    const auto read = text ? ProviderId::parse(*text) : std::nullopt;
    if (!read) return fail("expected nine digits and a letter");
    store(into, Kind::uint32, known.offset, read->number());
    store(into, Kind::uint8, known.offset_2, static_cast<std::uint8_t>(read->letter()));
    return true;
  }

  bool pointer(const Value& value, dom::element from, AnyPointer::Builder into) {
    switch (value.kind) {
      case Kind::text:
        return text(from, [&](std::string_view read) { return into.initAs<capnp::Text>(static_cast<unsigned>(read.size())); });
      case Kind::hex:
      case Kind::base64:
        return data(value.kind, from, [&](ByteSpan read) { return into.initAs<capnp::Data>(static_cast<unsigned>(read.size())); });
      case Kind::object:
        return object(*value.object, from, into.initAsAnyStruct(value.object->data_words, value.object->pointers));
      default:
        return list(value, from, into);
    }
  }

  template <typename Make>  // make(what was read) -> the builder for as many bytes
  bool text(dom::element from, Make make) {
    const auto read = text_in(from);
    if (!read) return fail("expected text");
    // An unescaped U+0000 is no JSON.
    if (has_escapes_ && read->find('\0') != std::string_view::npos) return fail("expected text without U+0000");
    auto into = make(*read);
    std::memcpy(into.begin(), read->data(), read->size());
    return true;
  }

  template <typename Make>
  bool data(Kind kind, dom::element from, Make make) {
    const auto digits = text_in(from);
    const auto read = !digits ? std::nullopt : kind == Kind::hex ? from_hex(*digits) : from_base64(*digits);
    if (!read) return fail(kind == Kind::hex ? "expected hexadecimal digits" : "expected Base64");
    auto into = make(*read);
    if (!read->empty()) std::memcpy(into.begin(), read->data(), read->size());
    return true;
  }

  bool list(const Value& value, dom::element from, AnyPointer::Builder into) {
    dom::array elements;
    if (from.get(elements) != simdjson::SUCCESS) return fail("expected a list");
    const auto count = static_cast<unsigned>(elements.size());
    switch (value.element) {
      case Kind::boolean:
        return scalars(value, elements, into.initAs<capnp::List<bool>>(count));
      case Kind::int8:
      case Kind::uint8:
        return scalars(value, elements, into.initAs<capnp::List<std::uint8_t>>(count));
      case Kind::int16:
      case Kind::uint16:
      case Kind::enumeration:
        return scalars(value, elements, into.initAs<capnp::List<std::uint16_t>>(count));
      case Kind::int32:
      case Kind::uint32:
        return scalars(value, elements, into.initAs<capnp::List<std::uint32_t>>(count));
      case Kind::int64:
      case Kind::uint64:
      case Kind::time:
        return scalars(value, elements, into.initAs<capnp::List<std::uint64_t>>(count));
      case Kind::text:
        return texts(elements, into.initAs<capnp::List<capnp::Text>>(count));
      case Kind::hex:
      case Kind::base64:
        return blobs(value.element, elements, into.initAs<capnp::List<capnp::Data>>(count));
      default:
        return objects(*value.object, elements, into.initAsListOfAnyStruct(value.object->data_words, value.object->pointers, count));
    }
  }

  template <typename List>
  bool scalars(const Value& value, dom::array from, List into) {
    unsigned i = 0;
    for (const dom::element element : from) {
      std::uint64_t bits = 0;
      if (const char* problem = read_scalar(value.element, value.enumeration, element, bits)) {
        fail(problem);
        return in_element(i);
      }
      into.set(i++, static_cast<std::remove_cvref_t<decltype(into[0])>>(bits));
    }
    return true;
  }

  bool texts(dom::array from, capnp::List<capnp::Text>::Builder into) {
    unsigned i = 0;
    for (const dom::element element : from) {
      if (!text(element, [&](std::string_view read) { return into.init(i, static_cast<unsigned>(read.size())); })) return in_element(i);
      ++i;
    }
    return true;
  }

  bool blobs(Kind kind, dom::array from, capnp::List<capnp::Data>::Builder into) {
    unsigned i = 0;
    for (const dom::element element : from) {
      if (!data(kind, element, [&](ByteSpan read) { return into.init(i, static_cast<unsigned>(read.size())); })) return in_element(i);
      ++i;
    }
    return true;
  }

  bool objects(const json::Object& plan, dom::array from, capnp::List<AnyStruct>::Builder into) {
    unsigned i = 0;
    for (const dom::element element : from) {
      if (!object(plan, element, into[i])) return in_element(i);
      ++i;
    }
    return true;
  }

  bool has_escapes_;
};

// simdjson refuses a whole document for a number that is malformed or fits no type of its own, and does not say where. Puts a fraction,
// which no field takes, in the place of each such number, so that reading the document again names its path.
std::string with_bad_numbers_replaced(std::string_view text) {
  constexpr std::string_view number_characters = "+-.0123456789eE";
  std::string out;
  bool in_string = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (in_string && c == '\\' && i + 1 < text.size()) {
      out.append(text, i++, 2);
      continue;
    }
    if (c == '"') in_string = !in_string;
    if (in_string || !(c == '-' || (c >= '0' && c <= '9'))) {
      out.push_back(c);
      continue;
    }
    const std::string_view number = text.substr(i, std::min(text.find_first_not_of(number_characters, i), text.size()) - i);
    out.append(parse_whole(number) ? number : "0.5");
    i += number.size() - 1;
  }
  return out;
}

std::string problem_of(simdjson::error_code error, const JsonLimits& limits) {
  switch (error) {
    case simdjson::EMPTY:
      return "is empty";
    case simdjson::UTF8_ERROR:
      return "is not valid UTF-8";
    case simdjson::DEPTH_ERROR:
      return fmt::format("is nested deeper than {} levels", limits.depth);
    case simdjson::MEMALLOC:
      throw std::bad_alloc();
    default:
      return "is not valid JSON";
  }
}

}  // namespace

std::string JsonError::message() const { return path.empty() ? "the document " + problem : path + ": " + problem; }

struct JsonReader::Implementation {
  Implementation(capnp::StructSchema schema, JsonLimits given) : limits(given), plan(json::compile(schema)) {}

  const JsonLimits limits;
  const json::Plan plan;
  dom::parser parser;

  std::expected<void, JsonError> read(std::string_view text, AnyStruct::Builder into) {
    if (text.size() > limits.bytes) return refused(fmt::format("is larger than {} bytes", limits.bytes));
    if (text.empty()) return refused("is empty");
    dom::element document;
    simdjson::error_code unreadable = parse(text, document);
    if (unreadable == simdjson::NUMBER_ERROR) {
      unreadable = parse(with_bad_numbers_replaced(text), document);
      if (unreadable == simdjson::SUCCESS && !walk(text, document, into)) return std::unexpected(std::move(error_));
      return refused("is not valid JSON");
    }
    if (unreadable != simdjson::SUCCESS) return refused(problem_of(unreadable, limits));
    if (!document.is_object()) return refused("is no JSON object");
    if (!walk(text, document, into)) return std::unexpected(std::move(error_));
    return {};
  }

 private:
  static std::unexpected<JsonError> refused(std::string problem) { return std::unexpected(JsonError{"", std::move(problem)}); }

  simdjson::error_code parse(std::string_view text, dom::element& document) { return parser.parse(text.data(), text.size()).get(document); }

  bool walk(std::string_view text, dom::element document, AnyStruct::Builder into) {
    ReadWalk one(text.find('\\') != std::string_view::npos);
    if (one.object(*plan.root, document, into)) return true;
    error_ = std::move(one.error);
    return false;
  }

  JsonError error_;
};

JsonReader::JsonReader(capnp::StructSchema root, JsonLimits limits) : implementation_(std::make_unique<Implementation>(root, limits)) {
  if (limits.bytes > most_bytes) throw std::invalid_argument("a JSON document may have at most 16 MiB");
  // simdjson counts the document itself as a level.
  if (implementation_->parser.allocate(4096, limits.depth + 1) != simdjson::SUCCESS) throw std::bad_alloc();
}

JsonReader::~JsonReader() = default;

std::expected<void, JsonError> JsonReader::read(std::string_view text, capnp::DynamicStruct::Builder into) {
  MUNIMENT_ASSERT(into.getSchema() == implementation_->plan.schema);
  return implementation_->read(text, into);
}

}  // namespace muniment
