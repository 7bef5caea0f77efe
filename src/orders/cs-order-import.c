/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "csv/cs-csv-reader.h"
#include "orders/cs-order-error.h"
#include "orders/cs-order-import.h"

#include <glib/gi18n.h>

#include <string.h>

#define ROWS_PER_PROGRESS 4096

/* What a column may be called, as g_utf8_casefold() leaves it. */
static const char *const headings[][12] = {
  { "customer", "customer number", "customer no", "customer id", "customer_id", "kunde", "kundennummer", "kundennr", "kunden-nr.", "id" },
  { "status", "state", "order status", "order_status", "zustand", "stand", "bestellstatus" },
  { "name", "customer name", "customer_name", "kundenname", "firma", "company" },
  { "note", "notes", "notiz", "bemerkung", "comment", "kommentar" },
};

typedef struct {
  CsOrderBookDb *db;             /* (nullable) once nothing is to be changed any more */
  const CsOrderMapping *mapping;
  CsOrderImport *import;
  gint64 now_us;

} Reading;

static void
fault_free (gpointer data)
{
  CsOrderFault *fault = data;

  g_free (fault->reason);
  g_free (fault);
}

/* A mapping of the columns customer, status, name and note, in this order, behind a header. */
CsOrderMapping *
cs_order_mapping_new (void)
{
  CsOrderMapping *mapping = g_new0 (CsOrderMapping, 1);

  mapping->state = 1;
  mapping->name = 2;
  mapping->note = 3;
  mapping->has_header = TRUE;
  return mapping;
}

CsOrderMapping *
cs_order_mapping_copy (const CsOrderMapping *mapping)
{
  CsOrderMapping *copy = g_memdup2 (mapping, sizeof *mapping);
  GHashTableIter iter;
  gpointer word, state;

  if (mapping->words == NULL)
    return copy;
  copy->words = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_hash_table_iter_init (&iter, mapping->words);
  while (g_hash_table_iter_next (&iter, &word, &state))
    g_hash_table_insert (copy->words, g_strdup (word), state);
  return copy;
}

void
cs_order_mapping_free (CsOrderMapping *mapping)
{
  g_clear_pointer (&mapping->words, g_hash_table_unref);
  g_free (mapping);
}

static char *
fold_word (const char *word)
{
  g_autofree char *trimmed = g_strstrip (g_strdup (word));

  return g_utf8_casefold (trimmed, -1);
}

/* From now on that word, in whatever case, means that state. */
void
cs_order_mapping_set_word (CsOrderMapping *mapping,
                           const char     *word,
                           CsOrderState    state)
{
  if (mapping->words == NULL)
    mapping->words = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_hash_table_insert (mapping->words, fold_word (word), GINT_TO_POINTER (state));
}

static int
find_column (const char *const *header,
             guint              which)
{
  for (int column = 0; header[column] != NULL; column++)
    {
      g_autofree char *heading = fold_word (header[column]);

      for (const char *const *name = headings[which]; *name != NULL; name++)
        {
          if (strcmp (heading, *name) == 0)
            return column;
        }
    }
  return -1;
}

/* Takes the columns from what a header calls them; the first and second where it names no customer and no status. Returns
 * whether both were named. */
gboolean
cs_order_mapping_guess (CsOrderMapping     *mapping,
                        const char *const  *header)
{
  mapping->customer = find_column (header, 0);
  mapping->state = find_column (header, 1);
  mapping->name = find_column (header, 2);
  mapping->note = find_column (header, 3);
  if (mapping->customer >= 0 && mapping->state >= 0)
    return TRUE;
  mapping->customer = 0;
  mapping->state = 1;
  return FALSE;
}

void
cs_order_import_free (CsOrderImport *import)
{
  g_ptr_array_unref (import->faults);
  g_free (import);
}

void
cs_order_preview_free (CsOrderPreview *preview)
{
  g_ptr_array_unref (preview->rows);
  g_ptr_array_unref (preview->words);
  g_clear_pointer (&preview->mapping, cs_order_mapping_free);
  g_free (preview);
}

static gboolean
read_state (const CsOrderMapping *mapping,
            const char           *word,
            CsOrderState         *state)
{
  g_autofree char *folded = NULL;
  gpointer own;

  if (mapping->words != NULL)
    {
      folded = fold_word (word);
      if (g_hash_table_lookup_extended (mapping->words, folded, NULL, &own))
        {
          *state = GPOINTER_TO_INT (own);
          return TRUE;
        }
    }
  return cs_order_state_parse (word, state);
}

