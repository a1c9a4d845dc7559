#include "tests/files/file_scan.h"

#include <rocksdb/options.h>
#include <rocksdb/sst_file_reader.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <memory>
#include <stdexcept>

namespace muniment::test {
namespace {

namespace fs = std::filesystem;

bool holds(const fs::path& file, std::string_view bytes) {
  std::ifstream in(file, std::ios::binary);
  const std::string content{std::istreambuf_iterator<char>(in), {}};
  return content.find(bytes) != std::string::npos;
}

bool table_holds(const fs::path& file, std::string_view bytes) {
  rocksdb::SstFileReader reader(rocksdb::Options{});
  const auto status = reader.Open(file.string());
  if (!status.ok() && !fs::exists(file)) return false;  // RocksDB has removed it meanwhile.
  if (!status.ok()) throw std::runtime_error(file.string() + ": " + status.ToString());
  rocksdb::ReadOptions options;
  options.total_order_seek = true;
  const std::unique_ptr<rocksdb::Iterator> at(reader.NewIterator(options));
  std::uint64_t seen = 0;
  bool out = false;
  for (at->SeekToFirst(); at->Valid(); at->Next(), ++seen) {
    const std::string row = at->key().ToString() + at->value().ToString();
    out |= row.find(bytes) != std::string::npos;
  }
  if (!at->status().ok()) throw std::runtime_error(file.string() + ": " + at->status().ToString());
  // What was overwritten or removed is hidden by the reader, and still in the file: where that is not compressed, its bytes were searched.
  const auto table = reader.GetTableProperties();
  if (seen != table->num_entries && table->compression_name != "NoCompression")
    throw std::runtime_error(file.string() + ": holds entries that are not shown");
  return out;
}

}  // namespace

std::vector<std::string> files_with(const fs::path& folder, std::string_view bytes) {
  std::vector<std::string> out;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (!entry.is_regular_file()) continue;
    const bool is_table = entry.path().extension() == ".sst";
    if (holds(entry.path(), bytes) || (is_table && table_holds(entry.path(), bytes))) {
      out.push_back(fs::relative(entry.path(), folder).string());
    }
  }
  std::ranges::sort(out);
  return out;
}

}  // namespace muniment::test
