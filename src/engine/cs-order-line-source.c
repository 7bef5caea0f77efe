/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "engine/cs-order-line-private.h"

#include <glib/gi18n.h>
#include <glib/gstdio.h>

/* A caller waits that long. */
#define LOOK_UP_MS 2000

/* Somebody waits for a source's answer. */
typedef struct {
  CsOrderLine *line;         /* (nullable) NULL once it is closed */
  CsOrderFoundFunc found;
  gpointer user_data;
  GCancellable *cancellable; /* (owned) */
  GSource *timeout;          /* (owned) (nullable) NULL once found was called */
} LookUp;

static const char *
get_text (const char *text)
{
  return text != NULL ? text : "";
}

static void
end_look_up (LookUp         *look_up,
             CsOrderFinding  finding,
             CsOrderState    state)
{
  if (look_up->timeout == NULL)
    return;
  g_source_destroy (look_up->timeout);
  g_clear_pointer (&look_up->timeout, g_source_unref);
  look_up->found (finding, state, look_up->user_data);
}

/* Takes the sentence. */
static void
set_look_up_error (CsOrderLine *self,
                   char        *error)
{
  gboolean is_news = g_strcmp0 (self->look_up_error, error) != 0;

  g_free (self->look_up_error);
  self->look_up_error = error;
  if (is_news && error != NULL)
    g_warning ("%s", error);
  if (is_news)
    self->changed (self->user_data);
}

static void
on_looked_up (GObject      *source,
              GAsyncResult *result,
              gpointer      data)
{
  LookUp *look_up = data;
  g_autoptr (GError) error = NULL;
  CsOrderState state = CS_ORDER_RECEIVED;
  gboolean is_found;
  gboolean is_asked = cs_order_source_look_up_finish (CS_ORDER_SOURCE (source), result, &is_found, &state, &error);

  if (look_up->line != NULL)
    {
      g_hash_table_remove (look_up->line->look_ups, look_up);
      if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        set_look_up_error (look_up->line, is_asked ? NULL : g_strdup (error->message));
    }
  end_look_up (look_up, !is_asked ? CS_ORDER_UNAVAILABLE : is_found ? CS_ORDER_FOUND : CS_ORDER_NOT_FOUND, state);
  g_object_unref (look_up->cancellable);
  g_free (look_up);
}

static gboolean
on_timeout (gpointer data)
{
  LookUp *look_up = data;

  set_look_up_error (look_up->line, g_strdup (_("The orders weren’t found out within two seconds. The caller was asked to try again "
                                                "later.")));
  end_look_up (look_up, CS_ORDER_UNAVAILABLE, CS_ORDER_RECEIVED);
  g_cancellable_cancel (look_up->cancellable);
  return G_SOURCE_REMOVE;
}

static void
on_changed (GObject     *source,
            CsOrderLine *self)
{
  self->changed (self->user_data);
}

static void
drop_file (CsOrderLine *self)
{
  if (self->file == NULL)
    return;
  g_signal_handlers_disconnect_by_data (self->file, self);
  cs_order_file_close (self->file);
  g_clear_object (&self->file);
}

/* Makes the access to the database that the configuration names. Fails with CS_ORDER_ERROR_UNAVAILABLE where its query can't be
 * used, or databases can't be asked at all. (transfer full) */
CsOrderSource *
cs_order_line_open_database (const CsEngineConfig  *config,
                             GError               **error)
{
  const CsOrderDatabaseSettings settings = {
    .host = get_text (config->orders_db_host),
    .port = config->orders_db_port,
    .socket = get_text (config->orders_db_socket),
    .database = get_text (config->orders_db_name),
    .user = get_text (config->orders_db_user),
    .password = get_text (config->orders_db_password),
    .tls = config->orders_db_tls,
    .ca_file = get_text (config->orders_db_ca_file),
    .query = get_text (config->orders_db_query),
  };

  return cs_order_database_new (&settings, error);
}

/* What was read of a file that isn't watched any more is nobody's. */
static void
remove_copy (CsOrderLine *self)
{
  static const char *const names[] = { "orders-file.db", "orders-file.db-wal", "orders-file.db-shm" };

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *path = g_build_filename (self->data_dir, names[i], NULL);

      g_unlink (path);
    }
}

/* The database of the business where that is chosen, else the watched file where one is set, else the built-in book. */
void
cs_order_line_choose_source (CsOrderLine          *self,
                             const CsEngineConfig *config)
{
  gboolean wants_file = !config->orders_in_database && config->orders_csv_file != NULL && *config->orders_csv_file != '\0';
  g_autoptr (GError) error = NULL;

  if (self->file != NULL && (!wants_file || g_strcmp0 (cs_order_file_get_path (self->file), config->orders_csv_file) != 0))
    drop_file (self);
  if (!wants_file)
    remove_copy (self);
  if (wants_file && self->file == NULL)
    {
      g_autofree char *db_path = g_build_filename (self->data_dir, "orders-file.db", NULL);

      self->file = cs_order_file_new (config->orders_csv_file, db_path);
      g_signal_connect (self->file, "changed", G_CALLBACK (on_changed), self);
    }
  g_clear_object (&self->database);
  g_clear_pointer (&self->database_error, g_free);
  if (config->orders_in_database)
    self->database = cs_order_line_open_database (config, &error);
  if (error != NULL)
    self->database_error = g_strdup (error->message);
  self->state.origin = config->orders_in_database ? CS_ORDERS_FROM_DATABASE
                       : wants_file               ? CS_ORDERS_FROM_FILE
                                                  : CS_ORDERS_FROM_BOOK;
  if (config->orders_enabled && self->state.origin == CS_ORDERS_FROM_BOOK)
    cs_order_line_get_book (self);
  g_clear_pointer (&self->look_up_error, g_free);
}