/* Takes the reason. */
static void
add_fault (CsOrderImport *import,
           guint64        line,
           char          *reason)
{
  CsOrderFault *fault;

  import->n_faults++;
  if (import->faults->len >= CS_ORDER_MAX_FAULTS)
    {
      g_free (reason);
      return;
    }
  fault = g_new (CsOrderFault, 1);
  fault->line = line;
  fault->reason = reason;
  g_ptr_array_add (import->faults, fault);
}

static const char *
get_field (const char *const *fields,
           guint              n_fields,
           int                column)
{
  return column >= 0 && (guint) column < n_fields ? fields[column] : NULL;
}

/* Returns why the row is no order, or NULL once it is added. error: why none can be added any more. (transfer full) (nullable) */
static char *
take_row (Reading            *self,
          const char *const  *fields,
          guint               n_fields,
          GError            **error)
{
  const char *word = get_field (fields, n_fields, self->mapping->state);
  const char *name = get_field (fields, n_fields, self->mapping->name);
  const char *note = get_field (fields, n_fields, self->mapping->note);
  const char *cell = get_field (fields, n_fields, self->mapping->customer);
  g_autofree char *customer = g_strstrip (g_strdup (cell != NULL ? cell : ""));
  CsOrder order = { customer, (char *) (name != NULL ? name : ""), CS_ORDER_RECEIVED, (char *) (note != NULL ? note : ""), 0 };
  g_autoptr (GError) local = NULL;

  if (!cs_order_check (&order, &local))
    return g_strdup (local->message);
  if (word == NULL)
    return g_strdup (_("The row ends before the status."));
  if (!read_state (self->mapping, word, &order.state))
    {
      g_autofree char *shown = g_utf8_substring (word, 0, MIN (g_utf8_strlen (word, -1), 40));

      return g_strdup_printf (_("“%s” isn’t a known status."), shown);
    }
  self->import->n_orders++;
  if (self->db != NULL)
    cs_order_book_db_add (self->db, customer, name, order.state, note, self->now_us, error);
  return NULL;
}

static gboolean
check_header (const CsOrderMapping  *mapping,
              guint                  n_fields,
              GError               **error)
{
  if (mapping->customer >= 0 && mapping->state >= 0 && (guint) MAX (mapping->customer, mapping->state) < n_fields)
    return TRUE;
  g_set_error (error, CS_ORDER_ERROR, CS_ORDER_ERROR_CONTENT,
               _("The file’s first line has no columns “customer” and “status”. It has to begin with “customer,status” "
                 "or “customer,status,name”."));
  return FALSE;
}

/* Reads the orders of a stream into a transaction that is left open where all of them can be used, or where faults are skipped
 * (is_kept says so), and taken back otherwise. size is the stream's length in bytes, for the progress. The mapping may be NULL
 * where a header has to name the columns: the rows take the place of the book's, and those that can't be used are left out. An error where nothing could be read to its end: G_IO_ERROR (also cancelled),
 * CS_CSV_ERROR, CS_STORE_ERROR, or CS_ORDER_ERROR_CONTENT for columns that aren't there. */
CsOrderImport *
cs_order_import_stage (CsOrderBookDb         *db,
                       GInputStream          *stream,
                       goffset                size,
                       const CsOrderMapping  *mapping,
                       CsOrderProgressFunc    progress,
                       gpointer               user_data,
                       GCancellable          *cancellable,
                       GError               **error)
{
  g_autoptr (CsCsvReader) reader = cs_csv_reader_new (stream);
  g_autoptr (CsOrderImport) import = g_new0 (CsOrderImport, 1);
  g_autoptr (CsOrderMapping) guess = cs_order_mapping_new ();
  GError *local = NULL;
  Reading reading = { db, mapping != NULL ? mapping : guess, import, g_get_real_time () };
  gboolean is_first = TRUE;
  CsCsvResult result;
  guint64 n_rows = 0;

  import->faults = g_ptr_array_new_with_free_func (fault_free);
  guess->is_replacing = TRUE;
  guess->skips_faults = TRUE;
  if (!cs_order_book_db_begin (db, reading.mapping->is_replacing, error))
    {
      cs_order_book_db_rollback (db);
      return NULL;
    }
  while (local == NULL && (result = cs_csv_reader_next (reader, cancellable, &local)) != CS_CSV_END
         && result != CS_CSV_FAILED)
    {
      guint n_fields;
      const char *const *fields = cs_csv_reader_get_fields (reader, &n_fields);
      char *reason = NULL;

      if (result == CS_CSV_REFUSED)
        {
          reason = g_strdup (local->message);
          g_clear_error (&local);
        }
      else if (is_first && mapping == NULL)
        {
          if (!cs_order_mapping_guess (guess, fields))
            guess->customer = -1;
          check_header (guess, n_fields, &local);
        }
      else if (!(is_first && reading.mapping->has_header))
        {
          reason = take_row (&reading, fields, n_fields, &local);
        }
      is_first = FALSE;
      import->ends_in_fault = reason != NULL;
      if (reason != NULL)
        add_fault (import, cs_csv_reader_get_line (reader), reason);
      if (import->n_faults > 0 && !reading.mapping->skips_faults)
        reading.db = NULL;
      if (++n_rows % ROWS_PER_PROGRESS == 0 && progress != NULL)
        progress (size > 0 && G_IS_SEEKABLE (stream) ? MIN ((double) g_seekable_tell (G_SEEKABLE (stream)) / size, 1) : 0,
                  n_rows, user_data);
    }
  if (local == NULL && is_first && mapping == NULL)
    check_header (guess, 0, &local);

  import->is_kept = local == NULL && reading.db != NULL;
  if (!import->is_kept)
    cs_order_book_db_rollback (db);
  if (local == NULL)
    return g_steal_pointer (&import);
  g_propagate_error (error, local);
  return NULL;
}

