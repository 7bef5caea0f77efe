/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "orders/cs-order-book.h"
#include "orders/cs-order-error.h"

#include <glib/gstdio.h>
#include <string.h>

/* A book in a folder of its own, and what the last call to it brought. */
typedef struct {
  char *dir;           /* (owned) */
  char *path;          /* (owned) */
  CsOrderBook *book;   /* (owned) */
  GAsyncResult *result; /* (owned) (nullable) */
} Desk;

static void
desk_open (Desk          *desk,
           gconstpointer  data)
{
  desk->dir = g_dir_make_tmp ("callstats-orders-XXXXXX", NULL);
  desk->path = g_build_filename (desk->dir, "orders.db", NULL);
  desk->book = cs_order_book_new (desk->path);
}

static void
desk_close (Desk          *desk,
            gconstpointer  data)
{
  GDir *dir = g_dir_open (desk->dir, 0, NULL);
  gint64 end_us = g_get_monotonic_time () + 15 * G_USEC_PER_SEC;
  const char *name;
  gpointer book;

  g_clear_object (&desk->result);
  cs_order_book_close (desk->book);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  /* A thread that searched may hold it for a moment longer. */
  book = desk->book;
  g_object_add_weak_pointer (G_OBJECT (book), &book);
  g_clear_object (&desk->book);
  while (g_atomic_pointer_get (&book) != NULL && g_get_monotonic_time () < end_us)
    g_usleep (100);
  g_assert_null (book);
  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (desk->dir, name, NULL);

      g_unlink (path);
    }
  g_dir_close (dir);
  g_rmdir (desk->dir);
  g_free (desk->dir);
  g_free (desk->path);
}

static void
on_result (GObject      *source,
           GAsyncResult *result,
           gpointer      data)
{
  Desk *desk = data;

  g_set_object (&desk->result, result);
}

static GAsyncResult *
wait_for_result (Desk *desk)
{
  while (desk->result == NULL)
    g_main_context_iteration (NULL, TRUE);
  return desk->result;
}

/* Puts an order; returns the state of the one before, or -1. */
static int
put (Desk       *desk,
     const char *customer,
     const char *name,
     CsOrderState state)
{
  g_autoptr (CsOrder) order = cs_order_new (customer, name, state, NULL);
  g_autoptr (CsOrder) before = NULL;
  g_autoptr (GError) error = NULL;

  g_clear_object (&desk->result);
  cs_order_book_put_async (desk->book, order, customer, NULL, on_result, desk);
  cs_order_book_put_finish (desk->book, wait_for_result (desk), &before, &error);
  g_assert_no_error (error);
  return before != NULL ? (int) before->state : -1;
}

/* Returns the state that a caller would hear, or -1. */
static int
look_up (Desk       *desk,
         const char *customer)
{
  g_autoptr (GError) error = NULL;
  CsOrderState state = CS_ORDER_RECEIVED;
  gboolean is_found;

  g_clear_object (&desk->result);
  cs_order_source_look_up_async (CS_ORDER_SOURCE (desk->book), customer, NULL, on_result, desk);
  cs_order_source_look_up_finish (CS_ORDER_SOURCE (desk->book), wait_for_result (desk), &is_found, &state, &error);
  g_assert_no_error (error);
  return is_found ? (int) state : -1;
}

/* Returns the numbers found, one after the other. */
static char *
search (Desk       *desk,
        const char *text,
        const char *after,
        guint       limit)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) orders = NULL;
  g_autoptr (GString) numbers = g_string_new (NULL);

  g_clear_object (&desk->result);
  cs_order_book_search_async (desk->book, text, after, limit, NULL, on_result, desk);
  orders = cs_order_book_search_finish (desk->book, wait_for_result (desk), &error);
  g_assert_no_error (error);
  for (guint i = 0; i < orders->len; i++)
    g_string_append_printf (numbers, "%s%s", i > 0 ? " " : "", ((CsOrder *) g_ptr_array_index (orders, i))->customer);
  return g_string_free (g_steal_pointer (&numbers), FALSE);
}

static void
assert_search (Desk       *desk,
               const char *text,
               const char *expected)
{
  g_autofree char *found = search (desk, text, "", 100);

  g_assert_cmpstr (found, ==, expected);
}

