/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "server/cs-api-json.h"

#include <locale.h>

#define SECOND G_TIME_SPAN_SECOND

/* The sample figures of protocol/exotel.md §5. */
static CsMetrics
make_sample (void)
{
  static const guint64 hours[24] = { 12, 8, 3, 2, 5, 18, 45, 89, 112, 134, 145, 152,
                                     128, 98, 87, 65, 54, 42, 28, 12, 5, 2, 1, 0 };
  CsMetrics metrics = { 0 };

  metrics.outcomes[CS_OUTCOME_ANSWERED] = 900;
  metrics.outcomes[CS_OUTCOME_ANSWERED_UNATTRIBUTED] = 76;
  metrics.outcomes[CS_OUTCOME_MISSED] = 180;
  metrics.outcomes[CS_OUTCOME_NOT_REACHED] = 9;
  metrics.outcomes[CS_OUTCOME_BUSY] = 50;
  metrics.outcomes[CS_OUTCOME_REJECTED] = 2;
  metrics.outcomes[CS_OUTCOME_FAILED] = 10;
  metrics.outcomes[CS_OUTCOME_UNREACHABLE] = 10;
  metrics.outcomes[CS_OUTCOME_NOT_FOUND] = 10;
  memcpy (metrics.hours, hours, sizeof hours);
  metrics.n_talks = 976;
  metrics.talk_us = 976 * 134 * SECOND;
  metrics.n_waits = 4;
  metrics.wait_us = 50500 * G_TIME_SPAN_MILLISECOND;
  metrics.n_active = 3;
  return metrics;
}

static char *
write_metrics (const CsMetrics *metrics)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  cs_api_json_add_metrics (builder, metrics, TRUE, CS_UNKNOWN);
  return cs_api_json_to_text (builder);
}

static char *
write_call (const CsCall *call)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  cs_api_json_add_call (builder, call);
  return cs_api_json_to_text (builder);
}

/* Asserts that the text is one JSON object, and that its member is written exactly so; fractions are compared by value. */
static void
assert_member (const char *text,
               const char *name,
               const char *wanted)
{
  g_autoptr (JsonParser) parser = json_parser_new ();
  g_autoptr (JsonGenerator) generator = json_generator_new ();
  g_autoptr (GError) error = NULL;
  g_autofree char *member = NULL;
  JsonObject *object;
  JsonNode *node;

  json_parser_load_from_data (parser, text, -1, &error);
  g_assert_no_error (error);
  object = json_node_get_object (json_parser_get_root (parser));
  g_test_message ("%s", name);
  node = json_object_get_member (object, name);
  g_assert_nonnull (node);
  if (JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_DOUBLE)
    {
      g_assert_cmpfloat_with_epsilon (json_node_get_double (node), g_ascii_strtod (wanted, NULL), 1e-9);
      return;
    }
  json_generator_set_root (generator, node);
  member = json_generator_to_data (generator, NULL);
  g_assert_cmpstr (member, ==, wanted);
}

typedef struct {
  const char *name;
  const char *value;
} Member;

static void
assert_members (const char   *text,
                const Member *members,
                guint         n_members)
{
  for (guint i = 0; i < n_members; i++)
    assert_member (text, members[i].name, members[i].value);
}

static const Member sample_members[] = {
  { "totalCalls", "1247" },
  { "answered", "976" },
  { "voicemail", "0" },
  { "missed", "189" },
  { "busy", "52" },
  { "failed", "30" },
  { "callAttempts", "0" },
  { "other", "0" },
  { "active", "3" },
  { "answerRate", "\"78.3%\"" },
  { "avgDuration", "\"2m 14s\"" },
  { "avgDurationSeconds", "134.0" },
  { "avgWaitSeconds", "12.625" },
  { "peakHour", "\"11:00\"" },
  { "hourlyDistribution", "[12,8,3,2,5,18,45,89,112,134,145,152,128,98,87,65,54,42,28,12,5,2,1,0]" },
  { "missing", "null" },
};

