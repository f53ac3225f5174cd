/*
 * main - the program: finds the command, prints the one error there may be, exits.
 *
 * No locale is set: numbers read and print the same everywhere.
 *
 * SPDX-License-Identifier: MIT
 */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "base/suggest.h"
#include "cmd.h"

#ifndef PACKAGE_VERSION
#define PACKAGE_VERSION "unknown"
#endif

static const char help[] =
    "memsim - what a kernel's memory requests really cost, next to what the roofline says\n"
    "\n"
    "Usage:\n"
    "  memsim SCRIPT.lua [OPTION...]             run the sweeps that a Lua script describes\n"
    "  memsim replay TRACE --machine NAME [...]  run a trace of a real program on a machine\n"
    "  memsim trace info|head|convert [...]      look at a trace, write it in another format\n"
    "  memsim mrc TRACE|SCRIPT.lua [...]         misses for every cache size, from one pass\n"
    "  memsim machines [NAME]                    list the machines, or show one with its file\n"
    "  memsim dram [NAME]                        list the grades of DRAM, or show one\n"
    "  memsim kernels [NAME]                     list the kernels, or show the parameters of one\n"
    "  memsim --help | --version\n"
    "\n"
    "Each command explains its options: memsim SCRIPT.lua --help, memsim replay --help.\n"
    "\n"
    "Examples:\n"
    "  memsim scripts/cache_sweep.lua\n"
    "  memsim scripts/roofline_sweep.lua -f csv -o roofline.csv\n"
    "  memsim scripts/window_sweep.lua --set footprint=64MiB --columns 'window,time_s,l1_*'\n"
    "  memsim replay sort.lackey.xz --machine a100-40\n"
    "\n"
    "Exit status: 0 all points are done; 1 the input is wrong, a point failed or the system "
    "refused;\n"
    "2 wrong options; 130 interrupted.\n";

typedef struct {
    const char *name;
    int (*run)(int argc, char **argv, GError **error);
} Command;

static const Command commands[] = {
    { "replay", cmd_replay }, { "trace", cmd_trace }, { "machines", cmd_machines },
    { "mrc", cmd_mrc },       { "dram", cmd_dram },   { "kernels", cmd_kernels },
};

void cmd_wrong_option(GError **error, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    g_propagate_error(error,
                      g_error_new_valist(G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, format, args));
    va_end(args);
}

int cmd_print(const char *text, GError **error)
{
    size_t left = strlen(text);

    while (left > 0) {
        const ssize_t written = write(STDOUT_FILENO, text, left);

        if (written < 0 && errno == EINTR)
            continue;
        if (written < 0 && errno == EPIPE)
            return EXIT_ALL_DONE;
        if (written < 0) {
            g_set_error(error, MEMSIM_ERROR, MEMSIM_ERROR_IO, "cannot write standard output: %s",
                        g_strerror(errno));
            return EXIT_WRONG_INPUT;
        }
        text += written;
        left -= (size_t)written;
    }
    return EXIT_ALL_DONE;
}

static void drop_separator(int *argc, char **argv)
{
    if (*argc < 2 || !g_str_equal(argv[1], "--"))
        return;
    memmove(&argv[1], &argv[2], sizeof *argv * (size_t)(*argc - 1));
    --*argc;
}

bool cmd_parse(GOptionContext *context, int *argc, char ***argv, int *status, GError **error)
{
    g_autoptr(GOptionContext) own = context;
    gboolean help_wanted = FALSE;
    const GOptionEntry entries[] = {
        { "help", 'h', 0, G_OPTION_ARG_NONE, &help_wanted, "Show this help", NULL },
        G_OPTION_ENTRY_NULL,
    };

    *status = EXIT_WRONG_OPTIONS;
    g_option_context_set_help_enabled(own, FALSE); /* ours: only main exits */
    g_option_context_add_main_entries(own, entries, NULL);
    if (!g_option_context_parse(own, argc, argv, error))
        return false;
    drop_separator(argc, *argv);
    if (!help_wanted)
        return true;
    g_autofree char *text = g_option_context_get_help(own, TRUE, NULL);

    *status = cmd_print(text, error);
    return false;
}