static CsOrderImport *
import (Desk                 *desk,
        const char           *text,
        const CsOrderMapping *mapping)
{
  g_autofree char *path = g_build_filename (desk->dir, "in.csv", NULL);
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GError) error = NULL;
  CsOrderImport *done;

  g_assert_true (g_file_set_contents (path, text, -1, NULL));
  g_clear_object (&desk->result);
  cs_order_book_import_async (desk->book, file, mapping, NULL, on_result, desk);
  done = cs_order_book_import_finish (desk->book, wait_for_result (desk), &error);
  g_assert_no_error (error);
  return done;
}

static void
test_put (Desk          *desk,
          gconstpointer  data)
{
  g_assert_cmpint (look_up (desk, "0042"), ==, -1);
  g_assert_cmpint (put (desk, "0042", "Ann", CS_ORDER_PENDING), ==, -1);
  g_assert_cmpint (look_up (desk, "0042"), ==, CS_ORDER_PENDING);
  g_assert_cmpint (look_up (desk, "42"), ==, -1);
  g_assert_cmpint (put (desk, "0042", "Ann", CS_ORDER_CANCELLED), ==, CS_ORDER_PENDING);
  g_assert_cmpint (look_up (desk, "0042"), ==, CS_ORDER_CANCELLED);
  g_assert_cmpint (cs_order_book_get_n_orders (desk->book), ==, 1);
}

/* What a removal gives back is put in again as it was. */
static void
test_undo (Desk          *desk,
           gconstpointer  data)
{
  g_autoptr (CsOrder) order = cs_order_new ("0042", "Ann", CS_ORDER_FULFILLED, "by hand");
  g_autoptr (CsOrder) removed = NULL;
  g_autoptr (CsOrder) none = NULL;
  g_autoptr (GPtrArray) orders = NULL;
  CsOrder *found;

  order->changed_us = 1234567;
  cs_order_book_put_async (desk->book, order, NULL, NULL, on_result, desk);
  cs_order_book_put_finish (desk->book, wait_for_result (desk), &none, NULL);
  g_assert_null (none);
  g_clear_object (&desk->result);
  cs_order_book_remove_async (desk->book, "0042", NULL, on_result, desk);
  g_assert_true (cs_order_book_remove_finish (desk->book, wait_for_result (desk), &removed, NULL));
  g_assert_cmpint (look_up (desk, "0042"), ==, -1);
  g_assert_cmpint (cs_order_book_get_n_orders (desk->book), ==, 0);

  g_clear_object (&desk->result);
  cs_order_book_put_async (desk->book, removed, NULL, NULL, on_result, desk);
  cs_order_book_put_finish (desk->book, wait_for_result (desk), &none, NULL);
  g_clear_object (&desk->result);
  cs_order_book_search_async (desk->book, "", "", 10, NULL, on_result, desk);
  orders = cs_order_book_search_finish (desk->book, wait_for_result (desk), NULL);
  found = g_ptr_array_index (orders, 0);
  g_assert_cmpstr (found->customer, ==, "0042");
  g_assert_cmpstr (found->name, ==, "Ann");
  g_assert_cmpstr (found->note, ==, "by hand");
  g_assert_cmpint (found->state, ==, CS_ORDER_FULFILLED);
  g_assert_cmpint (found->changed_us, ==, 1234567);
}

static void
test_refused (Desk          *desk,
              gconstpointer  data)
{
  const char *customers[] = { "", "12a", "123456789012345678901", " 12", "'; DROP TABLE orders; --" };

  for (guint i = 0; i < G_N_ELEMENTS (customers); i++)
    {
      g_autoptr (CsOrder) order = cs_order_new (customers[i], NULL, CS_ORDER_RECEIVED, NULL);
      g_autoptr (CsOrder) before = NULL;
      g_autoptr (GError) error = NULL;

      g_clear_object (&desk->result);
      cs_order_book_put_async (desk->book, order, NULL, NULL, on_result, desk);
      g_assert_false (cs_order_book_put_finish (desk->book, wait_for_result (desk), &before, &error));
      g_assert_error (error, CS_ORDER_ERROR, CS_ORDER_ERROR_CONTENT);
    }
  g_assert_cmpint (cs_order_book_get_n_orders (desk->book), ==, 0);
}

/* Puts an order in the place of another customer's; returns the message of the refusal, or NULL. */
static char *
move (Desk       *desk,
      const char *was,
      const char *customer)
{
  g_autoptr (CsOrder) order = cs_order_new (customer, "Bo", CS_ORDER_FULFILLED, NULL);
  g_autoptr (CsOrder) before = NULL;
  g_autoptr (GError) error = NULL;

  g_clear_object (&desk->result);
  cs_order_book_put_async (desk->book, order, was, NULL, on_result, desk);
  if (cs_order_book_put_finish (desk->book, wait_for_result (desk), &before, &error))
    return NULL;
  g_assert_error (error, CS_ORDER_ERROR, CS_ORDER_ERROR_TAKEN);
  return g_strdup (error->message);
}

