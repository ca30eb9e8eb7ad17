# Compiler, linker and warning settings, the same for every target.

find_program(CCACHE ccache)
if(CCACHE)
  set(CMAKE_C_COMPILER_LAUNCHER ${CCACHE})
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CCACHE})
endif()

# -g1 keeps backtraces useful at a fraction of the build time and of the size of full debug information.
set(CMAKE_CXX_FLAGS_RELWITHDEBINFO "-O2 -g1")
set(CMAKE_C_FLAGS_RELWITHDEBINFO "-O2 -g1")
set(CMAKE_POSITION_INDEPENDENT_CODE ON)

add_compile_options(-Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wnon-virtual-dtor)
if(REPOPULSE_WERROR)
  add_compile_options(-Werror)
endif()
add_compile_options(-fstack-protector-strong)
if(CMAKE_SYSTEM_PROCESSOR MATCHES "aarch64|arm64")
  # Compilers would join a product and a sum into one instruction with one rounding, which x86-64's baseline does not have. Without
  # that, what was tested there holds here.
  add_compile_options(-ffp-contract=off)
endif()
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # GCC 12 gives false warnings of uninitialised and out-of-bounds members in inlined library code; clang and the sanitizers
  # check for these instead.
  add_compile_options(-Wno-maybe-uninitialized -Wno-restrict -Wno-array-bounds -Wno-stringop-overflow -Wno-stringop-overread)
else()
  # clang 19 warns of a deprecated function inside libstdc++ 12's std::stable_sort; GCC still warns of those that this code uses.
  add_compile_options(-Wno-deprecated-declarations)
endif()

find_program(MOLD mold)
if(MOLD)
  add_link_options(-fuse-ld=mold)
endif()

if(REPOPULSE_SANITIZE)
  # -O1 builds in a third less time, and stack traces still match the source.
  set(CMAKE_CXX_FLAGS_RELWITHDEBINFO "-O1 -g1")
  add_compile_options(-fsanitize=${REPOPULSE_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${REPOPULSE_SANITIZE})
endif()

if(REPOPULSE_SANITIZE MATCHES "address")
  # As on arm64. Code that takes one kind of char for granted fails in this build or in the others.
  add_compile_options(-funsigned-char)
endif()

if(REPOPULSE_FUZZ)
  # All rooms are built with coverage for the fuzzers; the fuzzers themselves link the driver.
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()
