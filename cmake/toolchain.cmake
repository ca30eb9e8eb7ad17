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

add_compile_options(-Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wnon-virtual-dtor -Werror)
add_compile_options(-fstack-protector-strong)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # GCC 12 reports uninitialised and out-of-bounds members inside inlined library code that is sound; clang and the
  # sanitizers watch over these instead.
  add_compile_options(-Wno-maybe-uninitialized -Wno-restrict -Wno-array-bounds -Wno-stringop-overflow -Wno-stringop-overread)
else()
  # clang 19 reports what libstdc++ 12 deprecates of its own inside std::stable_sort; GCC reports what this code uses.
  add_compile_options(-Wno-deprecated-declarations)
endif()

find_program(MOLD mold)
if(MOLD)
  add_link_options(-fuse-ld=mold)
endif()

if(REPOPULSE_SANITIZE)
  # -O1: a third less time to build, and a stack that still looks like the source.
  set(CMAKE_CXX_FLAGS_RELWITHDEBINFO "-O1 -g1")
  add_compile_options(-fsanitize=${REPOPULSE_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${REPOPULSE_SANITIZE})
endif()

if(REPOPULSE_FUZZ)
  # Every room tells the fuzzer where it has been; the fuzzers themselves bring the driver.
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()