static void
test_taken (Desk          *desk,
            gconstpointer  data)
{
  g_autofree char *as_new = NULL, *onto_other = NULL, *onto_free = NULL, *onto_nameless = NULL, *all = NULL;

  put (desk, "1", "Ann", CS_ORDER_PENDING);
  put (desk, "2", "Bo", CS_ORDER_RECEIVED);
  as_new = move (desk, NULL, "1");
  g_assert_nonnull (strstr (as_new, "Ann"));
  onto_other = move (desk, "2", "1");
  g_assert_cmpstr (onto_other, ==, as_new);
  g_assert_cmpint (look_up (desk, "1"), ==, CS_ORDER_PENDING);
  g_assert_cmpint (look_up (desk, "2"), ==, CS_ORDER_RECEIVED);

  onto_free = move (desk, "2", "3");
  g_assert_null (onto_free);
  g_assert_cmpint (look_up (desk, "2"), ==, -1);
  g_assert_cmpint (look_up (desk, "3"), ==, CS_ORDER_FULFILLED);
  g_assert_cmpint (cs_order_book_get_n_orders (desk->book), ==, 2);

  put (desk, "4", "", CS_ORDER_PENDING);
  onto_nameless = move (desk, "3", "4");
  g_assert_nonnull (strstr (onto_nameless, "4"));
  all = search (desk, "", "", 10);
  g_assert_cmpstr (all, ==, "1 3 4");
}

static void
test_search (Desk          *desk,
             gconstpointer  data)
{
  g_autofree char *first = NULL, *second = NULL, *third = NULL;

  put (desk, "0012", "Ännchen Müller", CS_ORDER_RECEIVED);
  put (desk, "0013", "Bo 100% <b>", CS_ORDER_RECEIVED);
  put (desk, "012", "Carl_Müller", CS_ORDER_RECEIVED);
  put (desk, "2", "", CS_ORDER_RECEIVED);
  assert_search (desk, "", "0012 0013 012 2");
  assert_search (desk, "0", "0012 0013 012");
  assert_search (desk, "00", "0012 0013");
  assert_search (desk, "0013", "0013");
  assert_search (desk, "12", "");
  assert_search (desk, "MÜLLER", "0012 012");
  assert_search (desk, "änn", "0012");
  assert_search (desk, "%", "0013");
  assert_search (desk, "_", "012");
  assert_search (desk, "'", "");

  first = search (desk, "", "", 2);
  second = search (desk, "", "0013", 2);
  third = search (desk, "", "2", 2);
  g_assert_cmpstr (first, ==, "0012 0013");
  g_assert_cmpstr (second, ==, "012 2");
  g_assert_cmpstr (third, ==, "");
}

static void
test_import (Desk          *desk,
             gconstpointer  data)
{
  g_autoptr (CsOrderMapping) mapping = cs_order_mapping_new ();
  g_autoptr (CsOrderImport) done = NULL;

  put (desk, "0001", "Old", CS_ORDER_RECEIVED);
  put (desk, "0009", "Stays", CS_ORDER_RECEIVED);
  done = import (desk, "customer,status,name,note\n0001,FULFILLED,\"Ann \"\"A\"\"\",x\n 0002 ,In Bearbeitung,Bea,\n0002,3,Bea,\n", mapping);
  g_assert_true (done->is_kept);
  g_assert_cmpuint (done->n_orders, ==, 3);
  g_assert_cmpint (look_up (desk, "0001"), ==, CS_ORDER_FULFILLED);
  g_assert_cmpint (look_up (desk, "0002"), ==, CS_ORDER_CANCELLED);
  g_assert_cmpint (look_up (desk, "0009"), ==, CS_ORDER_RECEIVED);
  g_assert_cmpint (cs_order_book_get_n_orders (desk->book), ==, 3);
  assert_search (desk, "ann \"a\"", "0001");
}

static void
test_import_replaces (Desk          *desk,
                      gconstpointer  data)
{
  g_autoptr (CsOrderMapping) mapping = cs_order_mapping_new ();
  g_autoptr (CsOrderImport) done = NULL;

  put (desk, "0009", "Goes", CS_ORDER_RECEIVED);
  mapping->is_replacing = TRUE;
  done = import (desk, "customer,status\n0001,1\n", mapping);
  g_assert_true (done->is_kept);
  assert_search (desk, "", "0001");
}

