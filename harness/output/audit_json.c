#include "output/audit_report.h"

#include "output/json_parts.h"
#include "output/owners_print.h"
#include "output/version.h"

static json_t *station_json(const struct audit *audit, const struct station *station);
static json_t *findings_json(const struct audit *audit, const struct station *station);
static json_t *example_json(const struct example *example);
static json_t *frames_json(const struct audit *audit, const struct finding_group *group);
static json_t *unjudged_json(const struct station *station);
static json_t *doubts_json(const struct station *station);
static json_t *skips_json(const struct audit *audit);

json_t *audit_json(const struct audit *audit, const struct audit_files *files)
{
    json_t *object = json_object();
    json_t *names = json_array();
    json_t *list = json_array();
    struct reason reason = {""};
    uint64_t first;
    for (size_t i = 0; i < files->count; i++)
        json_array_append_new(names, json_text(files->names[i]));
    json_put(object, "type", json_text("audit"));
    json_put(object, "format", json_integer(1));
    json_put(object, "version", json_text(VMACHECK_VERSION));
    json_put(object, "files", names);
    json_put(object, "error", json_text(files->error));
    json_put(object, "verdict", json_text(verdict_text(audit_verdict(audit, &reason))));
    json_put(object, "reason", json_text(reason.text));
    json_put(object, "frames", json_integer((json_int_t)audit_frame_count(audit)));
    json_put(object, "start_ns", json_integer(audit_start_ns(audit)));
    json_put(object, "duration_ns", json_integer(audit_duration_ns(audit)));
    json_put(object, "pixit", json_pixit(&audit_court(audit)->pixit));
    struct owners_page page = {.owners = audit_owners(audit)};
    page.networks = audit_network_names(audit, &page.network_count);
    json_put(object, "owners", owners_json(&page));
    const struct stations *stations = audit_stations(audit);
    for (size_t i = 0; i < stations_count(stations); i++)
        if (stations_at(stations, i)->judge && stations_at(stations, i)->sent_count)
            json_array_append_new(list, station_json(audit, stations_at(stations, i)));
    json_put(object, "stations", list);
    json_put(object, "skipped", skips_json(audit));
    json_put(object, "backwards", json_integer((json_int_t)audit_backwards_count(audit, &first)));
    const char *what = NULL;
    audit_channels_full(audit, &what);
    json_put(object, "vccs_beyond", json_text(what));
    json_put(object, "owners_beyond", json_integer((json_int_t)owners_beyond_count(audit_owners(audit))));
    json_put(object, "unmarked", json_integer((json_int_t)audit_court(audit)->unmarked_count));
    return object;
}

static json_t *station_json(const struct audit *audit, const struct station *station)
{
    char text[STATION_TEXT_SIZE];
    json_t *object = json_object();
    struct scope possible = judge_possible(station->judge);
    size_t network_count;
    const char *const *networks = audit_network_names(audit, &network_count);
    json_put(object, "name", json_text(station_name(station, text)));
    json_put(object, "lecid", station->lecid ? json_integer(station->lecid) : json_null());
    json_put(object, "network", json_text(networks[station->network]));
    json_put(object, "local", json_boolean(station->local));
    json_put(object, "asked", json_boolean(audit_asked(audit, station)));
    json_set_scope(object, &possible);
    json_put(object, "sent", json_integer((json_int_t)station->sent_count));
    json_put(object, "heard", json_integer((json_int_t)station->heard_count));
    json_put(object, "first_frame", json_integer((json_int_t)station->first_number));
    json_put(object, "last_frame", json_integer((json_int_t)station->last_number));
    json_put(object, "verdict", json_text(verdict_text(audit_station_verdict(audit, station))));
    json_put(object, "findings", findings_json(audit, station));
    json_put(object, "doubts", doubts_json(station));
    json_put(object, "not_judged", unjudged_json(station));
    return object;
}

static json_t *findings_json(const struct audit *audit, const struct station *station)
{
    json_t *list = json_array();
    for (const struct finding_group *group = judge_groups(station->judge); group; group = group->next) {
        json_t *object = json_object();
        json_t *examples = json_array();
        for (const struct example *example = group->first; example; example = example->next)
            json_array_append_new(examples, example_json(example));
        json_put(object, "kind", json_text(group->kind == FINDING_VIOLATION ? "violation" : "remark"));
        json_put(object, "requirement", json_text(group->requirement->id));
        json_put(object, "quote", json_text(group->requirement->quote));
        json_put(object, "source", json_text(group->source));
        json_put(object, "site", json_text(group->site));
        json_put(object, "count", json_integer((json_int_t)group->count));
        json_put(object, "frames", frames_json(audit, group));
        json_put(object, "examples", examples);
        json_array_append_new(list, object);
    }
    return list;
}

static json_t *example_json(const struct example *example)
{
    json_t *object = json_object();
    bool window = example->window_from_ns || example->window_to_ns;
    json_put(object, "frame", example->number ? json_integer((json_int_t)example->number) : json_null());
    json_put(object, "silence", json_boolean(example->silence));
    json_put(object, "time_ns", json_integer(example->time_ns));
    json_put(object, "window_ns",
             window
                 ? json_pack("[I,I]", (json_int_t)example->window_from_ns, (json_int_t)example->window_to_ns)
                 : json_null());
    json_put(object, "expected", json_text(example->expected));
    json_put(object, "actual", json_text(example->actual));
    return object;
}

static json_t *frames_json(const struct audit *audit, const struct finding_group *group)
{
    json_t *list = json_array();
    const struct court *court = audit_court(audit);
    for (size_t i = 0; i < court->mark_count; i++)
        if (court->marks[i].group == group->index && court->marks[i].number)
            json_array_append_new(list, json_integer((json_int_t)court->marks[i].number));
    return list;
}

static json_t *unjudged_json(const struct station *station)
{
    char text[UNJUDGED_TEXT_SIZE];
    json_t *list = json_array();
    for (size_t i = 0; i < rule_registry_count; i++) {
        const struct rule *rule = rule_registry[i];
        if (!judge_unjudged(station->judge, rule, text))
            continue;
        json_t *object = json_object();
        json_put(object, "rule", json_text(rule->name));
        json_put(object, "requirements", json_words(rule->requirements));
        json_put(object, "unknown", json_text(text));
        json_array_append_new(list, object);
    }
    return list;
}

static json_t *doubts_json(const struct station *station)
{
    json_t *list = json_array();
    for (const struct doubt *doubt = judge_doubts(station->judge); doubt; doubt = doubt->next) {
        json_t *object = json_object();
        json_put(object, "requirement", json_text(doubt->requirement->id));
        json_put(object, "count", json_integer((json_int_t)doubt->count));
        json_put(object, "first_frame", json_integer((json_int_t)doubt->first_number));
        json_array_append_new(list, object);
    }
    return list;
}

static json_t *skips_json(const struct audit *audit)
{
    json_t *list = json_array();
    for (unsigned i = 0; i < SKIP_COUNT; i++) {
        if (!audit_skip_count(audit, (enum audit_skip)i))
            continue;
        json_t *object = json_object();
        json_put(object, "count", json_integer((json_int_t)audit_skip_count(audit, (enum audit_skip)i)));
        json_put(object, "what", json_text(audit_skip_text((enum audit_skip)i)));
        json_array_append_new(list, object);
    }
    return list;
}
