#include "cli/run_directory.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/text.h"
#include "output/file.h"

static bool claim_directory(const char *directory, int *claim, struct reason *reason);
static size_t topic_size(const char *id);
static bool prepare_topic(const char *directory, const char *id, bool ours, struct reason *reason);
static void remove_captures(const char *topic_directory);
static bool ends_with(const char *name, const char *ending);

bool run_directory_prepare(const char *directory, int *claim, struct reason *reason)
{
    static const char *const leftovers[] = {"results.jsonl", "results.jsonl.early", "junit.xml"};
    char path[PATH_MAX];
    const char *topic = "";
    *claim = -1;
    if (strlen(directory) > PATH_MAX - NAME_MAX - 256)
        return reason_set(reason, "--out: the name of the directory is too long");
    if (!directory_make(directory, reason))
        return false;
    if (access(directory, W_OK | X_OK) != 0)
        return reason_set(reason, "can't write to the directory %s: %s; choose another with --out", directory,
                          strerror(errno));
    if (!claim_directory(directory, claim, reason))
        return false;
    bool ours = access(run_directory_file(directory, "results.jsonl", path), F_OK) == 0;
    for (size_t i = 0; i < sizeof leftovers / sizeof leftovers[0]; i++)
        unlink(run_directory_file(directory, leftovers[i], path));
    for (size_t i = 0; i < case_registry_count; i++)
        for (size_t j = 0; j < case_registry[i]->count; j++) {
            const char *id = case_registry[i]->cases[j].id;
            bool another = topic_size(id) != topic_size(topic) || strncmp(id, topic, topic_size(id)) != 0;
            if ((another || !topic[0]) && !prepare_topic(directory, id, ours, reason))
                return false;
            topic = id;
        }
    return true;
}

const char *run_directory_file(const char *directory, const char *name, char path[static PATH_MAX])
{
    struct text text = text_in(path, PATH_MAX); /* run_directory_prepare() refused what is too long */
    text_add(&text, "%s/%s", directory, name);
    return path;
}

void run_directory_capture_name(const struct case_instance *instance, char name[static PATH_MAX])
{
    snprintf(name, PATH_MAX, "captures/%s.%s.%s.%s.%s.pcapng", instance->test->id, role_name(instance->role),
             scheme_name(instance->scheme), lane_name(instance->lane), medium_name(instance->medium));
}

/* A lock on the directory itself needs no file, and ends with its descriptor (flock(2)). Some file systems
 * have none for directories (NFS); there, and where the directory can't be read, nobody is kept out. */
static bool claim_directory(const char *directory, int *claim, struct reason *reason)
{
    *claim = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    return *claim < 0 || flock(*claim, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK ||
           reason_set(
               reason,
               "%s: another run of vmacheck writes there; wait for its end or choose another directory "
               "with --out",
               directory);
}

/* Letters of an id before its last slash. */
static size_t topic_size(const char *id)
{
    const char *slash = strrchr(id, '/');
    return slash ? (size_t)(slash - id) : 0;
}

/* Makes the directory of the case's topic; in a directory that is 'ours' already, without the captures of the
 * run before. */
static bool prepare_topic(const char *directory, const char *id, bool ours, struct reason *reason)
{
    char path[PATH_MAX];
    int length = snprintf(path, sizeof path, "%s/captures/%.*s", directory, (int)topic_size(id), id);
    if (length >= (int)sizeof path)
        return reason_set(reason, "--out: the name of the directory is too long");
    if (ours)
        remove_captures(path);
    return directory_make(path, reason);
}

static void remove_captures(const char *topic_directory)
{
    DIR *files = opendir(topic_directory);
    char path[PATH_MAX];
    for (struct dirent *file; files && (file = readdir(files));)
        if (ends_with(file->d_name, ".pcapng") || ends_with(file->d_name, ".pcapng.part"))
            unlink(run_directory_file(topic_directory, file->d_name, path));
    if (files)
        closedir(files);
}

static bool ends_with(const char *name, const char *ending)
{
    size_t length = strlen(name);
    size_t size = strlen(ending);
    return length > size && strcmp(name + length - size, ending) == 0;
}
