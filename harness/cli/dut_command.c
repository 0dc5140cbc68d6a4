/* `vmacheck dut`: device files, written and checked. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/commands.h"
#include "cli/device_option.h"
#include "cli/labs.h"
#include "dut/writer.h"
#include "output/json_parts.h"

static int init(const struct arguments *arguments, const char *path);
static int check(const struct arguments *arguments, const char *path);
static int print_page(void);
static struct device_file *read_all(const char *path, struct mistakes *mistakes);
static int print_check(const char *path, const struct mistakes *mistakes, size_t instances);
static bool attached_outside(const struct device_file *file);

int dut_command(const struct arguments *arguments)
{
    const char *action = arguments->word_count ? arguments->words[0] : "";
    const char *path = arguments->word_count > 1 ? arguments->words[1] : NULL;
    if (strcmp(action, "init") == 0 && arguments->word_count <= 2)
        return init(arguments, path);
    if (strcmp(action, "check") == 0 && arguments->word_count == 2)
        return check(arguments, path);
    if (strcmp(action, "page") == 0 && arguments->word_count == 1)
        return print_page();
    return complain(RUN_USAGE, "write `vmacheck dut init [FILE]` or `vmacheck dut check FILE`");
}

/* Never over a file that is there. */
static int init(const struct arguments *arguments, const char *path)
{
    unsigned roles = arguments->scope.roles;
    if (roles & (roles - 1))
        return complain(RUN_USAGE, "a device file is for one role; give one with --role");
    if (!path) {
        device_file_write(stdout, &arguments->scope);
        return output_end(RUN_CONFORMS);
    }
    int descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    FILE *file = descriptor >= 0 ? fdopen(descriptor, "w") : NULL;
    if (!file)
        return complain(RUN_USAGE, "can't write %s: %s; give another name", path, strerror(errno));
    device_file_write(file, &arguments->scope);
    bool good = fflush(file) == 0 && !ferror(file);
    if (fclose(file) != 0 || !good)
        return complain(RUN_HARNESS_ERROR, "can't write %s: %s", path, strerror(errno));
    printf("%s is written; adapt it, then `vmacheck dut check %s`\n", path, path);
    return output_end(RUN_CONFORMS);
}

static int check(const struct arguments *arguments, const char *path)
{
    struct mistakes *mistakes = calloc(1, sizeof *mistakes);
    if (!mistakes)
        abort();
    struct device_file *file = read_all(path, mistakes);
    size_t instances = file ? instances_named("", &file->profile.claims) : 0;
    int code = file ? RUN_CONFORMS : RUN_USAGE;
    if (arguments->json)
        code = print_check(path, mistakes, instances);
    else if (!file)
        code = complain_of_mistakes(path, mistakes);
    else
        printf("%s: no mistakes; %s %s, attached as %s, claims %zu case instances\n", path,
               file->profile.name, file->profile.version, file->attached, instances);
    device_file_free(file);
    free(mistakes);
    return code ? code : output_end(code);
}

static int print_page(void)
{
    device_file_page(stdout);
    return output_end(RUN_CONFORMS);
}

/* A built-in device is looked at as well; a process isn't started, ports aren't opened. */
static struct device_file *read_all(const char *path, struct mistakes *mistakes)
{
    struct device_file *file = device_file_read(path, mistakes);
    if (!file || attached_outside(file))
        return file;
    struct lab *lab = device_file_lab(file, 1, mistakes);
    if (lab) {
        lab_close(lab);
        return file;
    }
    device_file_free(file);
    return NULL;
}

static int print_check(const char *path, const struct mistakes *mistakes, size_t instances)
{
    json_t *list = json_array();
    for (size_t i = 0; i < mistakes->count; i++) {
        json_t *object = json_object();
        json_put(object, "line", json_integer((json_int_t)mistakes->list[i].place.line));
        json_put(object, "column", json_integer((json_int_t)mistakes->list[i].place.column));
        json_put(object, "text", json_text(mistakes->list[i].text));
        json_array_append_new(list, object);
    }
    json_t *object = json_object();
    json_put(object, "file", json_text(path));
    json_put(object, "mistakes", list);
    json_put(object, "mistakes_dropped", json_integer((json_int_t)mistakes->dropped));
    json_put(object, "instances", json_integer((json_int_t)instances));
    return print_json(object, mistakes->count ? RUN_USAGE : RUN_CONFORMS);
}

static bool attached_outside(const struct device_file *file)
{
    const char *adapter = "adapter:";
    return strncmp(file->attached, adapter, strlen(adapter)) == 0 ||
           strcmp(file->attached, ATTACHED_PORTS) == 0 || file->router_count;
}
