// Standard output of a subcommand: what was not written must not look like success. Writes nothing itself but the
// reason of a failure, to stderr.
#pragma once

namespace repopulse::app {

// Opens those of the three standard files that are closed, so that no file that is opened later gets their number and
// what was meant for a reader. Reading or writing them fails as before. Call it first of all.
void occupy_standard_files();

// Writes what is still buffered. Returns `status`, or failure where output was lost. A reader that has closed its pipe
// wants no more: that is not a failure.
int finish_output(int status);

}  // namespace repopulse::app