/* A descriptor that whoever started us had closed must not become a result file. */
static void open_standard_descriptors(void)
{
    int fd;

    do
        fd = open("/dev/null", O_RDONLY);
    while (fd >= 0 && fd <= STDERR_FILENO);
    if (fd >= 0)
        close(fd);
}

static bool is_word(const char *text)
{
    return !strpbrk(text, "./") && text[0] != '-' && access(text, F_OK) != 0;
}

/* A word that is neither a command nor a file. */
static void set_no_command(const char *word, GError **error)
{
    const char *names[G_N_ELEMENTS(commands) + 1] = { NULL };
    const char *nearest;

    for (size_t i = 0; i < G_N_ELEMENTS(commands); i++)
        names[i] = commands[i].name;
    nearest = suggest_nearest(word, names);
    g_autofree char *known = g_strjoinv(" ", (char **)(uintptr_t)names);

    if (nearest)
        cmd_wrong_option(error, "no script or command '%s'; did you mean '%s'?", word, nearest);
    else
        cmd_wrong_option(error, "no script or command '%s'; known commands: %s", word, known);
}

static int dispatch(int argc, char **argv, GError **error)
{
    const char *first = argc > 1 ? argv[1] : NULL;

    if (!first) {
        cmd_wrong_option(error, "nothing to do; a script or a command is missing");
        return EXIT_WRONG_OPTIONS;
    }
    if (g_str_equal(first, "--help") || g_str_equal(first, "-h") || g_str_equal(first, "help"))
        return cmd_print(help, error);
    if (g_str_equal(first, "--version"))
        return cmd_print("memsim " PACKAGE_VERSION "\n", error);
    for (size_t i = 0; i < G_N_ELEMENTS(commands); i++)
        if (g_str_equal(first, commands[i].name)) {
            g_autofree char *shown = g_strdup_printf("memsim %s", first);

            g_set_prgname(shown);
            return commands[i].run(argc - 1, argv + 1, error);
        }
    if (is_word(first)) {
        set_no_command(first, error);
        return EXIT_WRONG_OPTIONS;
    }
    return cmd_run(argc, argv, error);
}

/* "-j4" to "-j" "4", which GOption does not do.  Returns (caller frees the array, not its strings). */
static char **split_short_options(int *argc, char **argv)
{
    static const char with_value[] = "jfomn";
    char **split = g_new0(char *, 2 * (size_t)*argc + 1);
    bool is_value = false, options = true;
    int n = 0;

    for (int i = 0; i < *argc; i++) {
        const bool is_short = options && !is_value && argv[i][0] == '-' && argv[i][1] != '\0' &&
                              strchr(with_value, argv[i][1]) != NULL;

        options = options && !g_str_equal(argv[i], "--");
        is_value = is_short && argv[i][2] == '\0';
        if (is_short && !is_value) {
            const char letter[] = { '-', argv[i][1], '\0' };

            split[n++] = (char *)g_intern_string(letter);
            split[n++] = argv[i] + 2;
        } else {
            split[n++] = argv[i];
        }
    }
    *argc = n;
    return split;
}

/* GLib ends a program that gets no memory.  Nothing is lost by it: what was finished has been written. */
static void say_no_memory(const char *domain, GLogLevelFlags level, const char *message, void *user)
{
    g_autofree char *words = error_last_words(message);

    (void)domain, (void)level, (void)user;
    fprintf(stderr, "memsim: %s\n", words);
    _exit(EXIT_WRONG_INPUT);
}

int main(int argc, char **argv)
{
    g_autoptr(GError) error = NULL;
    g_autofree char **split = split_short_options(&argc, argv);
    int status;

    open_standard_descriptors();
    signal(SIGPIPE, SIG_IGN); /* a closed pipe is a failed write */
    signal(SIGXFSZ, SIG_IGN); /* and so is a file that may not grow */
    g_set_prgname("memsim");
    g_log_set_handler("GLib", G_LOG_LEVEL_ERROR | G_LOG_FLAG_FATAL | G_LOG_FLAG_RECURSION,
                      say_no_memory, NULL);
    status = dispatch(argc, split, &error);
    if (!error)
        return status;
    fprintf(stderr, "memsim: %s\n", error->message);
    if (error->domain != G_OPTION_ERROR)
        return status;
    fputs("Try 'memsim --help'.\n", stderr);
    return EXIT_WRONG_OPTIONS;
}