static void
test_sample_figures (void)
{
  CsMetrics metrics = make_sample ();
  g_autofree char *text = write_metrics (&metrics);

  assert_members (text, sample_members, G_N_ELEMENTS (sample_members));
  g_assert_null (strchr (text, '\n'));
}

static void
test_no_calls_have_no_figures (void)
{
  static const Member members[] = {
    { "totalCalls", "0" },       { "answerRate", "\"0.0%\"" },    { "avgDuration", "\"0m 0s\"" },
    { "avgWaitSeconds", "null" }, { "avgDurationSeconds", "null" }, { "peakHour", "null" },
    { "hourlyDistribution", "[0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0]" },
    { "active", "0" },
  };
  CsMetrics metrics = { 0 };
  g_autofree char *text = write_metrics (&metrics);

  assert_members (text, members, G_N_ELEMENTS (members));
}

/* Running calls are in `active` alone. */
static void
test_parts_add_up_to_the_total (void)
{
  static const char *const parts[] = { "answered", "voicemail", "missed", "busy", "failed", "callAttempts", "other" };
  g_autoptr (GRand) random = g_rand_new_with_seed (3);

  for (int i = 0; i < 20; i++)
    {
      CsMetrics metrics = { 0 };
      g_autofree char *text = NULL;
      g_autoptr (JsonParser) parser = json_parser_new ();
      JsonObject *object;
      gint64 sum = 0;

      for (int outcome = 0; outcome < CS_N_OUTCOMES; outcome++)
        metrics.outcomes[outcome] = g_rand_int_range (random, 0, 1000);
      text = write_metrics (&metrics);
      json_parser_load_from_data (parser, text, -1, NULL);
      object = json_node_get_object (json_parser_get_root (parser));
      for (guint part = 0; part < G_N_ELEMENTS (parts); part++)
        sum += json_object_get_int_member (object, parts[part]);
      g_assert_cmpint (json_object_get_int_member (object, "totalCalls"), ==, sum);
    }
}

static void
test_durations_are_rounded_once (void)
{
  static const struct
  {
    gint64 talk_us;
    const char *text;
    const char *seconds;
  } cases[] = {
    { 0, "\"0m 0s\"", "0.0" },
    { 499999, "\"0m 0s\"", "0.5" },
    { 59499999, "\"0m 59s\"", "59.5" },
    { 59500000, "\"1m 0s\"", "59.5" },
    { 119600000, "\"2m 0s\"", "119.6" },
    { 7 * 3600 * SECOND + 1234, "\"420m 0s\"", "25200.001" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      CsMetrics metrics = { .n_talks = 1, .talk_us = cases[i].talk_us };
      g_autofree char *text = write_metrics (&metrics);

      assert_member (text, "avgDuration", cases[i].text);
      assert_member (text, "avgDurationSeconds", cases[i].seconds);
    }
}

/* Where a provider's records are known to be partial, the figures say so. */
static void
test_partial_figures_say_so (void)
{
  CsMetrics metrics = make_sample ();
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autofree char *whole = write_metrics (&metrics), *partial = NULL;

  assert_member (whole, "complete", "true");
  assert_member (whole, "estimated", "false");
  metrics.n_estimated = 1;
  cs_api_json_add_metrics (builder, &metrics, FALSE, 17);
  partial = cs_api_json_to_text (builder);
  assert_member (partial, "complete", "false");
  assert_member (partial, "missing", "17");
  assert_member (partial, "estimated", "true");
}

static char *
write_bars (const CsMetrics *metrics,
            void (*add) (JsonBuilder *, const CsMetrics *))
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  json_builder_begin_object (builder);
  add (builder, metrics);
  json_builder_end_object (builder);
  return cs_api_json_to_text (builder);
}

