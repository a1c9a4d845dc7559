// What is written is read again as the same message, for random messages of every form.
#include <capnp/dynamic.h>
#include <gtest/gtest.h>

#include <array>
#include <random>
#include <string>

#include "events/json/reader.h"
#include "events/json/writer.h"
#include "events/schema/event.capnp.h"
#include "sample_json.h"

namespace muniment {
namespace {

constexpr std::uint64_t optional_annotation = 0xe69a5d43c7b1476c;
constexpr std::uint64_t time_annotation = 0xef97ad18afa10b8c;
constexpr std::uint64_t id_annotation = 0xd0c6a7d15c1bb3f4;
constexpr std::uint64_t provider_annotation = 0x9b4b6ba2ffb2e6a7;
constexpr std::int64_t last_moment = 9'214'646'399'999'999'999;  // 2261-12-31T23:59:59.999999999Z

bool has(capnp::StructSchema::Field field, std::uint64_t annotation) {
  for (const auto one : field.getProto().getAnnotations()) {
    if (one.getId() == annotation) return true;
  }
  return false;
}

// Fills a message of any schema that has a JSON form.
class Generator {
 public:
  explicit Generator(std::uint64_t seed) : random_(seed) {}

  void fill(capnp::DynamicStruct::Builder into, int depth) {
    const auto schema = into.getSchema();
    for (const auto field : schema.getNonUnionFields()) {
      if (has(field, optional_annotation) && (depth <= 0 || below(2) == 0)) continue;
      fill_field(into, field, depth);
    }
    const auto cases = schema.getUnionFields();
    if (cases.size() != 0) fill_field(into, cases[static_cast<unsigned>(below(cases.size()))], depth);
  }

 private:
  std::uint64_t below(std::uint64_t limit) { return random_() % limit; }

  void fill_field(capnp::DynamicStruct::Builder into, capnp::StructSchema::Field field, int depth) {
    const auto type = field.getType();
    if (has(field, id_annotation)) return fill_id(into.init(field).as<capnp::DynamicStruct>());
    if (has(field, provider_annotation)) return fill_provider(into.init(field).as<capnp::DynamicStruct>());
    switch (type.which()) {
      case capnp::schema::Type::STRUCT:
        fill(into.init(field).as<capnp::DynamicStruct>(), depth - 1);
        // A flattened struct that need not be there is, without any field, no different from none.
        if (has(field, optional_annotation) && written_as_nothing(into.get(field).asReader().as<capnp::DynamicStruct>())) into.clear(field);
        return;
      case capnp::schema::Type::LIST:
        fill_list(into.init(field, static_cast<unsigned>(depth <= 0 ? 0 : below(4))).as<capnp::DynamicList>(), field, depth);
        return;
      default:
        into.set(field, scalar(type, has(field, time_annotation)));
    }
  }

  void fill_id(capnp::DynamicStruct::Builder into) {
    into.set("first", bits() | 1);
    into.set("last", bits());
  }

  void fill_provider(capnp::DynamicStruct::Builder into) {
    into.set("number", below(1'000'000'000));
    into.set("letter", 'A' + below(26));
  }

  static bool written_as_nothing(capnp::DynamicStruct::Reader reader) {
    const std::string name = reader.getSchema().getShortDisplayName().cStr();
    return (name == "Extras" || name == "Context" || name == "Policy") && written(reader) == "{}";
  }

  void fill_list(capnp::DynamicList::Builder into, capnp::StructSchema::Field field, int depth) {
    const auto type = into.getSchema().getElementType();
    for (unsigned i = 0; i < into.size(); ++i) {
      if (type.isStruct()) {
        fill(into[i].as<capnp::DynamicStruct>(), depth - 1);
      } else {
        into.set(i, scalar(type, has(field, time_annotation)));
      }
    }
  }

  // Small numbers and the ends of the range are as likely as any other.
  std::uint64_t bits() {
    const std::uint64_t any = random_();
    switch (below(4)) {
      case 0:
        return any % 10;
      case 1:
        return ~std::uint64_t{0} >> below(64);
      case 2:
        return std::uint64_t{1} << below(64);
      default:
        return any;
    }
  }

  capnp::DynamicValue::Reader scalar(capnp::Type type, bool is_time) {
    using T = capnp::schema::Type;
    switch (type.which()) {
      case T::VOID:
        return capnp::VOID;
      case T::BOOL:
        return below(2) == 0;
      case T::INT8:
        return static_cast<std::int8_t>(bits());
      case T::INT16:
        return static_cast<std::int16_t>(bits());
      case T::INT32:
        return static_cast<std::int32_t>(bits());
      case T::INT64:
        return is_time ? static_cast<std::int64_t>(below(last_moment)) : static_cast<std::int64_t>(bits());
      case T::UINT8:
        return static_cast<std::uint8_t>(bits());
      case T::UINT16:
        return static_cast<std::uint16_t>(bits());
      case T::UINT32:
        return static_cast<std::uint32_t>(bits());
      case T::UINT64:
        return bits();
      case T::ENUM:
        return capnp::DynamicEnum(type.asEnum(), static_cast<std::uint16_t>(below(type.asEnum().getEnumerants().size())));
      case T::TEXT:
        make_text();
        return capnp::Text::Reader(text_.c_str(), text_.size());
      default:
        make_text();
        text_.push_back('\0');
        return capnp::Data::Reader(reinterpret_cast<const capnp::byte*>(text_.data()), below(text_.size() + 1));
    }
  }

  void make_text() {
    constexpr std::array<std::string_view, 14> pieces = {"a",    "\"", "\\",     "\n",     "\x01",       "\x1f", "/",
                                                         "\x7f", "ñ",  "\u2028", "\uffff", "\U0010ffff", "é",    "word "};
    text_.clear();
    for (std::uint64_t left = below(below(10) == 0 ? 200 : 8); left > 0; --left) text_ += pieces[below(pieces.size())];
  }

  std::mt19937_64 random_;
  std::string text_;
};

template <typename T>
void expect_round_trips(std::uint64_t seed, int rounds) {
  Generator generator(seed);
  JsonReader reader(capnp::Schema::from<T>());
  const JsonWriter writer(capnp::Schema::from<T>());
  for (int round = 0; round < rounds; ++round) {
    Message<T> message;
    generator.fill(message.root, 4);
    std::string text;
    ASSERT_TRUE(writer.write(message.root.asReader(), text));
    Message<T> again;
    const auto result = reader.read(text, again.root);
    ASSERT_TRUE(result) << result.error().message() << "\n" << text;
    ASSERT_TRUE(capnp::AnyStruct::Reader(again.root.asReader()) == capnp::AnyStruct::Reader(message.root.asReader())) << text;
    std::string second;
    writer.write(again.root.asReader(), second);
    ASSERT_EQ(second, text);
  }
}

TEST(JsonRoundTrip, KeepsEveryFormOfTheSample) { expect_round_trips<sample::Everything>(1, 2'000); }

TEST(JsonRoundTrip, KeepsOptionalFields) { expect_round_trips<sample::Optionals>(2, 5'000); }

TEST(JsonRoundTrip, KeepsFlattenedStructs) { expect_round_trips<sample::Flattened>(3, 5'000); }

TEST(JsonRoundTrip, KeepsUnionsInUnions) { expect_round_trips<sample::Nested>(4, 5'000); }

TEST(JsonRoundTrip, KeepsIdsAndProviders) { expect_round_trips<sample::Identified>(6, 5'000); }

TEST(JsonRoundTrip, KeepsEveryEvent) { expect_round_trips<schema::Event>(5, 5'000); }

}  // namespace
}  // namespace muniment
