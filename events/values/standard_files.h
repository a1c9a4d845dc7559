// Standard input, output and error are open for as long as the program runs.
#pragma once

namespace muniment {

// Call first in main(). A caller may have closed descriptors 0 to 2, and the next files that are opened get these numbers: what is then
// printed would be written into a store's own files. Where one is closed it becomes /dev/null, opened so that a write to it fails.
void keep_standard_files_open();

}  // namespace muniment
