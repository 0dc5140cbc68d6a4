#include "output/file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

bool file_replace(const char *path, const void *data, size_t size, struct reason *reason)
{
    char part[PATH_MAX];
    if (snprintf(part, sizeof part, "%s.part", path) >= (int)sizeof part)
        return reason_set(reason, "%s: the path is too long", path);
    int descriptor = open(part, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (descriptor < 0)
        return reason_set(reason, "can't write %s: %s", part, strerror(errno));
    bool written = file_write_all(descriptor, data, size);
    int error = errno;
    if (close(descriptor) != 0 && written) {
        error = errno;
        written = false;
    }
    if (written && rename(part, path) == 0)
        return true;
    error = written ? errno : error;
    unlink(part);
    return reason_set(reason, "can't write %s: %s", path, strerror(error));
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
