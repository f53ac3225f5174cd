/*
 * command_file - commands into lines, lines into a file or through zstd into it.  See the header.
 *
 * A failure is kept until command_file_finish: the channels do not know what listens to them.
 *
 * SPDX-License-Identifier: MIT
 */
#include "dram/command_file.h"

#include <archive.h>
#include <archive_entry.h>
#include <string.h>

#include "base/error.h"
#include "dram/dram.h"
#include "dram/standard.h"

enum { BUFFER_BYTES = 64 * 1024, LINE_BYTES = 160, LEVEL = 3 };

typedef struct {
    CommandFile *file;
    uint32_t channel;
} Watcher;

struct CommandFile {
    Target *target;
    struct archive *archive; /* NULL: plain */
    Watcher *watchers;       /* [channels] */
    uint32_t channels, ranks, bank_groups, banks, burst_length;
    bool unit_is_rank; /* of PREA and REFAB; else a pseudo-channel */
    bool same_bank;    /* REFPB is for the bank of every bank group */
    GError *error;     /* the first failure; nothing is written after it */
    size_t used;
    char buffer[BUFFER_BYTES];
};

static const char header[] =
    "time_fs,channel,pseudo_channel,rank,bank_group,bank,row,column,command\n";

/* libarchive's write callback. */
static la_ssize_t pass_on(struct archive *archive, void *user, const void *data, size_t length)
{
    CommandFile *file = user;

    if (file->error || target_write(file->target, data, length, &file->error))
        return (la_ssize_t)length;
    archive_set_error(archive, -1, "%s", file->error->message);
    return -1;
}

/* What libarchive says, unless the system has said it before. */
static void keep_error(CommandFile *file)
{
    if (!file->error)
        g_set_error(&file->error, MEMSIM_ERROR, MEMSIM_ERROR_IO, "cannot compress: %s",
                    archive_error_string(file->archive));
}

static bool open_zstd(CommandFile *file)
{
    g_autofree char *level = g_strdup_printf("%d", LEVEL);
    struct archive_entry *entry = archive_entry_new();
    bool good;

    file->archive = archive_write_new();
    archive_entry_set_filetype(entry, AE_IFREG);
    /* The defaults pad the end to a block of 10 KiB. */
    good = archive_write_add_filter_zstd(file->archive) == ARCHIVE_OK &&
           archive_write_set_filter_option(file->archive, "zstd", "compression-level", level) ==
               ARCHIVE_OK &&
           archive_write_set_format_raw(file->archive) == ARCHIVE_OK &&
           archive_write_set_bytes_in_last_block(file->archive, 1) == ARCHIVE_OK &&
           archive_write_open(file->archive, file, NULL, pass_on, NULL) == ARCHIVE_OK &&
           archive_write_header(file->archive, entry) == ARCHIVE_OK;
    archive_entry_free(entry);
    if (!good)
        keep_error(file);
    return good;
}

static void flush(CommandFile *file)
{
    const size_t bytes = file->used;

    file->used = 0;
    if (file->error)
        return;
    if (!file->archive)
        target_write(file->target, file->buffer, bytes, &file->error);
    else if (bytes > 0 &&
             archive_write_data(file->archive, file->buffer, bytes) != (la_ssize_t)bytes)
        keep_error(file);
}

CommandFile *command_file_new(const DramConfig *config, Target *target, bool zstd, GError **error)
{
    CommandFile *file = g_new0(CommandFile, 1);

    file->target = target;
    file->channels = config->channels;
    file->ranks = config->ranks;
    file->bank_groups = config->bank_groups;
    file->banks = config->banks;
    file->burst_length = config->burst_length;
    file->unit_is_rank = standard_find(config->standard)->refresh_scope == SCOPE_RANK;
    file->same_bank = standard_find(config->standard)->refresh_banks == REFRESH_SAME_BANK;
    file->watchers = g_new0(Watcher, config->channels);
    for (uint32_t i = 0; i < config->channels; i++)
        file->watchers[i] = (Watcher){ file, i };
    memcpy(file->buffer, header, strlen(header));
    file->used = strlen(header);
    if (!zstd || open_zstd(file))
        return file;
    g_propagate_error(error, g_steal_pointer(&file->error));
    command_file_free(file);
    return NULL;
}

static char *put_number(char *at, uint64_t number)
{
    at += units_digits(number, at);
    *at++ = ',';
    return at;
}

static char *put_nothing(char *at, uint32_t fields)
{
    memset(at, ',', fields);
    return at + fields;
}

/* Pseudo-channel, rank, bank group, bank. */
static char *put_place(const CommandFile *file, char *at, Command command, uint32_t place)
{
    const uint32_t group = place / file->banks, rank = group / file->bank_groups;

    if (command != CMD_PREA && command != CMD_REFAB) {
        at = put_number(at, rank / file->ranks);
        at = put_number(at, rank % file->ranks);
        at = command == CMD_REFPB && file->same_bank ? put_nothing(at, 1)
                                                     : put_number(at, group % file->bank_groups);
        return put_number(at, place % file->banks);
    }
    if (!file->unit_is_rank)
        return put_nothing(put_number(at, place), 3);
    at = put_number(at, place / file->ranks);
    return put_nothing(put_number(at, place % file->ranks), 2);
}

static void write_command(void *owner, Tick when, Command command, uint32_t place, uint32_t row,
                          uint32_t column)
{
    const Watcher *watcher = owner;
    CommandFile *file = watcher->file;
    const bool moves = (SET_COLUMN >> command & 1) != 0;
    char *at = file->buffer + file->used;

    at = put_number(at, when);
    at = put_number(at, watcher->channel);
    at = put_place(file, at, command, place);
    at = moves || command == CMD_ACT || command == CMD_ACT2 ? put_number(at, row)
                                                            : put_nothing(at, 1);
    at = moves ? put_number(at, (uint64_t)column * file->burst_length) : put_nothing(at, 1);
    at = g_stpcpy(at, command_names[command]);
    *at++ = '\n';
    file->used = (size_t)(at - file->buffer);
    if (file->used > BUFFER_BYTES - LINE_BYTES)
        flush(file);
}

void command_file_watch(CommandFile *file, const Memory *memory)
{
    for (uint32_t i = 0; i < file->channels; i++)
        channel_set_log(dram_channel(memory, i), write_command, &file->watchers[i]);
}

bool command_file_finish(CommandFile *file, GError **error)
{
    flush(file);
    if (!file->error && file->archive && archive_write_close(file->archive) != ARCHIVE_OK)
        keep_error(file);
    if (!file->error)
        return true;
    g_propagate_error(error, g_steal_pointer(&file->error));
    return false;
}

void command_file_free(CommandFile *file)
{
    if (!file)
        return;
    if (file->archive) {
        archive_write_fail(file->archive); /* what was not finished is not written now */
        archive_write_free(file->archive);
    }
    g_clear_error(&file->error);
    g_free(file->watchers);
    g_free(file);
}