/* Other columns, other words, no header; names and notes that the file doesn't have stay. */
static void
test_import_mapping (Desk          *desk,
                     gconstpointer  data)
{
  g_autoptr (CsOrderMapping) mapping = cs_order_mapping_new ();
  g_autoptr (CsOrderImport) done = NULL;

  put (desk, "7", "Ann", CS_ORDER_RECEIVED);
  mapping->customer = 2;
  mapping->state = 0;
  mapping->name = mapping->note = -1;
  mapping->has_header = FALSE;
  cs_order_mapping_set_word (mapping, " Wird Gepackt", CS_ORDER_PENDING);
  cs_order_mapping_set_word (mapping, "fertig", CS_ORDER_CANCELLED);
  done = import (desk, "wird gepackt;x;7\nFERTIG;y;8\n", mapping);
  g_assert_true (done->is_kept);
  g_assert_cmpint (look_up (desk, "7"), ==, CS_ORDER_PENDING);
  g_assert_cmpint (look_up (desk, "8"), ==, CS_ORDER_CANCELLED);
  assert_search (desk, "ann", "7");
}

static const char faulty[] = "customer,status,name\n0001,1,A\n0002,lost,B\nx,1,C\n0003\n\"0004\"5,1,D\n0005,2,E\n";

static void
test_import_all_or_nothing (Desk          *desk,
                            gconstpointer  data)
{
  g_autoptr (CsOrderMapping) mapping = cs_order_mapping_new ();
  g_autoptr (CsOrderImport) done = NULL, again = NULL;
  const guint64 lines[] = { 3, 4, 5, 6 };

  put (desk, "0001", "Old", CS_ORDER_FULFILLED);
  done = import (desk, faulty, mapping);
  g_assert_false (done->is_kept);
  g_assert_cmpuint (done->n_orders, ==, 2);
  g_assert_cmpuint (done->n_faults, ==, G_N_ELEMENTS (lines));
  for (guint i = 0; i < G_N_ELEMENTS (lines); i++)
    {
      CsOrderFault *fault = g_ptr_array_index (done->faults, i);

      g_assert_cmpuint (fault->line, ==, lines[i]);
      g_assert_cmpuint (strlen (fault->reason), >, 0);
    }
  assert_search (desk, "", "0001");
  g_assert_cmpint (look_up (desk, "0001"), ==, CS_ORDER_FULFILLED);

  mapping->skips_faults = TRUE;
  again = import (desk, faulty, mapping);
  g_assert_true (again->is_kept);
  g_assert_cmpuint (again->n_faults, ==, G_N_ELEMENTS (lines));
  assert_search (desk, "", "0001 0005");
}

static void
test_import_lists_few (Desk          *desk,
                       gconstpointer  data)
{
  g_autoptr (CsOrderMapping) mapping = cs_order_mapping_new ();
  g_autoptr (GString) text = g_string_new ("customer,status\n");
  g_autoptr (CsOrderImport) done = NULL;

  for (int i = 0; i < 5000; i++)
    g_string_append (text, "<b>,%s%n\n");
  done = import (desk, text->str, mapping);
  g_assert_false (done->is_kept);
  g_assert_cmpuint (done->n_faults, ==, 5000);
  g_assert_cmpuint (done->faults->len, ==, CS_ORDER_MAX_FAULTS);
}

