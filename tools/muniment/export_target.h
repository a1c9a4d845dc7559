// Where an export goes, and how it comes on record.
#pragma once

#include <filesystem>
#include <fstream>
#include <iosfwd>
#include <string>
#include <string_view>
#include <vector>

#include "commands/record_read.h"
#include "tools/muniment/console.h"
#include "tools/store/store.h"

namespace muniment {

// Standard output, or a new file that has its name only once it is whole.
class ExportTarget {
 public:
  // `file`: empty for standard output. Throws CliError where it is there already or cannot be written.
  ExportTarget(const std::string& file, const Console& console);
  ~ExportTarget();  // What is not whole is removed.
  ExportTarget(const ExportTarget&) = delete;
  ExportTarget& operator=(const ExportTarget&) = delete;

  // Throws CliError.
  void write(std::string_view bytes);
  // Nothing more is written here; others may change what is in part(). Precondition: a file was named. Throws CliError.
  void close();
  // All is there. Throws CliError.
  void finish();
  // The name that the file has until it is whole. Precondition: a file was named.
  const std::filesystem::path& part() const { return part_; }

 private:
  const std::filesystem::path file_;
  std::filesystem::path part_;  // Empty: standard output, or it has its name.
  std::ofstream stream_;
  std::ostream& out_;
};

// Asked of a store itself.
struct StoreExport {
  std::string_view question;  // The subcommand.
  std::vector<std::string> narrowed_by = {};
  std::optional<ProviderId> provider = {};
  std::optional<Username> username = {};
  Position head = 0;  // That it is true of.
};

// Records that the operator who runs the program exported this, with the newest checkpoint. Durable when it returns. Throws StoreStopped.
void record_export(Store& store, StoreExport exported, ExportEnd end);

}  // namespace muniment
