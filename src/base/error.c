/*
 * error - the one error domain of memsim.
 *
 * SPDX-License-Identifier: MIT
 */
#include "base/error.h"

#include <string.h>

GQuark memsim_error_quark(void)
{
    return g_quark_from_static_string("memsim-error");
}

bool refuse_config(GError **error, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    g_autofree char *text = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    g_set_error_literal(error, MEMSIM_ERROR, MEMSIM_ERROR_CONFIG, text);
    return false;
}

char *error_last_words(const char *logged)
{
    const char *reason = strstr(logged, "failed to allocate");

    return reason ? g_strconcat("no memory: ", reason, NULL) : g_strdup(logged);
}
