# MEMSIM_COMPILE_FLAGS(VARIABLE, FLAGS)
# Append to VARIABLE those of FLAGS that the compiler takes without a warning, and substitute it.
# SPDX-License-Identifier: MIT
AC_DEFUN([MEMSIM_COMPILE_FLAGS], [
  AC_LANG_PUSH([C])
  memsim_saved_cflags=$CFLAGS
  for memsim_flag in $2; do
    AC_MSG_CHECKING([whether $CC takes $memsim_flag])
    CFLAGS="$memsim_saved_cflags -Werror $memsim_flag"
    AC_COMPILE_IFELSE([AC_LANG_PROGRAM([], [])],
      [AC_MSG_RESULT([yes])
       $1="${$1:+$$1 }$memsim_flag"],
      [AC_MSG_RESULT([no])])
  done
  CFLAGS=$memsim_saved_cflags
  AC_LANG_POP([C])
  AC_SUBST([$1])
])