static void
close_sources (CsOrderLine *self)
{
  drop_file (self);
  g_clear_object (&self->database);
  g_clear_pointer (&self->database_error, g_free);
  if (self->book == NULL)
    return;
  g_signal_handlers_disconnect_by_data (self->book, self);
  cs_order_book_close (self->book);
  g_clear_object (&self->book);
}

/* Brings what the state says of the sources up to date. */
void
cs_order_line_describe_source (CsOrderLine *self)
{
  CsOrdersState *state = &self->state;

  g_clear_pointer (&state->error, g_free);
  state->read_us = CS_UNKNOWN;
  state->n_orders = CS_UNKNOWN;
  if (self->book != NULL)
    {
      state->serial = cs_order_book_get_serial (self->book);
      state->n_book_orders = cs_order_book_get_n_orders (self->book);
      state->is_importing = cs_order_book_get_import (self->book, &state->fraction, &state->n_rows);
    }
  switch (state->origin)
    {
    case CS_ORDERS_FROM_BOOK:
      if (self->book != NULL)
        state->n_orders = state->n_book_orders;
      break;
    case CS_ORDERS_FROM_FILE:
      if (self->file == NULL)
        break;
      state->n_orders = cs_order_file_get_n_orders (self->file);
      state->error = g_strdup (cs_order_file_get_error (self->file));
      if (cs_order_file_get_read_us (self->file) != 0)
        state->read_us = cs_order_file_get_read_us (self->file);
      break;
    case CS_ORDERS_FROM_DATABASE:
      state->error = g_strdup (self->database_error);
      break;
    }
  if (state->error == NULL)
    state->error = g_strdup (self->look_up_error);
}

/* The built-in book, opened when it is first needed. (transfer none) */
CsOrderBook *
cs_order_line_get_book (CsOrderLine *self)
{
  if (self->book == NULL)
    {
      g_autofree char *path = g_build_filename (self->data_dir, "orders.db", NULL);

      self->book = cs_order_book_new (path);
      g_signal_connect (self->book, "changed", G_CALLBACK (on_changed), self);
    }
  return self->book;
}

static CsOrderSource *
get_source (CsOrderLine *self)
{
  if (self->is_closed)
    return NULL;
  switch (self->state.origin)
    {
    case CS_ORDERS_FROM_BOOK:
      return CS_ORDER_SOURCE (cs_order_line_get_book (self));
    case CS_ORDERS_FROM_FILE:
      return CS_ORDER_SOURCE (self->file);
    case CS_ORDERS_FROM_DATABASE:
      return self->database;
    }
  g_return_val_if_reached (NULL);
}

/* Looks an order up where callers' orders are. found is called within two seconds, from here or later: a caller waits no longer,
 * and hears to try again later then. */
void
cs_order_line_look_up (CsOrderLine      *self,
                       const char       *customer,
                       CsOrderFoundFunc  found,
                       gpointer          user_data)
{
  CsOrderSource *source = get_source (self);
  LookUp *look_up;

  if (source == NULL)
    {
      found (CS_ORDER_UNAVAILABLE, CS_ORDER_RECEIVED, user_data);
      return;
    }
  look_up = g_new (LookUp, 1);
  *look_up = (LookUp) { self, found, user_data, g_cancellable_new (), g_timeout_source_new (LOOK_UP_MS) };
  g_source_set_priority (look_up->timeout, G_PRIORITY_DEFAULT);
  g_source_set_callback (look_up->timeout, on_timeout, look_up, NULL);
  g_source_attach (look_up->timeout, g_main_context_get_thread_default ());
  g_hash_table_add (self->look_ups, look_up);
  cs_order_source_look_up_async (source, customer, look_up->cancellable, on_looked_up, look_up);
}

static void
on_cleared (GObject      *source,
            GAsyncResult *result,
            gpointer      data)
{
  g_autoptr (GTask) task = data;
  GError *error = NULL;

  if (cs_order_book_clear_finish (CS_ORDER_BOOK (source), result, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

/* Empties the built-in book, and takes leave of what callers asked for, which isn't in the store any more. The task is told once the
 * orders are gone. A watched file is the user's own. */
void
cs_order_line_forget (CsOrderLine *self,
                      GTask       *task)
{
  g_ptr_array_unref (self->state.queries);
  self->state.queries = g_ptr_array_new_with_free_func ((GDestroyNotify) cs_order_query_free);
  self->day_us = CS_UNKNOWN;
  cs_order_book_clear_async (cs_order_line_get_book (self), NULL, on_cleared, g_object_ref (task));
}

/* Answers who waits for a look-up, and ends all that goes on beside: from here on callers are asked to try again later. */
void
cs_order_line_close (CsOrderLine *self)
{
  g_autoptr (GList) look_ups = g_hash_table_get_keys (self->look_ups);

  for (GList *l = look_ups; l != NULL; l = l->next)
    {
      LookUp *look_up = l->data;

      end_look_up (look_up, CS_ORDER_UNAVAILABLE, CS_ORDER_RECEIVED);
      g_cancellable_cancel (look_up->cancellable);
      look_up->line = NULL;
    }
  g_hash_table_remove_all (self->look_ups);
  self->is_closed = TRUE;
  close_sources (self);
}
