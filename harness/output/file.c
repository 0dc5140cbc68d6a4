#include "output/file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define PIECES_SIZE ((size_t)64 * 1024) /* small pieces are collected up to so many octets */

struct file_writing {
    char *path;
    char part[PATH_MAX];
    int descriptor;
    int error; /* the first one; 0: none */
    size_t size;
    uint8_t pieces[PIECES_SIZE];
};

static void write_out(struct file_writing *writing, const void *data, size_t size);

bool file_replace(const char *path, const void *data, size_t size, struct reason *reason)
{
    struct file_writing *writing = file_start(path, reason);
    if (!writing)
        return false;
    file_put(writing, data, size);
    return file_finish(writing, reason);
}

struct file_writing *file_start(const char *path, struct reason *reason)
{
    struct file_writing *writing = malloc(sizeof *writing);
    if (!writing || !(writing->path = strdup(path)))
        abort();
    writing->size = 0;
    writing->error = 0;
    if (snprintf(writing->part, sizeof writing->part, "%s.part", path) >= (int)sizeof writing->part) {
        reason_set(reason, "%s: the path is too long", path);
    } else {
        writing->descriptor = open(writing->part, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
        if (writing->descriptor >= 0)
            return writing;
        reason_set(reason, "can't write %s: %s", writing->part, strerror(errno));
    }
    free(writing->path);
    free(writing);
    return NULL;
}

void file_put(struct file_writing *writing, const void *data, size_t size)
{
    if (size > sizeof writing->pieces - writing->size) {
        write_out(writing, writing->pieces, writing->size);
        writing->size = 0;
    }
    if (size > sizeof writing->pieces) {
        write_out(writing, data, size);
    } else if (size) {
        memcpy(writing->pieces + writing->size, data, size);
        writing->size += size;
    }
}

bool file_finish(struct file_writing *writing, struct reason *reason)
{
    write_out(writing, writing->pieces, writing->size);
    if (close(writing->descriptor) != 0 && !writing->error)
        writing->error = errno;
    if (!writing->error && rename(writing->part, writing->path) != 0)
        writing->error = errno;
    if (writing->error) {
        unlink(writing->part);
        reason_set(reason, "can't write %s: %s", writing->path, strerror(writing->error));
    }
    bool finished = !writing->error;
    free(writing->path);
    free(writing);
    return finished;
}

void file_abandon(struct file_writing *writing)
{
    close(writing->descriptor);
    unlink(writing->part);
    free(writing->path);
    free(writing);
}

bool file_write_all(int descriptor, const void *data, size_t size)
{
    const char *at = data;
    while (size > 0) {
        ssize_t count = write(descriptor, at, size);
        if (count < 0 && errno != EINTR)
            return false;
        if (count > 0) {
            at += count;
            size -= (size_t)count;
        }
    }
    return true;
}

bool directory_make(const char *path, struct reason *reason)
{
    char part[PATH_MAX];
    size_t length = strlen(path);
    if (length == 0 || length >= sizeof part)
        return reason_set(reason, "\"%s\" can't be the name of a directory", path);
    memcpy(part, path, length + 1);
    for (char *slash = part + 1; *slash; slash++)
        if (*slash == '/') {
            *slash = '\0';
            mkdir(part, 0777); /* if it failed, the one below tells */
            *slash = '/';
        }
    struct stat status;
    if (mkdir(part, 0777) != 0 && errno != EEXIST)
        return reason_set(reason, "can't make the directory %s: %s", path, strerror(errno));
    if (stat(part, &status) != 0 || !S_ISDIR(status.st_mode))
        return reason_set(reason, "%s is no directory", path);
    return true;
}

static void write_out(struct file_writing *writing, const void *data, size_t size)
{
    if (!writing->error && !file_write_all(writing->descriptor, data, size))
        writing->error = errno;
}