/* Reads a file into the book, all or nothing, and says what was wrong with it. */
CsOrderImport *
cs_order_import_read (CsOrderBookDb         *db,
                      GFile                 *file,
                      const CsOrderMapping  *mapping,
                      CsOrderProgressFunc    progress,
                      gpointer               user_data,
                      GCancellable          *cancellable,
                      GError               **error)
{
  g_autoptr (GFileInputStream) stream = g_file_read (file, cancellable, error);
  g_autoptr (GFileInfo) info = NULL;
  g_autoptr (CsOrderImport) import = NULL;

  if (stream == NULL)
    return NULL;
  info = g_file_input_stream_query_info (stream, G_FILE_ATTRIBUTE_STANDARD_SIZE, cancellable, NULL);
  import = cs_order_import_stage (db, G_INPUT_STREAM (stream), info != NULL ? g_file_info_get_size (info) : 0, mapping,
                                  progress, user_data, cancellable, error);
  if (import != NULL && import->is_kept && !cs_order_book_db_commit (db, error))
    return NULL;
  return g_steal_pointer (&import);
}

static void
add_word (CsOrderPreview *preview,
          const char     *word)
{
  CsOrderState state;

  if (preview->words->len >= CS_ORDER_PREVIEW_WORDS || read_state (preview->mapping, word, &state))
    return;
  for (guint i = 0; i < preview->words->len; i++)
    {
      if (strcmp (g_ptr_array_index (preview->words, i), word) == 0)
        return;
    }
  g_ptr_array_add (preview->words, g_strdup (word));
}

/* Reads the whole file, but keeps only its beginning and the words for states that aren't known. The columns are those of the
 * mapping, or guessed where it is NULL. To be called in a thread. */
CsOrderPreview *
cs_order_preview_read (GFile                 *file,
                       const CsOrderMapping  *mapping,
                       GCancellable          *cancellable,
                       GError               **error)
{
  g_autoptr (GFileInputStream) stream = g_file_read (file, cancellable, error);
  g_autoptr (CsCsvReader) reader = NULL;
  g_autoptr (CsOrderPreview) preview = NULL;
  GError *local = NULL;
  CsCsvResult result;
  gboolean is_first = TRUE;

  if (stream == NULL)
    return NULL;
  reader = cs_csv_reader_new (G_INPUT_STREAM (stream));
  preview = g_new0 (CsOrderPreview, 1);
  preview->rows = g_ptr_array_new_with_free_func ((GDestroyNotify) g_strfreev);
  preview->words = g_ptr_array_new_with_free_func (g_free);
  preview->mapping = mapping != NULL ? cs_order_mapping_copy (mapping) : cs_order_mapping_new ();
  while ((result = cs_csv_reader_next (reader, cancellable, &local)) == CS_CSV_ROW || result == CS_CSV_REFUSED)
    {
      guint n_fields;
      const char *const *fields = cs_csv_reader_get_fields (reader, &n_fields);
      const char *word;

      g_clear_error (&local);
      if (result == CS_CSV_REFUSED)
        continue;
      if (is_first && mapping == NULL)
        preview->mapping->has_header = cs_order_mapping_guess (preview->mapping, fields);
      if (preview->rows->len < CS_ORDER_PREVIEW_ROWS)
        {
          g_ptr_array_add (preview->rows, g_strdupv ((char **) fields));
          preview->n_columns = MAX (preview->n_columns, n_fields);
        }
      word = get_field (fields, n_fields, preview->mapping->state);
      if (word != NULL && !(is_first && preview->mapping->has_header))
        add_word (preview, word);
      is_first = FALSE;
    }
  if (local == NULL)
    return g_steal_pointer (&preview);
  g_propagate_error (error, local);
  return NULL;
}