static void
test_bars_are_the_familiar_four (void)
{
  CsMetrics metrics = make_sample ();
  g_autofree char *four = NULL, *five = NULL;

  for (int i = 0; i < CS_N_OUTCOMES; i++)
    metrics.outcomes[i] = 0;
  metrics.outcomes[CS_OUTCOME_ANSWERED] = 5;
  metrics.outcomes[CS_OUTCOME_VOICEMAIL] = 4;
  metrics.outcomes[CS_OUTCOME_REJECTED] = 3;
  metrics.outcomes[CS_OUTCOME_MISSED] = 2;
  metrics.outcomes[CS_OUTCOME_RINGING] = 99;
  four = write_bars (&metrics, cs_api_json_add_bars);
  g_assert_cmpstr (four, ==, "{\"labels\":[\"Answered by user\",\"Answered by voicemail\",\"Rejected or busy\",\"Missed\"],"
                             "\"data\":[5,4,3,2]}");
  metrics.outcomes[CS_OUTCOME_STALE] = 1;
  five = write_bars (&metrics, cs_api_json_add_bars);
  g_assert_cmpstr (five, ==, "{\"labels\":[\"Answered by user\",\"Answered by voicemail\",\"Rejected or busy\",\"Missed\","
                             "\"Other\"],\"data\":[5,4,3,2,1]}");
}

static void
test_exotel_s_bars_are_the_parts (void)
{
  CsMetrics metrics = make_sample ();
  g_autofree char *text = write_bars (&metrics, cs_api_json_add_parts), *more = NULL;

  assert_member (text, "data", "[976,189,52,30]");
  assert_member (text, "labels", "[\"Answered\",\"Missed\",\"Busy\",\"Failed\"]");
  metrics.outcomes[CS_OUTCOME_IVR_ONLY] = 7;
  more = write_bars (&metrics, cs_api_json_add_parts);
  assert_member (more, "data", "[976,189,52,30,7]");
}

static CsCall *
make_call (void)
{
  CsCall *call = cs_call_new (CS_PROVIDER_SIPGATE);

  call->id = G_GINT64_CONSTANT (9007199254740993);
  call->direction = CS_DIRECTION_INBOUND;
  call->outcome = CS_OUTCOME_ANSWERED;
  call->started_us = G_GINT64_CONSTANT (1736937000000000);
  call->answered_us = G_GINT64_CONSTANT (1736937000999999);
  call->ended_us = G_GINT64_CONSTANT (1736937060007000);
  call->wait_us = 999999;
  call->talk_us = 59007001;
  call->from = g_strdup ("492111234567");
  call->to = g_strdup ("4915791234567");
  call->number = g_strdup ("4915791234567");
  call->answered_by = g_strdup ("w0");
  call->answering_number = g_strdup ("21199999999");
  call->cause = g_strdup ("normalClearing");
  call->n_legs = 2;
  call->needs_callback = TRUE;
  return call;
}

static void
test_call_has_every_member (void)
{
  static const Member members[] = {
    /* More than a number of JavaScript can hold. */
    { "id", "\"9007199254740993\"" },
    { "provider", "\"sipgate\"" },
    { "direction", "\"inbound\"" },
    { "from", "\"492111234567\"" },
    { "to", "\"4915791234567\"" },
    { "number", "\"4915791234567\"" },
    { "startedAt", "\"2025-01-15T10:30:00.000Z\"" },
    { "answeredAt", "\"2025-01-15T10:30:00.999Z\"" },
    { "endedAt", "\"2025-01-15T10:31:00.007Z\"" },
    { "outcome", "\"answered\"" },
    { "answeredBy", "\"w0\"" },
    { "answeringNumber", "\"21199999999\"" },
    { "waitSeconds", "1.0" },
    { "talkSeconds", "59.007" },
    { "legs", "2" },
    { "callback", "true" },
    { "cause", "\"normalClearing\"" },
  };
  g_autoptr (CsCall) call = make_call ();
  g_autofree char *text = write_call (call);

  assert_members (text, members, G_N_ELEMENTS (members));
}

