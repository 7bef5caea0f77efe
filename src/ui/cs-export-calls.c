/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "ui/cs-export-calls.h"

#include <glib/gi18n.h>

#include "csv/cs-csv-writer.h"
#include "ui/cs-call-text.h"

/* What is on its way into the file. */
typedef struct {
  CsExportCalls *calls;      /* (unowned) */
  CsCsvWriter *writer;       /* (owned) */
  GHashTable *names;         /* (owned) (nullable) (element-type utf8 utf8) by number key */
  GCancellable *cancellable; /* (unowned) (nullable) */
  GError *error;             /* (owned) (nullable) */
} Writing;

static void
writing_clear (Writing *writing)
{
  g_clear_pointer (&writing->writer, cs_csv_writer_free);
  g_clear_pointer (&writing->names, g_hash_table_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Writing, writing_clear)

/* "2026-06-29 14:02:03": what every spreadsheet takes for a time. */
static void
add_time (Writing *writing,
          gint64   time_us)
{
  g_autoptr (GDateTime) utc = time_us != CS_UNKNOWN ? g_date_time_new_from_unix_utc (time_us / G_USEC_PER_SEC) : NULL;
  g_autoptr (GDateTime) time = utc != NULL ? g_date_time_to_timezone (utc, writing->calls->zone) : NULL;
  g_autofree char *text = time != NULL ? g_date_time_format (time, "%Y-%m-%d %H:%M:%S") : NULL;

  cs_csv_writer_add (writing->writer, text);
}

/* Whole seconds, which can be added up; nothing where it isn't known. */
static void
add_seconds (Writing *writing,
             gint64   time_us)
{
  g_autofree char *text = NULL;

  if (time_us != CS_UNKNOWN)
    text = g_strdup_printf ("%" G_GINT64_FORMAT, (time_us + G_USEC_PER_SEC / 2) / G_USEC_PER_SEC);
  cs_csv_writer_add (writing->writer, text);
}

static const char *
get_name (Writing    *writing,
          const char *number)
{
  g_autofree char *key = cs_number_get_key (number);

  return key != NULL && writing->names != NULL ? g_hash_table_lookup (writing->names, key) : NULL;
}

static gboolean
write_call (CsCall   *call,
            gpointer  user_data)
{
  Writing *writing = user_data;
  const char *peer = cs_call_text_get_peer (call);
  g_autofree char *outcome = cs_call_text_get_outcome (call);

  add_time (writing, cs_call_text_get_start (call));
  cs_csv_writer_add (writing->writer, cs_call_text_get_direction (call->direction));
  cs_csv_writer_add (writing->writer, peer);
  cs_csv_writer_add (writing->writer, get_name (writing, peer));
  cs_csv_writer_add (writing->writer, call->number);
  cs_csv_writer_add (writing->writer, outcome);
  add_seconds (writing, call->wait_us);
  add_seconds (writing, call->talk_us);
  cs_csv_writer_add (writing->writer, call->answered_by_name != NULL ? call->answered_by_name : call->answering_number);
  cs_csv_writer_add (writing->writer, cs_provider_get_name (call->provider));
  if (writing->calls->n_written != NULL)
    g_atomic_int_inc (writing->calls->n_written);
  return cs_csv_writer_end_row (writing->writer, writing->cancellable, &writing->error);
}

static gboolean
write_header (Writing  *writing,
              GError  **error)
{
  const char *const titles[] = {
    C_("column", "Time"),    C_("column", "Direction"),        C_("column", "Caller or called"), C_("column", "Name"),
    C_("column", "Own number"), C_("column", "Outcome"),       C_("column", "Wait (seconds)"),   C_("column", "Talk (seconds)"),
    C_("column", "Answered by"), C_("column", "Provider"),
  };

  for (guint i = 0; i < G_N_ELEMENTS (titles); i++)
    cs_csv_writer_add (writing->writer, titles[i]);
  return cs_csv_writer_end_row (writing->writer, writing->cancellable, error);
}

CsExportCalls *
cs_export_calls_new (const char        *data_dir,
                     const CsCallQuery *query,
                     GTimeZone         *zone)
{
  CsExportCalls *self = g_new0 (CsExportCalls, 1);

  self->data_dir = g_strdup (data_dir);
  cs_call_query_copy (query, &self->query);
  self->zone = g_time_zone_ref (zone);
  return self;
}

void
cs_export_calls_free (CsExportCalls *self)
{
  g_free (self->data_dir);
  cs_call_query_clear (&self->query);
  g_time_zone_unref (self->zone);
  g_free (self);
}

/* A CsExportFunc; data is a CsExportCalls. Writes the calls as the list has them, as CSV with a header. */
gboolean
cs_export_calls_write (GOutputStream  *stream,
                       gpointer        data,
                       GCancellable   *cancellable,
                       GError        **error)
{
  CsExportCalls *self = data;
  g_auto (Writing) writing = { self, cs_csv_writer_new (stream), NULL, cancellable, NULL };
  g_autoptr (CsStoreList) list = cs_store_list_open (self->data_dir, error);

  if (list == NULL || !write_header (&writing, error))
    return FALSE;
  /* Numbers do without their names. */
  writing.names = cs_store_list_get_names (list, NULL);
  if (cs_store_list_foreach (list, &self->query, write_call, &writing, cancellable, error))
    return cs_csv_writer_flush (writing.writer, cancellable, error);
  /* It was the file that stopped it. */
  if (writing.error != NULL)
    g_propagate_error (error, g_steal_pointer (&writing.error));
  return FALSE;
}
