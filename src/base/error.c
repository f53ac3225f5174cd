/*
 * error - the one error domain of memsim.
 *
 * SPDX-License-Identifier: MIT
 */
#include "base/error.h"

GQuark memsim_error_quark(void)
{
    return g_quark_from_static_string("memsim-error");
}