static void
test_unknown_is_null_and_never_zero (void)
{
  static const char *const names[] = { "from", "to", "number", "startedAt", "answeredAt", "endedAt", "answeredBy",
                                       "answeringNumber", "waitSeconds", "talkSeconds", "cause" };
  g_autoptr (CsCall) call = cs_call_new (CS_PROVIDER_EXOTEL);
  g_autofree char *text = write_call (call);

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    assert_member (text, names[i], "null");
  assert_member (text, "outcome", "\"ringing\"");
  assert_member (text, "direction", "\"unknown\"");
  assert_member (text, "callback", "false");
}

/* What strangers put into names and numbers stays text. */
static void
test_foreign_text_stays_text (void)
{
  g_autoptr (CsCall) call = make_call ();
  g_autofree char *text = NULL;

  g_free (call->from);
  call->from = g_strdup ("\"},{\"id\":\"\\\n\t€😀</script>");
  text = write_call (call);
  g_assert_null (strchr (text, '\n'));
  {
    g_autoptr (JsonParser) parser = json_parser_new ();
    g_autoptr (GError) error = NULL;

    json_parser_load_from_data (parser, text, -1, &error);
    g_assert_no_error (error);
    g_assert_cmpstr (json_object_get_string_member (json_node_get_object (json_parser_get_root (parser)), "from"), ==,
                     call->from);
  }
}

/* Numbers of JSON have a point, whatever the user's language has. */
static void
test_decimal_comma_changes_nothing (void)
{
  static const char *const names[] = { "de_DE.UTF-8", "de_DE.utf8", "fr_FR.UTF-8", "pt_BR.UTF-8", "fa_IR.UTF-8" };
  CsMetrics metrics = make_sample ();
  g_autoptr (CsCall) call = make_call ();
  g_autofree char *metrics_text = write_metrics (&metrics), *call_text = write_call (call);
  gboolean was_tried = FALSE;

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      locale_t locale = newlocale (LC_ALL_MASK, names[i], (locale_t) 0), old;
      g_autofree char *foreign_metrics = NULL, *foreign_call = NULL;

      if (locale == (locale_t) 0)
        continue;
      old = uselocale (locale);
      was_tried = TRUE;
      foreign_metrics = write_metrics (&metrics);
      foreign_call = write_call (call);
      uselocale (old);
      freelocale (locale);
      g_assert_cmpstr (foreign_metrics, ==, metrics_text);
      g_assert_cmpstr (foreign_call, ==, call_text);
    }
  if (!was_tried)
    g_test_skip ("No locale with a decimal comma is installed");
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/api-json/metrics/sample-figures", test_sample_figures);
  g_test_add_func ("/api-json/metrics/no-calls-have-no-figures", test_no_calls_have_no_figures);
  g_test_add_func ("/api-json/metrics/parts-add-up-to-the-total", test_parts_add_up_to_the_total);
  g_test_add_func ("/api-json/metrics/durations-are-rounded-once", test_durations_are_rounded_once);
  g_test_add_func ("/api-json/metrics/partial-ones-say-so", test_partial_figures_say_so);
  g_test_add_func ("/api-json/bars/are-the-familiar-four", test_bars_are_the_familiar_four);
  g_test_add_func ("/api-json/bars/exotel-s-are-the-parts", test_exotel_s_bars_are_the_parts);
  g_test_add_func ("/api-json/call/has-every-member", test_call_has_every_member);
  g_test_add_func ("/api-json/call/unknown-is-null-and-never-zero", test_unknown_is_null_and_never_zero);
  g_test_add_func ("/api-json/call/foreign-text-stays-text", test_foreign_text_stays_text);
  g_test_add_func ("/api-json/decimal-comma-changes-nothing", test_decimal_comma_changes_nothing);
  return g_test_run ();
}
