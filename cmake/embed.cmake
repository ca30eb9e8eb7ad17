# Builds the files of a folder into a library, so that the executable can serve them without a file beside it.
find_package(Python3 3.9 REQUIRED COMPONENTS Interpreter)

# repopulse_embed(TARGET DIR SYMBOL [DEPENDS file...]): a static library TARGET that defines, sorted by path,
#   namespace repopulse { std::span<const embed::Asset> SYMBOL(); }
# Declare it in a header of your own, which includes "embed/asset.h". DEPENDS names what DIR is made from when it is itself
# a product of the build; otherwise the files in it are watched.
function(repopulse_embed target dir symbol)
  cmake_parse_arguments(EMBED "" "" "DEPENDS" ${ARGN})
  if(NOT EMBED_DEPENDS)
    file(GLOB_RECURSE EMBED_DEPENDS CONFIGURE_DEPENDS ${dir}/*)
  endif()
  set(source ${CMAKE_CURRENT_BINARY_DIR}/${target}.cc)
  set(generator ${PROJECT_SOURCE_DIR}/cmake/embed/generate.py)
  add_custom_command(
    OUTPUT ${source}
    COMMAND ${Python3_EXECUTABLE} ${generator} ${dir} ${symbol} ${source}
    DEPENDS ${generator} ${EMBED_DEPENDS}
    COMMENT "Embedding ${dir}"
    VERBATIM)
  add_library(${target} STATIC ${source})
  target_include_directories(${target} PUBLIC ${PROJECT_SOURCE_DIR}/cmake ${PROJECT_SOURCE_DIR})
  # A file is one string literal, however long.
  target_compile_options(${target} PRIVATE -Wno-overlength-strings)
endfunction()