/* While many rows are on their way callers hear what was there before, and Cancel leaves it there. */
static void
test_import_cancelled (Desk          *desk,
                       gconstpointer  data)
{
  g_autoptr (CsOrderMapping) mapping = cs_order_mapping_new ();
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GString) text = g_string_new ("customer,status\n");
  g_autofree char *path = g_build_filename (desk->dir, "in.csv", NULL);
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GAsyncResult) imported = NULL;
  g_autoptr (GError) error = NULL;
  CsOrderState state = CS_ORDER_RECEIVED;
  double fraction = 0;
  guint64 n_rows = 0;
  gboolean is_found;
  Desk other = { 0 };

  put (desk, "00000001", "Old", CS_ORDER_FULFILLED);
  for (int i = 0; i < 600000; i++)
    g_string_append_printf (text, "%08d,CANCELLED\n", i);
  g_assert_true (g_file_set_contents (path, text->str, text->len, NULL));
  mapping->is_replacing = TRUE;
  g_clear_object (&desk->result);
  cs_order_book_import_async (desk->book, file, mapping, cancellable, on_result, desk);
  while (!(cs_order_book_get_import (desk->book, &fraction, &n_rows) && n_rows > 0))
    g_main_context_iteration (NULL, FALSE);
  g_assert_cmpfloat (fraction, >, 0);
  g_assert_cmpfloat (fraction, <=, 1);

  cs_order_source_look_up_async (CS_ORDER_SOURCE (desk->book), "00000001", NULL, on_result, &other);
  cs_order_source_look_up_finish (CS_ORDER_SOURCE (desk->book), wait_for_result (&other), &is_found, &state, NULL);
  g_assert_true (is_found);
  g_assert_cmpint (state, ==, CS_ORDER_FULFILLED);
  g_clear_object (&other.result);

  g_cancellable_cancel (cancellable);
  g_assert_null (cs_order_book_import_finish (desk->book, wait_for_result (desk), &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpint (look_up (desk, "00000001"), ==, CS_ORDER_FULFILLED);
  assert_search (desk, "", "00000001");
  g_assert_cmpint (cs_order_book_get_n_orders (desk->book), ==, 1);
}

static void
test_broken_file (Desk          *desk,
                  gconstpointer  data)
{
  g_autofree char *path = g_build_filename (desk->dir, "broken.db", NULL);
  g_autoptr (GError) error = NULL;
  CsOrderBook *book;
  CsOrderState state;
  gboolean is_found;

  g_assert_true (g_file_set_contents (path, "this is no database, but long enough to be looked at as if it were one.", -1, NULL));
  book = cs_order_book_new (path);
  cs_order_source_look_up_async (CS_ORDER_SOURCE (book), "1", NULL, on_result, desk);
  g_assert_false (cs_order_source_look_up_finish (CS_ORDER_SOURCE (book), wait_for_result (desk), &is_found, &state, &error));
  g_assert_error (error, CS_ORDER_ERROR, CS_ORDER_ERROR_UNAVAILABLE);
  g_clear_object (&desk->result);
  cs_order_book_close (book);
  g_object_unref (book);
}

static void
test_reopened (Desk          *desk,
               gconstpointer  data)
{
  put (desk, "1", "Ann", CS_ORDER_PENDING);
  cs_order_book_close (desk->book);
  g_clear_object (&desk->result);
  g_object_unref (desk->book);
  desk->book = cs_order_book_new (desk->path);
  g_assert_cmpint (look_up (desk, "1"), ==, CS_ORDER_PENDING);
}

static void
test_preview (Desk          *desk,
              gconstpointer  data)
{
  g_autofree char *path = g_build_filename (desk->dir, "in.csv", NULL);
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (CsOrderPreview) preview = NULL;

  g_assert_true (g_file_set_contents (path, "Name;Kundennummer;Status\nAnn;1;neu\nBea;2;gepackt\nCarl;3;gepackt\n", -1, NULL));
  preview = cs_order_preview_read (file, NULL, NULL, NULL);
  g_assert_cmpuint (preview->rows->len, ==, 4);
  g_assert_cmpuint (preview->n_columns, ==, 3);
  g_assert_true (preview->mapping->has_header);
  g_assert_cmpint (preview->mapping->customer, ==, 1);
  g_assert_cmpint (preview->mapping->state, ==, 2);
  g_assert_cmpint (preview->mapping->name, ==, 0);
  g_assert_cmpint (preview->mapping->note, ==, -1);
  g_assert_cmpuint (preview->words->len, ==, 1);
  g_assert_cmpstr (g_ptr_array_index (preview->words, 0), ==, "gepackt");
}

#define ADD(name, func) g_test_add ("/order-book/" name, Desk, NULL, desk_open, func, desk_close)

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("put/leading-zeros-count", test_put);
  ADD ("remove/undone-by-putting-back", test_undo);
  ADD ("put/numbers-nobody-can-enter-are-refused", test_refused);
  ADD ("put/another-customer’s-order-is-never-lost", test_taken);
  ADD ("search/number-begins-or-name-contains", test_search);
  ADD ("import/changes-and-adds", test_import);
  ADD ("import/replaces", test_import_replaces);
  ADD ("import/columns-and-words-of-ones-own", test_import_mapping);
  ADD ("import/one-wrong-row-changes-nothing", test_import_all_or_nothing);
  ADD ("import/list-of-wrong-rows-is-bounded", test_import_lists_few);
  ADD ("import/cancelled-changes-nothing", test_import_cancelled);
  ADD ("broken-file-is-an-error", test_broken_file);
  ADD ("orders-outlive-the-program", test_reopened);
  ADD ("preview/guesses-columns-and-collects-words", test_preview);
  return g_test_run ();
}
