#define _GNU_SOURCE /* mkostemp(3): no command that starts meanwhile gets the descriptor */
#include "control/settings_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "control/guard.h"
#include "json/settings_json.h"

static bool write_settings(int file, const struct device_settings *settings);

char *settings_file_write(const struct device_settings *settings, const struct guard *guard,
                          struct reason *reason)
{
    static const char name[] = "/vmacheck-settings-XXXXXX";
    const char *folder = getenv("TMPDIR");
    if (!folder || folder[0] != '/')
        folder = "/tmp";
    char *path = calloc(1, strlen(folder) + sizeof name);
    if (!path)
        abort();
    strcpy(path, folder);
    strcat(path, name);
    int file = mkostemp(path, O_CLOEXEC);
    if (file >= 0)
        guard_keep_file(guard, path);
    bool good = file >= 0 && write_settings(file, settings);
    int error = errno;
    if (file >= 0 && close(file) != 0) {
        good = false;
        error = errno;
    }
    if (good)
        return path;
    reason_set(reason, "the settings can't be written into %s: %s", folder, strerror(error));
    if (file >= 0)
        settings_file_remove(path, guard);
    else
        free(path);
    return NULL;
}

void settings_file_remove(char *path, const struct guard *guard)
{
    if (path) {
        unlink(path);
        guard_forget_file(guard, path);
    }
    free(path);
}

static bool write_settings(int file, const struct device_settings *settings)
{
    char text[SETTINGS_TEXT_ROOM];
    size_t size = device_settings_write(settings, text);
    bool good = size;
    errno = EINVAL;
    for (size_t done = 0; good && done < size;) {
        ssize_t count = write(file, text + done, size - done);
        if (count >= 0)
            done += (size_t)count;
        else
            good = errno == EINTR;
    }
    return good;
}
