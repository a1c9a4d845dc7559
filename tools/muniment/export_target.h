// Where an export goes, and how it comes on record.
#pragma once

#include <filesystem>
#include <fstream>
#include <functional>
#include <iosfwd>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "commands/record_read.h"
#include "tools/muniment/console.h"
#include "tools/store/store.h"

namespace muniment {

// Makes an empty file that its owner alone may read. Throws CliError where something of that name is there already, or it cannot be made.
void create_private_file(const std::filesystem::path& file);

// Standard output, or a new file that has its name only once it is whole, and which its owner alone may read.
class ExportTarget {
 public:
  // `file`: empty for standard output. Throws CliError where it, or the name that it has until it is whole, is there already or cannot be
  // written.
  ExportTarget(const std::string& file, const Console& console);
  ~ExportTarget();  // What is not whole is removed.
  ExportTarget(const ExportTarget&) = delete;
  ExportTarget& operator=(const ExportTarget&) = delete;

  // Throws CliError.
  void write(std::string_view bytes);
  // Nothing more is written here, and all is out; others may change what is in part(). Throws CliError.
  void close();
  // The file has its name, unless another took it meanwhile. Throws CliError.
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

// Records that the operator who runs the program exports this, or how that ended, then with the newest checkpoint. Durable when it returns.
// Throws StoreStopped.
void record_export(Store& store, const StoreExport& exported, std::optional<ExportEnd> end);

// Has `work` export, on record: that it begins before anything is out, and then how it ended, as `end_of` tells it; whatever `work` throws
// is recorded as cut off and thrown on. Nothing is recorded without a vault.
ExportEnd export_on_record(Store& store, const StoreExport& exported, bool without_vault, const std::function<void()>& work,
                           const std::function<ExportEnd(bool is_cut)>& end_of);

// Says on standard error whether it was.
void tell_whether_on_record(bool without_vault, const Console& console);

}  // namespace muniment
